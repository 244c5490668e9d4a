import type { JsonObject } from "../../src/object/json.ts";
import { appliesTo, type FieldSpec } from "./field-path.ts";
import { textAt } from "./resource.ts";

/** Kinds remembered per list: a hostile tree may have as many as objects. */
const MAX_KINDS = 500;
const remembered = new WeakMap<readonly FieldSpec[], Map<string, readonly FieldSpec[]>>();

/** The specs of a list that speak about an object, in their order. Remembered by list: the default tables are asked for every object of every layer. */
export function specsFor(specs: readonly FieldSpec[], object: JsonObject): readonly FieldSpec[] {
  return specsOfKind(specs, textAt(object, "apiVersion"), textAt(object, "kind"));
}

/** The same for a kind. */
export function specsOfKind(specs: readonly FieldSpec[], apiVersion: string, kind: string): readonly FieldSpec[] {
  const kinds = remembered.get(specs) ?? new Map<string, readonly FieldSpec[]>();
  const key = `${apiVersion} ${kind}`;
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const found = specs.filter((spec) => appliesTo(spec, apiVersion, kind));
  if (kinds.size >= MAX_KINDS) kinds.clear();
  remembered.set(specs, kinds.set(key, found));
  return found;
}
