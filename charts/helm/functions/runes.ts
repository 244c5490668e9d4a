/*
 * Go's unicode package, for runes: simple case mappings (one rune for one rune, so `ß` stays) of Unicode 15, the classes
 * by general category. Node knows a later Unicode; letters that got a partner since then keep their case, as in Go.
 */

/** Letters that got a case partner after Unicode 15, from and to in pairs. */
const LATER = [0x19b, 0x19b, 0x264, 0x264, 0x1c89, 0x1c8a, 0xa7cb, 0xa7cf, 0xa7d2, 0xa7d5, 0xa7da, 0xa7dc, 0x10d50, 0x10d65, 0x10d70, 0x10d85, 0x16ea0, 0x16ed3] as const;
/** Greek letters with a iota below: their upper case is one rune in Go, two in JavaScript; the distance between both. */
const IOTA = new Map([[0x1fb3, 9], [0x1fc3, 9], [0x1ff3, 9]]);
/** Latin digraphs have a title case of their own, from DŽ and DZ on. */
const DIGRAPHS: ReadonlyMap<number, number> = new Map([0x1c4, 0x1c7, 0x1ca, 0x1f1].flatMap((upper) => [0, 1, 2].map((step) => [upper + step, upper + 1] as const)));
const CAPITAL_I_WITH_DOT = 0x130;
const LOWER = /^\p{Ll}$/u;
const UPPER = /^\p{Lu}$/u;
const TITLE = /^\p{Lt}$/u;
const LETTER = /^\p{L}$/u;
const NUMBER = /^\p{N}$/u;
const DIGIT = /^\p{Nd}$/u;
const PUNCTUATION = /^\p{P}$/u;
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u;

/** What a rune of its own costs, in characters. */
export const RUNE_COST = 8;

/** The runes of a text, one string each; a byte that belongs to none is U+FFFD, as Go sees it. */
export const runesOf = (text: string): string[] => Array.from(text.toWellFormed());

/** unicode.ToUpper. */
export function upperRune(rune: string): string {
  const code = rune.codePointAt(0) ?? 0;
  if (code >= 0x1f80 && code <= 0x1ff3) {
    const step = code < 0x1fb0 && (code & 8) === 0 ? 8 : IOTA.get(code);
    if (step !== undefined) return String.fromCodePoint(code + step);
  }
  return oneRune(rune, code, rune.toUpperCase());
}

/** unicode.ToLower. */
export function lowerRune(rune: string): string {
  const code = rune.codePointAt(0) ?? 0;
  return code === CAPITAL_I_WITH_DOT ? "i" : oneRune(rune, code, rune.toLowerCase());
}

/** unicode.ToTitle. */
export function titleRune(rune: string): string {
  const code = rune.codePointAt(0) ?? 0;
  const digraph = DIGRAPHS.get(code);
  if (digraph !== undefined) return String.fromCodePoint(digraph);
  return code >= 0x10d0 && code <= 0x10ff ? rune : upperRune(rune);
}

/** unicode.IsUpper, without the letters that came after Unicode 15. */
export const isUpper = (rune: string): boolean => UPPER.test(rune) && !isLater(rune.codePointAt(0) ?? 0);
/** unicode.IsLower. */
export const isLower = (rune: string): boolean => LOWER.test(rune);
/** unicode.IsTitle. */
export const isTitle = (rune: string): boolean => TITLE.test(rune);
/** unicode.IsLetter. */
export const isLetter = (rune: string): boolean => LETTER.test(rune);
/** unicode.IsNumber. */
export const isNumber = (rune: string): boolean => NUMBER.test(rune);
/** unicode.IsDigit. */
export const isDigit = (rune: string): boolean => DIGIT.test(rune);
/** unicode.IsPunct. */
export const isPunctuation = (rune: string): boolean => PUNCTUATION.test(rune);
/** unicode.IsSpace. */
export const isSpace = (rune: string): boolean => SPACE.test(rune);

function oneRune(rune: string, code: number, mapped: string): string {
  if (code < 0x80) return mapped;
  return mapped.length === ((mapped.codePointAt(0) ?? 0) > 0xffff ? 2 : 1) && !isLater(code) ? mapped : rune;
}

function isLater(code: number): boolean {
  for (let at = 0; at < LATER.length; at += 2) if (code >= (LATER[at] ?? 0) && code <= (LATER[at + 1] ?? 0)) return true;
  return false;
}
