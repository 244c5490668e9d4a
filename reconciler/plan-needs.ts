/** What has to be read before a plan can be made: as little as possible. Does not contact the cluster. */
import { activeHold } from "../drift/drift-hold.ts";
import { leavesByHandover } from "../drift/handover.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { appliedDigest } from "./applied.ts";
import { isIgnored } from "./drift-decision.ts";
import type { Effective, EffectiveObject } from "./effective.ts";
import { isLeftAlone, isMembership } from "./effective.ts";
import { expires } from "./expired.ts";
import { isUndecided } from "./explain.ts";
import type { LiveMember, LookUp, Members } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { decisionFor, isOurs } from "./verdict.ts";

/** What of a plan's context decides about reading. */
export type NeedsContext = Pick<PlanContext, "baselines" | "lastGood" | "settled" | "treatment" | "rules" | "hold" | "now"> & {
  /** Everything is to be looked at, also what was found as desired before. */
  readonly full: boolean;
};

/** Desired objects that no watch knows as members: what is there has to be looked up. */
export function objectsToLookUp(effective: Effective, members: Members, context: NeedsContext): EffectiveObject[] {
  const { settled, full } = context;
  return effective.objects.filter((object) => {
    if (members.has(object.key) || isLeftAlone(object)) return false;
    if (!full && expires(object, appliedDigest(object, context))) return false;
    return isMembership(object) || full || settled.get(object.key) !== object.digest;
  });
}

/** Desired objects whose live content has to be read, because hashes cannot tell what differs. */
export function objectsToExplain(effective: Effective, members: Members, lookUps: ReadonlyMap<ObjectKey, LookUp>, context: NeedsContext): EffectiveObject[] {
  return effective.objects.filter((object) => {
    const member = members.get(object.key);
    if (isLeftAlone(object) || member?.policy.reconcile === false) return false;
    if (!isMembership(object)) return object.policy.ssa === "Merge" && (member === undefined ? isThere(lookUps.get(object.key)) : !member.terminating);
    if (member === undefined) return isOurs(object, lookUps.get(object.key), context);
    const decision = decisionFor(object, member, context);
    if (decision.kind === "Outdated") return leavesField(object, context) || holdsDifferences(object, member, context);
    return (decision.kind === "Unknown" || decision.kind === "Touched") && (!member.deletable || isCompared(object, context));
  });
}

/** Desired objects whose live content only the server can compare with them. */
export function objectsToAsk(effective: Effective, bodies: ReadonlyMap<ObjectKey, EffectiveObject["object"]>): EffectiveObject[] {
  return effective.objects.filter(({ key, object, ignored }) => {
    const live = bodies.get(key);
    return live !== undefined && isUndecided(object, live, ignored);
  });
}

const isThere = (lookUp: LookUp | undefined): boolean => lookUp !== undefined && lookUp.kind !== "Absent" && lookUp.kind !== "Terminating";

/** Differences in it were told and left, or may not be undone now: what the source brings goes over the former, and beside the latter. */
function holdsDifferences({ key }: EffectiveObject, { hold }: LiveMember, context: NeedsContext): boolean {
  return context.baselines.get(key)?.resourceVersion !== undefined || activeHold(context.now, context.hold, hold) !== undefined;
}

/** A field that is let go of keeps its live value, which has to be known for that. */
function leavesField({ key, object, ignored }: EffectiveObject, { lastGood }: NeedsContext): boolean {
  const before = lastGood.get(key)?.object.object;
  return before !== undefined && leavesByHandover(before, object, ignored);
}

/** Where drift does not matter, the content decides only as long as nobody knows what was applied, and where the source lets go of a field. */
function isCompared(object: EffectiveObject, context: NeedsContext): boolean {
  const applied = appliedDigest(object, context);
  return !isIgnored(object, context) || applied === undefined || (applied !== object.digest && leavesField(object, context));
}
