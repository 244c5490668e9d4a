/** A number that was read, and why it is none: Go's own words. The value is then zero, or the limit that it is beyond. */
export interface ParsedNumber<Value> {
  readonly value: Value;
  readonly error?: "invalid syntax" | "value out of range" | undefined;
}

const DECIMAL_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([\dA-Fa-f]*)(?:\.([\dA-Fa-f]*))?[pP]([+-]?\d+)$/;
const SPECIAL_FLOATS: ReadonlyMap<string, number> = new Map([["inf", Infinity], ["+inf", Infinity], ["-inf", -Infinity], ["infinity", Infinity], ["+infinity", Infinity], ["-infinity", -Infinity], ["nan", Number.NaN]]);
/** A `_` that does not stand between digits; a prefix counts as a digit. */
const BAD_UNDERSCORE = { decimal: /(?<!\d)_|_(?!\d)/, hexadecimal: /(?<![\dA-Fa-f])_|_(?![\dA-Fa-f])/ };
const PREFIX = /^([+-]?)0[xXbBoO]/;
const SMALL_DECIMAL = /^[+-]?\d{1,15}$/;
/** More digits than any number of 64 bits has in base 2, with room for zeros. */
const MAX_DIGITS = 4096;
const SYNTAX = { value: 0n, error: "invalid syntax" } as const;
const TRUE_WORDS = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_WORDS = new Set(["0", "f", "F", "FALSE", "false", "False"]);
const PREFIXES: ReadonlyMap<string, number> = new Map([["0x", 16], ["0b", 2], ["0o", 8]]);

/** strconv.ParseBool; undefined where the text is neither. */
export function parseBool(text: string): boolean | undefined {
  if (TRUE_WORDS.has(text)) return true;
  return FALSE_WORDS.has(text) ? false : undefined;
}

/** strconv.ParseFloat for 64 bits: decimal and hexadecimal, `_` between digits, `Inf` and `NaN` in any case. */
export function parseFloat(text: string): ParsedNumber<number> {
  const special = SPECIAL_FLOATS.get(text.toLowerCase());
  if (special !== undefined) return { value: special };
  if (!allowsUnderscores(text)) return { value: 0, error: "invalid syntax" };
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  const value = DECIMAL_FLOAT.test(plain) ? Number(plain) : readHexFloat(plain);
  if (value === undefined) return { value: 0, error: "invalid syntax" };
  return Number.isFinite(value) ? { value } : { value, error: "value out of range" };
}

/** strconv.ParseInt: base 0 takes the prefixes `0x`, `0b`, `0o` and `0` as well as `_` between digits. */
export function parseInt(text: string, base = 10, bits = 64): ParsedNumber<bigint> {
  if (base === 10 && bits === 64 && SMALL_DECIMAL.test(text)) return { value: BigInt(Number(text)) };
  const isNegative = text.startsWith("-");
  const magnitude = readDigits(isNegative || text.startsWith("+") ? text.slice(1) : text, base);
  if (magnitude === undefined) return SYNTAX;
  const value = isNegative ? -magnitude : magnitude;
  const limit = 1n << BigInt(bits - 1);
  if (value >= limit) return { value: limit - 1n, error: "value out of range" };
  return value < -limit ? { value: -limit, error: "value out of range" } : { value };
}

/** strconv.ParseUint: as parseInt, without a sign. */
export function parseUint(text: string, base = 10, bits = 64): ParsedNumber<bigint> {
  const value = readDigits(text, base);
  if (value === undefined) return SYNTAX;
  const limit = 1n << BigInt(bits);
  return value >= limit ? { value: limit - 1n, error: "value out of range" } : { value };
}

function readDigits(text: string, base: number): bigint | undefined {
  const { digits, radix } = base === 0 ? withoutPrefix(text) : { digits: text, radix: base };
  if (digits === undefined || digits === "") return undefined;
  for (let at = 0; at < digits.length; at += 1) if (digitValue(digits.charCodeAt(at)) >= radix) return undefined;
  const significant = digits.replace(/^0+(?=.)/, "");
  return significant.length > MAX_DIGITS ? 1n << 64n : valueOf(significant, radix);
}

function valueOf(digits: string, radix: number): bigint {
  if (radix === 10) return BigInt(digits);
  let value = 0n;
  for (let at = 0; at < digits.length; at += 1) value = value * BigInt(radix) + BigInt(digitValue(digits.charCodeAt(at)));
  return value;
}

function withoutPrefix(text: string): { digits: string | undefined; radix: number } {
  const radix = PREFIXES.get(text.slice(0, 2).toLowerCase()) ?? (text.startsWith("0") && text.length > 1 ? 8 : 10);
  const hasLetter = PREFIXES.has(text.slice(0, 2).toLowerCase());
  if (!allowsUnderscores(text)) return { digits: undefined, radix };
  const digits = text.slice(hasLetter ? 2 : radix === 8 ? 1 : 0).replaceAll("_", "");
  return { digits, radix };
}

function allowsUnderscores(text: string): boolean {
  if (!text.includes("_")) return true;
  const kind = /^[+-]?0[xX]/.test(text) ? "hexadecimal" : "decimal";
  return !BAD_UNDERSCORE[kind].test(text.replace(PREFIX, "$10"));
}

/** A digit of bases up to 36; Infinity for what is none. */
function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 122 ? lower - 87 : Infinity;
}

function readHexFloat(text: string): number | undefined {
  const [, sign = "", whole = "", fraction = "", power = ""] = HEX_FLOAT.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits === "" || digits.length > MAX_DIGITS) return undefined;
  const mantissa = BigInt(`0x${digits}`);
  const value = mantissa === 0n ? 0 : scale(mantissa, Number(power) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** mantissa × 2^power, rounded once to the nearest float. */
function scale(mantissa: bigint, power: number): number {
  const bits = mantissa.toString(2).length;
  if (bits + power > 1100) return Infinity;
  if (bits + power < -1100) return 0;
  if (power >= 0) return Number(mantissa << BigInt(power));
  const keep = Math.min(53, bits + power + 1074);
  const drop = bits - keep;
  if (drop <= 0) return Number(mantissa) * 2 ** Math.trunc(power / 2) * 2 ** (power - Math.trunc(power / 2));
  const shift = BigInt(drop);
  const rest = mantissa & ((1n << shift) - 1n);
  const half = 1n << (shift - 1n);
  const down = mantissa >> shift;
  const rounded = rest > half || (rest === half && (down & 1n) === 1n) ? down + 1n : down;
  const exponent = power + drop;
  const part = Math.trunc(exponent / 2);
  return Number(rounded) * 2 ** part * 2 ** (exponent - part);
}
