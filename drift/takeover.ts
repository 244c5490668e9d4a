/**
 * Takes fields that others own into our own managed-fields entry, so that the next server-side apply, which does not
 * name them, removes them. Pure: returns a JSON patch (RFC 6902) that fails where the object changed in between.
 */
import { FIELD_MANAGER } from "../src/api/group.ts";
import type { Json } from "../src/object/json.ts";
import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject, ManagedFieldsEntry } from "../src/object/kube-object.ts";
import { actorOf, isPredecessor } from "./actors.ts";
import { isExempt } from "./exemptions.ts";
import type { KindName } from "./exemptions.ts";
import type { FieldPath } from "./field-path.ts";
import { cutAt, EMPTY_SET, formatFields, isEmptySet, parseFields, subsetAt, subtract, unite } from "./field-set.ts";
import type { FieldChild, FieldSet } from "./field-set.ts";
import { isOwnEntry, isWhole, ownEntry } from "./managed-fields.ts";

/** A patch of metadata only; send it as a JSON patch, then apply in the same task. */
export interface Takeover {
  readonly patch: readonly Json[];
  /** Managers that fields are taken from, sorted. */
  readonly managers: readonly string[];
}

/** What is taken from one entry. */
interface Taken {
  readonly entry: ManagedFieldsEntry;
  readonly set: FieldSet;
  readonly rest: FieldSet;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Takes over the given paths (of Extra differences to be reverted) from the people who own them. Undefined where nobody
 * does. Entries of subresources and entries in another apiVersion than ours are left alone: their paths mean other things.
 */
export function takeOver(live: KubeObject, paths: readonly FieldPath[]): Takeover | undefined {
  const own = parseFields(ownEntry(live.metadata.managedFields)?.fieldsV1);
  const pick = (set: FieldSet): FieldSet => {
    const cut = paths.reduce((all, path) => unite(all, cutAt(set, path)), EMPTY_SET);
    return paths.reduce((all, path) => unite(all, hollowParents(subtract(set, all), own, path)), cut);
  };
  return takeFrom(live, (entry) => actorOf(entry) === "Person", pick);
}

/**
 * Takes over everything that the tools which looked after an object before us own, once, when it is adopted: otherwise
 * what they left stays for ever after Git drops it. What the server fills in once, and kubectl's copy of what it
 * applied, are told apart: the former stays, the latter is removed.
 */
export function adopt(live: KubeObject): Takeover | undefined {
  const kind: KindName = { group: groupOf(live.apiVersion), kind: live.kind };
  const takeover = takeFrom(live, isPredecessor, (set) => takeable(kind, [], set));
  const copied = live.metadata.annotations?.[LAST_APPLIED] !== undefined;
  if (!copied) return takeover;
  const remove = { op: "remove", path: `/metadata/annotations/${LAST_APPLIED.replaceAll("/", "~1")}` };
  return { patch: [...(takeover?.patch ?? [unchangedSince(live)]), remove], managers: takeover?.managers ?? [] };
}

function takeFrom(live: KubeObject, isFrom: (entry: ManagedFieldsEntry) => boolean, pick: (set: FieldSet) => FieldSet): Takeover | undefined {
  const { managedFields = [] } = live.metadata;
  const own = ownEntry(managedFields);
  const sources = managedFields.filter((entry) => isWhole(entry) && !isOwnEntry(entry) && isFrom(entry));
  const apiVersion = own?.apiVersion ?? sources[0]?.apiVersion ?? live.apiVersion;
  const taken = sources.filter((entry) => entry.apiVersion === apiVersion).flatMap((entry) => takeFromEntry(entry, pick));
  if (taken.length === 0) return undefined;
  const ours = taken.reduce((all, { set }) => unite(all, set), parseFields(own?.fieldsV1));
  const entries = [ownEntryWith(own, ours, apiVersion), ...managedFields.flatMap((entry) => (isOwnEntry(entry) ? [] : remaining(entry, taken)))];
  return {
    patch: [unchangedSince(live), { op: "replace", path: "/metadata/managedFields", value: entries as unknown as Json }], // entries are JSON: they were read from it
    managers: [...new Set(taken.map(({ entry }) => entry.manager ?? "unknown"))].sort(),
  };
}

function takeFromEntry(entry: ManagedFieldsEntry, pick: (set: FieldSet) => FieldSet): readonly Taken[] {
  const all = parseFields(entry.fieldsV1);
  const set = pick(all);
  return isEmptySet(set) ? [] : [{ entry, set, rest: subtract(all, set) }];
}

function remaining(entry: ManagedFieldsEntry, taken: readonly Taken[]): readonly ManagedFieldsEntry[] {
  const part = taken.find((one) => one.entry === entry);
  if (part === undefined) return [entry];
  return isEmptySet(part.rest) ? [] : [{ ...entry, fieldsV1: formatFields(part.rest) }];
}

function ownEntryWith(own: ManagedFieldsEntry | undefined, set: FieldSet, apiVersion: string): ManagedFieldsEntry {
  return { manager: FIELD_MANAGER, operation: "Apply", fieldsType: "FieldsV1", ...own, apiVersion, fieldsV1: formatFields(set) };
}

/** The patch is refused when anybody wrote in between. */
function unchangedSince(live: KubeObject): Json {
  return { op: "test", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion ?? "" };
}

/** Maps and lists on the way to a path that are left without content: `env` once its only item is taken. Not where we own something too. */
function hollowParents(rest: FieldSet, own: FieldSet, path: FieldPath): FieldSet {
  let taken = EMPTY_SET;
  for (let length = path.length - 1; length > 0; length -= 1) {
    const parent = path.slice(0, length);
    const node = subsetAt(rest, parent);
    if (node === undefined || !node.owned || subsetAt(own, parent) !== undefined) break;
    if (!isEmptySet(subtract({ ...node, owned: false }, subsetAt(taken, parent) ?? EMPTY_SET))) break;
    taken = unite(taken, cutAt(rest, parent));
  }
  return taken;
}

/** The paths of a set without those that the server fills in once, and without holds on the object. */
function takeable(kind: KindName, path: FieldPath, set: FieldSet): FieldSet {
  const last = path.at(-1);
  const copy = last?.kind === "Field" && last.name === LAST_APPLIED;
  if ((isExempt(kind, path, false) && !copy) || isHold(path)) return EMPTY_SET;
  const children = new Map<string, FieldChild>();
  for (const [text, { element, set: below }] of set.children) {
    const kept = takeable(kind, [...path, element], below);
    if (!isEmptySet(kept)) children.set(text, { element, set: kept });
  }
  // A parent stays behind when something below it does: taking it would take that too.
  const whole = [...set.children].every(([text, child]) => isEmptySet(subtract(child.set, children.get(text)?.set ?? EMPTY_SET)));
  return { owned: set.owned && whole, children };
}

function isHold(path: FieldPath): boolean {
  const [first, second] = path;
  if (first?.kind !== "Field" || second?.kind !== "Field") return first?.kind === "Field" && first.name === "status";
  return first.name === "metadata" && (second.name === "finalizers" || second.name === "ownerReferences");
}
