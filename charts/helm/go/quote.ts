import { escapedByte, runeOf } from "./bytes.ts";

/** What Go prints as it is: letters, marks, numbers, punctuation, symbols and the space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN = /^[ !#-[\]-~]*$/;
const NAMED = new Map([[7, "\\a"], [8, "\\b"], [9, "\\t"], [10, "\\n"], [11, "\\v"], [12, "\\f"], [13, "\\r"]]);

/** strconv.IsPrint. */
export const isPrintable = (rune: number): boolean => (rune >= 0x20 && rune < 0x7f) || (rune > 0x7f && isRune(rune) && PRINTABLE.test(String.fromCodePoint(rune)));

/** strconv.Quote: in double quotes, what does not print as an escape, bytes that are no text as `\xff`. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${escapeAll(text, '"', false)}"`;
}

/** strconv.QuoteToASCII: likewise, everything beyond ASCII as an escape. */
export function quoteToAscii(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${escapeAll(text, '"', true)}"`;
}

/** strconv.QuoteRune: a character in single quotes; what is none as U+FFFD. */
export function quoteRune(rune: number, asciiOnly = false): string {
  return `'${escapeRune(isRune(rune) ? rune : 0xfffd, "'", asciiOnly)}'`;
}

/** strconv.CanBackquote: one line without control characters, back quotes and bytes that are no text. */
export function canBackquote(text: string): boolean {
  for (const character of text) {
    const rune = character.codePointAt(0) ?? 0;
    if (rune === 0xfeff || !isRune(rune) || (rune < 0x20 && rune !== 9) || rune === 0x60 || rune === 0x7f) return false;
  }
  return true;
}

/** True for a code point that is a character. */
export const isRune = (code: number): boolean => (code >= 0 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff);

function escapeAll(text: string, mark: string, asciiOnly: boolean): string {
  let quoted = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const byte = escapedByte(code);
    quoted += byte === undefined ? escapeRune(runeOf(character), mark, asciiOnly) : `\\x${byte.toString(16)}`;
  }
  return quoted;
}

function escapeRune(rune: number, mark: string, asciiOnly: boolean): string {
  const character = String.fromCodePoint(rune);
  if (character === mark || character === "\\") return `\\${character}`;
  if (asciiOnly ? rune < 0x80 && isPrintable(rune) : isPrintable(rune)) return character;
  const named = NAMED.get(rune);
  if (named !== undefined) return named;
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
