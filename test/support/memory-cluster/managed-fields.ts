/** Who owns which field: what writes and applies make of metadata.managedFields (apimachinery managedfields, structured-merge-diff merge.Updater). */
import { KubeApiError } from "../../../src/errors.ts";
import { isJsonObject, jsonEqual } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { difference, formatFields, intersection, isEmpty, NO_PATHS, parseFields, pathsOf, sameSet, union } from "./path-set.ts";
import type { PathSet } from "./path-set.ts";
import { deepFreeze, objectAt, withValueAt } from "./plain.ts";
import type { Shape } from "./shape.ts";
import { compare, dotted, merge, removePaths, toPathSet, wholePathSet, withNamedMembers } from "./typed-value.ts";
import type { Comparison } from "./typed-value.ts";

/** Who writes: a field manager through one door. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  /** RFC 3339, seconds. */
  readonly time: string;
}

/** What one manager owns. */
interface Owned {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  readonly time: string | undefined;
  readonly set: PathSet;
}

type Owners = ReadonlyMap<string, Owned>;

/** More Update managers than this are merged into one whose name says so. */
const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = "ancient-changes";
const FIRST_APPLY = "before-first-apply";

/** Fields of which nobody is the manager. */
const NOBODYS: PathSet = parseFields(deepFreeze({
  "f:apiVersion": {}, "f:kind": {},
  "f:metadata": {
    ".": {}, "f:name": {}, "f:namespace": {}, "f:creationTimestamp": {}, "f:selfLink": {}, "f:uid": {}, "f:generation": {}, "f:managedFields": {}, "f:resourceVersion": {},
  },
}));

/** What a write by create, patch or update makes of an object: `before` undefined for a new one. The result carries its managed fields. */
export function written(before: JsonObject | undefined, sent: JsonObject, shape: Shape, writer: Writer, skeleton: JsonObject): JsonObject {
  const own = before === undefined ? undefined : fieldsOf(before);
  const owners = before === undefined ? new Map<string, Owned>() : ownersSent(own, fieldsOf(sent), writer.subresource !== undefined);
  const content = withoutFields(sent);
  if (before !== undefined && owners.size === 0) return content; // nobody tracks an object whose managed fields were taken away
  const difference = compare(before === undefined ? skeleton : withoutFields(before), content, shape);
  const next = new Map(shifted(owners, difference, ""));
  const id = idOf("Update", writer);
  const mine = stripped(union(difference.added, difference.modified));
  const held = next.get(id)?.set ?? NO_PATHS;
  if (!isEmpty(mine)) next.set(id, { ...writer, operation: "Update", set: union(held, mine) });
  return withFields(content, capped(next));
}

/** The outcome of an apply: the object with its managed fields, the very object where nothing changed. */
export interface Applied {
  readonly object: JsonObject;
  readonly changed: boolean;
}

/** Server-side apply of a configuration. Throws KubeApiError: 409 with a cause for each field of somebody else, 500 for a field that the schema does not know. */
export function applied(before: JsonObject | undefined, config: JsonObject, shape: Shape, writer: Writer, force: boolean): Applied {
  const live = before === undefined ? undefined : withoutFields(before);
  const owners = before === undefined ? new Map<string, Owned>() : trackedOwners(before, shape, writer);
  const id = idOf("Apply", writer);
  const set = stripped(pathSetOf(config, shape, writer));
  const last = owners.get(id)?.set ?? NO_PATHS;
  const next = new Map(owners);
  next.set(id, { ...writer, operation: "Apply", set });
  const merged = merge(live, config, shape) ?? {};
  const pruned = prune(merged, shape, next, last);
  const content = isJsonObject(pruned) ? pruned : {};
  const change = compare(live ?? {}, content, shape);
  if (!force) refuseConflicts(next, change, id);
  const result = new Map(shifted(next, change, id));
  if (isEmpty(set)) result.delete(id);
  if (before !== undefined && jsonEqual(live, content) && sameOwners(result, ownersOf(fieldsOf(before)))) return { object: before, changed: false };
  return { object: withFields(content, result), changed: true };
}

/** True when two objects differ in nothing but the times of their managed fields. */
export function sameButTimes(left: JsonObject, right: JsonObject): boolean {
  return left === right || (jsonEqual(withoutFields(left), withoutFields(right)) && sameOwners(ownersOf(fieldsOf(left)), ownersOf(fieldsOf(right))));
}

/** An object whose managed fields were wiped has one owner for all it holds before its first apply. */
function trackedOwners(before: JsonObject, shape: Shape, writer: Writer): Owners {
  const owners = ownersOf(fieldsOf(before));
  if (owners.size > 0) return owners;
  const first: Writer = { ...writer, manager: FIRST_APPLY, subresource: undefined };
  const everything = compare({}, withoutFields(before), shape).added;
  return new Map([[idOf("Update", first), { ...first, operation: "Update", set: stripped(everything) }]]);
}

function pathSetOf(config: JsonObject, shape: Shape, { apiVersion }: Writer): PathSet {
  try {
    return toPathSet(config, shape);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const name = `${objectAt(config, "metadata")["namespace"] as string}/${objectAt(config, "metadata")["name"] as string}; ${apiVersion}, Kind=${config["kind"] as string}`; // texts, as the client sent them
    throw new KubeApiError(500, "InternalError", `failed to create typed patch object (${name}): ${error.message}`);
  }
}

/** Takes out what this manager no longer gives and nobody else has. */
function prune(merged: Json, shape: Shape, owners: Owners, last: PathSet): Json | undefined {
  if (isEmpty(last)) return merged;
  const whole = (set: PathSet): PathSet => withNamedMembers(set, shape);
  const mergedSet = wholePathSet(merged, shape);
  const first = removePaths(merged, shape, whole(last));
  const owned = [...owners.values()].reduce((all, { set }) => union(all, set), NO_PATHS);
  const firstSet = first === undefined ? NO_PATHS : wholePathSet(first, shape);
  const second = removePaths(merged, shape, difference(mergedSet, union(firstSet, whole(owned))));
  const secondSet = second === undefined ? NO_PATHS : wholePathSet(second, shape);
  return removePaths(merged, shape, intersection(difference(mergedSet, secondSet), whole(last)));
}

/** What a change leaves of everybody's fields but the writer's own: whose field changes loses it. */
function shifted(owners: Owners, { added, modified, removed }: Comparison, writer: string): Owners {
  const changed = union(union(added, modified), removed);
  if (isEmpty(changed)) return owners;
  const next = new Map<string, Owned>();
  for (const [id, owned] of owners) {
    const set = id === writer ? owned.set : difference(owned.set, changed);
    if (!isEmpty(set)) next.set(id, set === owned.set ? owned : { ...owned, set });
  }
  return next;
}

function refuseConflicts(owners: Owners, { added, modified }: Comparison, writer: string): void {
  const changed = union(added, modified);
  const conflicts = [...owners].flatMap(([id, owned]) => {
    const fields = id === writer ? [] : pathsOf(intersection(owned.set, changed)).map(dotted);
    return fields.map((field) => ({ field, who: conflictName(owned) }));
  }).sort((left, right) => (left.field < right.field ? -1 : 1));
  if (conflicts.length === 0) return;
  const causes = conflicts.map(({ field, who }) => ({ reason: "FieldManagerConflict", message: `conflict with ${who}`, field }));
  throw new KubeApiError(409, "Conflict", `Apply failed with ${conflicts.length} conflict${conflicts.length === 1 ? "" : "s"}: ${conflictText(conflicts)}`, { causes });
}

function conflictText(conflicts: readonly { readonly field: string; readonly who: string }[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) return `conflict with ${first.who}: ${first.field}`;
  const groups = Map.groupBy(conflicts, ({ who }) => who);
  return [...groups].map(([who, fields]) => `conflicts with ${who}:\n${fields.map(({ field }) => `- ${field}`).join("\n")}`).join("\n");
}

function conflictName({ manager, operation, apiVersion, subresource }: Owned): string {
  const door = subresource === undefined ? "" : ` with subresource "${subresource}"`;
  return operation === "Update" ? `"${manager}"${door} using ${apiVersion}` : `"${manager}"${door}`;
}

/** What a client sends as managed fields counts, and an empty list wipes them; not through a subresource. */
function ownersSent(live: readonly Json[] | undefined, sent: readonly Json[] | undefined, throughSubresource: boolean): Owners {
  if (throughSubresource || sent === live) return ownersOf(live);
  return sent === undefined ? ownersOf(live) : ownersOf(sent);
}

function ownersOf(fields: readonly Json[] | undefined): Owners {
  const owners = new Map<string, Owned>();
  for (const field of fields ?? []) {
    const { manager = "unknown", operation, apiVersion = "", subresource, time, fieldsV1 } = field as unknown as ManagedFieldsEntry; // the server's own list
    if (operation === undefined || fieldsV1 === undefined) continue;
    const owned: Owned = { manager, operation, apiVersion, subresource: subresource === "" ? undefined : subresource, time, set: parseFields(fieldsV1) };
    owners.set(idOf(operation, owned), owned);
  }
  return owners;
}

/** An applier is the same whatever version it applies in. */
function idOf(operation: "Apply" | "Update", { manager, apiVersion, subresource = "" }: Pick<Owned, "manager" | "apiVersion" | "subresource">): string {
  return operation === "Apply" ? `Apply ${manager} ${subresource}` : `Update ${manager} ${subresource} ${apiVersion}`;
}

function capped(owners: Map<string, Owned>): Owners {
  const updates = [...owners].filter(([, { operation }]) => operation === "Update").sort(([, left], [, right]) => order(left, right));
  for (const [id, owned] of updates.slice(0, Math.max(0, updates.length - MAX_UPDATE_MANAGERS))) {
    owners.delete(id);
    const ancient: Owned = { ...owned, manager: ANCIENT, subresource: undefined };
    const before = owners.get(idOf("Update", ancient));
    owners.set(idOf("Update", ancient), { ...ancient, set: union(before?.set ?? NO_PATHS, owned.set) });
  }
  return owners;
}

function order(left: Owned, right: Owned): number {
  const key = ({ operation, time = "", manager, apiVersion, subresource = "" }: Owned): string => [operation, time, manager, apiVersion, subresource].join("\n");
  return key(left) < key(right) ? -1 : 1;
}

function sameOwners(left: Owners, right: Owners): boolean {
  if (left.size !== right.size) return false;
  return [...left].every(([id, { set, apiVersion }]) => {
    const other = right.get(id);
    return other !== undefined && other.apiVersion === apiVersion && sameSet(other.set, set);
  });
}

const stripped = (set: PathSet): PathSet => difference(set, NOBODYS);

function fieldsOf(object: JsonObject): readonly Json[] | undefined {
  const fields = objectAt(object, "metadata")["managedFields"];
  return Array.isArray(fields) ? (fields as readonly Json[]) : undefined;
}

const bare = new WeakMap<JsonObject, JsonObject>();

/** The object without its managed fields; the same answer for the same object. */
function withoutFields(object: JsonObject): JsonObject {
  const known = bare.get(object);
  if (known !== undefined) return known;
  const content = withValueAt(object, ["metadata", "managedFields"], undefined);
  bare.set(object, content);
  return content;
}

function withFields(content: JsonObject, owners: Owners): JsonObject {
  const fields = [...owners.values()].sort(order).map(({ manager, operation, apiVersion, subresource, time, set }) => ({
    manager, operation, apiVersion, ...(time === undefined ? {} : { time }), fieldsType: "FieldsV1", fieldsV1: formatFields(set), ...(subresource === undefined ? {} : { subresource }),
  }));
  const object = withValueAt(content, ["metadata", "managedFields"], fields.length === 0 ? undefined : deepFreeze(fields));
  bare.set(object, content);
  return object;
}
