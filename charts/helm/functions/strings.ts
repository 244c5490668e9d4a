import { concatBytes, fromBytes, isAscii, toBytes } from "../go/bytes.ts";
import { textOf } from "../go/format.ts";
import { quote } from "../go/strconv.ts";
import type { CallScope, FunctionTable, GoValue } from "../go/value.ts";
import { textFrom } from "./cast.ts";
import { define, fn, variadic } from "./define.ts";
import { lowerRune, RUNE_COST, runesOf, upperRune } from "./runes.ts";
import { cutBytes, endsWith, includes, joinTexts, replaceText, startsWith, trimLeft, trimRight, trimSpace } from "./text.ts";

/** What lines are indented with most. */
const PADS: readonly string[] = Array.from({ length: 33 }, (_, count) => " ".repeat(count));

/** Sprig's functions on texts that take them as a whole: case, trimming, searching, quoting, indenting. */
export const stringFunctions: FunctionTable = define({
  hello: fn([], () => "Hello!"),
  upper: fn(["string"], (text, scope) => (isAscii(text) ? text.toUpperCase() : mapRunes(text, upperRune, scope))),
  lower: fn(["string"], (text, scope) => (isAscii(text) ? text.toLowerCase() : mapRunes(text, lowerRune, scope))),
  trim: fn(["string"], trimSpace),
  trimAll: fn(["string", "string"], trimAll),
  trimall: fn(["string", "string"], trimAll),
  trimPrefix: fn(["string", "string"], (prefix, text) => (startsWith(text, prefix) ? without(text, prefix, "start") : text)),
  trimSuffix: fn(["string", "string"], (suffix, text) => (endsWith(text, suffix) ? without(text, suffix, "end") : text)),
  contains: fn(["string", "string"], (part, text) => includes(text, part)),
  hasPrefix: fn(["string", "string"], (prefix, text) => startsWith(text, prefix)),
  hasSuffix: fn(["string", "string"], (suffix, text) => endsWith(text, suffix)),
  replace: fn(["string", "string", "string"], replaceText),
  trunc: fn(["int", "string"], truncateText),
  substr: fn(["int", "int", "string"], substring),
  repeat: fn(["int", "string"], repeat),
  indent: fn(["int", "string"], indent),
  nindent: fn(["int", "string"], (spaces, text, scope) => `\n${indent(spaces, text, scope)}`),
  quote: variadic([], "any", (values, scope) => quoteAll(values, scope)),
  squote: variadic([], "any", (values, scope) => quoteSingly(values, scope)),
  cat: variadic([], "any", (values, scope) => catenate(values, scope)),
});

function mapRunes(text: string, change: (rune: string) => string, scope: CallScope): string {
  scope.spendText(text.length * RUNE_COST);
  return runesOf(text).map(change).join("");
}

function trimAll(characters: string, text: string): string {
  const set = new Set(runesOf(characters));
  return set.size === 0 ? text : trimRight(trimLeft(text, set), set);
}

/** The text without what it begins or ends with. */
function without(text: string, part: string, side: "start" | "end"): string {
  if (isAscii(part) || (text.isWellFormed() && part.isWellFormed())) return side === "start" ? text.slice(part.length) : text.slice(0, text.length - part.length);
  const [bytes, count] = [toBytes(text), toBytes(part).length];
  return fromBytes(side === "start" ? bytes.subarray(count) : bytes.subarray(0, bytes.length - count));
}

/** The first bytes, or the last ones where the count is negative. */
function truncateText(count: number, text: string): string {
  if (isAscii(text)) return count >= 0 ? text.slice(0, count) : text.length + count > 0 ? text.slice(count) : text;
  const bytes = toBytes(text);
  if (count < 0) return bytes.length + count > 0 ? fromBytes(bytes.subarray(bytes.length + count)) : text;
  return bytes.length > count ? fromBytes(bytes.subarray(0, count)) : text;
}

/** From one byte to another; a negative start is the beginning, an end beyond the text or negative is its end. */
function substring(start: number, end: number, text: string): string {
  if (start < 0) return cutBytes(text, 0, end);
  return end < 0 ? cutBytes(text, start) : cutBytes(text, start, end, true);
}

function repeat(count: number, text: string, scope: CallScope): string {
  if (count < 0) throw new Error("strings: negative Repeat count");
  scope.spendText(text.length * count);
  return joinTexts([text.repeat(text === "" ? 0 : count)]);
}

function indent(spaces: number, text: string, scope: CallScope): string {
  if (spaces < 0) throw new Error("strings: negative Repeat count");
  const first = text.indexOf("\n");
  scope.spendText(spaces + text.length);
  const pad = PADS[spaces] ?? " ".repeat(spaces);
  return first < 0 ? pad + text : pad + indentLines(text, first, pad, scope);
}

/** The spaces before every line but the first, from the first line break on. */
function indentLines(text: string, first: number, pad: string, scope: CallScope): string {
  let all = "";
  let done = 0;
  for (let at = first; at >= 0; at = text.indexOf("\n", done)) {
    all += text.slice(done, at + 1) + pad;
    done = at + 1;
    scope.spendText(pad.length);
  }
  return all + text.slice(done);
}

/** Characters that are quoted in a microsecond. */
const QUOTED = 8;

function quoteAll(values: readonly GoValue[], scope: CallScope): string {
  let all = "";
  for (const value of values) {
    if (value === null) continue;
    const unquoted = textFrom(value, scope.spendText);
    scope.spend(unquoted.length / QUOTED);
    const text = quote(unquoted);
    all = all === "" ? text : `${all} ${text}`;
  }
  scope.spendText(all.length);
  return all;
}

function quoteSingly(values: readonly GoValue[], scope: CallScope): string {
  const texts: string[] = [];
  for (const value of values) if (value !== null) texts.push(`'${textOf(value, scope.spendText)}'`);
  return texts.join(" ");
}

function catenate(values: readonly GoValue[], scope: CallScope): string {
  let all = "";
  let isFirst = true;
  for (const value of values) {
    if (value === null) continue;
    all = isFirst ? textOf(value, scope.spendText) : concatBytes(`${all} `, textOf(value, scope.spendText));
    isFirst = false;
  }
  return all;
}
