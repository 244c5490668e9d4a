import { displayId } from "../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../src/object/object-id.ts";
import { bringsContent, isNews } from "./change.ts";
import type { PlanEntry } from "./change.ts";
import type { BlockedObject, Effective, EffectiveObject, SyncHook } from "./effective.ts";
import type { Members } from "./observed.ts";
import { blockedBecause } from "./verdict-parts.ts";

/** What is left of a plan's entries when later waves wait. */
export interface Waves {
  readonly entries: readonly PlanEntry[];
  /** Entries that wait, and with what for. */
  readonly held: readonly PlanEntry[];
  readonly waiting: readonly BlockedObject[];
}

/**
 * Holds back what the source brings to later waves until every object of the earlier ones is applied and healthy. What
 * undoes drift is never held back.
 */
export function holdLaterWaves(entries: readonly PlanEntry[], effective: Effective, blocked: readonly BlockedObject[], members: Members): Waves {
  const waves = new Set([...effective.objects.map(({ policy }) => policy.wave), ...blocked.map(({ wave }) => wave)]);
  if (waves.size < 2 && effective.syncHook === undefined) return { entries, held: [], waiting: [] };
  const first = earlier(firstUnfinished(waves, entries, effective.objects, blocked, members), effective.syncHook);
  if (first === undefined) return { entries, held: [], waiting: [] };
  const isHeld = (entry: PlanEntry): boolean => isNews(entry) && entry.object.policy.wave > first.wave;
  const reason = `waits for wave ${first.wave}: ${displayId(first.id)} ${first.reason}`;
  const held = entries.filter(isHeld);
  return { entries: entries.filter((entry) => !isHeld(entry)), held, waiting: held.map(({ object }) => blockedBecause(object, "Waiting", reason)) };
}

interface Unfinished {
  readonly wave: number;
  readonly id: ObjectId;
  readonly reason: string;
}

/** Of objects and a hook in the same wave, the objects are told. */
function earlier(object: Unfinished | undefined, hook: SyncHook | undefined): Unfinished | undefined {
  return object === undefined || (hook !== undefined && hook.wave < object.wave) ? hook : object;
}

function firstUnfinished(waves: ReadonlySet<number>, entries: readonly PlanEntry[], objects: readonly EffectiveObject[], blocked: readonly BlockedObject[], members: Members): Unfinished | undefined {
  const written = new Set<ObjectKey>(entries.filter(bringsContent).map(({ object }) => object.key));
  for (const wave of [...waves].sort((left, right) => left - right)) {
    const held = blocked.find((object) => object.wave === wave);
    if (held !== undefined) return { wave, id: held.id, reason: held.kind === "Waiting" ? "is not there yet" : "cannot be applied" };
    for (const object of objects) {
      if (object.policy.wave !== wave) continue;
      const reason = written.has(object.key) ? "is being applied" : sickness(object, members);
      if (reason !== undefined) return { wave, id: object.id, reason };
    }
  }
  return undefined;
}

/** Members of kinds that nobody may watch count as healthy once applied: there is nothing to tell otherwise. */
function sickness({ key }: EffectiveObject, members: Members): string | undefined {
  const health = members.get(key)?.health;
  return health === undefined || health.status === "Current" ? undefined : `is not healthy (${health.message})`;
}
