/*
 * Go's time.Duration: a signed 64-bit count of nanoseconds, written as `1h2m3.5s` (durationText of time-text.ts writes it).
 */
import { quoteInError } from "./time-error.ts";

/** Nanoseconds of a second. */
export const SECOND = 1_000_000_000n;
const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  ["\u00B5s", 1000n],
  ["\u03BCs", 1000n],
  ["ms", 1_000_000n],
  ["s", SECOND],
  ["m", 60n * SECOND],
  ["h", 3600n * SECOND],
]);

/** Reads `1h2m3.5s`. Throws Go's error (`time: unknown unit "x" in duration "1x"`). */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith("-");
  let rest = negative || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return 0n;
  let total = 0n;
  do {
    const [part = "", whole = "", fraction, unit = ""] = PART.exec(rest) ?? [];
    if (whole === "" && (fraction === undefined || fraction === "")) throw invalid(text);
    if (unit === "") throw new Error(`time: missing unit in duration ${quoteInError(text)}`);
    const size = UNITS.get(unit);
    if (size === undefined) throw new Error(`time: unknown unit ${quoteInError(unit)} in duration ${quoteInError(text)}`);
    total += nanoseconds(whole, fraction ?? "", size) ?? MAX + 2n;
    if (total > MAX + 1n) throw invalid(text);
    rest = rest.slice(part.length);
  } while (rest !== "");
  if (!negative && total > MAX) throw invalid(text);
  return negative ? -total : total;
}

/** To the nearest multiple, halves away from zero, held within 64 bits; a multiple that is not positive changes nothing. */
export function roundDuration(duration: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) return duration;
  const over = duration % multiple;
  const size = over < 0n ? -over : over;
  if (size * 2n < multiple) return duration - over;
  return clampDuration(duration < 0n ? duration - over - multiple : duration - over + multiple);
}

/** Towards zero to a multiple; one that is not positive changes nothing. */
export const truncateDuration = (duration: bigint, multiple: bigint): bigint => (multiple <= 0n ? duration : duration - (duration % multiple));

/** The nearest value that 64 bits hold. */
export const clampDuration = (duration: bigint): bigint => (duration > MAX ? MAX : duration < MIN ? MIN : duration);

/** A whole number, its fraction and the unit they are followed by. */
const PART = /^(\d*)(?:\.(\d*))?([^\d.]*)/;

const invalid = (text: string): Error => new Error(`time: invalid duration ${quoteInError(text)}`);

/** Undefined where the whole part has more than 64 bits. */
function nanoseconds(whole: string, fraction: string, unit: bigint): bigint | undefined {
  const digits = whole.replace(LEADING_ZEROS, "");
  if (digits.length > 19) return undefined;
  const value = BigInt(digits);
  return value > (MAX + 1n) / unit ? undefined : value * unit + fractionOf(fraction, unit);
}

const LEADING_ZEROS = /^0+/;

/** In float64, as Go reckons it, from as many digits as 63 bits hold. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits.slice(0, 64)) {
    const next = value * 10n + BigInt(digit);
    if (value > MAX / 10n || next > MAX + 1n) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}
