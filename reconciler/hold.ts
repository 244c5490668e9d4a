/**
 * Desired state where the newest content may not be applied: what was good stays desired, under the ignore rules of today.
 * Does not contact the cluster.
 */
import type { IgnoreRules } from "../drift/ignore.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { byId } from "../src/object/object-id.ts";
import { underRules } from "./compose.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import type { LastGood, LastGoodObject } from "./last-good.ts";
import type { Reach } from "./reconcile-ports.ts";

/** Nothing of the newest content may be applied; `reason` says why. What was applied before is kept as it was. */
export function holdAll(desired: ReadonlySet<ObjectKey>, lastGood: LastGood, rules: IgnoreRules, reason: string): Effective {
  const objects = [...lastGood.values()].flatMap((good) => asLastGood(good, rules));
  return { objects: objects.sort(byId), blocked: [], desired: desired.union(new Set(lastGood.keys())), keepStale: reason, warnings: [] };
}

/** Single objects may not be applied, each with its reason: of those, what was applied before is kept as it was. */
export function holdSome(effective: Effective, held: ReadonlyMap<ObjectKey, BlockedObject>, lastGood: LastGood, rules: IgnoreRules): Effective {
  if (held.size === 0) return effective;
  const objects = effective.objects.flatMap((object) => (held.has(object.key) ? asLastGood(lastGood.get(object.key), rules) : [object]));
  return { ...effective, objects, blocked: [...effective.blocked, ...held.values()].sort(byId) };
}

/** The same for what cannot be planned at all, such as an object of a version that is not served. */
export function keepBlocked(effective: Effective, lastGood: LastGood, rules: IgnoreRules): Effective {
  const kept = effective.blocked.flatMap(({ key }) => asLastGood(lastGood.get(key), rules));
  return kept.length === 0 ? effective : { ...effective, objects: [...effective.objects, ...kept].sort(byId) };
}

/** Of a kind that cannot be listed nobody knows what stands on what is stale: nothing is deleted until it can. */
export function keepUnseen(effective: Effective, { unlisted = [] }: Reach): Effective {
  const [first] = unlisted;
  return first === undefined ? effective : { ...effective, keepStale: effective.keepStale ?? `waits until all kinds can be listed: ${first}` };
}

function asLastGood(good: LastGoodObject | undefined, rules: IgnoreRules): readonly EffectiveObject[] {
  return good === undefined || good.valuesWithheld ? [] : [{ ...underRules(good.object, rules), content: "LastGood" }];
}
