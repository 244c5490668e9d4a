/**
 * Fields that Git dropped and that stay live all the same, because another tool applies them too (server-side apply by
 * several managers). No drift and not ours to remove, but whoever dropped them should hear who keeps them.
 */
import { asJson } from "../src/object/kube-object.ts";
import type { KubeObject, ManagedFieldsEntry } from "../src/object/kube-object.ts";
import type { Json } from "../src/object/json.ts";
import { actorOf } from "./actors.ts";
import { METADATA_CONTENT } from "./content.ts";
import { isEmptyValue } from "./equality.ts";
import { formatPath, step } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { isCovered } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { leavesOf, subsetAt } from "./field-set.ts";
import { isOwnEntry, isWhole, managersOf, ownersOf } from "./managed-fields.ts";
import type { ManagerFields } from "./managed-fields.ts";

/** One such field, and who keeps it. */
export interface Retained {
  readonly pointer: string;
  /** Managers that apply it, sorted. */
  readonly managers: readonly string[];
}

/**
 * What the next apply of `desired` will not remove although it is ours and no longer desired. `ignored` (default nothing)
 * and what is handed over is left out. `live` is the object before that apply.
 */
export function retainedBy(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[] = []): readonly Retained[] {
  const own = managersOf(live.metadata.managedFields).find(({ entry }) => isOwnEntry(entry));
  return own === undefined ? [] : retained(live, desired, ignored, (path) => subsetAt(own.set, path)?.owned === true);
}

/** The same after the apply, told from its answer and the content that was applied `before`; for an apply without a look. */
export function retainedAfter(before: KubeObject, desired: KubeObject, answer: KubeObject, ignored: readonly FieldPattern[] = []): readonly Retained[] {
  return retained(answer, desired, ignored, (path) => !isEmptyValue(valueAt(before, path)));
}

/** `/data/b stays, because kustomize-controller applies it too`. */
export function retainedText({ pointer, managers }: Retained): string {
  return `${pointer} stays, because ${managers.join(" and ")} ${managers.length > 1 ? "apply" : "applies"} it too`;
}

/**
 * True where a field that Git dropped is live after the apply because a person's tool owns it as well (`kubectl apply` of the
 * client, or what is booked on `before-first-apply` once somebody has wiped the managed fields): unlike what another tool
 * applies it is to go, in another look.
 */
export function leftBehind(before: Earlier, desired: KubeObject, answer: KubeObject, ignored: readonly FieldPattern[] = []): boolean {
  if (answer.metadata.managedFields?.some(isPerson) !== true) return false;
  const own = managersOf(before.managedFields).find(({ entry }) => isOwnEntry(entry))?.set;
  const { content } = before;
  const wasOurs = (path: FieldPath): boolean => (own !== undefined && subsetAt(own, path)?.owned === true) || (content !== undefined && !isEmptyValue(valueAt(content, path)));
  return retained(answer, desired, ignored, wasOurs, isPerson).length > 0;
}

/**
 * Fields that are ours, that Git has dropped, and that a person's tool owns as well, so that the next apply alone would not
 * remove them. For takeOver, where there is no other look to find them in.
 */
export function keptByPeople(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[] = []): readonly FieldPath[] {
  const own = managersOf(live.metadata.managedFields).find(({ entry }) => isOwnEntry(entry))?.set;
  if (own === undefined) return [];
  return retainedPaths(live, desired, ignored, (path) => subsetAt(own, path)?.owned === true, isPerson).map(([path]) => path);
}

/** What is known of an object before the apply: its managed fields, where it was looked at, and what was applied last. */
export interface Earlier {
  readonly managedFields: readonly ManagedFieldsEntry[] | undefined;
  readonly content: KubeObject | undefined;
}

const isPerson = (entry: ManagedFieldsEntry): boolean => isWhole(entry) && actorOf(entry) === "Person";

const isOtherApply = (entry: ManagedFieldsEntry): boolean => isWhole(entry) && entry.operation === "Apply" && actorOf(entry) !== "Ourselves";

function retained(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[], wasOurs: (path: FieldPath) => boolean, keeps = isOtherApply): readonly Retained[] {
  const found = new Map<string, Retained>();
  for (const [path, owners] of retainedPaths(live, desired, ignored, wasOurs, keeps)) {
    const pointer = formatPath(path);
    found.set(pointer, { pointer, managers: namesOf(owners) });
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
}

/** Each with who keeps it; a path that several keep comes once for each. */
function retainedPaths(live: KubeObject, desired: KubeObject, ignored: readonly FieldPattern[], wasOurs: (path: FieldPath) => boolean, keeps: (entry: ManagedFieldsEntry) => boolean): readonly (readonly [FieldPath, readonly ManagerFields[]])[] {
  const others = managersOf(live.metadata.managedFields).filter(({ entry }) => keeps(entry));
  return others.flatMap(({ set }) => leavesOf(set)).flatMap((path) => {
    if (!isContent(path) || isEmptyValue(valueAt(live, path)) || valueAt(desired, path) !== undefined || !wasOurs(path) || isCovered(ignored, path)) return [];
    return [[path, ownersOf(others, path)] as const];
  });
}

function namesOf(managers: readonly ManagerFields[]): readonly string[] {
  return [...new Set(managers.map(({ entry }) => entry.manager ?? "unknown"))].sort();
}

function isContent([first, second]: FieldPath): boolean {
  if (first?.kind !== "Field" || first.name === "status") return false;
  return first.name !== "metadata" || METADATA_CONTENT.some((name) => second?.kind === "Field" && second.name === name);
}

const valueAt = (object: KubeObject, path: FieldPath): Json | undefined => path.reduce<Json | undefined>(step, asJson(object));
