import { byteLength, fromBytes, toBytes } from "../go/bytes.ts";
import type { CallScope, FunctionTable, GoFunction } from "../go/value.ts";
import { define, fn } from "./define.ts";
import { isDigit, isLetter, isLower, isSpace, isTitle, isUpper, lowerRune, RUNE_COST, runesOf, titleRune, upperRune } from "./runes.ts";
import { cutBytes, joinTexts } from "./text.ts";
import { pascalCase, separatedCase } from "./word-case.ts";

/** Sprig's functions that look at the words of a text, as Go's strings, goutils 1.1 and xstrings 1.5 tell them apart. */
export const wordFunctions: FunctionTable = define({
  title: ofRunes(titleWords),
  untitle: ofRunes(untitleWords),
  swapcase: ofRunes(swapCase),
  camelcase: ofRunes(pascalCase),
  snakecase: ofRunes((text) => separatedCase(text, "_")),
  kebabcase: ofRunes((text) => separatedCase(text, "-")),
  initials: ofRunes(initials),
  nospace: ofRunes(withoutSpaces),
  plural: fn(["string", "string", "int"], (one, many, count) => (count === 1 ? one : many)),
  abbrev: fn(["int", "string"], (width, text) => (width < 4 ? text : abbreviate(text, 0, width))),
  abbrevboth: fn(["int", "int", "string"], (left, right, text) => (right < 4 || (left > 0 && right < 7) ? text : abbreviate(text, left, right))),
  wrap: fn(["int", "string"], (width, text, scope) => wrap(text, { width, lineBreak: "\n", breaksWords: false }, scope)),
  wrapWith: fn(["int", "string", "string"], (width, lineBreak, text, scope) => wrap(text, { width, lineBreak: lineBreak === "" ? "\n" : lineBreak, breaksWords: true }, scope)),
});

/** A function that takes a text apart into its runes, which needs many times the text's own memory. */
function ofRunes(change: (text: string) => string): Omit<GoFunction, "name"> {
  return fn(["string"], (text, scope) => {
    scope.spendText(text.length * RUNE_COST);
    return change(text);
  });
}

const isWordRune = (rune: string): boolean => (rune < "\u0080" ? /^\w$/u.test(rune) : isLetter(rune) || isDigit(rune) || !isSpace(rune));

/** The first letter of every word as its title case. */
function titleWords(text: string): string {
  let before = " ";
  return runesOf(text)
    .map((rune) => {
      const isFirst = !isWordRune(before);
      before = rune;
      return isFirst ? titleRune(rune) : rune;
    })
    .join("");
}

/** The first letter of every word, set off by white space, as its lower case. */
function untitleWords(text: string): string {
  let isFirst = true;
  return runesOf(text)
    .map((rune) => {
      const changed = isFirst && !isSpace(rune) ? lowerRune(rune) : rune;
      isFirst = isSpace(rune);
      return changed;
    })
    .join("");
}

/** Upper case as lower case and the other way round; a lower case letter that begins a word as title case. */
function swapCase(text: string): string {
  let isFirst = true;
  return runesOf(text)
    .map((rune) => {
      if (!isUpper(rune) && !isTitle(rune) && !isLower(rune)) {
        isFirst = isSpace(rune);
        return rune;
      }
      const swapped = !isLower(rune) ? lowerRune(rune) : isFirst ? titleRune(rune) : upperRune(rune);
      isFirst = false;
      return swapped;
    })
    .join("");
}

/** The first byte of every word, as the rune of that number: goutils goes through bytes. */
function initials(text: string): string {
  let isGap = true;
  let all = "";
  for (const byte of toBytes(text)) {
    const rune = String.fromCharCode(byte);
    const isBlank = isSpace(rune);
    if (isGap && !isBlank) all += rune;
    isGap = isBlank;
  }
  return all;
}

/** The text without white space; where there is some, the other bytes become runes of their number, as in goutils. */
function withoutSpaces(text: string): string {
  const latin = Buffer.from(toBytes(text)).toString("latin1");
  const kept = Array.from(latin, (rune) => (isSpace(rune) ? "" : rune)).join("");
  return kept.length === latin.length ? text : kept;
}

/** At most `width` bytes, dots for what is left out behind and, from `offset` on, before. */
function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (length <= width) return text;
  const from = length - Math.min(offset, length) < width - 3 ? length - (width - 3) : Math.min(offset, length);
  if (from <= 4) return `${cutBytes(text, 0, width - 3)}...`;
  if (width < 7) return "";
  if (from + width - 3 >= length) return `...${cutBytes(text, length - (width - 3))}`;
  const rest = cutBytes(text, from);
  return `...${width - 3 < 4 ? "" : abbreviate(rest, 0, width - 3)}`;
}

interface Wrapping {
  /** Bytes of a line; less than one is one. */
  readonly width: number;
  readonly lineBreak: string;
  /** Whether a word that is longer than a line is broken. */
  readonly breaksWords: boolean;
}

/** What a line costs to cut off, in units. */
const LINE_COST = 4;

function wrap(text: string, { width, lineBreak, breaksWords }: Wrapping, scope: CallScope): string {
  const bytes = Buffer.from(toBytes(text));
  const lines: string[] = [];
  const columns = Math.max(width, 1);
  let at = 0;
  while (bytes.length - at > columns) {
    if (bytes[at] === 0x20) {
      at += 1;
      continue;
    }
    const space = bytes.subarray(at, at + columns + 1).lastIndexOf(0x20);
    const found = space >= 0 ? at + space : breaksWords ? at + columns : bytes.indexOf(0x20, at + columns);
    const end = found < 0 ? bytes.length : found;
    lines.push(fromBytes(bytes.subarray(at, end)));
    scope.spend(LINE_COST);
    scope.spendText(end - at + lineBreak.length);
    if (found < 0) return joinTexts(lines, lineBreak);
    at = breaksWords && space < 0 ? end : end + 1;
  }
  lines.push(fromBytes(bytes.subarray(at)));
  return joinTexts(lines, lineBreak);
}
