import { formatGoNumber } from "./go-number.ts";
import { readScalar, ScalarError, type Dialect, type Scalar } from "./go-scalar.ts";
import { readTimestamp } from "./go-timestamp.ts";
import { CODE, YamlError } from "./yaml-cursor.ts";

/** The key `<<`, which takes the members of another map in. */
export const MERGE = Symbol("<<");

/** A key of a map. */
export type Key = string | typeof MERGE;

/** No word of YAML is longer than this. */
const MAX_WORD = 5;

/** The key that a plain text is. Throws YamlError for what Go does not take as a key. */
export function plainKey(text: string, dialect: Dialect, at: number): Key {
  if (text.length > MAX_WORD && text.charCodeAt(0) > CODE.nine) return text;
  if (text === "<<") return MERGE;
  return keyOf(readKey(text, dialect), text, dialect, at);
}

/** The key that a value becomes: kubectl writes numbers and words out, kustomize refuses them. */
export function keyOf(value: Scalar, text: string, dialect: Dialect, at: number): string {
  if (value === null) throw new YamlError("null cannot be a key; quote it if text is meant", at);
  if (dialect === "kustomize" && (typeof value !== "string" || readTimestamp(text) !== undefined)) {
    throw new YamlError(`a ${typeof value === "string" ? "date" : typeof value} cannot be a key; quote it if text is meant`, at);
  }
  if (typeof value === "bigint" && value >= 2n ** 63n) throw new YamlError("number is too large for a key; quote it if text is meant", at);
  return typeof value === "number" && !Number.isInteger(value) ? formatGoNumber(shortest32(value)) : String(value);
}

function readKey(text: string, dialect: Dialect): Scalar {
  try {
    return readScalar(text, dialect);
  } catch (error) {
    if (error instanceof ScalarError && dialect === "kubectl") return text.replace("+", "").toLowerCase();
    throw error;
  }
}

/** Go writes a key that is a fraction with the digits that 32 bits need. */
function shortest32(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return Math.fround(value);
}
