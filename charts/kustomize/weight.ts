import type { Json, JsonObject } from "../../src/object/json.ts";

const weights = new WeakMap<JsonObject, number>();

/** How many values are in an object, those of aliases counted each time: what it costs to go through all of it. Remembered. */
export function weightOf(object: JsonObject): number {
  const known = weights.get(object);
  if (known !== undefined) return known;
  const weight = countIn(object);
  weights.set(object, weight);
  return weight;
}

function countIn(value: Json | undefined): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  if (Array.isArray(value)) for (const item of value as Json[]) count += countIn(item);
  else for (const key in value) count += countIn((value as JsonObject)[key]); // a map if it is no list
  return count;
}
