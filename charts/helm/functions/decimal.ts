/** A decimal number: value × 10^exponent, exact, as shopspring/decimal 1.4 holds it. */
export interface Decimal {
  readonly value: bigint;
  readonly exponent: number;
}

/** Digits behind the point that a quotient is rounded to. */
const DIVISION_DIGITS = 16;
const ZERO: Decimal = { value: 0n, exponent: 0 };

/** The shortest decimal that reads back as this float. Throws Error with the library's text for what is no number. */
export function decimalOf(number: number): Decimal {
  if (!Number.isFinite(number)) throw new Error(`Cannot create a Decimal from ${Number.isNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf"}`);
  if (number === 0) return ZERO;
  const [mantissa = "", exponent = "0"] = number.toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** The nearest float. */
export const floatOf = ({ value, exponent }: Decimal): number => (value === 0n ? 0 : Number(`${value}e${exponent}`));

/** The sum. */
export function add(left: Decimal, right: Decimal): Decimal {
  const exponent = Math.min(left.exponent, right.exponent);
  return { value: scaled(left, exponent) + scaled(right, exponent), exponent };
}

/** The difference. */
export const subtract = (left: Decimal, right: Decimal): Decimal => add(left, { value: -right.value, exponent: right.exponent });

/** The product. */
export const multiply = (left: Decimal, right: Decimal): Decimal => ({ value: left.value * right.value, exponent: left.exponent + right.exponent });

/** The quotient, rounded half away from zero to 16 digits behind the point. Throws Error for a division by zero. */
export function divide(left: Decimal, right: Decimal): Decimal {
  if (right.value === 0n) throw new Error("decimal division by 0");
  const shift = left.exponent - right.exponent + DIVISION_DIGITS;
  const dividend = shift > 0 ? left.value * 10n ** BigInt(shift) : left.value;
  const divisor = shift < 0 ? right.value * 10n ** BigInt(-shift) : right.value;
  const quotient = dividend / divisor;
  const isHalf = 2n * magnitude(dividend % divisor) >= magnitude(divisor);
  const step = left.value < 0n === right.value < 0n ? 1n : -1n;
  return { value: isHalf ? quotient + step : quotient, exponent: -DIVISION_DIGITS };
}

const scaled = ({ value, exponent }: Decimal, to: number): bigint => (exponent === to ? value : value * 10n ** BigInt(exponent - to));
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
