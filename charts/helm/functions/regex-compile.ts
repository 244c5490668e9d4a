import { RE2JS, RE2JSException, RE2JSSyntaxException } from "re2js";
import { canBackquote, quote } from "../go/strconv.ts";
import type { CallScope } from "../go/value.ts";
import { groupNumbers, originalNames, renameGroups } from "./regex-names.ts";

/** A pattern that was read. */
export interface Pattern {
  readonly expression: RE2JS;
  /** Instructions of its program: what one character of text costs at most. */
  readonly size: number;
  /** The numbers of the groups of each name. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
}

/** Patterns that are kept: charts use the same few again and again. */
const KEPT = 128;
/** Instructions of a pattern that is worth keeping; a larger one would hold memory for nothing. */
const KEPT_SIZE = 1000;
/** What a character or an instruction of a pattern costs at most, in units; classes of characters are dear. */
const COST = 10;
/** Characters that are not worth counting. Whether a pattern is kept must not decide what it costs. */
const CHEAP = 200;
/** What a class of Unicode (`\p{L}`) costs: it has hundreds of ranges. */
const CLASS_COST = 150;
/** Of what concerns the pattern as a whole Go shows all of it. */
const OF_ALL = new Set(["expression nests too deeply", "expression too large"]);
/** Names that end with the pattern, and what Go shows of them. */
const UNFINISHED_NAMES: ReadonlyMap<string, string> = new Map([["(?<", "(?<"], ["(?P<", "(?P"]]);
const patterns = new Map<string, Pattern>();

/** A pattern in Go's syntax. Throws Error with the text of Go's regexp.Compile. */
export function compilePattern(text: string, scope: CallScope): Pattern {
  scope.spend((text.length > CHEAP ? text.length * COST : 1) + classesIn(text) * CLASS_COST);
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const expression = compile(text);
  const pattern = { expression, size: expression.programSize(), groups: groupNumbers(expression.namedGroups()) };
  if (pattern.size > KEPT_SIZE) {
    scope.spend(pattern.size * COST);
    return pattern;
  }
  if (patterns.size >= KEPT) patterns.clear();
  patterns.set(text, pattern);
  return pattern;
}

function classesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", at + 2)) if (text[at + 1] === "p" || text[at + 1] === "P") count += 1;
  return count;
}

/** The same with the text of regexp.MustCompile. */
export function mustCompilePattern(text: string, scope: CallScope): Pattern {
  try {
    return compilePattern(text, scope);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new PatternError(`regexp: Compile(${canBackquote(text) ? `\`${text}\`` : quote(text)}): ${error.message}`);
  }
}

/** A pattern that Go does not take either. */
export class PatternError extends Error {}

function compile(text: string): RE2JS {
  checkCharacters(text);
  try {
    return RE2JS.compile(text);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const renamed = error.message.includes("duplicate capture group name") ? renameGroups(text) : text;
    if (renamed !== text) return compile(renamed);
    throw new PatternError(originalNames(problemOf(error, text)), { cause: error });
  }
}

/** In Go's words: RE2JS leaves out the part of the pattern where that is empty, and takes less for the beginning of a name. */
function problemOf(error: RE2JSException, text: string): string {
  if (!(error instanceof RE2JSSyntaxException)) return `error parsing regexp: ${error.message}`;
  const unfinished = error.error === "invalid named capture" ? UNFINISHED_NAMES.get(error.input ?? "") : undefined;
  if (unfinished !== undefined) return `error parsing regexp: invalid or unsupported Perl syntax: \`${unfinished}\``;
  return `error parsing regexp: ${error.error}: \`${OF_ALL.has(error.error) ? text : (error.input ?? "")}\``;
}

function checkCharacters(text: string): void {
  if (text.isWellFormed()) return;
  const at = Array.from(text).findIndex((character) => !character.isWellFormed());
  throw new PatternError(`error parsing regexp: invalid UTF-8: \`${Array.from(text).slice(at).join("")}\``);
}
