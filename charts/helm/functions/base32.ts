import { fromBytes, isAscii, toBytes } from "../go/bytes.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const GROUP = 8;
const BITS = 5;
/** How many letters of a group leave a byte unfinished. */
const UNFINISHED = new Set([1, 3, 6]);

/** RFC 4648 with padding, as Go's encoding/base32 writes it. */
export function encodeBase32(text: string): string {
  const bytes = toBytes(text);
  let encoded = "";
  for (let bit = 0; bit < bytes.length * 8; bit += BITS) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    encoded += LETTERS.charAt((pair >> (16 - BITS - (bit & 7))) & 31);
  }
  return encoded.padEnd(Math.ceil(encoded.length / GROUP) * GROUP, "=");
}

/** The text of base 32; line breaks count for nothing. What is none gives Go's error as a text. */
export function decodeBase32(text: string): string {
  const plain = (isAscii(text) ? text : Buffer.from(toBytes(text)).toString("latin1")).replace(/[\r\n]/g, ""); // one character per byte, as Go counts
  const letters = countLetters(plain);
  const problem = findProblem(plain, letters);
  if (problem !== undefined) return `illegal base32 data at input byte ${problem}`;
  const bytes = new Uint8Array(Math.floor((letters * BITS) / 8));
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = byteAt(plain, index * 8);
  return fromBytes(bytes);
}

function countLetters(text: string): number {
  let count = 0;
  while (count < text.length && LETTERS.includes(text.charAt(count))) count += 1;
  return count;
}

/** Where the text stops being base 32, as Go counts; undefined where it is. */
function findProblem(text: string, letters: number): number | undefined {
  const inGroup = letters % GROUP;
  if (letters === text.length) return inGroup === 0 ? undefined : letters - inGroup;
  const rest = text.length - letters - 1;
  if (text[letters] !== "=" || inGroup < 2 || rest >= GROUP) return letters;
  if (rest + inGroup < GROUP - 1) return text.length;
  for (let at = letters + 1; at < letters + GROUP - inGroup; at += 1) if (text[at] !== "=") return at - 1;
  return UNFINISHED.has(inGroup) ? letters : undefined;
}

function byteAt(text: string, bit: number): number {
  let bits = 0;
  const first = Math.floor(bit / BITS);
  for (let at = first; at < first + 3; at += 1) bits = (bits << BITS) | Math.max(LETTERS.indexOf(text.charAt(at) || "A"), 0);
  return (bits >> (3 * BITS - 8 - (bit - first * BITS))) & 0xff;
}
