import { fromBytes, runeOf, toBytes } from "./bytes.ts";
import { isRune } from "./quote.ts";

/** A character read from a quoted text. */
export interface UnquotedCharacter {
  /** The rune, or the byte where `isByte`. */
  readonly code: number;
  /** True for `\xff` and `\377`, which stand for a byte. */
  readonly isByte: boolean;
  /** Where the next one begins. */
  readonly end: number;
}

const NAMED: ReadonlyMap<string, number> = new Map([["a", 7], ["b", 8], ["t", 9], ["n", 10], ["v", 11], ["f", 12], ["r", 13], ["\\", 0x5c]]);
const HEX_WIDTHS: ReadonlyMap<string, number> = new Map([["x", 2], ["u", 4], ["U", 8]]);
const HEX = /^[\dA-Fa-f]+$/;
const OCTAL = /^[0-7]{3}$/;

/** strconv.Unquote: the text that a Go literal stands for (double, single or back quotes), or undefined where it is none. */
export function unquote(literal: string): string | undefined {
  const mark = literal.charAt(0);
  if (literal.length < 2 || !literal.endsWith(mark)) return undefined;
  const inner = literal.slice(1, -1);
  if (mark === "`") return inner.includes("`") ? undefined : inner.replaceAll("\r", "");
  if ((mark !== '"' && mark !== "'") || inner.includes("\n")) return undefined;
  if (mark === '"' && !inner.includes("\\") && !inner.includes('"') && inner.isWellFormed()) return inner;
  const characters = unquoteAll(inner, mark);
  return characters === undefined || (mark === "'" && characters.length !== 1) ? undefined : textOfCharacters(characters);
}

/** strconv.UnquoteChar: the character at an offset of a text between the quotes `mark`, or undefined where none stands there. */
export function unquoteChar(text: string, at: number, mark: string): UnquotedCharacter | undefined {
  const code = text.codePointAt(at);
  if (code === undefined) return undefined;
  const character = String.fromCodePoint(code);
  if (character === mark) return undefined;
  return character === "\\" ? unescape(text, at + 1, mark) : { code: runeOf(character), isByte: false, end: at + character.length };
}

function unquoteAll(inner: string, mark: string): UnquotedCharacter[] | undefined {
  const characters: UnquotedCharacter[] = [];
  for (let at = 0; at < inner.length; ) {
    const character = unquoteChar(inner, at, mark);
    if (character === undefined) return undefined;
    characters.push(character);
    at = character.end;
  }
  return characters;
}

/** What stands behind a backslash. */
function unescape(text: string, at: number, mark: string): UnquotedCharacter | undefined {
  const letter = text.charAt(at);
  const named = letter === mark && mark !== "" ? mark.codePointAt(0) : NAMED.get(letter);
  if (named !== undefined) return { code: named, isByte: false, end: at + 1 };
  const width = HEX_WIDTHS.get(letter);
  return width === undefined ? unescapeOctal(text, at) : unescapeHex(text, at, width);
}

function unescapeHex(text: string, at: number, width: number): UnquotedCharacter | undefined {
  const digits = text.slice(at + 1, at + 1 + width);
  if (digits.length < width || !HEX.test(digits)) return undefined;
  const code = Number.parseInt(digits, 16);
  const isByte = width === 2;
  return isByte || isRune(code) ? { code, isByte, end: at + 1 + width } : undefined;
}

function unescapeOctal(text: string, at: number): UnquotedCharacter | undefined {
  const digits = text.slice(at, at + 3);
  const code = Number.parseInt(digits, 8);
  return OCTAL.test(digits) && code <= 0xff ? { code, isByte: true, end: at + 3 } : undefined;
}

function textOfCharacters(characters: readonly UnquotedCharacter[]): string {
  if (characters.every(({ code, isByte }) => !isByte || code < 0x80)) return characters.map(({ code }) => String.fromCodePoint(code)).join("");
  return fromBytes(Buffer.concat(characters.map(({ code, isByte }) => (isByte ? Uint8Array.of(code) : toBytes(String.fromCodePoint(code))))));
}
