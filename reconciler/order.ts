import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { byId, parseKey } from "../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import type { EffectiveObject } from "./effective.ts";
import { groupKind } from "./group-kind.ts";
import { levelsOfObjects } from "./order/levels.ts";
import { requiredKeys } from "./order/milestones.ts";

export { groupKind, parseGroupKind } from "./group-kind.ts";

/** Anything that stands for one desired object: the object itself, an entry of a plan. */
interface Item {
  readonly id: ObjectId;
  readonly object: EffectiveObject;
}

/**
 * Stages of one apply, in order: wave by wave, and in a wave each object after what it needs. Objects of one stage do not
 * depend on each other and are applied side by side. Each stage is sorted by id; equal items in any order give equal stages.
 */
export function inStages<T extends Item>(items: readonly T[]): (readonly T[])[] {
  const waves = new Map<number, T[]>();
  for (const item of items) {
    const wave = waves.get(item.object.policy.wave);
    if (wave === undefined) waves.set(item.object.policy.wave, [item]);
    else wave.push(item);
  }
  return [...waves.keys()].sort((left, right) => left - right).flatMap((wave) => levelled((waves.get(wave) ?? []).sort(byId)));
}

/**
 * What an object cannot do without and that is among `missing` (failed, blocked, not there): its Namespace or the definition
 * of its kind. Undefined where nothing holds it up.
 */
export function needOf({ id, kind }: Pick<EffectiveObject, "id" | "kind">, missing: { has(key: ObjectKey): boolean }): ObjectId | undefined {
  const key = requiredKeys(id, kind.plural).find((required) => missing.has(required));
  return key === undefined ? undefined : parseKey(key);
}

function levelled<T extends Item>(wave: readonly T[]): T[][] {
  const { levels } = levelsOfObjects(wave.map(({ object }) => object));
  const stages: T[][] = [];
  for (const [index, item] of wave.entries()) (stages[levels[index] ?? 0] ??= []).push(item);
  return stages;
}

/** `Widget.example.com` for each kind that a CustomResourceDefinition among the objects defines. */
export function definedKinds(objects: readonly KubeObject[]): Map<string, KubeObject> {
  const kinds = new Map<string, KubeObject>();
  for (const object of objects) {
    if (object.kind !== "CustomResourceDefinition" || groupOf(object.apiVersion) !== "apiextensions.k8s.io") continue;
    const spec = object["spec"] as { group?: string; names?: { kind?: string } } | undefined; // shape checked field by field
    if (spec?.group !== undefined && spec.names?.kind !== undefined) kinds.set(groupKind(spec.group, spec.names.kind), object);
  }
  return kinds;
}
