/**
 * A set of field paths as a tree, read from and written to FieldsV1 (meta/v1 FieldsV1): `{}` or a member `.` says that
 * the path itself is in the set, other members lead further down.
 */
import { isJsonObject } from "../src/object/json.ts";
import type { JsonObject } from "../src/object/json.ts";
import { formatElement, parseElement } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";

/** One node of the tree. */
export interface FieldSet {
  /** The path to here is in the set. */
  readonly owned: boolean;
  /** What lies below, by formatElement's text. */
  readonly children: ReadonlyMap<string, FieldChild>;
}

/** A step down the tree. */
export interface FieldChild {
  readonly element: PathElement;
  readonly set: FieldSet;
}

/** Deeper than any schema of Kubernetes; what lies below is taken as owned as a whole. */
export const MAX_DEPTH = 128;

const NO_CHILDREN: ReadonlyMap<string, FieldChild> = new Map();

/** The set without paths. */
export const EMPTY_SET: FieldSet = { owned: false, children: NO_CHILDREN };

/** Reads FieldsV1. Elements of an unknown form are left out. */
export function parseFields(fields: JsonObject | undefined): FieldSet {
  return fields === undefined ? EMPTY_SET : parseNode(fields, 0, false);
}

function parseNode(fields: JsonObject, depth: number, leafOwned: boolean): FieldSet {
  const names = Object.keys(fields);
  if (names.length === 0 || depth >= MAX_DEPTH) return { owned: leafOwned, children: NO_CHILDREN };
  const children = new Map<string, FieldChild>();
  for (const name of names) {
    const below = fields[name];
    const element = name === "." ? undefined : parseElement(name);
    if (element === undefined || !isJsonObject(below)) continue;
    children.set(formatElement(element), { element, set: parseNode(below, depth + 1, true) });
  }
  return { owned: Object.hasOwn(fields, "."), children };
}

/** Writes FieldsV1. */
export function formatFields(set: FieldSet): JsonObject {
  const below = [...set.children].map(([text, child]) => [text, formatFields(child.set)] as const);
  return Object.fromEntries(set.owned && below.length > 0 ? [[".", {}] as const, ...below] : below);
}

/** True for a set without any path. */
export function isEmptySet(set: FieldSet): boolean {
  return !set.owned && [...set.children.values()].every((child) => isEmptySet(child.set));
}

/** True where the path is owned and nothing below it is told apart: a scalar, an atomic list or map, or an empty one. */
export function isLeaf(set: FieldSet): boolean {
  return set.owned && set.children.size === 0;
}

/** What lies below an element, or undefined. */
export function childOf(set: FieldSet | undefined, element: PathElement): FieldSet | undefined {
  return set?.children.get(formatElement(element))?.set;
}

/** What lies below a path, or undefined. */
export function subsetAt(set: FieldSet, path: FieldPath): FieldSet | undefined {
  let node: FieldSet | undefined = set;
  for (const element of path) node = childOf(node, element);
  return node;
}

/** Every path of either set. */
export function unite(left: FieldSet, right: FieldSet): FieldSet {
  if (left.children.size === 0 && right.children.size === 0) return left.owned ? left : right;
  const children = new Map(left.children);
  for (const [text, child] of right.children) {
    const before = children.get(text);
    children.set(text, before === undefined ? child : { element: child.element, set: unite(before.set, child.set) });
  }
  return { owned: left.owned || right.owned, children };
}

/** The paths of the first set that are not in the second; nodes that are left empty are dropped. */
export function subtract(from: FieldSet, what: FieldSet): FieldSet {
  const children = new Map<string, FieldChild>();
  for (const [text, child] of from.children) {
    const gone = what.children.get(text);
    const rest = gone === undefined ? child.set : subtract(child.set, gone.set);
    if (!isEmptySet(rest)) children.set(text, { element: child.element, set: rest });
  }
  return { owned: from.owned && !what.owned, children };
}

/** The part of a set at and below a path, still rooted at the top; empty where the set has nothing there. */
export function cutAt(set: FieldSet, path: FieldPath): FieldSet {
  const below = subsetAt(set, path);
  if (below === undefined) return EMPTY_SET;
  return path.reduceRight<FieldSet>((node, element) => ({ owned: false, children: new Map([[formatElement(element), { element, set: node }]]) }), below);
}

/** Every path of a set below which nothing else of it lies, in its order. */
export function leavesOf(set: FieldSet, path: FieldPath = []): readonly FieldPath[] {
  return [...set.children.values()].flatMap(({ element, set: below }) => (isLeaf(below) ? [[...path, element]] : leavesOf(below, [...path, element])));
}
