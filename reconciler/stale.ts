import { byId, displayId } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { KeptMember, PruneEntry, TransferEntry } from "./change.ts";
import { needsBody } from "./health/health-of.ts";
import { parseOwner } from "./identity.ts";
import { reasonToKeep } from "./keep.ts";
import type { LiveMember, Members } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { pruneSteps, wouldTakeAlong } from "./prune-order.ts";
import type { PruneSteps } from "./prune-order.ts";

/** What becomes of the members that nothing desires any more. */
export interface Stale {
  readonly now: readonly PruneEntry[];
  readonly later: readonly PruneEntry[];
  readonly transfers: readonly TransferEntry[];
  readonly kept: readonly KeptMember[];
}

/** Why nothing is deleted. */
export interface Delay {
  /** The newest content does not count: nothing is stale by it. */
  readonly keepAll: string | undefined;
  /** Something else is not applied. What another Application has claimed is handed over all the same: it may wait for that. */
  readonly incomplete: string | undefined;
  /** Not before the rest of this plan is carried out. */
  readonly notYet: string | undefined;
}

/**
 * Stale members: deleted, step by step in reverse order, or handed to the Application that claimed them, or kept with a
 * reason. `desired`: keys of all that is desired.
 */
export function staleMembers(desired: ReadonlySet<ObjectKey>, members: Members, { keepAll, incomplete, notYet }: Delay, context: PlanContext): Stale {
  const stale = [...members.values()].filter(({ key }) => !desired.has(key));
  if (stale.length === 0) return NOTHING_STALE;
  const wanted = [...members.values()].filter(({ key }) => desired.has(key));
  const leaving = stale.filter(({ terminating }) => terminating);
  const kept: KeptMember[] = leaving.map((member) => ({ id: member.id, kind: "Waiting", reason: leavingText(member) }));
  const transfers: TransferEntry[] = [];
  const deletable: LiveMember[] = [];
  for (const member of stale.filter(({ terminating }) => !terminating)) {
    const claimant = claimantOf(member, context);
    const claim = claimant === undefined ? "No" : context.wants(claimant, member.key);
    const reason = reasonToKeep(member, context);
    const inside = wouldTakeAlong(member, wanted);
    const hold = keepAll ?? incomplete ?? (context.rival?.(member.key)?.state === "Claims" ? "waits to be handed over" : replacementOf(member, desired, members));
    if (claim === "Yes" && keepAll === undefined && member.deletable) transfers.push({ id: member.id, member, to: claimant });
    else if (claim === "Unknown") kept.push({ id: member.id, kind: "Waiting", reason: `is claimed by Application ${claimant}, which has not been looked at yet` });
    else if (reason !== undefined) kept.push({ id: member.id, kind: "Kept", reason });
    else if (inside !== undefined) kept.push({ id: member.id, kind: "Kept", reason: `${displayId(inside.id)}, which is still desired, would go with it` });
    else if (hold !== undefined) kept.push({ id: member.id, kind: "Waiting", reason: hold });
    else deletable.push(member);
  }
  const gone = new Set(deletable.concat(leaving));
  const steps = afterRivals(inReverseWaves(pruneSteps(deletable, leaving, [...members.values()].filter((member) => !gone.has(member))), leaving), context);
  const now = notYet === undefined ? steps.now : [];
  const waiting = notYet === undefined ? steps.waiting : deletable.map((member) => ({ member, reason: notYet }));
  kept.push(...waiting.map(({ member, reason }): KeptMember => ({ id: member.id, kind: "Waiting", reason })));
  return { now: entriesOf(now), later: entriesOf(waiting.map(({ member }) => member)), transfers: transfers.sort(byId), kept: kept.sort(byId) };
}

const NOTHING_STALE: Stale = { now: [], later: [], transfers: [], kept: [] };

/** What was applied in a later wave goes first, save what waits itself for something of an earlier one. */
function inReverseWaves({ now, waiting }: PruneSteps, leaving: readonly LiveMember[]): PruneSteps {
  const last = [...now, ...leaving].reduce((max, { policy }) => Math.max(max, policy.wave), Number.NEGATIVE_INFINITY);
  const held = now.filter(({ policy }) => policy.wave < last);
  if (held.length === 0) return { now, waiting };
  return { now: now.filter(({ policy }) => policy.wave === last), waiting: [...waiting, ...held.map((member) => ({ member, reason: `waits for wave ${last} to be gone` }))] };
}

/** The Application, `namespace/name`, that may have this member: one of ours that exists. */
export function claimantOf({ claimedBy }: LiveMember, { identity, isAlive }: PlanContext): string | undefined {
  const claimant = claimedBy === undefined ? undefined : parseOwner(claimedBy);
  if (claimant?.installation !== identity.installation || claimant.application === `${identity.namespace}/${identity.name}`) return undefined;
  return isAlive(claimant.application) ? claimant.application : undefined;
}

/** One commit can move an object from one Application to another: it is not deleted before the other one could claim it. */
function afterRivals({ now, waiting }: PruneSteps, { rival }: PlanContext): PruneSteps {
  const rivals = now.map((member) => ({ member, rival: rival?.(member.key) }));
  const early = rivals.flatMap(({ member, rival }) => (rival === undefined ? [] : [{ member, reason: `waits until Application ${rival.application}, which may want it, has looked at the newest content` }]));
  return { now: rivals.flatMap(({ member, rival }) => (rival === undefined ? [member] : [])), waiting: [...waiting, ...early] };
}

/**
 * What replaces a member has to work before it goes: a younger object of its kind that is not healthy; for configuration,
 * which running Pods may still be started from, a workload on its way.
 */
function replacementOf(stale: LiveMember, desired: ReadonlySet<ObjectKey>, members: Members): string | undefined {
  const { group, kind, namespace } = stale.id;
  const isConfiguration = group === "" && (kind === "ConfigMap" || kind === "Secret");
  if (!isConfiguration && !needsBody(group, kind)) return undefined;
  for (const member of members.values()) {
    if (!desired.has(member.key) || member.health.status === "Current") continue;
    const same = member.id.group === group && member.id.kind === kind && member.createdAt > stale.createdAt;
    const rolling = isConfiguration && WORKLOADS.has(member.id.kind) && member.id.namespace === namespace && member.health.status === "InProgress";
    if (same || rolling) return `waits for ${displayId(member.id)} to be healthy: ${member.health.message}`;
  }
  return undefined;
}

const WORKLOADS = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicaSet", "Pod"]);

/** What people are told of a member on its way out. */
export const leavingText = ({ finalizers }: LiveMember): string => `is being deleted${finalizers.length === 0 ? "" : `, held by ${finalizers.join(", ")}`}`;

/** True for a member that is not gone when the server has answered the delete. */
export const lingers = ({ id: { kind }, finalizers }: LiveMember): boolean => finalizers.length > 0 || TAKES_A_WHILE.has(kind);

const TAKES_A_WHILE = new Set(["Namespace", "CustomResourceDefinition", "Pod"]);

const entriesOf = (members: readonly LiveMember[]): PruneEntry[] => members.map((member) => ({ id: member.id, member })).sort(byId);
