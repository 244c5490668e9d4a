/** Fields that nobody desired: server-side apply alone never takes them away. Found from managed fields. */
import { isJsonObject } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { asJson, groupOf } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { actorOf } from "./actors.ts";
import type { Actor } from "./actors.ts";
import { METADATA_CONTENT } from "./content.ts";
import type { Difference } from "./difference.ts";
import { isEmptyValue } from "./equality.ts";
import { isExempt, isInstruction, isSecurityRelevant } from "./exemptions.ts";
import type { KindName } from "./exemptions.ts";
import { isCovered } from "./field-pattern.ts";
import type { FieldPattern } from "./field-pattern.ts";
import { formatPath, step } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";
import { childOf, EMPTY_SET, isLeaf, unite } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { isWhole, managersOf } from "./managed-fields.ts";
import type { ManagerFields } from "./managed-fields.ts";
import { storedForm } from "./stored-form.ts";

/** A path that somebody else owns and nobody desired. */
interface Candidate {
  readonly path: FieldPath;
  readonly live: Json | undefined;
  readonly actors: Set<Actor>;
}

interface Walk {
  readonly actor: Actor;
  readonly found: Map<string, Candidate>;
  readonly ignored: readonly FieldPattern[];
}

/** The paths, values and sets at one place of the walk. */
interface Spot {
  readonly path: FieldPath;
  readonly set: FieldSet;
  readonly own: FieldSet | undefined;
  /** What all managers together own. */
  readonly shape: FieldSet | undefined;
  readonly desired: Json | undefined;
  readonly live: Json | undefined;
}

/**
 * Extra fields of a live object, sorted by path. What people and their tools added is to be reverted; what controllers,
 * autoscalers and webhooks added is left out, unless it is security relevant: then it is reported and left as it is.
 * What is `ignored` (default nothing) is left out.
 */
export function findExtras(desired: KubeObject, live: KubeObject, ignored: readonly FieldPattern[] = []): readonly Difference[] {
  const json = asJson(live);
  const found = new Map<string, Candidate>();
  const wanted = asJson(storedForm(desired));
  const managers = managersOf(live.metadata.managedFields);
  const own = unionOf(managers.filter(({ entry }) => isWhole(entry) && actorOf(entry) === "Ourselves"));
  const shape = unionOf(managers);
  for (const { entry, set } of managers) {
    const actor = actorOf(entry);
    if (!isWhole(entry) || actor === "Ourselves") continue;
    collect({ actor, found, ignored }, { path: [], set, own, shape, desired: wanted, live: json });
  }
  const kind: KindName = { group: groupOf(live.apiVersion), kind: live.kind };
  const aggregated = wanted["aggregationRule"] !== undefined;
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).flatMap(([pointer, candidate]) => judge(kind, pointer, candidate, aggregated));
}

function unionOf(managers: readonly ManagerFields[]): FieldSet {
  return managers.reduce((all, { set }) => unite(all, set), EMPTY_SET);
}

function collect(walk: Walk, spot: Spot): void {
  for (const { element, set } of spot.set.children.values()) {
    if (isContent(spot.path, element)) visit(walk, below(spot, element, set));
  }
}

function below({ path, own, shape, desired, live }: Spot, element: PathElement, set: FieldSet): Spot {
  return {
    path: [...path, element],
    set,
    own: childOf(own, element),
    shape: childOf(shape, element),
    desired: step(desired, element),
    live: step(live, element),
  };
}

function visit(walk: Walk, spot: Spot): void {
  if (isCovered(walk.ignored, spot.path)) return;
  if (spot.desired !== undefined) {
    // A desired field is compared elsewhere; below a desired map or list there may still be something extra.
    if (isJsonObject(spot.desired) || Array.isArray(spot.desired)) collect(walk, spot);
    return;
  }
  if (isEmptyValue(spot.live) || spot.own?.owned === true) return;
  const wholeItem = spot.set.owned && spot.path.at(-1)?.kind === "Key" && spot.own === undefined;
  // A map that this manager created and others filled is not its value: what it filled in itself comes below.
  const wholeValue = isLeaf(spot.set) && (spot.shape === undefined || isLeaf(spot.shape));
  if (wholeItem || wholeValue) return note(walk, spot);
  collect(walk, spot);
}

function note({ actor, found }: Walk, { path, live }: Spot): void {
  const pointer = formatPath(path);
  const before = found.get(pointer);
  if (before === undefined) found.set(pointer, { path, live, actors: new Set([actor]) });
  else before.actors.add(actor);
}

/** An extra is reverted only where people alone stand behind it: what a controller wants too would come straight back. */
function judge(kind: KindName, pointer: string, { path, live, actors }: Candidate, aggregated: boolean): readonly Difference[] {
  if (isExempt(kind, path, aggregated) || isInstruction(path)) return [];
  const byPeople = actors.size === 1 && actors.has("Person");
  if (!byPeople && !isSecurityRelevant(kind, path, live)) return [];
  return [{ path, pointer, class: "Extra", desired: undefined, live, owned: false, revert: byPeople && !isGuard(path) }];
}

/** Finalizers and owner references are somebody's hold on the object: shown, never taken away. */
function isGuard(path: FieldPath): boolean {
  return startsWith(path, "metadata", "finalizers") || startsWith(path, "metadata", "ownerReferences");
}

/** Status and the server's part of metadata are nobody's wish. */
function isContent(path: FieldPath, element: PathElement): boolean {
  if (element.kind !== "Field" || path.length > 1) return true;
  if (path.length === 0) return element.name !== "status";
  return !startsWith(path, "metadata") || METADATA_CONTENT.some((name) => name === element.name);
}

function startsWith(path: FieldPath, ...names: readonly string[]): boolean {
  return names.every((name, index) => {
    const element = path[index];
    return element?.kind === "Field" && element.name === name;
  });
}
