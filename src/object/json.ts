/**
 * JSON without loss: integers beyond 2^53 stay exact as bigint, in both directions.
 * Kubernetes integers are int64 (some, such as resource quantities in CRDs, uint64).
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object; keys keep the order in which they were read. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Sixteen digits in a row are the shortest integer that a double may not hold. */
const MAYBE_UNSAFE = /\d{16}/;

const exact = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
};

/**
 * Reads JSON text. Throws SyntaxError on malformed text.
 * Integers that a double cannot hold become bigint; the reviver runs only where the text may hold one.
 */
export function parseJson(text: string): Json {
  return (MAYBE_UNSAFE.test(text) ? JSON.parse(text, exact) : JSON.parse(text)) as Json;
}

const rawJson = (text: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text); // not in TypeScript's lib yet

const encodeBigint = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? rawJson(value.toString()) : value;

/** Writes compact JSON; bigint becomes a plain integer, undefined members are left out. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return JSON.stringify(value, encodeBigint);
    throw error;
  }
}

/** JSON with the keys of every object sorted by code unit: equal values give equal bytes. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(",")}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join(",")}}`;
  }
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value ?? null);
}

/** True for a JSON object, false for arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of two JSON values; key order does not count, a missing key equals undefined. */
export function jsonEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item: Json, index) => jsonEqual(item, (right as Json[])[index]));
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => jsonEqual(left[key], right[key]));
  }
  return false;
}

/** The value at a path of keys and indexes, or undefined where the path ends early. */
export function valueAt(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let current: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(current)) current = (current as Json[])[Number(step)];
    else if (isJsonObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else return undefined;
  }
  return current;
}
