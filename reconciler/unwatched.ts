/**
 * Members of kinds that are not watched. No event tells of them: they are looked at when everything is, when something else
 * is wanted of them, and when there is something to delete.
 */
import { byId } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { KeptMember } from "./change.ts";
import type { Effective, EffectiveObject } from "./effective.ts";
import { groupKind } from "./group-kind.ts";
import { membersWithoutHooks } from "./hooks/hook-members.ts";
import { isListed, noteListed } from "./look-memory.ts";
import { memberOf, needsContent } from "./member.ts";
import type { LiveMember, LookUp, Members } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";
import { decisionFor } from "./verdict.ts";

/** What can be known of members that no watch shows. */
export interface Unwatched {
  /** Those that a list has just told of, and those that need no look. */
  readonly members: Members;
  /** Stale ones of which nobody can tell whether they are still there. */
  readonly hidden: readonly KeptMember[];
}

type UnwatchedPorts = Pick<ReconcilePorts, "members"> & Partial<Pick<ReconcilePorts, "known" | "survey">>;

/** Lists as the account where that is due; contacts the cluster only for that. The watches go on to tell meanwhile. */
export async function unwatchedMembers(effective: Effective, request: ReconcileRequest, ports: UnwatchedPorts): Promise<Unwatched> {
  if (effective.objects.length === 0) return NONE;
  const { memory, now, full } = request;
  if (!full && ports.known?.() === ports.members()) return NONE;
  const unwatched = (): LiveMember[] => {
    const watched = ports.members();
    return [...membersWithoutHooks(ports.known?.() ?? new Map(), effective)].flatMap(([key, member]) => (watched.has(key) ? [] : [member]));
  };
  const isStale = ({ key }: LiveMember): boolean => !effective.desired.has(key);
  const isDue = (member: LiveMember): boolean => isStale(member) && (member.terminating || !isListed(memory.looks, kindOf(member), now));
  const listed = full || unwatched().some(isDue) ? new Set(await ports.survey?.()) : new Set<string>();
  noteListed(memory.looks, listed, now);
  const desired = new Map(effective.objects.map((object) => [object.key, object]));
  const needsNoLook = (member: LiveMember): boolean => !full && member.health.status === "Current" && isUnchanged(desired.get(member.key), member, { baselines: memory.baselines, now });
  const isKnown = (member: LiveMember): boolean => listed.has(kindOf(member)) || (isStale(member) ? isListed(memory.looks, kindOf(member), now) : needsNoLook(member));
  const all = unwatched();
  return {
    members: new Map(all.filter(isKnown).map((member) => [member.key, member])),
    hidden: all.filter((member) => isStale(member) && !isKnown(member)).map(({ id }): KeptMember => ({ id, kind: "Kept", reason: "its kind can be neither watched nor listed, so that nobody can tell whether it is still there" })).sort(byId),
  };
}

const NONE: Unwatched = { members: new Map(), hidden: [] };

/** Of what was looked up: members whose metadata prove that they are as they were applied, so that their content need not be read. */
export function provenByMetadata(objects: readonly EffectiveObject[], lookUps: ReadonlyMap<ObjectKey, LookUp>, { baselines, now }: Pick<PlanContext, "baselines" | "now">): Members {
  return new Map(objects.flatMap((object) => {
    const lookUp = lookUps.get(object.key);
    if (lookUp?.kind !== "Member" || needsContent(object.id.group, object.id.kind)) return [];
    const member = memberOf(lookUp.live, now);
    return isUnchanged(object, member, { baselines, now }) ? [[object.key, member] as const] : [];
  }));
}

function isUnchanged(object: EffectiveObject | undefined, member: LiveMember, context: Pick<PlanContext, "baselines" | "now">): boolean {
  return object !== undefined && decisionFor(object, member, context).kind === "Unchanged";
}

const kindOf = ({ id }: LiveMember): string => groupKind(id.group, id.kind);
