import { isJsonObject, valueAt } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import type { ObjectId } from "../src/object/object-id.ts";

/** The id of what is named, or nothing where no name is given. */
export function named(group: string, kind: string, namespace: string, name: string | undefined): ObjectId[] {
  return name === undefined || name === "" ? [] : [{ group, kind, namespace, name }];
}

/** The text at a path, or undefined where there is something else. */
export function text(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The objects of the list at a path; empty where there is none. */
export function list(value: Json | undefined, ...path: readonly string[]): JsonObject[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}
