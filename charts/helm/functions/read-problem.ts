import type { Json } from "../../../src/object/json.ts";
import { GoList, GoMap } from "../go/value.ts";

/** What functions that read give for a text that they cannot read, where a map is wanted. */
export const mapWithError = (message: string): GoMap => new GoMap(new Map([["Error", message]]));

/** Likewise where a list is wanted. */
export const listOfText = (message: string): GoList => new GoList([message]);

/** The text of an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What encoding/json says to a value of another kind than the one wanted, which is not null; undefined for the right one. */
export function wrongKind(value: Json, wanted: "object" | "array", type: string): string | undefined {
  const kind = kindOf(value);
  return kind === wanted ? undefined : `json: cannot unmarshal ${kind} into Go value of type ${type}`;
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "bigint" ? "number" : typeof value;
}
