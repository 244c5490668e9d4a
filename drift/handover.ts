/**
 * Letting go of a field without resetting it. A field that we own and apply no longer is removed or set to its default by
 * the server, unless another manager owns it too (tried on Kubernetes 1.36). So its live value is applied as
 * `driftless-handover` first, as server-side apply of that field alone. Does not contact the cluster.
 */
import { HANDOVER_MANAGER } from "../src/api/group.ts";
import { isJsonObject } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { asJson, asKubeObject, groupOf } from "../src/object/kube-object.ts";
import type { KubeObject, ManagedFieldsEntry } from "../src/object/kube-object.ts";
import { field, findItem, step } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { isCovered, leadsBelow } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { EMPTY_SET, isEmptySet, isLeaf, leavesOf, parseFields, subsetAt, subtract } from "./field-set.ts";
import type { FieldChild, FieldSet } from "./field-set.ts";
import { withoutIgnored } from "./ignored-fields.ts";
import { isWhole, ownEntry } from "./managed-fields.ts";

/** Kinds whose number of Pods an autoscaler or a person sets where Git leaves it open. */
const SCALABLE: ReadonlySet<string> = new Set(["apps/Deployment", "apps/StatefulSet", "apps/ReplicaSet", "/ReplicationController"]);

const REPLICAS: FieldPath = ["spec", "replicas"].map(field);
const REPLICAS_PATTERN: FieldPattern = [{ kind: "Field", name: "spec" }, { kind: "Field", name: "replicas" }];

/**
 * What of this object is left to others: what is ignored, and the number of Pods where the desired object names none.
 * Guides to autoscaling tell people to drop `replicas` from Git; nobody means "one Pod" by that.
 */
export function letGo(desired: KubeObject, ignored: readonly FieldPattern[]): readonly FieldPattern[] {
  const scalable = SCALABLE.has(`${groupOf(desired.apiVersion)}/${desired.kind}`);
  return scalable && valueAt(desired, REPLICAS) === undefined ? [...ignored, REPLICAS_PATTERN] : ignored;
}

/**
 * The body to apply as `driftless-handover`, without force, before `desired` (without what is ignored) is applied: fields
 * that we own, that are left to others now and that it does not have, with their live values, along with all that was
 * handed over before. Undefined where nothing of the kind has to be done. Carries the uid but no resourceVersion, which
 * status updates change all the time: a value that somebody changed since is theirs, so the server answers 409 all the same.
 */
export function handover(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[]): KubeObject | undefined {
  const patterns = letGo(desired, ignored);
  if (patterns.length === 0) return undefined;
  const before = handedOver(live);
  const leaving = leavesOf(parseFields(ownEntry(live.metadata.managedFields)?.fieldsV1)).filter(
    (path) => isLeftAlone(path, desired, patterns) && valueAt(live, path) !== undefined && subsetAt(before, path) === undefined,
  );
  return leaving.length === 0 ? undefined : bodyOf(live, [...leavesOf(before), ...leaving]);
}

/**
 * The body to apply as `driftless-handover`, without force, after `desired` was applied and answered with this live object:
 * without the fields that are in Git again, which are ours by now, so that they go when Git drops them. It changes no
 * value. Undefined where it has nothing of the kind.
 */
export function takeBack(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[] = []): KubeObject | undefined {
  if (isEmptySet(handedBack(live, desired, ignored))) return undefined;
  return bodyOf(live, leavesOf(keptOf(live, desired, letGo(desired, ignored))));
}

/**
 * What `driftless-handover` has to give back to us, so that it does not keep alive what Git drops later: fields that are in
 * Git again, and fields of list items that Git no longer has. For takeOver, which moves it into our entry.
 */
export function handedBack(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[]): FieldSet {
  return subtract(handedOver(live), keptOf(live, desired, letGo(desired, ignored)));
}

/**
 * True where going from the content that was applied last to this one needs the live object: a field is let go of, a list
 * item goes of which a field may have been handed over, or something is ignored in a value that is stored as a whole. Both
 * without what is ignored, each by its own rules.
 */
export function leavesByHandover(before: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[]): boolean {
  if (letGo(desired, []).length > 0 && valueAt(before, REPLICAS) !== undefined) return true;
  if (withoutIgnored(desired, ignored).whole.length > 0) return true;
  const { removed, items } = withoutIgnored(before, ignored);
  return [...removed, ...items].some((path) => valueAt(desired, path) === undefined);
}

/** What to apply so that all stays as it is: what we own, with its live values. The server answers 409 where somebody wrote since. */
export function ownPart(live: KubeObject): KubeObject {
  const { resourceVersion } = live.metadata;
  const part = bodyOf(live, leavesOf(parseFields(ownEntry(live.metadata.managedFields)?.fieldsV1)));
  return { ...part, metadata: { ...part.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
}

/** True for an entry that keeps the values of fields which we let go of. */
export function isHandover(entry: ManagedFieldsEntry): boolean {
  return entry.manager === HANDOVER_MANAGER && entry.operation === "Apply" && isWhole(entry);
}

function handedOver(live: KubeObject): FieldSet {
  return parseFields(live.metadata.managedFields?.find(isHandover)?.fieldsV1);
}

/** What of all that was handed over stays so: also what nobody ignores any more, as long as Git does not have it. */
function keptOf(live: KubeObject, desired: KubeObject, patterns: readonly FieldPattern[]): FieldSet {
  const isDesiredItem = (path: FieldPath): boolean => isInDesiredItem(path, desired, patterns);
  return kept(handedOver(live), [], {
    isField: (path) => valueAt(desired, path) === undefined && isDesiredItem(path),
    isOpenItem: (path) => leadsBelow(patterns, path) && isDesiredItem(path),
  });
}

/** What is wanted of a set: a leaf, and the bare keys of an item. */
interface Wanted {
  readonly isField: (path: FieldPath) => boolean;
  readonly isOpenItem: (path: FieldPath) => boolean;
}

/** The part of a set whose leaves are wanted. The keys of an item stay with whatever else stays of it, or may come to stay. */
function kept(set: FieldSet, path: FieldPath, wanted: Wanted): FieldSet {
  const children = new Map<string, FieldChild>();
  const keys = new Map<string, FieldChild>();
  for (const [text, { element, set: below }] of set.children) {
    const here = [...path, element];
    const rest = isLeaf(below) ? (wanted.isField(here) ? below : EMPTY_SET) : kept(below, here, wanted);
    if (!isEmptySet(rest)) children.set(text, { element, set: rest });
    else if (isKeyMember(here)) keys.set(text, { element, set: below });
  }
  if (children.size === 0 && (keys.size === 0 || !wanted.isOpenItem(path))) return EMPTY_SET;
  return { owned: set.owned, children: new Map([...keys, ...children]) };
}

function isLeftAlone(path: FieldPath, desired: KubeObject, patterns: readonly FieldPattern[]): boolean {
  return isCovered(patterns, path) && valueAt(desired, path) === undefined && isInDesiredItem(path, desired, patterns);
}

/** False below a list item that is neither desired nor ignored as a whole: it goes, and its fields with it. */
function isInDesiredItem(path: FieldPath, desired: KubeObject, patterns: readonly FieldPattern[]): boolean {
  return path.every((element, index) => {
    if (element.kind !== "Key") return true;
    const item = path.slice(0, index + 1);
    return valueAt(desired, item) !== undefined || isCovered(patterns, item);
  });
}

/** True for the name of an item and its like. */
function isKeyMember(path: FieldPath): boolean {
  const [item, last] = [path.at(-2), path.at(-1)];
  return item?.kind === "Key" && last?.kind === "Field" && Object.hasOwn(item.key, last.name);
}

function bodyOf(live: KubeObject, paths: readonly FieldPath[]): KubeObject {
  const { name, namespace, uid } = live.metadata;
  const identity = { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) };
  const body: Tree = { apiVersion: live.apiVersion, kind: live.kind, metadata: identity };
  for (const path of paths) {
    const value = valueAt(live, path);
    if (value !== undefined) put(body, path, value);
  }
  return asKubeObject(body);
}

interface Tree {
  [name: string]: Json | Tree | (Json | Tree)[];
}

/** Puts a value at a path; maps, lists and items with their keys are made on the way. */
function put(root: Tree, path: FieldPath, value: Json): void {
  let node: Tree = root;
  for (const [index, element] of path.entries()) {
    if (element.kind !== "Field") continue; // an item was made with the list before it
    const next = path[index + 1];
    if (next === undefined) return void (node[element.name] = value);
    if (next.kind === "Field") node = (node[element.name] ??= {}) as Tree; // made here or by a path before
    else {
      const items = (node[element.name] ??= []) as (Json | Tree)[]; // made here or by a path before
      if (next.kind !== "Key") return void items.push(value);
      node = itemOf(items, next.key);
    }
  }
}

function itemOf(items: (Json | Tree)[], key: Readonly<Record<string, Json | undefined>>): Tree {
  const found = findItem(items, key);
  if (isJsonObject(found)) return found as unknown as Tree; // made below, by a path before
  const item = { ...key } as Tree;
  items.push(item);
  return item;
}

/** The value at a path; null means that there is none. */
function valueAt(object: KubeObject, path: FieldPath): Json | undefined {
  return path.reduce<Json | undefined>(step, asJson(object)) ?? undefined;
}
