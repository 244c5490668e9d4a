import { formatFloat, type FloatFormat } from "./format-float.ts";
import type { Directive } from "./format-directive.ts";
import { padded, paddedText } from "./format-text.ts";
import { isPrintable, isRune, quoteRune } from "./quote.ts";
import { integerKind } from "./types.ts";
import type { Integer } from "./value.ts";

const BASES: ReadonlyMap<string, number> = new Map([["v", 10], ["d", 10], ["b", 2], ["o", 8], ["O", 8], ["x", 16], ["X", 16]]);

/** An integer with a verb, or undefined where the verb is none for integers. */
export function formatInteger(integer: Integer, verb: string, directive: Directive): string | undefined {
  const isUnsigned = integerKind(integer.type).startsWith("uint");
  if (verb === "v" && directive.isGoSyntax && isUnsigned) return inBase(integer.value, 16, verb, { ...directive, sharp: true });
  const base = BASES.get(verb);
  if (base !== undefined) return inBase(integer.value, base, verb, directive);
  const rune = runeOfInteger(integer.value);
  if (verb === "c") return padded(String.fromCodePoint(rune), directive);
  if (verb === "q") return padded(quoteRune(rune, directive.plus), directive);
  return verb === "U" ? inUnicode(BigInt.asUintN(64, integer.value), directive) : undefined;
}

const runeOfInteger = (value: bigint): number => (value >= 0n && value <= 0x10ffffn && isRune(Number(value)) ? Number(value) : 0xfffd);

function inBase(value: bigint, base: number, verb: string, directive: Directive): string {
  const { width = 0, precision } = directive;
  if (precision === 0 && value === 0n) return " ".repeat(width);
  const isNegative = value < 0n;
  const sign = isNegative ? "-" : directive.plus ? "+" : directive.space ? " " : "";
  const fill = precision ?? (directive.zero && !directive.minus ? width - sign.length : 0);
  const digits = (isNegative ? -value : value).toString(base).padStart(fill, "0");
  const text = sign + prefixOf(digits, base, verb, directive.sharp) + digits;
  return paddedText(verb === "X" ? text.toUpperCase() : text, directive, false);
}

function prefixOf(digits: string, base: number, verb: string, sharp: boolean): string {
  const letter = verb === "O" ? "0o" : "";
  if (!sharp) return letter;
  if (base === 8) return letter + (digits.startsWith("0") ? "" : "0");
  return base === 2 ? "0b" : base === 16 ? "0x" : "";
}

/** `U+0041`, with `#` and the character itself. */
function inUnicode(value: bigint, directive: Directive): string {
  const code = `U+${value.toString(16).toUpperCase().padStart(Math.max(directive.precision ?? 0, 4), "0")}`;
  const shown = directive.sharp && value <= 0x10ffffn && isPrintable(Number(value)) ? ` '${String.fromCodePoint(Number(value))}'` : "";
  return paddedText(code + shown, directive, false);
}

const FLOATS: ReadonlyMap<string, { readonly format: FloatFormat; readonly precision: number }> = new Map([
  ["v", { format: "g", precision: -1 }], ["g", { format: "g", precision: -1 }], ["G", { format: "G", precision: -1 }],
  ["b", { format: "b", precision: -1 }], ["x", { format: "x", precision: -1 }], ["X", { format: "X", precision: -1 }],
  ["e", { format: "e", precision: 6 }], ["E", { format: "E", precision: 6 }], ["f", { format: "f", precision: 6 }], ["F", { format: "f", precision: 6 }],
]);

/** A float with a verb, or undefined where the verb is none for floats. */
export function formatFloatVerb(value: number, verb: string, directive: Directive): string | undefined {
  const rule = FLOATS.get(verb);
  if (rule === undefined) return undefined;
  const precision = directive.precision ?? rule.precision;
  const bare = formatFloat(value, rule.format, precision);
  const isFinite = Number.isFinite(value);
  const magnitude = bare.replace(/^[+-]/, "");
  const sign = bare.startsWith("-") ? "-" : directive.plus ? "+" : directive.space ? " " : bare.startsWith("+") ? "+" : "";
  if (!isFinite) return paddedText((sign === "+" && !directive.plus && !Number.isNaN(value) ? "+" : sign) + magnitude, directive, false);
  const shown = directive.sharp && verb !== "b" ? withPoint(magnitude, rule.format, precision) : magnitude;
  const { width = 0, zero, minus } = directive;
  return zero && !minus && sign !== "" ? sign + shown.padStart(width - 1, "0") : padded(sign + shown, directive);
}

/** The flag `#`: always a point, and for `g` the zeros up to the precision. */
function withPoint(text: string, format: FloatFormat, precision: number): string {
  const at = text.search(format === "x" || format === "X" ? /p/i : /e/i);
  const [mantissa, tail] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
  const hasPoint = mantissa.includes(".");
  const wanted = format === "g" || format === "G" || format === "x" ? (precision < 0 ? 6 : precision) : 0;
  const significant = mantissa.replace(".", "").replace(/^0+/, "").length;
  const missing = wanted - significant - (mantissa === "0" ? 1 : 0);
  return `${mantissa}${hasPoint ? "" : "."}${"0".repeat(Math.max(missing, 0))}${tail}`;
}
