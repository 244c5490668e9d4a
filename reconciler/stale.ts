import { byId, displayId } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { KeptMember, PruneEntry, TransferEntry } from "./change.ts";
import { parseOwner } from "./identity.ts";
import { grantedRoles, reasonToKeep } from "./keep.ts";
import type { LiveMember, Members } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { contentsOf, pruneSteps, wouldTakeAlong } from "./prune-order.ts";
import type { PruneSteps } from "./prune-order.ts";
import { replacementOf, unfinishedOf } from "./replacement.ts";
import type { Unfinished } from "./replacement.ts";

/** What becomes of the members that nothing desires any more. */
export interface Stale {
  readonly now: readonly PruneEntry[];
  /** All that is to be deleted after that, whatever it waits for: what is asked of people is asked of the whole. */
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

/** What decides about one stale member among the others. `roles`: those that the account has. */
interface Others {
  readonly unfinished: Unfinished;
  readonly roles: ReadonlySet<ObjectKey>;
}

/** What is to become of one stale member. */
type Fate =
  | { readonly kind: "Transfer"; readonly member: LiveMember; readonly to: string }
  | { readonly kind: "Stay"; readonly member: LiveMember; readonly until: KeptMember["kind"]; readonly reason: string }
  | Deletion;

/** `hold`: why not yet. `contested`: why it is not known yet whether another Application wants it. */
interface Deletion {
  readonly kind: "Delete";
  readonly member: LiveMember;
  readonly hold: string | undefined;
  readonly contested: string | undefined;
}

/**
 * Stale members: deleted, step by step in reverse order, or handed to the Application that claimed them, or kept with a
 * reason. `desired`: keys of all that is desired.
 */
export function staleMembers(desired: ReadonlySet<ObjectKey>, members: Members, delay: Delay, context: PlanContext): Stale {
  const stale = [...members.values()].filter(({ key }) => !desired.has(key));
  if (stale.length === 0) return NOTHING_STALE;
  const wanted = [...members.values()].filter(({ key }) => desired.has(key));
  const others: Others = { unfinished: unfinishedOf(wanted), roles: grantedRoles(members.values(), context.account) };
  const leaving = stale.filter(({ terminating }) => terminating);
  const fates = withoutContainers(stale.filter(({ terminating }) => !terminating).map((member) => fateOf(member, others, delay, context)), wanted);
  const deletions = fates.filter((fate) => fate.kind === "Delete");
  const staying = [...wanted, ...fates.filter(({ kind }) => kind !== "Delete").map(({ member }) => member)];
  const { now, waiting } = stepsOf(deletions, leaving, staying, delay);
  const contested = new Set(deletions.filter((fate) => fate.contested !== undefined).map(({ member }) => member.key));
  const entriesOf = (list: readonly LiveMember[]): PruneEntry[] => list.map((member) => ({ id: member.id, member, ...(contested.has(member.key) ? { contested: true } : {}) })).sort(byId);
  const kept = [
    ...leaving.map((member): KeptMember => ({ id: member.id, kind: "Waiting", reason: leavingText(member) })),
    ...fates.flatMap((fate): KeptMember[] => (fate.kind === "Stay" ? [{ id: fate.member.id, kind: fate.until, reason: fate.reason }] : [])),
    ...waiting.map(({ member, reason }): KeptMember => ({ id: member.id, kind: "Waiting", reason })),
  ];
  const transfers = fates.flatMap((fate): TransferEntry[] => (fate.kind === "Transfer" ? [{ id: fate.member.id, member: fate.member, to: fate.to }] : []));
  return { now: entriesOf(now), later: entriesOf(waiting.map(({ member }) => member)), transfers: transfers.sort(byId), kept: kept.sort(byId) };
}

const NOTHING_STALE: Stale = { now: [], later: [], transfers: [], kept: [] };

function fateOf(member: LiveMember, { unfinished, roles }: Others, { keepAll, incomplete }: Delay, context: PlanContext): Fate {
  const claimant = claimantOf(member, context);
  const claim = claimant === undefined ? "No" : context.wants(claimant, member.key);
  if (claimant !== undefined && claim === "Yes" && keepAll === undefined) return { kind: "Transfer", member, to: claimant };
  const reason = reasonToKeep(member, context, roles);
  if (reason !== undefined) return { kind: "Stay", member, until: "Kept", reason };
  if (keepAll !== undefined) return { kind: "Stay", member, until: "Waiting", reason: keepAll };
  const rival = context.rival?.(member.key);
  if (rival?.state === "Claims") return { kind: "Stay", member, until: "Waiting", reason: "waits to be handed over" };
  const unknown = claim === "Unknown" ? `is claimed by Application ${claimant}, which has not looked at the newest content yet` : undefined;
  const contested = unknown ?? (rival === undefined ? undefined : `waits until Application ${rival.application}, which may want it, has looked at the newest content`);
  return { kind: "Delete", member, hold: incomplete ?? unknown ?? replacementOf(member, unfinished), contested };
}

/** A Namespace or definition stays as long as something in it does. */
function withoutContainers(fates: readonly Fate[], wanted: readonly LiveMember[]): readonly Fate[] {
  const [desiredOnes, others] = [contentsOf(wanted), contentsOf(fates.flatMap(({ kind, member }) => (kind === "Delete" ? [] : [member])))];
  return fates.map((fate) => {
    if (fate.kind !== "Delete") return fate;
    const [desired, other] = [wouldTakeAlong(fate.member, desiredOnes), wouldTakeAlong(fate.member, others)];
    if (desired === undefined && other === undefined) return fate;
    const reason = desired !== undefined ? `${displayId(desired.id)}, which is still desired, would go with it` : `${displayId((other ?? fate.member).id)}, which stays, would go with it`;
    return { kind: "Stay", member: fate.member, until: "Kept", reason };
  });
}

/** As long as one of them is contested, none is deleted: only then is it known how many go. */
function stepsOf(deletions: readonly Deletion[], leaving: readonly LiveMember[], staying: readonly LiveMember[], { notYet }: Delay): PruneSteps {
  const held = new Map(deletions.flatMap(({ member, hold }) => (hold === undefined ? [] : [[member.key, hold] as const])));
  const steps = inReverseWaves(pruneSteps(deletions.map(({ member }) => member), leaving, { staying, held }), leaving);
  const contested = deletions.find((fate) => fate.contested !== undefined)?.contested;
  if (notYet !== undefined) return { now: [], waiting: deletions.map(({ member, hold }) => ({ member, reason: hold ?? notYet })) };
  return contested === undefined ? steps : { now: [], waiting: [...steps.waiting, ...steps.now.map((member) => ({ member, reason: contested }))] };
}

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

/** What people are told of a member on its way out. */
export const leavingText = ({ finalizers }: LiveMember): string => `is being deleted${finalizers.length === 0 ? "" : `, held by ${finalizers.join(", ")}`}`;

/** True for a member that is not gone when the server has answered the delete. */
export const lingers = ({ id: { kind }, finalizers }: LiveMember): boolean => finalizers.length > 0 || TAKES_A_WHILE.has(kind);

const TAKES_A_WHILE = new Set(["Namespace", "CustomResourceDefinition", "Pod"]);
