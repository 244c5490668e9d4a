import type { Json } from "../src/object/json.ts";
import type { MergeType } from "../src/object/merge-keys.ts";
import { isLeaf } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";

/** How the server merges a list: item by item under these keys, as a set of scalars, or only as a whole. */
export type ListKind = { readonly kind: "Keyed"; readonly names: readonly string[] } | { readonly kind: "Set" } | { readonly kind: "Atomic" };

/** A list: what its managers own of it (`shape`), the merge rules of its kind, the member names on the way to it ("" for an item). */
export interface ListPlace {
  readonly shape: FieldSet | undefined;
  readonly type: MergeType | undefined;
  readonly names: readonly string[];
}

/**
 * Reads the kind of a list off the paths that its managers own, so that no schema is needed: items by key show a keyed
 * list and its key names, values a set, a bare path an atomic list. Where nobody owns anything there, the merge rules
 * of built-in kinds answer. Pass all items of both sides: an empty list is owned as a bare path whatever its kind.
 */
export function listKindOf({ shape, type, names }: ListPlace, items: readonly Json[]): ListKind {
  for (const { element } of shape?.children.values() ?? []) {
    if (element.kind === "Key") return { kind: "Keyed", names: Object.keys(element.key) };
    if (element.kind === "Value") return { kind: "Set" };
  }
  if (shape !== undefined && isLeaf(shape) && items.length > 0) return { kind: "Atomic" };
  return knownKind(type, names);
}

function knownKind(type: MergeType | undefined, names: readonly string[]): ListKind {
  let node = type;
  for (const [index, name] of names.slice(0, -1).entries()) {
    if (name === "") continue;
    node = names[index + 1] === "" ? own(node?.lists, name)?.item : own(node?.members, name);
  }
  const list = own(node?.lists, names.at(-1) ?? "");
  if (list === undefined) return { kind: "Atomic" };
  return list.keys.length === 0 ? { kind: "Set" } : { kind: "Keyed", names: list.keys };
}

function own<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
