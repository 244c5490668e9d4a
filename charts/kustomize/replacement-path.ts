import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { writtenText } from "../../src/object/written.ts";
import { scalarText } from "./resource.ts";

/*
 * Field paths of `replacements`, as kustomize 5.8 follows them. Steps are separated by dots; `\.` is a dot, `[a.b/c]` a member
 * with dots, `[name=web]` and `[=text]` items, `2` an item, `-` the last one (in a source), `*` every item (in a target).
 */

/** A value and what it is written as; the text of maps and lists is empty. */
export interface Found {
  readonly value: Json;
  readonly text: string;
  /** Just made: what is put there is read as YAML reads it. */
  readonly isNew?: true;
}

/** A way into a value. */
export type Way = readonly (string | number)[];

const MAX_STEPS = 200;
const MAX_LENGTH = 5000;

/** Splits a field path. Throws Error where it has far too many steps. */
export function splitFieldPath(path: string): readonly string[] {
  if (path.length > MAX_LENGTH) throw new Error(`is longer than ${MAX_LENGTH} characters`);
  const steps: string[] = [];
  let open: string | undefined;
  for (const part of splitDots(path)) {
    open = open === undefined ? part : `${open}.${part}`;
    if (open.startsWith("[") && !part.endsWith("]")) continue;
    steps.push(open === part ? part : withoutBrackets(open));
    open = undefined;
  }
  if (open !== undefined) steps.push(withoutBrackets(open));
  if (steps.length > MAX_STEPS) throw new Error(`has more than ${MAX_STEPS} steps`);
  return steps;
}

function splitDots(path: string): string[] {
  const [first = "", ...others] = path.split(".");
  const parts = first === "" && others.length > 0 ? others : [first, ...others];
  const joined = parts.slice(0, 1);
  for (const part of parts.slice(1)) {
    const last = joined.at(-1) ?? "";
    if (last.endsWith("\\")) joined[joined.length - 1] = `${last.slice(0, -1)}.${part}`;
    else joined.push(part);
  }
  return joined;
}

/** Brackets around a condition stay. */
const withoutBrackets = (step: string): string => (step.includes("=") ? step : step.replaceAll(/^[[\]]+|[[\]]+$/g, ""));

/** The position that a step names; undefined for other steps. */
export function positionOf(step: string): number | undefined {
  return /^[-+]?\d+$/.test(step) ? Number(step) : undefined;
}

/** `[name=web]` → name and web; undefined for steps without brackets. Throws Error where there is no `=`. */
export function conditionOf(step: string): { readonly key: string; readonly text: string } | undefined {
  if (!step.startsWith("[") || !step.endsWith("]")) return undefined;
  const at = step.indexOf("=");
  if (at < 0) throw new Error(`"${step}" is neither a member nor a condition such as [name=web]`);
  return { key: step.slice(1, at), text: step.slice(at + 1, Math.max(at + 1, step.length - 1)) };
}

/** A member or item with its text. The caller knows that it is there. */
export function foundIn(container: object, key: string | number): Found {
  const value = (container as Readonly<Record<string | number, Json>>)[key] ?? null; // a map or list, any of which has such keys
  return { value, text: writtenText(container, key) ?? (value === null ? "null" : scalarText(value)) };
}

/** What a path leads to from an object on, and the way there; the first where a condition fits several items; undefined where there is nothing. Throws Error where it cannot be followed. */
export function lookUp(root: JsonObject, steps: readonly string[]): (Found & { readonly way: Way }) | undefined {
  let found: Found = { value: root, text: "" };
  const way: (string | number)[] = [];
  for (const step of steps.map((each) => each.trim()).filter((each) => each !== "")) {
    const key = found.value === null ? undefined : keyOf(found.value, step);
    if (key === undefined) return undefined;
    found = foundIn(found.value as object, key); // what has a key is a map or a list
    way.push(key);
  }
  return { ...found, way };
}

/** The member or item that a step leads to; undefined where there is none. */
function keyOf(value: Json, step: string): string | number | undefined {
  if (step === "*") throw new Error('"*" means several fields, one is needed');
  const position = step === "-" ? -1 : positionOf(step);
  if (position !== undefined) return itemAt(demandList(value, step), position, step);
  const condition = conditionOf(step);
  if (condition !== undefined) return matching(demandList(value, step), condition);
  if (!isJsonObject(value)) throw new Error(`"${step}" is looked for in ${kindOf(value)}`);
  return Object.hasOwn(value, step) ? step : undefined;
}

/** The list that a step leads into. Throws Error where there is none. */
export function demandList(value: Json, step: string): readonly Json[] {
  if (!Array.isArray(value)) throw new Error(`"${step}" is looked for in ${kindOf(value)}, a list is needed`);
  return value as Json[];
}

/** What a value is, for people. */
export const kindOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "a map" : typeof value === "string" ? "text" : `a ${typeof value}`);

function itemAt(items: readonly Json[], position: number, step: string): number | undefined {
  const index = step === "-" ? items.length - 1 : position;
  if (index < 0) throw new Error(step === "-" ? "the list has no last item" : `position ${step} is negative`);
  return index < items.length ? index : undefined;
}

function matching(items: readonly Json[], { key, text }: { readonly key: string; readonly text: string }): number | undefined {
  const index = items.findIndex((item, at) => (key === "" ? foundIn(items, at).text === text : isJsonObject(item) && Object.hasOwn(item, key) && foundIn(item, key).text === text));
  return index < 0 ? undefined : index;
}
