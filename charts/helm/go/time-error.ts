import { toBytes } from "./bytes.ts";

/** A text in quotes as Go's package time writes it in errors: byte by byte, `\xNN` for what is not printable ASCII. */
export function quoteInError(text: string): string {
  return `"${[...toBytes(text)].map((byte) => quoteByte(byte)).join("")}"`;
}

function quoteByte(byte: number): string {
  if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, "0")}`;
  const character = String.fromCharCode(byte);
  return character === '"' || character === "\\" ? `\\${character}` : character;
}
