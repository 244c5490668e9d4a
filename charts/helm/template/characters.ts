import { isPrintable } from "../go/strconv.ts";

const LETTER_OR_DIGIT = /^[\p{L}\p{Nd}]$/u;

/** Space, tab, line feed or carriage return: the only spaces of the language. */
export const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;

/** `0` to `9`. */
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** 1 for the ASCII characters of words. */
export const IS_WORD: Uint8Array = Uint8Array.from({ length: 0x80 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));

/** A letter, a digit or an underscore, of any script. */
export function isWordCharacter(code: number): boolean {
  if (code < 0x80) return IS_WORD[code] === 1;
  return LETTER_OR_DIGIT.test(String.fromCodePoint(code));
}

/** As Go's `%#U` shows a character: `U+00E9 'é'`. */
export function describeCharacter(code: number): string {
  const rune = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  const number = `U+${rune.toString(16).toUpperCase().padStart(4, "0")}`;
  return isPrintable(rune) ? `${number} '${String.fromCodePoint(rune)}'` : number;
}
