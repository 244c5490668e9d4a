/** What ignore rules do to a desired object: fields are left out, or, where only the whole can be sent, filled in from live. */
import { isJsonObject } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { asJson, asKubeObject } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { mergeTypeOf } from "../src/object/merge-keys.ts";
import type { MergeType } from "../src/object/merge-keys.ts";
import { field, findItem, keyOfItem } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";
import { fits, fitsItem, placed } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { listKindOf } from "./list-kind.ts";
import type { ListKind } from "./list-kind.ts";

/** A desired object without what is ignored. */
export interface Stripped {
  /** Shares with the input all that did not change; it is the input itself where nothing was left out. */
  readonly object: KubeObject;
  /** What was left out, topmost paths. */
  readonly removed: readonly FieldPath[];
  /** List items of which a part is ignored. */
  readonly items: readonly FieldPath[];
  /** Values that can only be sent as a whole and of which a part is ignored: withLive fills it in. */
  readonly whole: readonly FieldPath[];
  /** The patterns for this object from here on: positions in its lists are resolved. */
  readonly patterns: readonly FieldPattern[];
}

/** A pattern and how many of its steps have been gone. */
interface Active {
  readonly pattern: FieldPattern;
  readonly at: number;
}

interface Walk {
  readonly type: MergeType | undefined;
  readonly removed: FieldPath[];
  readonly items: FieldPath[];
  readonly whole: FieldPath[];
}

/** Where the walk is; `names` are the member names on the way, "" for an item. */
interface Place {
  readonly path: FieldPath;
  readonly names: readonly string[];
  readonly active: readonly Active[];
}

/** Maps of built-in kinds that the server merges only as a whole. */
const WHOLE_MAPS: ReadonlySet<string> = new Set([
  "nodeSelector", "selector", "labelSelector", "namespaceSelector", "podSelector", "objectSelector",
  "fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "roleRef", "scaleTargetRef",
]);

/**
 * The desired object without what is ignored: it is never sent, so never owned. Parents that become empty by that go
 * too; the keys of a list item stay. What lies in a list or map that the server stores only as a whole stays as well:
 * withLive puts the live value in its place. Lists of kinds that nobody knows count as such.
 */
export function withoutIgnored(object: KubeObject, patterns: readonly FieldPattern[]): Stripped {
  if (patterns.length === 0) return { object, removed: [], items: [], whole: [], patterns };
  const walk: Walk = { type: mergeTypeOf(object.apiVersion, object.kind), removed: [], items: [], whole: [] };
  const own = placed(patterns, asJson(object));
  const rest = strip(walk, asJson(object), { path: [], names: [], active: own.map((pattern) => ({ pattern, at: 0 })) });
  return { object: walk.removed.length === 0 ? object : asKubeObject(rest ?? {}), removed: walk.removed, items: walk.items, whole: walk.whole, patterns: own };
}

/** Undefined for a parent of which nothing is left. */
function strip(walk: Walk, value: Json, place: Place): Json | undefined {
  if (place.active.length === 0) return value;
  if (isJsonObject(value)) return isWholeMap(place.names) ? asWhole(walk, value, place) : stripMap(walk, value, place);
  if (!Array.isArray(value)) return value;
  const items = value as readonly Json[];
  const kind = kindOf(walk.type, place.names, items);
  return kind.kind === "Atomic" ? asWhole(walk, value, place) : stripItems(walk, items, kind, place);
}

function asWhole(walk: Walk, value: Json, { path }: Place): Json {
  walk.whole.push(path);
  return value;
}

function stripMap(walk: Walk, value: JsonObject, place: Place): JsonObject | undefined {
  const entries = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const rest = stripStep(walk, member ?? null, below(place, field(name), name));
    return rest === undefined ? [] : [[name, rest]];
  });
  if (entries.length === Object.keys(value).length && entries.every(([name, member]) => member === (value[name] ?? null))) return value;
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function stripItems(walk: Walk, items: readonly Json[], kind: ListKind, place: Place): readonly Json[] | undefined {
  const rest = items.flatMap((item) => {
    const element = elementOf(item, kind);
    if (element === undefined) return [item];
    const next = below(place, element, "");
    if (isComplete(next.active)) return stripStep(walk, item, next) ?? [];
    if (next.active.length > 0) walk.items.push(next.path);
    const kept = isJsonObject(item) && element.kind === "Key" ? stripMembers(walk, item, Object.keys(element.key), next) : item;
    return [kept];
  });
  if (rest.length === items.length && rest.every((item, index) => item === items[index])) return items;
  return rest.length === 0 ? undefined : rest;
}

/** A list item without what is ignored in it; its keys are what it is named by, so they stay. */
function stripMembers(walk: Walk, item: JsonObject, keys: readonly string[], place: Place): JsonObject {
  const entries = Object.entries(item).flatMap(([name, member]): [string, Json][] => {
    const rest = keys.includes(name) ? member : stripStep(walk, member ?? null, below(place, field(name), name));
    return rest === undefined ? [] : [[name, rest]];
  });
  return entries.length === Object.keys(item).length && entries.every(([name, member]) => member === item[name]) ? item : Object.fromEntries(entries);
}

function stripStep(walk: Walk, value: Json, place: Place): Json | undefined {
  if (!isComplete(place.active)) return strip(walk, value, place);
  walk.removed.push(place.path);
  return undefined;
}

/**
 * What is to be sent and compared on top of this live object: in lists and maps that the server stores only as a whole,
 * ignored fields have their live values. Items of lists without keys are paired by position, as long as both sides have
 * equally many. The input itself where nothing of that kind is ignored, and where live has what is desired.
 */
export function withLive(desired: KubeObject, live: KubeObject, patterns: readonly FieldPattern[]): KubeObject {
  if (patterns.length === 0) return desired;
  const walk: Walk = { type: mergeTypeOf(desired.apiVersion, desired.kind), removed: [], items: [], whole: [] };
  const filled = fill(walk, asJson(desired), asJson(live), { path: [], names: [], active: patterns.map((pattern) => ({ pattern, at: 0 })) });
  return filled === desired ? desired : asKubeObject(filled);
}

/** Down to the values that are stored as a whole. */
function fill(walk: Walk, desired: Json, live: Json | undefined, place: Place): Json {
  if (place.active.length === 0 || live === undefined) return desired;
  if (isJsonObject(desired)) {
    if (isWholeMap(place.names)) return fillWhole(desired, live, place.active);
    const from = isJsonObject(live) ? live : {};
    return mapMembers(desired, (name, member) => fill(walk, member, own(from, name), below(place, field(name), name)));
  }
  if (!Array.isArray(desired) || !Array.isArray(live)) return desired;
  const kind = kindOf(walk.type, place.names, desired as readonly Json[]);
  if (kind.kind === "Atomic") return fillWhole(desired, live, place.active);
  return mapItems(desired as readonly Json[], (item) => {
    const element = elementOf(item, kind);
    if (element?.kind !== "Key") return item;
    return fill(walk, item, findItem(live as readonly Json[], element.key), below(place, element, ""));
  });
}

function fillWhole(desired: Json, live: Json | undefined, active: readonly Active[]): Json {
  if (active.length === 0) return desired;
  if (isJsonObject(desired) && isJsonObject(live)) return fillMembers(desired, live, active);
  if (!Array.isArray(desired) || !Array.isArray(live)) return desired;
  return mapItems(desired as readonly Json[], (item, index) => {
    const next = active.filter(({ pattern, at }) => fitsOne(pattern, at, item, index)).map(advance);
    const twin = twinOf(active, desired as readonly Json[], live as readonly Json[], index);
    return twin === undefined ? item : isComplete(next) ? twin : fillWhole(item, twin, next);
  });
}

function fillMembers(desired: JsonObject, live: JsonObject, active: readonly Active[]): JsonObject {
  const members = [...new Set([...Object.keys(desired), ...Object.keys(live)])].flatMap((name): [string, Json][] => {
    const next = stepInto(active, field(name));
    const [wanted, there] = [own(desired, name), own(live, name)];
    const member = isComplete(next) ? there : wanted === undefined ? undefined : fillWhole(wanted, there, next);
    return member === undefined ? [] : [[name, member]];
  });
  const same = members.length === Object.keys(desired).length && members.every(([name, member]) => member === own(desired, name));
  return same ? desired : Object.fromEntries(members);
}

/** The live item that one of a list without keys stands for: the one with the keys that a pattern names, else the one in its place. */
function twinOf(active: readonly Active[], desired: readonly Json[], live: readonly Json[], index: number): Json | undefined {
  for (const { pattern, at } of active) {
    const want = pattern[at];
    if (want?.kind === "Key" && fitsItem(want, desired[index] ?? null, index)) return live.find((item, place) => fitsItem(want, item, place));
  }
  return desired.length === live.length ? live[index] : undefined;
}

function fitsOne(pattern: FieldPattern, at: number, item: Json, index: number): boolean {
  const want = pattern[at];
  return want !== undefined && fitsItem(want, item, index);
}

/** Members, each as `change` makes it; the map itself where none changes. */
function mapMembers(map: JsonObject, change: (name: string, member: Json) => Json): JsonObject {
  const entries = Object.entries(map).map(([name, member]) => [name, member === undefined ? member : change(name, member)] as const);
  return entries.every(([name, member]) => member === map[name]) ? map : Object.fromEntries(entries);
}

function mapItems(items: readonly Json[], change: (item: Json, index: number) => Json): readonly Json[] {
  const changed = items.map(change);
  return changed.every((item, index) => item === items[index]) ? items : changed;
}

function below({ path, names, active }: Place, element: PathElement, name: string): Place {
  return { path: [...path, element], names: [...names, name], active: stepInto(active, element) };
}

function stepInto(active: readonly Active[], element: PathElement): readonly Active[] {
  return active.filter(({ pattern, at }) => pattern[at] !== undefined && fits(pattern[at], element)).map(advance);
}

const advance = ({ pattern, at }: Active): Active => ({ pattern, at: at + 1 });

const isComplete = (active: readonly Active[]): boolean => active.some(({ pattern, at }) => at === pattern.length);

const isWholeMap = (names: readonly string[]): boolean => names[0] !== "metadata" && WHOLE_MAPS.has(names.at(-1) ?? "");

const kindOf = (type: MergeType | undefined, names: readonly string[], items: readonly Json[]): ListKind => listKindOf({ shape: undefined, type, names }, items);

const own = (map: JsonObject, name: string): Json | undefined => (Object.hasOwn(map, name) ? map[name] : undefined);

function elementOf(item: Json, kind: ListKind): PathElement | undefined {
  if (kind.kind === "Set") return { kind: "Value", value: item };
  if (kind.kind !== "Keyed" || !isJsonObject(item)) return undefined;
  const key = keyOfItem(item, kind.names);
  return { kind: "Key", key: kind.names.includes("protocol") && key["protocol"] === undefined ? { ...key, protocol: "TCP" } : key };
}
