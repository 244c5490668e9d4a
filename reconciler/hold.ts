/** Desired state where the newest content may not be applied: what was good stays desired. Does not contact the cluster. */
import type { ObjectKey } from "../src/object/object-id.ts";
import { byId } from "../src/object/object-id.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import type { LastGood } from "./last-good.ts";
import type { Reach } from "./reconcile-ports.ts";

/** Nothing of the newest content may be applied; `reason` says why. What was applied before is kept as it was. */
export function holdAll(desired: ReadonlySet<ObjectKey>, lastGood: LastGood, reason: string): Effective {
  const objects = [...lastGood.values()].filter(({ valuesWithheld }) => !valuesWithheld).map(({ object }) => asLastGood(object));
  return { objects: objects.sort(byId), blocked: [], desired: desired.union(new Set(lastGood.keys())), keepStale: reason, warnings: [] };
}

/** Single objects may not be applied, each with its reason: of those, what was applied before is kept as it was. */
export function holdSome(effective: Effective, held: ReadonlyMap<ObjectKey, BlockedObject>, lastGood: LastGood): Effective {
  if (held.size === 0) return effective;
  const objects = effective.objects.flatMap((object): readonly EffectiveObject[] => {
    if (!held.has(object.key)) return [object];
    const good = lastGood.get(object.key);
    return good === undefined || good.valuesWithheld ? [] : [asLastGood(good.object)];
  });
  return { ...effective, objects, blocked: [...effective.blocked, ...held.values()].sort(byId) };
}

/** Of a kind that cannot be listed nobody knows what stands on what is stale: nothing is deleted until it can. */
export function keepUnseen(effective: Effective, { unlisted = [] }: Reach): Effective {
  const [first] = unlisted;
  return first === undefined ? effective : { ...effective, keepStale: effective.keepStale ?? `waits until all kinds can be listed: ${first}` };
}

const asLastGood = (object: EffectiveObject): EffectiveObject => (object.content === "LastGood" ? object : { ...object, content: "LastGood" });
