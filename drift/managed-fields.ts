/** metadata.managedFields read for three questions: is our entry what it was, are the others what they were, who owns a path. */
import { hash } from "node:crypto";
import { FIELD_MANAGER } from "../src/api/group.ts";
import { canonicalJson, isJsonObject } from "../src/object/json.ts";
import type { JsonObject } from "../src/object/json.ts";
import type { ManagedFieldsEntry } from "../src/object/kube-object.ts";
import { childOf, isEmptySet, isLeaf, MAX_DEPTH, parseFields, subtract } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import type { FieldPath } from "./field-path.ts";

/** One entry with its paths as a tree. */
export interface ManagerFields {
  readonly entry: ManagedFieldsEntry;
  readonly set: FieldSet;
}

/** Hex digits kept of a SHA-256: 128 bits. */
const HASH_LENGTH = 32;

/** metadata.managedFields as it is read from an object. */
export type ManagedFields = readonly ManagedFieldsEntry[] | undefined;

/** Our entry: manager `driftless`, operation Apply, no subresource. */
export function ownEntry(managedFields: ManagedFields): ManagedFieldsEntry | undefined {
  return managedFields?.find(isOwnEntry);
}

/** True for the entry that our applies of desired state write. */
export function isOwnEntry(entry: ManagedFieldsEntry): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === "Apply" && isWhole(entry);
}

/** True for an entry that wrote the object itself and not one of its subresources. */
export function isWhole(entry: ManagedFieldsEntry): boolean {
  return entry.subresource === undefined || entry.subresource === "";
}

/**
 * Hash of our entry (its paths and their apiVersion); empty without one. Every foreign change of a field that we own
 * takes the path out of our entry, so an equal hash proves that nothing of ours was touched (server-side apply).
 */
export function ownHash(managedFields: ManagedFields): string {
  const entry = ownEntry(managedFields);
  return entry === undefined ? "" : digest(`${entry.apiVersion ?? ""}\n${canonicalFields(entry.fieldsV1)}`);
}

/** Hash of everything that others own, their subresource writes left out: it changes when somebody adds a field. */
export function othersHash(managedFields: ManagedFields): string {
  const texts = others(managedFields)
    .map((entry) => `${entry.manager ?? ""}\n${entry.operation ?? ""}\n${entry.apiVersion ?? ""}\n${canonicalFields(entry.fieldsV1)}`);
  return digest(texts.sort().join("\n\n"));
}

/** True where nobody but us owns more of the object itself `after` than `before`: others may have lost fields, but nobody has added one. */
export function addsNothing(before: ManagedFields, after: ManagedFields): boolean {
  return others(after).every((entry) => {
    const earlier = others(before).find(({ manager, operation, apiVersion }) => manager === entry.manager && operation === entry.operation && apiVersion === entry.apiVersion);
    return earlier !== undefined && isEmptySet(subtract(parseFields(entry.fieldsV1), parseFields(earlier.fieldsV1)));
  });
}

const others = (managedFields: ManagedFields): readonly ManagedFieldsEntry[] => (managedFields ?? []).filter((entry) => isWhole(entry) && !isOwnEntry(entry));

/** Every entry with its paths. */
export function managersOf(managedFields: ManagedFields): readonly ManagerFields[] {
  return (managedFields ?? []).map((entry) => ({ entry, set: parseFields(entry.fieldsV1) }));
}

/** The entries that own a path, something below it, or the atomic value that it lies in. */
export function ownersOf(managers: readonly ManagerFields[], path: FieldPath): readonly ManagerFields[] {
  return managers.filter(({ set }) => ownsAround(set, path));
}

function ownsAround(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet = set;
  for (const element of path) {
    const below = childOf(node, element);
    if (below === undefined) return isLeaf(node);
    node = below;
  }
  return true;
}

/** Sorted text of FieldsV1. The server writes it sorted, so the common case is one native call. */
function canonicalFields(fields: JsonObject | undefined): string {
  if (fields === undefined) return "";
  switch (keyOrder(fields, 0)) {
    case "Sorted":
      return JSON.stringify(fields);
    case "Unsorted":
      return canonicalJson(fields);
    case "TooDeep":
      return "too deep"; // no schema nests like this: somebody wrote the entry by hand
  }
}

function keyOrder(fields: JsonObject, depth: number): "Sorted" | "Unsorted" | "TooDeep" {
  if (depth > MAX_DEPTH) return "TooDeep";
  let order: "Sorted" | "Unsorted" = "Sorted";
  let before = "";
  for (const name in fields) {
    if (name < before) order = "Unsorted";
    before = name;
    const below = fields[name];
    const deeper = isJsonObject(below) ? keyOrder(below, depth + 1) : "Sorted";
    if (deeper === "TooDeep") return deeper;
    if (deeper === "Unsorted") order = deeper;
  }
  return order;
}

function digest(text: string): string {
  return hash("sha256", text, "hex").slice(0, HASH_LENGTH);
}
