import { isJsonObject, parseJson, type Json } from "../../../src/object/json.ts";
import { GoList, GoMap, type GoValue } from "../go/value.ts";

/** Depth of a value; Go itself allows 10,000, which no one writes on a command line. */
const MAX_DEPTH = 100;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SPACE = /[ \t\r\n]*/y;

/** Reads the JSON value that a text begins with at an offset, as Go's json.Decoder does. Throws SyntaxError. */
export function readJsonPrefix(text: string, from: number): { readonly value: GoValue; readonly end: number } {
  const start = match(SPACE, text, from);
  const end = text[start] === "{" || text[start] === "[" ? endOfNested(text, start) : endOfScalar(text, start);
  return { value: fromJsonText(parseJson(text.slice(start, end))), end };
}

/** A JSON text as a value of Go: every number is a float64. Throws SyntaxError for a number that is none. */
export function fromJsonText(value: Json, depth = 0): GoValue {
  if (depth > MAX_DEPTH) throw new SyntaxError(`nested more than ${MAX_DEPTH} deep`);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" && !Number.isFinite(value)) throw new SyntaxError("a number is too large");
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (!isJsonObject(value)) return new GoList(value.map((item) => fromJsonText(item, depth + 1)));
  return new GoMap(new Map(Object.keys(value).map((key) => [key.toWellFormed(), fromJsonText(value[key] ?? null, depth + 1)])));
}

function endOfScalar(text: string, from: number): number {
  for (const pattern of [STRING, WORD, NUMBER]) {
    const end = match(pattern, text, from);
    if (end > from) return end;
  }
  throw new SyntaxError("no JSON value begins here");
}

function endOfNested(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = Math.max(at, match(STRING, text, at) - 1);
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new SyntaxError("the JSON value does not end");
}

/** Where a pattern that must match at an offset ends; the offset where it does not. */
function match(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
