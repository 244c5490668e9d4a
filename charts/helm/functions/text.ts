/*
 * Searching and cutting of texts byte by byte, as Go's strings package does it. Texts of whole characters are handled as
 * JavaScript strings; one with bytes that belong to no character goes through `latin`: one character for each byte.
 */
import { fromBytes, isAscii, toBytes } from "../go/bytes.ts";
import { isSpace } from "./runes.ts";

/** Whether what is found in one text can be cut there: no character of one is a part of one of the other. */
const isPlain = (text: string, part: string): boolean => isAscii(part) || (part.isWellFormed() && text.isWellFormed());
const latin = (text: string): string => Buffer.from(toBytes(text)).toString("latin1");
const fromLatin = (text: string): string => fromBytes(Buffer.from(text, "latin1"));

/** strings.Contains. */
export const includes = (text: string, part: string): boolean => (isPlain(text, part) ? text.includes(part) : latin(text).includes(latin(part)));
/** strings.HasPrefix. */
export const startsWith = (text: string, part: string): boolean => (isPlain(text, part) ? text.startsWith(part) : latin(text).startsWith(latin(part)));
/** strings.HasSuffix. */
export const endsWith = (text: string, part: string): boolean => (isPlain(text, part) ? text.endsWith(part) : latin(text).endsWith(latin(part)));

/** strings.SplitN: at most `limit` parts, all where it is negative. An empty separator splits into runes. */
export function splitText(text: string, separator: string, limit = -1): string[] {
  if (limit === 0) return [];
  if (separator === "") return limited(Array.from(text), "", limit);
  if (!isPlain(text, separator)) return limited(latin(text).split(latin(separator)), latin(separator), limit).map(fromLatin);
  return limited(text.split(separator), separator, limit);
}

/** All occurrences of a part replaced; an empty one stands before every rune and at the end. */
export function replaceText(part: string, replacement: string, text: string, scope: { readonly spendText: (characters: number) => void }): string {
  if (part === replacement) return text;
  const pieces = part === "" ? ["", ...Array.from(text), ""] : isPlain(text, part) ? (text.includes(part) ? text.split(part) : [text]) : latin(text).split(latin(part)).map(fromLatin);
  if (pieces.length === 1) return text;
  scope.spendText(text.length + replacement.length * pieces.length);
  return joinTexts(pieces, replacement);
}

/** The texts one behind the other. Bytes that meet and make up a character become it. */
export function joinTexts(texts: readonly string[], separator = ""): string {
  const text = texts.join(separator);
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

/** Go's `text[from:to]` in bytes (default the end). Throws Error with Go's text where an offset lies outside. */
export function cutBytes(text: string, from: number, to?: number, isLenient = false): string {
  const isSimple = isAscii(text);
  const bytes = isSimple ? undefined : toBytes(text);
  const length = bytes === undefined ? text.length : bytes.length;
  const end = to === undefined || (isLenient && to > length) ? length : to;
  if (end < 0) throw new Error(`runtime error: slice bounds out of range [:${end}]`);
  if (end > length) throw new Error(`runtime error: slice bounds out of range [:${end}] with length ${length}`);
  if (from > end) throw new Error(`runtime error: slice bounds out of range [${from}:${end}]`);
  return bytes === undefined ? text.slice(from, end) : fromBytes(bytes.subarray(from, end));
}

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charAt(from))) from += 1;
  while (to > from && isSpace(text.charAt(to - 1))) to -= 1;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

/** The text without the runes of a set at its start. */
export function trimLeft(text: string, set: ReadonlySet<string>): string {
  let from = 0;
  for (const character of text) {
    if (!set.has(character.toWellFormed())) break;
    from += character.length;
  }
  return text.slice(from);
}

/** The text without the runes of a set at its end. */
export function trimRight(text: string, set: ReadonlySet<string>): string {
  let to = text.length;
  while (to > 0) {
    const code = text.codePointAt(to - 2) ?? 0;
    const width = code > 0xffff ? 2 : 1;
    if (!set.has(text.slice(to - width, to).toWellFormed())) break;
    to -= width;
  }
  return text.slice(0, to);
}

function limited(parts: string[], separator: string, limit: number): string[] {
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}
