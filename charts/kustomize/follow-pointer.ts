import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { unescapeStep } from "../../src/object/json-pointer.ts";
import type { Spend } from "../budget.ts";
import { withMember } from "./resource.ts";

/** The steps of a JSON pointer (RFC 6901). What stands before its first slash counts for nothing. Throws Error where it has no slash. */
export function parsePointer(pointer: string): readonly string[] {
  const [, ...steps] = pointer.split("/");
  if (steps.length === 0) throw new Error("the path has no slash, and leads nowhere");
  return steps.map(unescapeStep);
}

/** What a pointer leads to; undefined: its last step is a member that is missing. Throws Error where it leads nowhere. */
export function valueOf(document: Json, steps: readonly string[]): Json | undefined {
  return follow(holderOf(document, steps), steps.at(-1) ?? "");
}

function holderOf(document: Json, steps: readonly string[]): Json {
  let current = document;
  for (const step of steps.slice(0, -1)) current = demandHolder(follow(current, step), step);
  return current;
}

function follow(holder: Json, step: string): Json | undefined {
  if (Array.isArray(holder)) return (holder as Json[])[findIndex(holder as Json[], step)];
  return isJsonObject(holder) && Object.hasOwn(holder, step) ? holder[step] : undefined;
}

function demandHolder(value: Json | undefined, step: string): Json {
  if (value === undefined || value === null || typeof value !== "object") throw new Error(`there is ${value === undefined ? "no" : value === null ? "null at" : "no map or list at"} "${step}"`);
  return value;
}

/** The document with the map or list changed that holds what the pointer leads to. Throws Error where it leads nowhere. */
export function updateAt(document: Json, steps: readonly string[], change: (holder: Json, key: string) => Json, spend: Spend = () => undefined): Json {
  const [step = "", ...rest] = steps;
  spend(copyUnits(document));
  if (rest.length === 0) return change(document, step);
  const next = updateAt(demandHolder(follow(document, step), step), rest, change, spend);
  if (!Array.isArray(document)) return withMember(document as JsonObject, step, next); // follow found the step in a map
  return (document as Json[]).with(findIndex(document as Json[], step), next);
}

/** What it costs to copy a map or list, see Budget: lists are copied as a whole, maps member by member. */
const copyUnits = (holder: Json): number => (Array.isArray(holder) ? holder.length / 200 : isJsonObject(holder) ? Object.keys(holder).length * 1.5 : 0);

/** The position that a step means in a list; negative ones count from its end. `add`: one behind the last is one too. Throws Error where there is none. */
export function findIndex(items: readonly Json[], step: string, purpose?: "add"): number {
  if (purpose === "add" && step === "-") return items.length;
  if (!/^[-+]?\d+$/.test(step)) throw new Error(`"${step}" is no position in a list`);
  const count = purpose === "add" ? items.length + 1 : items.length;
  const index = Number(step) < 0 ? Number(step) + count : Number(step);
  if (index < 0 || index >= count) throw new Error(`position ${step} is beyond the list of ${items.length}`);
  return index;
}

/** A list with some items at a position taken out and others put in. */
export function withItem(items: readonly Json[], index: number, takenOut: number, ...putIn: readonly Json[]): Json {
  return items.toSpliced(index, takenOut, ...putIn);
}
