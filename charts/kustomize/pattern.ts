import { RE2JS } from "re2js";
import { messageOf } from "../../src/errors.ts";

/** A compiled pattern of Go's syntax, in time linear to the text. */
export interface Pattern {
  test(text: string): boolean;
}

const MAX_LENGTH = 1000;
/** Instructions of a compiled pattern: what counted repetitions make of a short one. Every character of a text may cost as many steps. */
const MAX_SIZE = 5000;
/** Instructions times characters of the text that it is tried on. */
const MAX_STEPS = 5_000_000;
const MAX_KEPT = 500;
const compiled = new Map<string, Pattern>();

/** Compiles a pattern. Throws Error where it is too long or not one. */
export function compilePattern(source: string): Pattern {
  return compileAs(source, source);
}

/** A pattern that has to fit the whole text; plain text is compared as such. */
export function wholePattern(source: string): Pattern {
  if (/^[\w-]*$/.test(source)) return { test: (text) => text === source };
  return compileAs(`^(?:${source})$`, source);
}

/** `source`: what people wrote. */
function compileAs(expression: string, source: string): Pattern {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  if (source.length > MAX_LENGTH) throw new Error(`pattern is longer than ${MAX_LENGTH} characters`);
  const pattern = compile(expression, source);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(expression, pattern);
  return pattern;
}

function compile(expression: string, source: string): Pattern {
  try {
    return guarded(RE2JS.compile(expression), source);
  } catch (error) {
    if (error instanceof PatternLimit) throw error;
    throw new Error(`"${source}" is not a regular expression: ${messageOf(error).replace(/: `.*$/s, "")}`, { cause: error });
  }
}

/** A pattern that takes too many steps. */
class PatternLimit extends Error {}

function guarded(regex: RE2JS, source: string): Pattern {
  const size = regex.programSize();
  if (size > MAX_SIZE) throw new PatternLimit(`"${source.slice(0, 80)}" repeats so much that it is ${size} steps long, ${MAX_SIZE} are the most; write a shorter pattern`);
  return {
    test: (text) => {
      if (text.length * size > MAX_STEPS) throw new PatternLimit(`"${source.slice(0, 80)}" takes too long to be tried on a text of ${text.length} characters; write a shorter pattern`);
      return regex.matcher(text).find();
    },
  };
}
