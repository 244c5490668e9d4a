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
  for (const member of Object.values(value as Readonly<Record<string, Json>>)) count += countIn(member); // a list has members, too
  return count;
}
