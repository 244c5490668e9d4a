/**
 * Resource quantities (apimachinery, api/resource/quantity.go): a signed decimal number with a suffix of
 * `n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei` or an exponent `e3`. The server rewrites them: 1000m becomes 1, 1024Mi 1Gi.
 */
import type { Json } from "../src/object/json.ts";

/** A quantity as mantissa × 10^exponent, exact. */
interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,2})?$/;
const MAX_LENGTH = 64;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/** True where both are quantities of the same amount, however written; false where either is none. */
export function quantitiesEqual(left: Json, right: Json): boolean {
  const [first, second] = [parseQuantity(left), parseQuantity(right)];
  if (first === undefined || second === undefined) return false;
  const exponent = Math.min(first.exponent, second.exponent);
  return scaleTo(first, exponent) === scaleTo(second, exponent);
}

function scaleTo({ mantissa, exponent }: Quantity, target: number): bigint {
  return mantissa * 10n ** BigInt(exponent - target);
}

function parseQuantity(value: Json): Quantity | undefined {
  const text = typeof value === "number" || typeof value === "bigint" ? value.toString() : value;
  if (typeof text !== "string" || text.length > MAX_LENGTH) return undefined;
  const match = FORM.exec(text);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  if (match === null || whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const mantissa = digits << (BINARY[suffix] ?? 0n);
  return { mantissa, exponent: suffixExponent(suffix) - fraction.length };
}

function suffixExponent(suffix: string): number {
  return DECIMAL[suffix] ?? (/^[eE]./.test(suffix) && BINARY[suffix] === undefined ? Number(suffix.slice(1)) : 0);
}
