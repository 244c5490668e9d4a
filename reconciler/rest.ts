/**
 * Objects at rest: live as they were applied, healthy, and nothing to be told of them. A look need not go over them again while
 * nothing about them has changed: each is known again by the very values that this was told from. Does not contact the cluster.
 */
import type { Baseline } from "../drift/baseline.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { Effective, EffectiveObject } from "./effective.ts";
import { isLeftAlone, isMembership } from "./effective.ts";
import type { AppMemory } from "./memory.ts";
import type { LiveMember, Members } from "./observed.ts";
import { decisionFor } from "./verdict.ts";

/** An object that was found at rest, with what that was told from: none of it is ever changed, only replaced. */
export interface Resting {
  readonly object: EffectiveObject;
  readonly member: LiveMember;
  readonly baseline: Baseline;
}

/** What of an Application is not at rest. */
export interface Awake {
  /** With the number of those that are. */
  readonly effective: Effective;
  readonly members: Members;
}

type RestContext = Pick<AppMemory, "rest" | "baselines" | "progress" | "reported" | "notes">;

/** Leaves out what is at rest: a look at all of it has the same plan and the same health. */
export function awake(effective: Effective, members: Members, memory: RestContext, now: Date): Awake {
  const { rest, baselines } = memory;
  const restless = new Set<string>([...memory.reported.map(({ object }) => object), ...memory.notes.keys(), ...effective.blocked.map(({ key }) => key)]);
  const objects: EffectiveObject[] = [];
  const found = new Map<ObjectKey, LiveMember>();
  let live = 0;
  rest.length = effective.objects.length;
  for (const [index, object] of effective.objects.entries()) {
    const member = members.get(object.key);
    if (member !== undefined) live += 1;
    const baseline = baselines.get(object.key);
    const known = rest[index];
    if (known?.object !== object || known.member !== member || known.baseline !== baseline) rest[index] = restingOf(object, member, baseline, memory, now);
    if (rest[index] !== undefined && (restless.size === 0 || !restless.has(object.key))) continue;
    objects.push(object);
    if (member !== undefined) found.set(object.key, member);
  }
  if (live < members.size) addOthers(found, effective, members);
  return { effective: { ...effective, objects, resting: effective.objects.length - objects.length }, members: found };
}

function restingOf(object: EffectiveObject, member: LiveMember | undefined, baseline: Baseline | undefined, memory: RestContext, now: Date): Resting | undefined {
  if (member === undefined || baseline === undefined || !isMembership(object) || isLeftAlone(object)) return undefined;
  const { policy, hold, claimedBy, hookRun, health } = member;
  if (!policy.reconcile || hold !== undefined || claimedBy !== undefined || hookRun !== undefined || health.status !== "Current") return undefined;
  if (memory.progress.get(object.key)?.fingerprint !== "") return undefined; // that it is healthy was not taken in yet
  return decisionFor(object, member, { baselines: memory.baselines, now }).kind === "Unchanged" ? { object, member, baseline } : undefined;
}

/** Members of which nothing is planned: what is stale, and what hooks have made. */
function addOthers(found: Map<ObjectKey, LiveMember>, { objects }: Effective, members: Members): void {
  const planned = new Set(objects.map(({ key }) => key));
  for (const [key, member] of members) if (!planned.has(key)) found.set(key, member);
}
