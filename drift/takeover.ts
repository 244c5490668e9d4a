/**
 * Takes fields that others own into our own managed-fields entry, so that the next server-side apply, which does not
 * name them, removes them. Pure: returns a JSON patch (RFC 6902) that fails where the object changed in between.
 */
import { FIELD_MANAGER } from "../src/api/group.ts";
import type { Json } from "../src/object/json.ts";
import { escapeStep } from "../src/object/json-pointer.ts";
import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject, ManagedFieldsEntry } from "../src/object/kube-object.ts";
import { actorOf, isPredecessor } from "./actors.ts";
import { isExempt } from "./exemptions.ts";
import type { KindName } from "./exemptions.ts";
import type { FieldPath } from "./field-path.ts";
import { isCovered } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { cutAt, EMPTY_SET, formatFields, isEmptySet, parseFields, subsetAt, subtract, unite } from "./field-set.ts";
import type { FieldChild, FieldSet } from "./field-set.ts";
import { isHandover, letGo } from "./handover.ts";
import { isOwnEntry, isWhole, ownEntry } from "./managed-fields.ts";

/** A patch of metadata only; send it as a JSON patch, then apply in the same task. */
export interface Takeover {
  readonly patch: readonly Json[];
}

/** What is taken from one entry. */
interface Taken {
  readonly entry: ManagedFieldsEntry;
  readonly set: FieldSet;
  readonly rest: FieldSet;
}

/** What to take of an entry with these paths. */
type Pick = (entry: ManagedFieldsEntry, set: FieldSet) => FieldSet;

const ENTRIES = "/metadata/managedFields";
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Takes over the given paths (of Extra differences to be reverted) from the people who own them, and from
 * `driftless-handover` what it has to give back (default nothing). Undefined where nobody has anything of it. Entries of
 * subresources and entries in another apiVersion than ours are left alone: their paths mean other
 * things.
 */
export function takeOver(live: KubeObject, paths: readonly FieldPath[], handedBack: FieldSet = EMPTY_SET): Takeover | undefined {
  const own = parseFields(ownEntry(live.metadata.managedFields)?.fieldsV1);
  const pick = (set: FieldSet): FieldSet => {
    const cut = paths.reduce((all, path) => unite(all, cutAt(set, path)), EMPTY_SET);
    return paths.reduce((all, path) => unite(all, hollowParents(subtract(set, all), own, path)), cut);
  };
  return takeFrom(live, (entry, set) => (isHandover(entry) ? handedBack : actorOf(entry) === "Person" ? pick(set) : EMPTY_SET));
}

/**
 * Takes over everything that the tools which looked after an object before us own, once, when it is adopted: otherwise
 * what they left stays for ever after Git drops it. What the server fills in once, and kubectl's copy of what it
 * applied, are told apart: the former stays, the latter is removed. What `desired` leaves to others stays theirs.
 */
export function adopt(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[] = []): Takeover | undefined {
  const kind: KindName = { group: groupOf(live.apiVersion), kind: live.kind };
  const leftToOthers = letGo(desired, ignored);
  const takeover = takeFrom(live, (entry, set) => (isPredecessor(entry) ? takeable({ kind, ignored: leftToOthers }, [], set) : EMPTY_SET));
  const copied = live.metadata.annotations?.[LAST_APPLIED] !== undefined;
  if (!copied) return takeover;
  const remove = { op: "remove", path: `/metadata/annotations/${escapeStep(LAST_APPLIED)}` };
  return { patch: [...(takeover?.patch ?? [sameObject(live)]), remove] };
}

function takeFrom(live: KubeObject, pick: Pick): Takeover | undefined {
  const { managedFields = [] } = live.metadata;
  const own = ownEntry(managedFields);
  const sources = managedFields.filter((entry) => isWhole(entry) && !isOwnEntry(entry));
  const all = sources.flatMap((entry) => takeFromEntry(entry, pick));
  const apiVersion = own?.apiVersion ?? all[0]?.entry.apiVersion ?? live.apiVersion;
  const taken = all.filter(({ entry }) => entry.apiVersion === apiVersion);
  if (taken.length === 0) return undefined;
  const ours = taken.reduce((all, { set }) => unite(all, set), parseFields(own?.fieldsV1));
  return { patch: [sameObject(live), ...writeOwn(managedFields, own, ours, apiVersion), ...writeTaken(managedFields, taken)] };
}

function takeFromEntry(entry: ManagedFieldsEntry, pick: Pick): readonly Taken[] {
  const all = parseFields(entry.fieldsV1);
  const set = pick(entry, all);
  return isEmptySet(set) ? [] : [{ entry, set, rest: subtract(all, set) }];
}

/** Our entry with what is now ours, or a new one at the end of the list. */
function writeOwn(all: readonly ManagedFieldsEntry[], own: ManagedFieldsEntry | undefined, set: FieldSet, apiVersion: string): readonly Json[] {
  if (own !== undefined) return replaceFields(all.indexOf(own), own, set);
  const value = { manager: FIELD_MANAGER, operation: "Apply", fieldsType: "FieldsV1", apiVersion, fieldsV1: formatFields(set) };
  return [{ op: "add", path: `${ENTRIES}/-`, value }];
}

/** What is left of the entries that something was taken from; the last ones first, so that removals move no other. */
function writeTaken(all: readonly ManagedFieldsEntry[], taken: readonly Taken[]): readonly Json[] {
  const placed = taken.map((one) => ({ ...one, index: all.indexOf(one.entry) })).sort((left, right) => right.index - left.index);
  return placed.flatMap(({ index, entry, rest }) => (isEmptySet(rest) ? [...sameEntry(index, entry), { op: "remove", path: `${ENTRIES}/${index}` }] : replaceFields(index, entry, rest)));
}

function replaceFields(index: number, entry: ManagedFieldsEntry, set: FieldSet): readonly Json[] {
  return [...sameEntry(index, entry), { op: "replace", path: `${ENTRIES}/${index}/fieldsV1`, value: formatFields(set) }];
}

/**
 * The patch is refused when one of the entries that it rewrites is no longer what was looked at. Testing the whole
 * object's version instead would fail with every status update in between, which a change by hand mostly sets off.
 */
function sameEntry(index: number, { manager, operation, apiVersion, fieldsV1 }: ManagedFieldsEntry): readonly Json[] {
  const members = { manager, operation, apiVersion, fieldsV1 };
  return Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [{ op: "test", path: `${ENTRIES}/${index}/${name}`, value }]));
}

function sameObject(live: KubeObject): Json {
  return { op: "test", path: "/metadata/uid", value: live.metadata.uid ?? "" };
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

/** What is never taken. */
interface Limits {
  readonly kind: KindName;
  readonly ignored: readonly FieldPattern[];
}

/** The paths of a set without those that the server fills in once, and without holds on the object. */
function takeable(limits: Limits, path: FieldPath, set: FieldSet): FieldSet {
  const last = path.at(-1);
  const copy = last?.kind === "Field" && last.name === LAST_APPLIED;
  if ((isExempt(limits.kind, path, false) && !copy) || isHold(path) || isCovered(limits.ignored, path)) return EMPTY_SET;
  const children = new Map<string, FieldChild>();
  for (const [text, { element, set: below }] of set.children) {
    const kept = takeable(limits, [...path, element], below);
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
