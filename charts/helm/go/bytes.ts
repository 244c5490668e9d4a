/*
 * Go's strings are bytes. Here they are JavaScript texts: valid UTF-8 as its characters, any other byte b as the lone
 * surrogate U+DC00+b, as Python's `surrogateescape` does. `text.toWellFormed()` is what Go sees when it goes through the
 * runes of such a text: U+FFFD for every byte that belongs to none.
 */
import { isUtf8 } from "node:buffer";

const BEYOND_ASCII = /[\x80-\uFFFF]/;
const SURROGATE = /[\uD800-\uDFFF]/;
/** First of the lone surrogates that stand for bytes, less the byte 0. */
const ESCAPE = 0xdc00;

/** True where bytes and characters are the same. */
export const isAscii = (text: string): boolean => !BEYOND_ASCII.test(text);

/** The bytes that Go sees. */
export function toBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  return text.isWellFormed() ? bytes : withEscapes(text);
}

/** The text of some bytes: what is no UTF-8 is kept byte by byte. */
export function fromBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString("utf8") : escapeBytes(buffer);
}

/** Go's `len` of a text. */
export function byteLength(text: string): number {
  if (isAscii(text)) return text.length;
  return text.isWellFormed() ? Buffer.byteLength(text, "utf8") : withEscapes(text).length;
}

/** The bytes of a text from one offset to another (default the end), as Go's `text[from:to]`; both within the text. */
export function byteSlice(text: string, from: number, to?: number): string {
  return isAscii(text) ? text.slice(from, to) : fromBytes(toBytes(text).subarray(from, to));
}

/** One text behind the other. Halves of a character that meet become the character again. */
export function concatBytes(left: string, right: string): string {
  const text = left + right;
  return endsInEscape(left) && startsWithEscape(right) ? fromBytes(toBytes(text)) : text;
}

/** The byte at an offset, or undefined beyond the end. */
export const byteAt = (text: string, at: number): number | undefined => (isAscii(text) ? text.charCodeAt(at) : (toBytes(text)[at] ?? undefined));

/** Go's order of texts, byte by byte. */
export function compareText(left: string, right: string): number {
  if (!isHigh(left) && !isHigh(right)) return compareUnits(left, right);
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return a < 0xd800 && b < 0xd800 ? a - b : Buffer.compare(toBytes(left), toBytes(right));
  }
  return left.length - right.length;
}

/** Texts in Go's order; the list itself is sorted and given back. */
export function sortText(texts: string[]): string[] {
  for (let at = 1; at < texts.length; at += 1) if ((texts[at - 1] ?? "") > (texts[at] ?? "")) return sortUnsorted(texts);
  return texts.some(isHigh) ? texts.sort(compareText) : texts;
}

/** UTF-16 orders characters as UTF-8 does, but for those that it writes with two units. */
const sortUnsorted = (texts: string[]): string[] => texts.sort(texts.some(isHigh) ? compareText : compareUnits);

const HIGH = /[\uD800-\uFFFF]/;
const isHigh = (text: string): boolean => HIGH.test(text);
const compareUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The rune that Go sees in one character of a text: U+FFFD for a byte that belongs to none. */
export function runeOf(character: string): number {
  const code = character.codePointAt(0) ?? 0xfffd;
  return isSurrogate(code) ? 0xfffd : code;
}

/** The byte that a character stands for, or undefined where it is a real one. */
export function escapedByte(code: number): number | undefined {
  return code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff ? code - ESCAPE : undefined;
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;
const startsWithEscape = (text: string): boolean => text.length > 0 && escapedByte(text.charCodeAt(0)) !== undefined;

function endsInEscape(text: string): boolean {
  return text.length > 0 && escapedByte(text.charCodeAt(text.length - 1)) !== undefined && !SURROGATE.test(text.charAt(text.length - 2));
}

function withEscapes(text: string): Uint8Array {
  const bytes = Buffer.alloc(text.length * 3);
  let length = 0;
  let done = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    if (code > 0xffff) at += 1;
    const byte = escapedByte(code);
    if (byte === undefined) continue;
    length += bytes.write(text.slice(done, at), length, "utf8");
    bytes[length] = byte;
    length += 1;
    done = at + 1;
  }
  length += bytes.write(text.slice(done), length, "utf8");
  return bytes.subarray(0, length);
}

function escapeBytes(bytes: Buffer): string {
  const parts: string[] = [];
  let done = 0;
  for (let at = 0; at < bytes.length; ) {
    const width = characterWidth(bytes, at);
    if (width === 0) {
      parts.push(bytes.toString("utf8", done, at), String.fromCharCode(ESCAPE + (bytes[at] ?? 0)));
      done = at + 1;
    }
    at += width || 1;
  }
  parts.push(bytes.toString("utf8", done));
  return parts.join("");
}

/** How many bytes the character at an offset has; 0 where none begins there. */
function characterWidth(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const width = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return width > 0 && at + width <= bytes.length && isUtf8(bytes.subarray(at, at + width)) ? width : 0;
}
