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
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Reads a plain scalar: null, boolean, integer (bigint where a double is too small), float, or text. Throws ScalarError on `.inf` and `.nan`. */
export function readScalar(text: string, dialect: Dialect = "kubectl"): Scalar {
  const first = text.charCodeAt(0);
  if (isNumberStart(first)) return readNumber(text) ?? (dialect === "kustomize" ? readTimestamp(text) : undefined) ?? text;
  if (first === 46 /* . */) return readDotted(text);
  if (text.length > 5) return text;
  const word = (dialect === "kustomize" ? KUSTOMIZE_WORDS : KUBECTL_WORDS).get(text);
  return word === undefined ? text : word;
}

const isNumberStart = (code: number): boolean => (code >= 48 && code <= 57) || code === 43 || code === 45;

function readDotted(text: string): Scalar {
  if (NOT_FINITE.test(text)) throw new ScalarError(`${text} is no number that JSON can hold; quote it if text is meant`);
  return FLOAT.test(text) ? Number(text) : text;
}

/** An integer or a float, or undefined where the text is neither. */
export function readNumber(text: string): number | bigint | undefined {
  if (NOT_FINITE.test(text)) throw new ScalarError(`${text} is no number that JSON can hold; quote it if text is meant`);
  const plain = text.includes("_") ? text.replaceAll("_", "") : text;
  return readInteger(plain) ?? readFloat(plain);
}

function readInteger(plain: string): number | bigint | undefined {
  if (DECIMAL.test(plain)) {
    if (plain.length <= 15) return Number(plain) + 0; // + 0 turns -0 into 0, as JSON writes it
    return withinInt64(BigInt(plain.startsWith("+") ? plain.slice(1) : plain));
  }
  const match = PREFIXED.exec(plain);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal] = match;
  const digits = hex === undefined ? (binary === undefined ? `0o${octal}` : `0b${binary}`) : `0x${hex}`;
  return withinInt64(sign === "-" ? -BigInt(digits) : BigInt(digits));
}

function withinInt64(value: bigint): number | bigint | undefined {
  if (value < MIN_INT64 || value > MAX_UINT64) return undefined;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

function readFloat(plain: string): number | undefined {
  if (!FLOAT.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value + 0 : undefined;
}
