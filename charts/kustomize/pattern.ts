import { RE2JS } from "re2js";
import { messageOf } from "../../src/errors.ts";

/** A compiled pattern of Go's syntax, in time linear to the text. */
export interface Pattern {
  test(text: string): boolean;
}

const MAX_LENGTH = 1000;
const MAX_KEPT = 500;
const compiled = new Map<string, Pattern>();

/** Compiles a pattern. Throws Error where it is too long or not one. */
export function compilePattern(source: string): Pattern {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (source.length > MAX_LENGTH) throw new Error(`pattern is longer than ${MAX_LENGTH} characters`);
  const pattern = compile(source);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(source, pattern);
  return pattern;
}

/** A pattern that has to fit the whole text; plain text is compared as such. */
export function wholePattern(source: string): Pattern {
  if (/^[\w-]*$/.test(source)) return { test: (text) => text === source };
  return compilePattern(`^(?:${source})$`);
}

function compile(source: string): Pattern {
  try {
    const regex = RE2JS.compile(source);
    return { test: (text) => regex.matcher(text).find() };
  } catch (error) {
    throw new Error(`"${source}" is not a regular expression: ${messageOf(error)}`, { cause: error });
  }
}
