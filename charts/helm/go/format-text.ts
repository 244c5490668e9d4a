import { toBytes } from "./bytes.ts";
import type { Directive } from "./format-directive.ts";
import { canBackquote, quote, quoteToAscii } from "./quote.ts";

/** A text with a verb, or undefined where the verb is none for texts. */
export function formatText(text: string, verb: string, directive: Directive): string | undefined {
  if (verb === "q" || (verb === "v" && directive.isGoSyntax)) return padded(quoted(truncated(text, directive), directive), directive);
  if (verb === "s" || verb === "v") return padded(truncated(text, directive), directive);
  return verb === "x" || verb === "X" ? inHex(toBytes(text), verb, directive) : undefined;
}

/** Bytes in hexadecimal, as `%x` prints texts and byte slices. */
export function inHex(bytes: Uint8Array, verb: string, directive: Directive): string {
  const shown = bytes.subarray(0, directive.precision ?? bytes.length);
  const prefix = directive.sharp ? "0x" : "";
  const { zero, minus, width = 0 } = directive;
  if (shown.length === 0) return (zero && !minus ? "0" : " ").repeat(width);
  const digits = Buffer.from(shown).toString("hex");
  const text = prefix + (directive.space ? digits.replace(/..(?!$)/g, `$& ${prefix}`) : digits);
  return padded(verb === "X" ? text.toUpperCase() : text, directive);
}

/** A text as wide as asked for: padded with spaces, on the left with zeros where the flag says so. */
export const padded = (text: string, directive: Directive): string => paddedText(text, directive, directive.zero);

/** Likewise, with or without zeros. Width counts characters. */
export function paddedText(text: string, { width, minus }: Directive, zero: boolean): string {
  if (width === undefined) return text;
  const missing = width - runeCount(text);
  if (missing <= 0) return text;
  return minus ? text + " ".repeat(missing) : (zero ? "0" : " ").repeat(missing) + text;
}

function quoted(text: string, { sharp, plus }: Directive): string {
  if (sharp && canBackquote(text)) return `\`${text}\``;
  return plus ? quoteToAscii(text) : quote(text);
}

function truncated(text: string, { precision }: Directive): string {
  if (precision === undefined || text.length <= precision) return text;
  let end = 0;
  for (let count = 0; count < precision && end < text.length; count += 1) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

function runeCount(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    if ((text.codePointAt(at) ?? 0) > 0xffff) at += 1;
    count += 1;
  }
  return count;
}
