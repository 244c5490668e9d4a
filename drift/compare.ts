/**
 * Desired against live without asking the server. What the server would fill in or rewrite is known from our own
 * managed-fields entry (which lists are keyed, and by what; which values are atomic) and from a few rules of equality;
 * what cannot be proved that way is told as undecided.
 */
import { isJsonObject, jsonEqual } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { mergeTypeOf } from "../src/object/merge-keys.ts";
import type { MergeType } from "../src/object/merge-keys.ts";
import { contentOf } from "./content.ts";
import type { Comparison, Difference } from "./difference.ts";
import { equality, isEmptyValue, isZero } from "./equality.ts";
import { leadsBelow } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { field, findItem, formatPath, keyOfItem, step } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";
import { childOf, EMPTY_SET, isLeaf, MAX_DEPTH, parseFields, unite } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { withLive } from "./ignored-fields.ts";
import { listKindOf } from "./list-kind.ts";
import { managersOf, ownEntry } from "./managed-fields.ts";
import { releasedPaths } from "./released.ts";
import { storedForm } from "./stored-form.ts";

/** Two values at one path, with the paths that we (`own`) and all managers together (`shape`) own from there on. */
interface Spot {
  readonly path: FieldPath;
  /** Member names on the way. */
  readonly names: readonly string[];
  readonly desired: Json;
  readonly live: Json | undefined;
  readonly own: FieldSet | undefined;
  readonly shape: FieldSet | undefined;
}

interface Found {
  readonly type: MergeType | undefined;
  readonly ignored: readonly FieldPattern[];
  readonly differences: Difference[];
  readonly unowned: string[];
  readonly undecided: string[];
}

/**
 * Compares what is desired of an object with the live one. Does not contact the cluster. `desired` is the object as it
 * is applied, without what is `ignored` of it (default nothing). To tell drift, pass what was last applied: against a
 * newer desired state, its own changes show as well.
 */
export function compare(desired: KubeObject, live: KubeObject, ignored: readonly FieldPattern[] = []): Comparison {
  const entry = ownEntry(live.metadata.managedFields);
  const own = entry === undefined ? undefined : parseFields(entry.fieldsV1);
  const shape = managersOf(live.metadata.managedFields).reduce((all, { set }) => unite(all, set), EMPTY_SET);
  const found: Found = { type: mergeTypeOf(desired.apiVersion, desired.kind), ignored, differences: [], unowned: [], undecided: [] };
  const wanted = contentOf(asJson(withLive(storedForm(desired), live, ignored)));
  compareMap(found, { path: [], names: [], desired: wanted, live: asJson(live), own, shape }, wanted);
  const doubtful = entry === undefined || entry.apiVersion !== desired.apiVersion;
  return {
    differences: found.differences.sort(byPointer),
    released: own === undefined ? [] : releasedPaths(own, wanted, asJson(live)),
    unowned: entry === undefined ? [] : found.unowned.sort(),
    undecided: doubtful ? ["", ...found.undecided.sort()] : found.undecided.sort(),
  };
}

function compareSpot(found: Found, spot: Spot): void {
  const { desired, live } = spot;
  if (spot.path.length > MAX_DEPTH) return void found.undecided.push(formatPath(spot.path));
  if (isEmptyValue(desired)) return compareEmpty(found, spot);
  if (live === undefined || live === null) return missing(found, spot);
  if (isJsonObject(desired)) return compareMap(found, spot, desired);
  if (Array.isArray(desired)) return compareList(found, spot, desired as readonly Json[]);
  compareWhole(found, spot);
}

/** Nothing is desired in particular. What is there may be a default, or other managers' content of a shared map or list. */
function compareEmpty(found: Found, spot: Spot): void {
  const { desired, live, own, shape } = spot;
  if (isEmptyValue(live)) return;
  const shared = isMetadataMap(spot.names) || (shape !== undefined && shape.children.size > 0 && (own?.children.size ?? 0) === 0);
  if (desired !== null && shared) return;
  if (desired !== null && own === undefined && shape !== undefined && isLeaf(shape)) return modified(found, spot);
  found.undecided.push(formatPath(spot.path));
}

function compareMap(found: Found, spot: Spot, desired: JsonObject): void {
  const { live, shape } = spot;
  const atomic = shape !== undefined && isLeaf(shape) && !isEmptyValue(live);
  if (!isJsonObject(live) || atomic) return compareWhole(found, spot);
  for (const name of Object.keys(desired).sort()) {
    compareSpot(found, below(spot, field(name), [...spot.names, name], desired[name] ?? null, step(live, field(name))));
  }
}

function compareList(found: Found, spot: Spot, desired: readonly Json[]): void {
  const live = Array.isArray(spot.live) ? (spot.live as readonly Json[]) : undefined;
  if (live === undefined) return modified(found, spot);
  const kind = listKindOf({ ...spot, type: found.type }, [...desired, ...live]);
  switch (kind.kind) {
    case "Keyed":
      for (const item of desired) compareItem(found, spot, item, live, kind.names);
      return;
    case "Set":
      for (const item of desired) compareMember(found, spot, item, live);
      return;
    case "Atomic":
      compareWhole(found, spot);
  }
}

function compareItem(found: Found, spot: Spot, item: Json, live: readonly Json[], names: readonly string[]): void {
  if (!isJsonObject(item)) return void found.undecided.push(formatPath(spot.path));
  const wanted = keyOfItem(item, names);
  const match = findItem(live, withDefaults(wanted, names)) ?? findItem(live, wanted);
  const key = isJsonObject(match) ? keyOfItem(match, names) : withDefaults(wanted, names);
  compareSpot(found, below(spot, { kind: "Key", key }, [...spot.names, ""], item, match));
}

function compareMember(found: Found, spot: Spot, item: Json, live: readonly Json[]): void {
  const match = live.find((value) => jsonEqual(value, item));
  compareSpot(found, below(spot, { kind: "Value", value: item }, [...spot.names, ""], item, match));
}

function compareWhole(found: Found, spot: Spot): void {
  switch (equality(spot.desired, spot.live, spot.names)) {
    case "Equal":
      // Who writes what is ignored in a value that is stored as a whole owns all of it: taking it back would go on for ever.
      if (spot.own?.owned !== true && !leadsBelow(found.ignored, spot.path)) found.unowned.push(formatPath(spot.path));
      return;
    case "Different":
      // What is still ours and stands where "" or 0 is wanted may be the default that the server takes these for: only it knows.
      if (spot.own?.owned === true && isUnset(spot.desired)) return void found.undecided.push(formatPath(spot.path));
      return modified(found, spot);
    case "Undecided":
      found.undecided.push(formatPath(spot.path));
  }
}

function modified(found: Found, { path, desired, live, own }: Spot): void {
  found.differences.push({ path, pointer: formatPath(path), class: "Modified", desired, live, owned: own !== undefined, revert: true });
}

function missing(found: Found, { path, desired, own }: Spot): void {
  // The server drops zero values of many fields; as long as the field is ours, nobody else took it away.
  if (isZero(desired) && own?.owned === true) return;
  // Maps that hold nothing but empty values are dropped or filled by the server: absence proves nothing.
  if (isZero(desired) || holdsNothing(desired)) return void found.undecided.push(formatPath(path));
  found.differences.push({ path, pointer: formatPath(path), class: "Missing", desired, live: undefined, owned: own !== undefined, revert: true });
}

/** The server takes these for "not set" in many fields, and fills them in; false it hardly ever does. */
const isUnset = (value: Json): boolean => isZero(value) && value !== false;

function holdsNothing(value: Json | undefined): boolean {
  return isEmptyValue(value) || (isJsonObject(value) && Object.values(value).every(holdsNothing));
}

function below(spot: Spot, element: PathElement, names: readonly string[], desired: Json, live: Json | undefined): Spot {
  return { path: [...spot.path, element], names, desired, live, own: childOf(spot.own, element), shape: childOf(spot.shape, element) };
}

/** `protocol` is the one list key of built-in kinds that may be left out. */
function withDefaults(key: JsonObject, names: readonly string[]): JsonObject {
  return names.includes("protocol") && key["protocol"] === undefined ? { ...key, protocol: "TCP" } : key;
}

function isMetadataMap(names: readonly string[]): boolean {
  const last = names.at(-1);
  return names.at(-2) === "metadata" && (last === "labels" || last === "annotations");
}

function byPointer(left: Difference, right: Difference): number {
  return left.pointer < right.pointer ? -1 : left.pointer > right.pointer ? 1 : 0;
}
