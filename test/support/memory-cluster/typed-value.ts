/** Values under a shape: which paths they set, how two of them differ, what merging and removing makes of them (structured-merge-diff, typed). */
import { isJsonObject, jsonEqual } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import { isEmpty, PathSetBuilder } from "./path-set.ts";
import type { PathSet } from "./path-set.ts";
import { freeze } from "./plain.ts";
import type { Members } from "./plain.ts";
import { elementOf, fitting, memberShape } from "./shape.ts";
import type { KeyedShape, ObjectShape, Shape } from "./shape.ts";

type ListShape = KeyedShape | { readonly kind: "Set" };
type Path = readonly string[];

/** Where two values differ. */
export interface Comparison {
  readonly added: PathSet;
  readonly modified: PathSet;
  readonly removed: PathSet;
}

/** The paths that a configuration sets. Throws TypeError with the path of a field that the schema does not declare, or of a list item that is there twice. */
export function toPathSet(value: Json, shape: Shape): PathSet {
  const builder = new PathSetBuilder();
  collect(value, shape, [], builder);
  return builder.build();
}

function collect(value: Json, shape: Shape, path: Path, builder: PathSetBuilder): void {
  const fit = fitting(shape, value);
  if (fit.kind === "Leaf") builder.add(path);
  else if (fit.kind === "Object") collectMembers(isJsonObject(value) ? value : {}, fit, path, builder);
  else collectItems(itemsOf(value), fit, path, builder);
}

function collectMembers(value: JsonObject, shape: ObjectShape, path: Path, builder: PathSetBuilder): void {
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const below = [...path, `f:${name}`];
    const { shape: of, declared } = memberShapeAt(shape, name, below);
    collect(member, of, below, builder);
    if (!declared || isEmptyObject(member)) builder.add(below);
  }
}

function collectItems(items: readonly Json[], shape: ListShape, path: Path, builder: PathSetBuilder): void {
  const seen = new Set<string>();
  for (const item of items) {
    const element = elementOf(shape, item);
    if (seen.has(element)) throw new TypeError(`${dotted(path)}: duplicate entries for key [${element.slice(2)}]`);
    seen.add(element);
    const below = [...path, element];
    if (shape.kind === "Keyed") collect(item, shape.item, below, builder);
    builder.add(below);
  }
}

function memberShapeAt(shape: ObjectShape, name: string, path: Path): ReturnType<typeof memberShape> {
  try {
    return memberShape(shape, name);
  } catch (error) {
    throw new TypeError(`${dotted(path)}: field not declared in schema`, { cause: error });
  }
}

/** Compares two values; either may be absent. Shared parts are not looked at. */
export function compare(left: Json | undefined, right: Json | undefined, shape: Shape): Comparison {
  const [added, modified, removed] = [new PathSetBuilder(), new PathSetBuilder(), new PathSetBuilder()];
  const walk = (before: Json | undefined, after: Json | undefined, at: Shape, path: Path): void => {
    if (before === after) return;
    const fit = fitting(at, before, after);
    const isLeaf = isEmptyContent(before) && isEmptyContent(after);
    if (!isLeaf && fit.kind === "Object") walkMembers(before, after, fit, path);
    else if (!isLeaf && (fit.kind === "Keyed" || fit.kind === "Set")) walkItems(itemsOf(before), itemsOf(after), fit, path);
    else if (before !== undefined && after !== undefined && !jsonEqual(before, after)) modified.add(path);
    if (before === undefined) added.add(path);
    else if (after === undefined) removed.add(path);
  };
  const walkMembers = (before: Json | undefined, after: Json | undefined, at: ObjectShape, path: Path): void => {
    const [old, now] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (old[name] !== now[name]) walk(old[name], now[name], memberShapeAt(at, name, path).shape, [...path, `f:${name}`]);
    }
  };
  const walkItems = (before: readonly Json[], after: readonly Json[], at: ListShape, path: Path): void => {
    const [old, now] = [byElement(before, at), byElement(after, at)];
    const item: Shape = at.kind === "Keyed" ? at.item : { kind: "Leaf" };
    for (const element of new Set([...old.keys(), ...now.keys()])) walk(old.get(element), now.get(element), item, [...path, element]);
  };
  walk(left, right, shape, []);
  return { added: added.build(), modified: modified.build(), removed: removed.build() };
}

/** Lays a configuration over a live value: what the configuration names wins, everything else stays. */
export function merge(live: Json | undefined, config: Json | undefined, shape: Shape): Json | undefined {
  if (config === undefined || config === live) return live;
  const fit = fitting(shape, live, config);
  if (fit.kind === "Leaf" || live === undefined || (isEmptyContent(live) && isEmptyContent(config))) return config;
  if (fit.kind === "Object") return mergeMembers(live, config, fit);
  return freeze(mergeItems(itemsOf(live), itemsOf(config), fit));
}

function mergeMembers(live: Json, config: Json, shape: ObjectShape): Json {
  const [old, now] = [isJsonObject(live) ? live : {}, isJsonObject(config) ? config : {}];
  const merged: Members = {};
  let changed = false;
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const member = merge(old[name], now[name], memberShape(shape, name).shape);
    changed ||= member !== old[name];
    if (member !== undefined) merged[name] = member;
  }
  return changed ? freeze(merged) : live;
}

/** The order of the configuration wins; items that only live has keep their place among their neighbours. */
function mergeItems(live: readonly Json[], config: readonly Json[], shape: ListShape): Json[] {
  const [old, now] = [byElement(live, shape), byElement(config, shape)];
  const order = [...old.keys()];
  const merged: Json[] = [];
  let next = 0;
  const takeLive = (until: string | undefined): void => {
    while (next < order.length && order[next] !== until) {
      const element = order[next++] ?? "";
      if (!now.has(element)) merged.push(old.get(element) ?? null);
    }
  };
  for (const [element, item] of now) {
    if (old.has(element) && order.indexOf(element) >= next) takeLive(element);
    merged.push((shape.kind === "Keyed" ? merge(old.get(element), item, shape.item) : item) ?? null);
    if (order[next] === element) next += 1;
  }
  takeLive(undefined);
  return merged;
}

/** The value without what lies at these paths. What is emptied by that goes too; undefined: nothing is left. */
export function removePaths(value: Json, shape: Shape, paths: PathSet): Json | undefined {
  if (isEmpty(paths)) return value;
  const fit = fitting(shape, value);
  if (fit.kind === "Object" && isJsonObject(value)) return removeMembers(value, fit, paths);
  if ((fit.kind === "Keyed" || fit.kind === "Set") && Array.isArray(value)) return removeItems(value as readonly Json[], fit, paths);
  return value;
}

function removeMembers(value: JsonObject, shape: ObjectShape, paths: PathSet): Json | undefined {
  if (Object.keys(value).length === 0) return value;
  const kept: Members = {};
  for (const [name, member] of Object.entries(value)) {
    const at = paths.below.get(`f:${name}`);
    if (at?.member === true || member === undefined) continue;
    const rest = at === undefined ? member : removePaths(member, memberShape(shape, name).shape, at);
    if (rest !== undefined) kept[name] = rest;
  }
  return Object.keys(kept).length === 0 ? undefined : freeze(kept);
}

function removeItems(items: readonly Json[], shape: ListShape, paths: PathSet): Json | undefined {
  if (items.length === 0) return items;
  const kept = items.flatMap((item) => {
    const at = paths.below.get(elementOf(shape, item));
    if (at?.member === true) return [];
    const rest = at === undefined || shape.kind === "Set" ? item : removePaths(item, shape.item, at);
    return rest === undefined ? [] : [rest];
  });
  return kept.length === 0 ? undefined : freeze(kept);
}

/** toPathSet with every member of a structure named (EnsureNamedFieldsAreMembers). */
export function wholePathSet(value: Json, shape: Shape): PathSet {
  return withNamedMembers(toPathSet(value, shape), shape);
}

/** The set with every declared member of a structure that it leads through. */
export function withNamedMembers(set: PathSet, shape: Shape): PathSet {
  if (set.below.size === 0) return set;
  const below = new Map<string, PathSet>();
  for (const [element, child] of set.below) {
    const { shape: of, declared } = shapeBelow(shape, element);
    const inner = withNamedMembers(child, of);
    below.set(element, declared && !inner.member ? { member: true, below: inner.below } : inner);
  }
  return { member: set.member, below };
}

function shapeBelow(shape: Shape, element: string): { readonly shape: Shape; readonly declared: boolean } {
  if (shape.kind === "Object" && element.startsWith("f:")) {
    const name = element.slice(2);
    return shape.rest === "Refused" && !shape.fields.has(name) ? { shape: { kind: "Leaf" }, declared: false } : memberShape(shape, name);
  }
  return { shape: shape.kind === "Keyed" ? shape.item : { kind: "Leaf" }, declared: false };
}

/** `.spec.template.spec.containers[name="web"].image`, as conflicts name it. */
export function dotted(path: Path): string {
  return path.map((element) => {
    if (element.startsWith("f:")) return `.${element.slice(2)}`;
    if (element.startsWith("v:")) return `[=${element.slice(2)}]`;
    const key = JSON.parse(element.slice(2)) as Record<string, Json>;
    return `[${Object.keys(key).sort().map((name) => `${name}=${JSON.stringify(key[name])}`).join(",")}]`;
  }).join("");
}

function byElement(items: readonly Json[], shape: ListShape): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const item of items) if (!found.has(elementOf(shape, item))) found.set(elementOf(shape, item), item);
  return found;
}

const itemsOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const isEmptyObject = (value: Json): boolean => value === null || (isJsonObject(value) && Object.keys(value).length === 0);

function isEmptyContent(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
}
