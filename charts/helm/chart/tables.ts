import { textOf } from "../go/format.ts";
import { GoMap, type GoValue } from "../go/value.ts";
import type { HelmVersion } from "../input.ts";

/*
 * How Helm lays one map of values over another. It works in place, and moves maps from one into the other without copying:
 * what is changed later shows in both. Charts come to depend on it, so the same is done here.
 */

/**
 * What a merge does with null. `coalesce`: the key is deleted; `coalesce3`: the same as Helm 3 does it, where null that a chart
 * has among its own defaults stays; `keep`: it stays, for a later coalescing to act on.
 */
export type NullRule = "coalesce" | "coalesce3" | "keep";

/** What is done with null before a render. */
export const coalescing = (version: HelmVersion): NullRule => (version === "v3" ? "coalesce3" : "coalesce");

/** Told of values that do not fit together. */
export type Warn = (message: string) => void;

/** No one is told. */
export const silently: Warn = () => undefined;

/** Fills `target` with what `source` has besides; the target wins. Both are changed. `path`: where the maps stand, for warnings. */
export function layTable(target: GoMap, source: GoMap, path: string, nulls: NullRule, warn: Warn): GoMap {
  const into = target.entries;
  const given = source.entries;
  const wasNull = new Set<string>();
  for (const [key, value] of into) {
    if (value !== null) continue;
    if ((given.get(key) ?? null) === null) wasNull.add(key);
    given.set(key, null);
  }
  for (const [key, value] of given) {
    const known = into.get(key);
    if (known === undefined) into.set(key, value);
    else if (known === null) {
      if (nulls !== "keep" && !wasNull.has(key)) into.delete(key);
    } else layValue(known, value, joinKey(path, key), nulls, warn);
  }
  return target;
}

function layValue(known: GoValue, value: GoValue, path: string, nulls: NullRule, warn: Warn): void {
  if (value instanceof GoMap) {
    if (known instanceof GoMap) layTable(known, value, path, nulls, warn);
    else warn(`values: ${path} is a map by default and is overwritten by something else (${shortText(known)})`);
  } else if (known instanceof GoMap && value !== null) warn(`values: ${path} is a map; the default, which is none (${shortText(value)}), is ignored`);
}

/** `app` and `image` → `app.image`. */
export const joinKey = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** Takes every null out of a map and the maps within, in place. */
export function dropNulls(map: GoMap): void {
  for (const [key, value] of map.entries) {
    if (value === null) map.entries.delete(key);
    else if (value instanceof GoMap) dropNulls(value);
  }
}

/** A value of a kind that tells nothing secret: its type is enough to find it. */
const shortText = (value: GoValue): string => (value === null ? "null" : typeof value === "string" ? "a text" : typeof value === "object" ? "a list" : textOf(value));
