import { createHash } from "node:crypto";
import { canonicalJson, isJsonObject, type Json } from "../../src/object/json.ts";

/** A short digest of objects in their order. Members that are null count as absent: YAML alone tells them apart, the API server does not. */
export function digestOf(objects: readonly Json[]): string {
  return createHash("sha256").update(objects.map((object) => canonicalJson(withoutNulls(object))).join("\n")).digest("hex").slice(0, 12);
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (member === null || member === undefined ? [] : [[key, withoutNulls(member)]])));
}
