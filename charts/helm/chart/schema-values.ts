import { isJsonObject, type Json } from "../../../src/object/json.ts";
import { GoList, GoMap, Integer, type GoValue } from "../go/value.ts";

/** A number of either kind as a double, or undefined for anything else. */
export function numberOf(value: GoValue): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof Integer ? Number(value.value) : undefined;
}

/** JSON Schema's name of a value's type; `integer` for a number without a fraction. */
export function typeOfValue(value: GoValue): string {
  if (value === null) return "null";
  if (typeof value === "string" || typeof value === "boolean") return typeof value;
  if (value instanceof GoMap) return "object";
  if (value instanceof GoList) return "array";
  return Number.isInteger(numberOf(value)) ? "integer" : "number";
}

/** The type in words. */
export const typeWords = (type: string): string => WORDS.get(type) ?? type;

const WORDS: ReadonlyMap<string, string> = new Map([
  ["object", "a map"],
  ["array", "a list"],
  ["string", "text"],
  ["integer", "a whole number"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["null", "null"],
]);

/** True where a value is equal to one of the schema; 1 and 1.0 are. */
export function equalsJson(value: GoValue, json: Json): boolean {
  const number = numberOf(value);
  if (number !== undefined) return (typeof json === "number" || typeof json === "bigint") && number === Number(json);
  if (value instanceof GoList) return Array.isArray(json) && value.items.length === json.length && value.items.every((item, index) => equalsJson(item, (json as readonly Json[])[index] ?? null));
  if (!(value instanceof GoMap)) return value === json;
  if (!isJsonObject(json) || Object.keys(json).length !== value.entries.size) return false;
  return [...value.entries].every(([key, item]) => Object.hasOwn(json, key) && equalsJson(item, json[key] ?? null));
}

/** A text that is the same for equal values. */
export function valueKey(value: GoValue): string {
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (value instanceof GoList) return `[${value.items.map(valueKey).join(",")}]`;
  if (value instanceof GoMap) return `{${[...value.entries].map(([key, item]) => `${JSON.stringify(key)}:${valueKey(item)}`).sort().join(",")}}`;
  return JSON.stringify(value);
}
