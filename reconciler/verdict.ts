import { decide } from "../drift/baseline.ts";
import type { Baseline, Decision } from "../drift/baseline.ts";
import { activeHold, isOver } from "../drift/drift-hold.ts";
import { missingFinding, namesOwner } from "../drift/finding.ts";
import { handover, ownPart } from "../drift/handover.ts";
import { adopt } from "../drift/takeover.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { adoptionOf, claimOff } from "./adoption.ts";
import type { FoundForeign } from "./adoption.ts";
import { decideDrift, isIgnored, isMark, toldOf } from "./drift-decision.ts";
import type { DriftDecision } from "./drift-decision.ts";
import type { EffectiveObject } from "./effective.ts";
import { isLeftAlone, isMembership, secretsIn } from "./effective.ts";
import { expires } from "./expired.ts";
import { explain, leaving } from "./explain.ts";
import type { Explanation } from "./explain.ts";
import { withMarks } from "./marks.ts";
import { memberOf } from "./member.ts";
import { isProvenMember } from "./membership.ts";
import type { LiveMember, LookUp, Observed } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { beforeOf, entry, failed, LEFT_ALONE, NOTHING, waiting, waitingToGo, write } from "./verdict-parts.ts";
import type { EntryParts, Verdict } from "./verdict-parts.ts";
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
  return appliedDigest(object, context) === object.digest ? NOTHING : write(entry("Configure", object, beforeOf(member)));
}

/** Somebody touched it, or nothing is remembered: the content decides. */
function bodyVerdict(object: EffectiveObject, { bodies, answers }: Observed, context: PlanContext): Verdict {
  const live = bodies.get(object.key);
  if (live === undefined) return missing(object, context);
  const explained = explain(object.object, live, context.now, { answer: answers.get(object.key), ignored: object.ignored, secrets: secretsIn(object, context.lastGood) });
  const member = memberOf(live, context.now, context.checks);
  if (!member.policy.reconcile) return LEFT_ALONE;
  const { updates } = explained;
  const isNew = isNewContent(object, updates, context);
  const drift = decideDrift(explained.causes, object, { isNew, hold: activeHold(context.now, context.hold, member.hold) }, context);
  const looked: Looked = { live, member, explained, drift, kept: toldOf(explained.kept, object, context) };
  const undoesNothing = drift.undo.every(({ finding }) => isMark(finding)) && (drift.left.length > 0 || context.treatment(object.key) !== "Revert");
  if (!isNew && undoesNothing) return toleratedVerdict(object, looked, context);
  const corrections = drift.undo.map(({ finding }) => finding);
  const told = [...drift.told, ...looked.kept];
  if (isUnexplained(object, corrections, context)) return { kind: "Equal", proven: undefined, reported: [...corrections.map(asLeft), ...told] };
  const parts = { ...beforeOf(member), managedBefore: live.metadata.managedFields, notes: explained.notes, updates, corrections, ...sentOf(object, looked, context) };
  if (corrections.length > 0 || drift.left.length > 0) return write(entry(isNew ? "Configure" : "Revert", object, parts), told);
  if (!explained.equal && !isNew && context.isPaused(object.key)) return { kind: "Equal", proven: undefined, reported: told };
  if (!explained.equal) return write(entry(isNew ? "Configure" : "Reassert", object, parts), told);
  return { kind: "Equal", proven: { object, member }, reported: told };
}

/** A live object and what it was found to be. */
interface Looked {
  readonly live: KubeObject;
  readonly member: LiveMember;
  readonly explained: Explanation;
  readonly drift: DriftDecision;
  /** Differences that are told and never undone. */
  readonly kept: readonly DriftFinding[];
}

/** What a write sends: all that is desired, or what is left of it where some differences stay. */
function sentOf({ object, ignored, id }: EffectiveObject, { live, explained, drift }: Looked, { identity }: PlanContext): EntryParts {
  if (drift.left.length === 0) return { body: explained.body, takeover: explained.takeover, handover: handover(live, object, ignored) };
  const part = leaving(object, live, drift, ignored);
  return {
    body: withMarks(part.body, id, identity),
    takeover: part.takeover,
    handover: handover(live, part.object, part.patterns),
    partial: { object: part.object, patterns: part.patterns, isTold: drift.told.length > 0 },
  };
}

/** What others did is left as it is, save that the object is ours: whose it is, is not what drift.mode speaks of. */
function toleratedVerdict(object: EffectiveObject, { live, member, explained, drift, kept }: Looked, context: PlanContext): Verdict {
  const told = [...drift.told, ...kept];
  const lost = drift.undo.map(({ finding }) => finding);
  if (isProvenMember(live.metadata, object.id, context.identity)) {
    const drifted = drift.told.length > 0 && !isFighting(object, context); // in a fight it changes all the time
    return { kind: "Equal", proven: { object, member, drifted }, reported: told };
  }
  if (context.isPaused(object.key)) return { kind: "Equal", proven: undefined, reported: [...lost.map(asLeft), ...told] };
  const body = withMarks(ownPart(live), object.id, context.identity);
  return write(entry(lost.length > 0 ? "Revert" : "Reassert", object, { ...beforeOf(member), body, marksOnly: true, corrections: lost, notes: explained.notes }), told);
}

/** What would be undone, and is not. */
const asLeft = (finding: DriftFinding): DriftFinding => ({ ...finding, action: "Report" });

const isFighting = ({ key }: EffectiveObject, { treatment }: PlanContext): boolean => treatment(key, "Revert") !== "Revert";

/**
 * True where stored content may be older than what we applied last: a field that is gone, with nobody's name on it, may have
 * been dropped by a commit whose content was not stored before the operator died.
 */
function isUnexplained({ key, content }: EffectiveObject, corrections: readonly DriftFinding[], { baselines }: PlanContext): boolean {
  return content === "LastGood" && !baselines.has(key) && corrections.some((finding) => !namesOwner(finding));
}

/**
 * True when the source has changed since this object was last applied. After a restart also when that cannot be told: what
 * nobody knows to be drift is not written as if it were.
 */
function isNewContent(object: EffectiveObject, updates: readonly DriftFinding[], context: PlanContext): boolean {
  const applied = appliedDigest(object, context);
  if (context.baselines.has(object.key)) return applied !== object.digest;
  return updates.length > 0 || (applied === undefined ? !context.sameRevision : applied !== object.digest);
}

/**
 * Digest of the content that was applied last; undefined where it is not known: nothing was, or its values are not stored.
 * Last good content is what was applied, whatever ignore rules have come since.
 */
export function appliedDigest({ key, digest, content }: EffectiveObject, { baselines, lastGood }: Pick<PlanContext, "baselines" | "lastGood">): string | undefined {
  if (content === "LastGood") return digest;
  const good = lastGood.get(key);
  return baselines.get(key)?.desiredDigest ?? (good?.valuesWithheld === false ? good.object.digest : undefined);
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
      if (isOurs(object, lookUp, context.baselines)) return bodyVerdict(object, observed, context);
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

function adoptionVerdict(object: EffectiveObject, found: FoundForeign, context: PlanContext): Verdict {
  const policy = object.policy.adopt ?? context.app.spec.sync?.adopt ?? "IfUnowned";
  const adoption = adoptionOf(object, found, { identity: context.identity, policy, isAlive: context.isAlive, holds: context.holds, applicationOf: context.applicationOf });
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

/** Ours by what was found, or because we remember having applied this very object: a replace takes every mark of ours away. */
export function isOurs(object: EffectiveObject, lookUp: LookUp | undefined, baselines: ReadonlyMap<ObjectKey, Baseline>): boolean {
  if (lookUp?.kind === "Member" || lookUp?.kind === "LabelLost") return true;
  const uid = lookUp?.kind === "Unowned" ? lookUp.live.metadata.uid : undefined;
  return uid !== undefined && baselines.get(object.key)?.uid === uid;
}

/** It was live and is not any more: somebody deleted it, or it has expired. */
function missing(object: EffectiveObject, context: PlanContext): Verdict {
  if (expires(object, appliedDigest(object, context) ?? (context.sameRevision ? object.digest : undefined))) return NOTHING;
  const isNew = isNewContent(object, [], context);
  const cause = { path: [], finding: missingFinding(object.id, context.now) };
  const { undo, told } = decideDrift([cause], object, { isNew: false, hold: activeHold(context.now, context.hold) }, context);
  const corrections = undo.map(({ finding }) => finding);
  if (isNew) return write(entry("Create", object, { corrections }));
  if (corrections.length > 0) return write(entry("Revert", object, { corrections }));
  return told.length > 0 ? { kind: "Equal", proven: undefined, reported: told } : NOTHING;
}

/** What is known of a live member without looking at it. Last good content is never another one than what was applied. A hold that is over is looked at once more. */
export function decisionFor(object: EffectiveObject, member: LiveMember, { baselines, now }: Pick<PlanContext, "baselines" | "now">): Decision {
  const baseline = baselines.get(object.key);
  const digest = object.content === "LastGood" ? (baseline?.desiredDigest ?? object.digest) : object.digest;
  const decision = decide(baseline, member, { digest, apiVersion: object.ref.apiVersion });
  return decision.kind === "Unchanged" && isOver(member.hold, now) ? { kind: "Touched", reason: "OtherFields" } : decision;
}

const identityOf = ({ metadata: { uid, resourceVersion } }: KubeObject): EntryParts => ({ uid, resourceVersion });
