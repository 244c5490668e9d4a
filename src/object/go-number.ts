const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/** Powers of ten at and beyond which Go's format `g` writes an exponent. */
const SMALLEST_POWER = -5;
const LARGEST_POWER = 6;

/** A number as sigs.k8s.io/yaml writes it: whole ones of up to 64 bits by their digits, others as Go's `strconv` does with format `g`. */
export function formatGoNumber(value: number | bigint): string {
  if (Number.isSafeInteger(value)) return String(value);
  const isWhole = typeof value === "bigint" || (Number.isInteger(value) && Math.abs(value) < 1e20);
  if (isWhole && isInt64(BigInt(String(value)))) return String(value);
  return formatGoFloat(Number(value));
}

const isInt64 = (value: bigint): boolean => value >= MIN_INT64 && value <= MAX_UINT64;

/** A float with the fewest digits that tell it from any other: `0.0001`, `1e-05`, `1.5e+06`. */
export function formatGoFloat(value: number): string {
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent > SMALLEST_POWER && exponent < LARGEST_POWER) return String(value);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
