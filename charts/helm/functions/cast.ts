/*
 * Conversions of any value, as spf13/cast 1.7 (numbers) and sprig 3.3 (texts) make them: never an error, what cannot be
 * read is zero.
 */
import { fromBytes } from "../go/bytes.ts";
import { textOf, type SpendText } from "../go/format.ts";
import { parseFloat, parseInt } from "../go/strconv.ts";
import { GoList, Integer, type GoValue } from "../go/value.ts";

const MIN_INT64 = -(2n ** 63n);

/** An int64 of any value: texts with Go's prefixes (`0644` is octal) and a `.0` behind, true as 1, anything else as 0. */
export function toInt64(value: GoValue): bigint {
  if (value instanceof Integer) return value.type === "time.Duration" ? 0n : BigInt.asIntN(64, value.value);
  if (typeof value === "number") return truncate(value);
  if (typeof value === "string") return integerOf(value);
  return value === true ? 1n : 0n;
}

/** A float64 of any value, likewise. */
export function toFloat64(value: GoValue): number {
  if (typeof value === "number") return value;
  if (value instanceof Integer) return value.type === "time.Duration" ? 0 : Number(value.value);
  if (typeof value === "string") {
    const read = parseFloat(value);
    return read.error === undefined ? read.value : 0;
  }
  return value === true ? 1 : 0;
}

/** The text of any value, as `toString` and `quote` take it: nil as `<nil>`, bytes as the text they are. */
export function textFrom(value: GoValue, spendText?: SpendText): string {
  if (typeof value === "string") return value;
  if (value instanceof GoList && value.type === "[]uint8") return fromBytes(Uint8Array.from(value.items, (byte) => Number(toInt64(byte))));
  return textOf(value, spendText);
}

/** The texts of a list without its nils; one text for anything else, none for nil. */
export function textsFrom(value: GoValue, spendText?: SpendText): readonly string[] {
  if (!(value instanceof GoList)) return value === null ? [] : [textFrom(value, spendText)];
  const texts: string[] = [];
  for (const item of value.items) if (item !== null) texts.push(textFrom(item, spendText));
  return texts;
}

/** Go's conversion of a float64 to int64 on amd64: what has no place there is the smallest one. */
export function truncate(value: number): bigint {
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(Math.trunc(value)) : MIN_INT64;
}

function integerOf(text: string): bigint {
  const read = parseInt(withoutZeroDecimals(text), 0);
  return read.error === undefined ? read.value : 0n;
}

/** `1.00` without `.00`; other texts as they are. */
function withoutZeroDecimals(text: string): string {
  let at = text.length;
  while (at > 0 && text.charAt(at - 1) === "0") at -= 1;
  return at < text.length && text.charAt(at - 1) === "." ? text.slice(0, at - 1) : text;
}
