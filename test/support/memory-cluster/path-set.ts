/**
 * Sets of field paths as server-side apply reckons with them (structured-merge-diff, fieldpath.Set) and their text form
 * FieldsV1. An element of a path is its FieldsV1 text: `f:name`, `k:{"name":"web"}`, `v:"x"`.
 */
import { isJsonObject } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import { deepFreeze, freeze } from "./plain.ts";
import type { Members } from "./plain.ts";

/** A node of the tree: whether the path that leads here is in the set, and what lies below. Never changed once shared. */
export interface PathSet {
  readonly member: boolean;
  readonly below: ReadonlyMap<string, PathSet>;
}

const NOTHING_BELOW: ReadonlyMap<string, PathSet> = new Map();

/** The set without paths. */
export const NO_PATHS: PathSet = { member: false, below: NOTHING_BELOW };
const LEAF: PathSet = { member: true, below: NOTHING_BELOW };

/** Collects paths one by one. */
export class PathSetBuilder {
  readonly #root: MutableSet = { member: false, below: new Map() };

  add(path: readonly string[]): void {
    let node = this.#root;
    for (const element of path) {
      let next = node.below.get(element);
      if (next === undefined) node.below.set(element, (next = { member: false, below: new Map() }));
      node = next;
    }
    node.member = true;
  }

  build(): PathSet {
    return this.#root.member || this.#root.below.size > 0 ? this.#root : NO_PATHS;
  }
}

interface MutableSet {
  member: boolean;
  readonly below: Map<string, MutableSet>;
}

/** True for a set without any path. */
export function isEmpty(set: PathSet): boolean {
  return !set.member && set.below.size === 0;
}

/** Every path of either set. */
export function union(left: PathSet, right: PathSet): PathSet {
  if (left === right || isEmpty(right)) return left;
  if (isEmpty(left)) return right;
  const below = new Map(left.below);
  for (const [element, set] of right.below) {
    const other = below.get(element);
    below.set(element, other === undefined ? set : union(other, set));
  }
  return { member: left.member || right.member, below };
}

/** The paths of the first set that are not in the second. */
export function difference(left: PathSet, right: PathSet): PathSet {
  if (left === right) return NO_PATHS;
  if (isEmpty(right) || isEmpty(left)) return left;
  const below = new Map<string, PathSet>();
  for (const [element, set] of left.below) {
    const other = right.below.get(element);
    const rest = other === undefined ? set : difference(set, other);
    if (!isEmpty(rest)) below.set(element, rest);
  }
  return { member: left.member && !right.member, below };
}

/** The paths that both sets have. */
export function intersection(left: PathSet, right: PathSet): PathSet {
  if (left === right) return left;
  const below = new Map<string, PathSet>();
  for (const [element, set] of left.below) {
    const other = right.below.get(element);
    const shared = other === undefined ? NO_PATHS : intersection(set, other);
    if (!isEmpty(shared)) below.set(element, shared);
  }
  return { member: left.member && right.member, below };
}

/** True when both sets have the same paths. */
export function sameSet(left: PathSet, right: PathSet): boolean {
  if (left === right) return true;
  if (left.member !== right.member || left.below.size !== right.below.size) return false;
  for (const [element, set] of left.below) {
    const other = right.below.get(element);
    if (other === undefined || !sameSet(set, other)) return false;
  }
  return true;
}

/** Every path of the set, parents before what lies below them. */
export function pathsOf(set: PathSet, prefix: readonly string[] = []): (readonly string[])[] {
  const paths = set.member ? [prefix] : [];
  for (const element of [...set.below.keys()].sort()) paths.push(...pathsOf(set.below.get(element) ?? NO_PATHS, [...prefix, element]));
  return paths;
}

const parsed = new WeakMap<JsonObject, PathSet>();
const formatted = new WeakMap<PathSet, JsonObject>();

/** Reads FieldsV1. */
export function parseFields(fields: JsonObject): PathSet {
  const known = parsed.get(fields);
  if (known !== undefined) return known;
  const set = parseNode(fields, false);
  if (Object.isFrozen(fields)) parsed.set(fields, set);
  return set;
}

function parseNode(fields: JsonObject, leafIsMember: boolean): PathSet {
  const names = Object.keys(fields);
  if (names.length === 0) return leafIsMember ? LEAF : NO_PATHS;
  const below = new Map<string, PathSet>();
  for (const name of names) {
    const child: Json | undefined = fields[name];
    if (name !== "." && isJsonObject(child)) below.set(name, parseNode(child, true));
  }
  return { member: "." in fields, below };
}

/** Writes FieldsV1, sorted as the server writes it. */
export function formatFields(set: PathSet): JsonObject {
  const known = formatted.get(set);
  if (known !== undefined) return known;
  const fields = deepFreeze(formatNode(set));
  formatted.set(set, fields);
  parsed.set(fields, set);
  return fields;
}

function formatNode(set: PathSet): JsonObject {
  if (set.below.size === 0) return freeze({});
  const fields: Members = set.member ? { ".": freeze({}) } : {};
  for (const element of [...set.below.keys()].sort()) fields[element] = formatNode(set.below.get(element) ?? NO_PATHS);
  return fields;
}
