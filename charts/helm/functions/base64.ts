import { fromBytes, toBytes } from "../go/bytes.ts";

const ALL_GROUPS = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LETTER = /^[A-Za-z0-9+/]$/;

/** RFC 4648 with padding, as Go's encoding/base64 writes it. */
export function encodeBase64(text: string): string {
  const bytes = toBytes(text);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** The text of base 64; line breaks count for nothing. What is none gives Go's error as a text. */
export function decodeBase64(text: string): string {
  if (ALL_GROUPS.test(text)) return fromBytes(Buffer.from(text, "base64"));
  const problem = findProblem(text);
  return problem === undefined ? fromBytes(Buffer.from(text.replace(/[\r\n]/g, ""), "base64")) : `illegal base64 data at input byte ${problem}`;
}

/** Where the text stops being base 64, in bytes, as Go counts; undefined where it is. */
function findProblem(text: string): number | undefined {
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (LETTER.test(character)) letters += 1;
    else if (character === "=") return findPaddingProblem(text, at, letters % 4);
    else if (!isBreak(character)) return at;
  }
  return letters % 4 === 0 ? undefined : text.length - (letters % 4);
}

/** Likewise from the first `=` on, behind so many letters of its group. */
function findPaddingProblem(text: string, at: number, letters: number): number | undefined {
  if (letters < 2) return at;
  let next = passBreaks(text, at + 1);
  if (letters === 2) {
    if (next === text.length) return next;
    if (text[next] !== "=") return next - 1;
    next = passBreaks(text, next + 1);
  }
  return next < text.length ? next : undefined;
}

function passBreaks(text: string, from: number): number {
  let at = from;
  while (isBreak(text.charAt(at))) at += 1;
  return at;
}

const isBreak = (character: string): boolean => character === "\n" || character === "\r";
