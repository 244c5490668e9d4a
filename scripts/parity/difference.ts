import { isJsonObject, jsonEqual, stringifyJson, type Json } from "../../src/object/json.ts";
import { canonical, idOf } from "./rendering.ts";

/** The first place where two results differ. */
export interface Difference {
  /** `Deployment.apps/v1 shop/web: spec.template.spec.containers.0.image` */
  readonly path: string;
  readonly ours: string;
  readonly theirs: string;
}

const NOTHING = "(absent)";
const MAX_SHOWN = 100;

/** The first difference in content; undefined where both hold the same objects, in whatever order. */
export function contentDifference(ours: readonly Json[], theirs: readonly Json[]): Difference | undefined {
  const left = pool(ours);
  const right = pool(theirs);
  for (const object of theirs) {
    const candidates = left.get(idOf(object));
    if (candidates === undefined) return { path: idOf(object), ours: NOTHING, theirs: "an object" };
    const same = candidates.findIndex((candidate) => jsonEqual(candidate, object));
    if (same < 0) return valueDifference(candidates[0] ?? null, object, idOf(object));
    candidates.splice(same, 1);
    if (candidates.length === 0) left.delete(idOf(object));
  }
  const [extra] = left.keys();
  return extra === undefined ? undefined : { path: extra, ours: "an object", theirs: right.has(extra) ? "fewer of them" : NOTHING };
}

function pool(objects: readonly Json[]): Map<string, Json[]> {
  const byId = new Map<string, Json[]>();
  for (const object of objects) byId.set(idOf(object), [...(byId.get(idOf(object)) ?? []), object]);
  return byId;
}

function valueDifference(ours: Json | undefined, theirs: Json | undefined, path: string): Difference | undefined {
  if (isJsonObject(ours) && isJsonObject(theirs)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
    return first(keys, (key) => valueDifference(ours[key], theirs[key], step(path, key)));
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return first(Array.from({ length }, (_, index) => index), (index) => valueDifference((ours as Json[])[index], (theirs as Json[])[index], step(path, String(index))));
  }
  return jsonEqual(ours, theirs) && typeof ours === typeof theirs ? undefined : { path, ours: show(ours), theirs: show(theirs) };
}

const step = (path: string, key: string): string => (path.includes(": ") ? `${path}.${key}` : `${path}: ${key}`);

function first<Item>(items: readonly Item[], differenceAt: (item: Item) => Difference | undefined): Difference | undefined {
  for (const item of items) {
    const found = differenceAt(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first place where the order of equal objects differs. */
export function orderDifference(ours: readonly Json[], theirs: readonly Json[]): Difference | undefined {
  const [left, right] = [canonical(ours), canonical(theirs)];
  const index = right.findIndex((text, index) => text !== left[index]);
  return index < 0 ? undefined : { path: `object ${index + 1}`, ours: idOf(ours[index] ?? null), theirs: idOf(theirs[index] ?? null) };
}

/** The first line where two texts differ. */
export function textDifference(ours: string, theirs: string): Difference | undefined {
  const [left, right] = [ours.split("\n"), theirs.split("\n")];
  const index = right.findIndex((line, index) => line !== left[index]);
  if (index < 0) return left.length === right.length ? undefined : { path: `line ${right.length + 1}`, ours: show(left[right.length]), theirs: NOTHING };
  return { path: `line ${index + 1}`, ours: show(left[index]), theirs: show(right[index]) };
}

function show(value: Json | undefined): string {
  if (value === undefined) return NOTHING;
  const text = stringifyJson(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
}
