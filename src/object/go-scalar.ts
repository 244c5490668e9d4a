import { readTimestamp } from "./go-timestamp.ts";

/**
 * Whose reading of plain scalars. `kubectl`: Go's sigs.k8s.io/yaml (go-yaml v2, YAML 1.1 without dates and base-60 numbers),
 * which the API server's clients use. `kustomize`: go-yaml v3, where yes, no, on, off, y and n are text and dates are times.
 */
export type Dialect = "kubectl" | "kustomize";

/** A scalar that Go refuses, such as `.inf`: JSON has no such number. */
export class ScalarError extends Error {}

/** What a plain scalar may stand for. */
export type Scalar = null | boolean | number | bigint | string;

type Words = ReadonlyMap<string, boolean | null>;

const KUSTOMIZE_WORDS: Words = new Map<string, boolean | null>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

const KUBECTL_WORDS: Words = new Map<string, boolean | null>([
  ...KUSTOMIZE_WORDS,
  ...["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);

const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DECIMAL = /^[-+]?(?:0|[1-9]\d*)$/;
const PREFIXED = /^([-+]?)0(?:[xX]([\da-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))$/;
/** Go strips `0b` (its newer version `0o` too) where it finds no number, and looks again. */
const SIGNED: Readonly<Record<Dialect, RegExp>> = { kubectl: /^(0b)([-+])([01]+)$/, kustomize: /^(?:(0b)([-+])([01]+)|(0o)([-+])([0-7]+))$/ };
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** Behind a dot Go's own rule for `_` holds: only between digits. */
const DOTTED = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/;
/** 64 bits with some zeros before them. */
const MAX_DIGITS = 100;
const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Reads a plain scalar: null, boolean, integer (bigint where a double is too small), float, or text. Throws ScalarError on `.inf` and `.nan`. */
export function readScalar(text: string, dialect: Dialect = "kubectl"): Scalar {
  const first = text.charCodeAt(0);
  if (isNumberStart(first)) return readNumber(text, dialect) ?? (dialect === "kustomize" ? readTimestamp(text) : undefined) ?? text;
  if (first === 46 /* . */) return readDotted(text);
  if (text.length > 5) return text;
  const word = (dialect === "kustomize" ? KUSTOMIZE_WORDS : KUBECTL_WORDS).get(text);
  return word === undefined ? text : word;
}

const isNumberStart = (code: number): boolean => (code >= 48 && code <= 57) || code === 43 || code === 45;

function readDotted(text: string): Scalar {
  if (NOT_FINITE.test(text)) throw new ScalarError(`${text} is no number that JSON can hold; quote it if text is meant`);
  return DOTTED.test(text) ? (readFloat(text.replaceAll("_", "")) ?? text) : text;
}

/** An integer or a float, or undefined where the text is neither. */
export function readNumber(text: string, dialect: Dialect = "kubectl"): number | bigint | undefined {
  if (NOT_FINITE.test(text)) throw new ScalarError(`${text} is no number that JSON can hold; quote it if text is meant`);
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  return readInteger(plain, dialect) ?? readFloat(plain);
}

/** An integer of 64 bits without `_`, or undefined where the text is none. */
export function readInteger(plain: string, dialect: Dialect): number | bigint | undefined {
  if (DECIMAL.test(plain)) {
    if (plain.length <= 15) return Number(plain) + 0; // + 0 turns -0 into 0, as JSON writes it
    return within64Bits(plain);
  }
  const match = PREFIXED.exec(plain);
  if (match === null) return readSigned(plain, dialect);
  const [, sign, hex, binary, octal] = match;
  const digits = hex === undefined ? (binary === undefined ? `0o${octal}` : `0b${binary}`) : `0x${hex}`;
  return within64Bits(digits, sign);
}

function readSigned(plain: string, dialect: Dialect): number | bigint | undefined {
  const [prefix, sign, digits] = SIGNED[dialect].exec(plain)?.slice(1).filter(Boolean) ?? [];
  return prefix === undefined ? undefined : within64Bits(`${prefix}${digits}`, sign);
}

/** The integer of some digits, or undefined where 64 bits do not hold it; only what has no sign may use all of them. */
function within64Bits(digits: string, sign = /^[-+]/.exec(digits)?.[0] ?? ""): number | bigint | undefined {
  if (digits.length > MAX_DIGITS) return undefined;
  const magnitude = BigInt(digits.replace(/^[-+]/, ""));
  const value = sign === "-" ? -magnitude : magnitude;
  if (value < MIN_INT64 || value > (sign === "" ? MAX_UINT64 : MAX_INT64)) return undefined;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function readFloat(plain: string): number | undefined {
  if (!FLOAT.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value + 0 : undefined;
}
