import { decide } from "../drift/baseline.ts";
import type { Decision } from "../drift/baseline.ts";
import { isOver } from "../drift/drift-hold.ts";
import { adopt } from "../drift/takeover.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { adoptionOf, claimOff } from "./adoption.ts";
import type { Adoption, FoundForeign } from "./adoption.ts";
import { appliedDigest } from "./applied.ts";
import { isIgnored } from "./drift-decision.ts";
import type { EffectiveObject } from "./effective.ts";
import { isLeftAlone, isMembership } from "./effective.ts";
import type { LiveMember, LookUp, Observed } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { beforeOf, entry, failed, LEFT_ALONE, NOTHING, UNTOLD, waiting, waitingToGo, write } from "./verdict-parts.ts";
import type { EntryParts, Verdict } from "./verdict-parts.ts";
import { bodyVerdict, missing } from "./verdict-body.ts";
import { sharedVerdict } from "./verdict-shared.ts";

/** Desired and live of one object → what to do with it. Does not contact the cluster. */
export function verdictFor(object: EffectiveObject, observed: Observed, context: PlanContext): Verdict {
  const member = observed.members.get(object.key);
  if (isLeftAlone(object) || member?.policy.reconcile === false) return LEFT_ALONE;
  const unread = observed.unread.get(object.key);
  if (unread !== undefined) return failed(object, unread);
  const verdict = isMembership(object) ? memberVerdict(object, member, observed, context) : sharedVerdict(object, member, observed, context);
  return object.content === "Newest" ? verdict : correctionOnly(verdict);
}

/** Where only last good content is known, or allowed, what others did is undone and nothing else is touched. */
function correctionOnly(verdict: Verdict): Verdict {
  if (verdict.kind === "Write") {
    const { action, updates } = verdict.entry;
    return (action === "Revert" || action === "Reassert" || action === "Recreate") && updates.length === 0 ? verdict : { kind: "Equal", proven: undefined, reported: verdict.reported };
  }
  return verdict.kind === "Blocked" || verdict.kind === "LetGo" ? NOTHING : verdict;
}

function memberVerdict(object: EffectiveObject, member: LiveMember | undefined, observed: Observed, context: PlanContext): Verdict {
  if (member === undefined) return lookUpVerdict(object, observed, context);
  const decision = decisionFor(object, member, context);
  switch (decision.kind) {
    case "Unchanged":
      return NOTHING;
    case "Terminating":
      return waitingToGo(object, member.finalizers);
    case "Outdated":
      if (observed.bodies.has(object.key)) return bodyVerdict(object, observed, context);
      // What others own was not looked at: a field that somebody added beside the commit is found in another look.
      return write(entry("Configure", object, { ...beforeOf(member), othersHash: undefined }));
    case "Unknown":
    case "Touched":
      return isIgnored(object, context) && !observed.bodies.has(object.key) ? ignoredVerdict(object, member, context) : bodyVerdict(object, observed, context);
  }
}

/** What others did does not matter here; only a change of the source does. */
function ignoredVerdict(object: EffectiveObject, member: LiveMember, context: PlanContext): Verdict {
  return appliedDigest(object, context) === object.digest ? UNTOLD : write(entry("Configure", object, beforeOf(member)));
}

function lookUpVerdict(object: EffectiveObject, observed: Observed, context: PlanContext): Verdict {
  const lookUp = observed.lookUps.get(object.key) ?? { kind: "Absent" };
  switch (lookUp.kind) {
    case "Absent":
      return absentVerdict(object, context);
    case "Member":
    case "LabelLost":
      return bodyVerdict(object, observed, context);
    case "Terminating":
      return waitingToGo(object);
    case "Unowned":
      if (isOurs(object, lookUp, context) && (isSame(object, lookUp, context) || mayTake(object, lookUp, context))) return bodyVerdict(object, observed, context);
      return adoptionVerdict(object, lookUp, context);
    case "Foreign":
      return adoptionVerdict(object, lookUp, context);
  }
}

/** What we have deleted ourselves is created again as what the gate let through then; what the source has made of it since is news. */
function absentVerdict(object: EffectiveObject, context: PlanContext): Verdict {
  const begun = context.recreating.get(object.key);
  if (begun?.digest === object.digest) return write(entry("Recreate", begun, {}));
  if (begun !== undefined) return write(entry(object.content === "LastGood" ? "Recreate" : "Create", object, {}));
  return wasLive(object, context) ? missing(object, context) : write(entry("Create", object, {}));
}

const wasLive = ({ key }: EffectiveObject, { baselines, lastGood, sameRevision }: PlanContext): boolean => baselines.has(key) || lastGood.has(key) || sameRevision;

function adoptionIn(object: EffectiveObject, found: FoundForeign, { app, identity, isAlive, holds, applicationOf }: PlanContext): Adoption {
  const policy = object.policy.adopt ?? app.spec.sync?.adopt ?? "IfUnowned";
  return adoptionOf(object, found, { identity, policy, isAlive, holds, applicationOf });
}

/** Another object in the place of one of ours; while only last good content is known, nothing is adopted. */
const mayTake = (object: EffectiveObject, found: FoundForeign, context: PlanContext): boolean => object.content === "Newest" && adoptionIn(object, found, context).kind === "TakeOver";

function adoptionVerdict(object: EffectiveObject, found: FoundForeign, context: PlanContext): Verdict {
  const adoption = adoptionIn(object, found, context);
  switch (adoption.kind) {
    case "TakeOver":
      return write(entry("Adopt", object, { ...identityOf(found.live), managedBefore: found.live.metadata.managedFields, takeover: [...(adopt(found.live, object.object, object.ignored)?.patch ?? []), ...claimOff(found.live)] }));
    case "Refuse": {
      const refused = failed(object, adoption.reason);
      return { ...refused, blocked: { ...refused.blocked, taken: true } };
    }
    case "Claim": {
      const { owner } = adoption;
      const claim = { object, uid: found.live.metadata.uid ?? "", owner, claimed: adoption.claimed };
      const waits = waiting(object, `belongs to Application ${owner}, which still wants it; it is handed over when ${owner} no longer has it`);
      return { ...waits, blocked: { ...waits.blocked, taken: true }, claim };
    }
  }
}

/**
 * Ours by what was found, or because we remember having applied an object of this name: a replace takes every mark of ours
 * away, and somebody who deletes it and creates another in its place has changed it, which rules and holds speak of.
 */
export function isOurs({ key }: EffectiveObject, lookUp: LookUp | undefined, { baselines, lastGood }: Pick<PlanContext, "baselines" | "lastGood">): boolean {
  if (lookUp?.kind === "Member" || lookUp?.kind === "LabelLost") return true;
  return lookUp?.kind === "Unowned" && (baselines.has(key) || lastGood.has(key));
}

/** True for the very object that was applied last. */
function isSame({ key }: EffectiveObject, { live }: FoundForeign, { baselines }: PlanContext): boolean {
  const { uid } = live.metadata;
  return uid !== undefined && baselines.get(key)?.uid === uid;
}

/** What is known of a live member without looking at it. Last good content is never another one than what was applied. A hold that is over is looked at once more. */
export function decisionFor(object: EffectiveObject, member: LiveMember, { baselines, now }: Pick<PlanContext, "baselines" | "now">): Decision {
  const baseline = baselines.get(object.key);
  const digest = object.content === "LastGood" ? (baseline?.desiredDigest ?? object.digest) : object.digest;
  const decision = decide(baseline, member, { digest, apiVersion: object.ref.apiVersion });
  return decision.kind === "Unchanged" && isOver(member.hold, now) ? { kind: "Touched", reason: "OtherFields" } : decision;
}

const identityOf = ({ metadata: { uid, resourceVersion } }: KubeObject): EntryParts => ({ uid, resourceVersion });
