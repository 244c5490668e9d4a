/** Go's verbs for floats: exponent, plain, whichever is shorter, hexadecimal, binary exponent. */
export type FloatFormat = "e" | "E" | "f" | "g" | "G" | "x" | "X" | "b";

/** Digits d of the number 0.d × 10^point, without trailing zeros; none for zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Precision that means: as few digits as tell the number from any other. */
const SHORTEST = -1;

/** strconv.FormatFloat for 64 bits. Precision -1 is the shortest text that reads back as the same number. */
export function formatFloat(value: number, format: FloatFormat, precision = SHORTEST): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (format === "g" && precision < 0) return formatShortest(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + formatMagnitude(Math.abs(value), format, precision);
}

/** Format `g` with the shortest precision: what `%v` prints. */
export function formatShortest(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return String(value);
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (!Number.isFinite(value)) return formatFloat(value, "g");
  const decimal = shortest(magnitude);
  const { digits, point } = decimal;
  return (value < 0 ? "-" : "") + (usesExponent(point, 6) ? exponential(decimal, digits.length - 1, "e") : positional(decimal, Math.max(digits.length - point, 0)));
}

function formatMagnitude(value: number, format: FloatFormat, precision: number): string {
  if (format === "b") return binaryExponent(value);
  if (format === "x" || format === "X") return hexadecimal(value, precision, format);
  if (format === "f") {
    const decimal = precision < 0 ? shortest(value) : roundAtPoint(exact(value), precision);
    return positional(decimal, precision < 0 ? Math.max(decimal.digits.length - decimal.point, 0) : precision);
  }
  if (format === "e" || format === "E") {
    const decimal = precision < 0 ? shortest(value) : round(exact(value), precision + 1);
    return exponential(decimal, precision < 0 ? Math.max(decimal.digits.length - 1, 0) : precision, format);
  }
  return general(value, format, precision);
}

function general(value: number, format: "g" | "G", precision: number): string {
  const wanted = precision < 0 ? SHORTEST : precision === 0 ? 1 : precision;
  const decimal = wanted < 0 ? shortest(value) : round(exact(value), wanted);
  const count = decimal.digits.length;
  const limit = wanted < 0 ? 6 : wanted > count && count >= decimal.point ? count : wanted;
  if (usesExponent(decimal.point, limit)) return exponential(decimal, Math.max((wanted < 0 ? count : Math.min(wanted, count)) - 1, 0), format === "g" ? "e" : "E");
  return positional(decimal, Math.max(count - decimal.point, 0));
}

const usesExponent = (point: number, limit: number): boolean => point - 1 < -4 || point - 1 >= Math.max(limit, 0);

function shortest(value: number): Decimal {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(power) + 1 };
}

const view = new DataView(new ArrayBuffer(8));

/** value = mantissa × 2^exponent. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** All digits of a float: a power of two has finitely many. */
function exact(value: number): Decimal {
  const { mantissa, exponent } = parts(value);
  if (mantissa === 0n) return { digits: "", point: 0 };
  const digits = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits: digits.replace(/0+$/, ""), point: exponent >= 0 ? digits.length : digits.length + exponent };
}

const roundAtPoint = (decimal: Decimal, precision: number): Decimal => round(decimal, decimal.point + precision);

/** Keeps some digits; a half goes to the even one. */
function round({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: "", point: 0 };
  const kept = digits.slice(0, count);
  const next = digits.charAt(count);
  const isHalf = next === "5" && digits.length === count + 1;
  const isUp = isHalf ? count > 0 && Number(digits.charAt(count - 1)) % 2 === 1 : next >= "5";
  if (!isUp) return trimmed(kept, point);
  const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString().padStart(count, "0");
  return trimmed(raised, point + raised.length - count);
}

function trimmed(digits: string, point: number): Decimal {
  const significant = digits.replace(/0+$/, "");
  return significant === "" ? { digits: "", point: 0 } : { digits: significant, point };
}

function exponential({ digits, point }: Decimal, precision: number, letter: "e" | "E"): string {
  const power = digits === "" ? 0 : point - 1;
  const fraction = digits.slice(1, precision + 1).padEnd(precision, "0");
  return `${digits.charAt(0) || "0"}${precision > 0 ? `.${fraction}` : ""}${letter}${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function positional({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, "0")}`;
}

function binaryExponent(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

/** `0x1.8p+01`: one digit before the point, which is 1 but for zero. */
function hexadecimal(value: number, precision: number, letter: "x" | "X"): string {
  const { mantissa, exponent } = parts(value);
  const bits = mantissa.toString(2).length;
  let power = mantissa === 0n ? 0 : exponent + bits - 1;
  let fraction = mantissa === 0n ? 0n : (mantissa << BigInt(61 - bits)) & ((1n << 60n) - 1n);
  let lead = mantissa === 0n ? 0n : 1n;
  if (precision >= 0 && precision < 15) {
    const rounded = roundBits((lead << 60n) | fraction, BigInt(60 - 4 * precision));
    if (rounded >= 2n << 60n) power += 1;
    lead = rounded === 0n ? 0n : 1n;
    fraction = (rounded >= 2n << 60n ? rounded >> 1n : rounded) & ((1n << 60n) - 1n);
  }
  const digits = fraction.toString(16).padStart(15, "0");
  const shown = precision < 0 ? digits.replace(/0+$/, "") : digits.slice(0, precision).padEnd(precision, "0");
  const text = `0x${lead}${shown === "" ? "" : `.${shown}`}p${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return letter === "X" ? text.toUpperCase() : text;
}

/** Clears the lowest bits; a half goes to the even one. */
function roundBits(value: bigint, drop: bigint): bigint {
  const down = value >> drop;
  const rest = value & ((1n << drop) - 1n);
  const half = drop === 0n ? 1n : 1n << (drop - 1n);
  return (rest > half || (rest === half && (down & 1n) === 1n) ? down + 1n : down) << drop;
}
