/**
 * Desired state where the newest content may not be applied: what was good stays desired, under the ignore rules of today.
 * Does not contact the cluster.
 */
import type { IgnoreRules } from "../drift/ignore.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { byId } from "../src/object/object-id.ts";
import { withAutoscaled } from "./autoscaled.ts";
import { underRules } from "./compose.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import type { LastGood, LastGoodObject } from "./last-good.ts";
import type { Reach } from "./reconcile-ports.ts";
import { TouchedMap } from "./touched-map.ts";

/** Nothing of the newest content may be applied; `reason` says why. What was applied before is kept as it was. */
export function holdAll(desired: ReadonlySet<ObjectKey>, lastGood: LastGood, rules: IgnoreRules, reason: string): Effective {
  const { objects, keys } = allOf(lastGood, rules);
  return { objects, blocked: [], desired: desired.size === 0 ? keys : desired.union(keys), keepStale: reason, warnings: [] };
}

/** All last good content. */
interface All {
  readonly objects: readonly EffectiveObject[];
  /** Of what is withheld, too. */
  readonly keys: ReadonlySet<ObjectKey>;
}

/** What it came to last, with what it was made from: the very same as long as nothing else is applied. */
const known = new WeakMap<LastGood, All & { readonly version: number; readonly rules: IgnoreRules }>();

function allOf(lastGood: LastGood, rules: IgnoreRules): All {
  const version = lastGood instanceof TouchedMap ? lastGood.version : undefined;
  const before = known.get(lastGood);
  if (before !== undefined && before.version === version && before.rules === rules) return before;
  const scaled = scaledIn([...lastGood.values()].map(({ object }) => object), rules);
  const all = { objects: [...lastGood.values()].flatMap((good) => asLastGood(good, scaled)).sort(byId), keys: new Set(lastGood.keys()) };
  if (version !== undefined) known.set(lastGood, { ...all, version, rules });
  return all;
}

/** The newest content counts again: what was held instead takes no room. */
export function letGoOfHeld(lastGood: LastGood): void {
  known.delete(lastGood);
}

/** Single objects may not be applied, each with its reason: of those, what was applied before is kept as it was. */
export function holdSome(effective: Effective, held: ReadonlyMap<ObjectKey, BlockedObject>, lastGood: LastGood, rules: IgnoreRules): Effective {
  if (held.size === 0) return effective;
  const scaled = scaledIn(effective.objects, rules);
  const objects = effective.objects.flatMap((object) => (held.has(object.key) ? asLastGood(lastGood.get(object.key), scaled) : [object]));
  return { ...effective, objects, blocked: [...effective.blocked, ...held.values()].sort(byId) };
}

/** The same for what cannot be planned at all, such as an object of a version that is not served. */
export function keepBlocked(effective: Effective, lastGood: LastGood, rules: IgnoreRules): Effective {
  if (effective.blocked.length === 0) return effective;
  const scaled = scaledIn(effective.objects, rules);
  const kept = effective.blocked.flatMap(({ key }) => asLastGood(lastGood.get(key), scaled));
  return kept.length === 0 ? effective : { ...effective, objects: [...effective.objects, ...kept].sort(byId) };
}

/** Of a kind that cannot be listed nobody knows what stands on what is stale: nothing is deleted until it can. */
export function keepUnseen(effective: Effective, { unlisted = [] }: Reach): Effective {
  const [first] = unlisted;
  return first === undefined ? effective : { ...effective, keepStale: effective.keepStale ?? `waits until all kinds can be listed: ${first}` };
}

const scaledIn = (objects: readonly EffectiveObject[], rules: IgnoreRules): IgnoreRules => withAutoscaled(rules, objects.map(({ id, initial }) => ({ id, object: initial })));

function asLastGood(good: LastGoodObject | undefined, rules: IgnoreRules): readonly EffectiveObject[] {
  return good === undefined || good.valuesWithheld ? [] : [{ ...underRules(good.object, rules), content: "LastGood" }];
}
