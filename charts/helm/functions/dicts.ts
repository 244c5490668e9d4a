import { compareText } from "../go/bytes.ts";
import { typeName } from "../go/types.ts";
import { ANY_MAP, type FunctionTable, GoList, GoMap, type GoValue } from "../go/value.ts";
import { textFrom } from "./cast.ts";
import { deepCopyOf } from "./deep-copy.ts";
import { define, fn, variadic } from "./define.ts";

const dict = variadic([], "any", (pairs, scope) => {
  const entries = new Map<string, GoValue>();
  for (let at = 0; at < pairs.length; at += 2) entries.set(textFrom(pairs[at] ?? null, scope.spendText), at + 1 < pairs.length ? (pairs[at + 1] ?? null) : "");
  return new GoMap(entries);
});

const get = fn(["map[string]any", "string"], (map, key) => {
  const value = map.entries.get(key);
  return value === undefined ? "" : value;
});

const set = fn(["map[string]any", "string", "any"], (map, key, value, scope) => {
  if (map.isNil) throw new Error("assignment to entry in nil map");
  scope.changes?.(map);
  map.entries.set(key, value);
  return asAnyMap(map);
});

const unset = fn(["map[string]any", "string"], (map, key, scope) => {
  scope.changes?.(map);
  map.entries.delete(key);
  return asAnyMap(map);
});

const hasKey = fn(["map[string]any", "string"], (map, key) => map.entries.has(key));

const pluck = variadic(["string"], "map[string]any", (key, maps) => {
  return new GoList(maps.flatMap((map) => map.entries.get(key) ?? (map.entries.has(key) ? [null] : [])));
});

const keys = variadic([], "map[string]any", (maps, scope) => {
  return new GoList(maps.flatMap((map) => sortedKeys(map.entries, scope.spend)), "[]string");
});

const values = fn(["map[string]any"], (map, scope) => {
  const entries = map.entries;
  return new GoList(sortedKeys(entries, scope.spend).map((key) => entries.get(key) ?? null));
});

const pick = variadic(["map[string]any"], "string", (map, wanted) => {
  const entries = map.entries;
  return new GoMap(new Map(wanted.filter((key) => entries.has(key)).map((key) => [key, entries.get(key) ?? null])));
});

const omit = variadic(["map[string]any"], "string", (map, unwanted, scope) => {
  const left = new Map(map.entries);
  scope.spend(left.size / 10);
  for (const key of unwanted) left.delete(key);
  return new GoMap(left);
});

const dig = variadic([], "any", (args) => {
  if (args.length < 3) throw new Error("dig needs at least three arguments");
  let here = args.at(-1) ?? null;
  asMap(here);
  const path = args.slice(0, -2).map(asKey);
  for (const key of path) {
    const value = asMap(here).entries.get(key);
    if (value === undefined) return args.at(-2) ?? null;
    here = value;
  }
  return here;
});

const deepCopy = fn(["any"], (value, scope) => deepCopyOf(value, scope));

/**
 * Sprig's functions on maps. `set` and `unset` change the map they are given, as in Go. Go gives `keys` and `values` in
 * random order; here they are sorted by key, so that equal input gives equal output.
 */
export const DICT_FUNCTIONS: FunctionTable = define({ dict, get, set, unset, hasKey, pluck, keys, values, pick, omit, dig, deepCopy, mustDeepCopy: deepCopy });

/** The same map as Go's functions take it: `common.Values` becomes a plain map, entries stay shared. */
export const asAnyMap = (map: GoMap): GoMap => (map.type === ANY_MAP ? map : new GoMap(map.entries, ANY_MAP, map.isNil));

function sortedKeys(entries: ReadonlyMap<string, GoValue>, spend: (units: number) => void): string[] {
  spend(entries.size / 4);
  return [...entries.keys()].toSorted(compareText);
}

function asKey(value: GoValue): string {
  if (typeof value === "string") return value;
  throw new Error(`interface conversion: interface {} is ${conversionName(value)}, not string`);
}

function asMap(value: GoValue): GoMap {
  if (value instanceof GoMap && value.type === ANY_MAP) return value;
  throw new Error(`interface conversion: interface {} is ${conversionName(value)}, not ${ANY_MAP}`);
}

const conversionName = (value: GoValue): string => (value === null ? "nil" : typeName(value));
