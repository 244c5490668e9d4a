/** Verdicts on members whose content was looked at, or is gone: what others did, and what is done about it. */
import { activeHold } from "../drift/drift-hold.ts";
import { missingFinding } from "../drift/finding.ts";
import type { FieldPath } from "../drift/field-path.ts";
import { handover, ownPart } from "../drift/handover.ts";
import { keptByPeople } from "../drift/retained.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { appliedDigest, isNewContent, isUnexplained } from "./applied.ts";
import { decideDrift, isMark, toldOf } from "./drift-decision.ts";
import type { DriftDecision } from "./drift-decision.ts";
import type { EffectiveObject } from "./effective.ts";
import { secretsIn } from "./effective.ts";
import { expires } from "./expired.ts";
import { explain, leaving } from "./explain.ts";
import type { Explanation } from "./explain.ts";
import { withMarks } from "./marks.ts";
import { memberOf } from "./member.ts";
import { isProvenMember } from "./membership.ts";
import type { LiveMember, Observed } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { beforeOf, entry, LEFT_ALONE, NOTHING, write } from "./verdict-parts.ts";
import type { EntryParts, Verdict } from "./verdict-parts.ts";

/** Somebody touched it, or nothing is remembered: the content decides. */
export function bodyVerdict(object: EffectiveObject, { bodies, answers }: Observed, context: PlanContext): Verdict {
  const live = bodies.get(object.key);
  if (live === undefined) return missing(object, context);
  const explained = explain(object.object, live, context.now, { answer: answers.get(object.key), ignored: object.ignored, secrets: secretsIn(object, context.lastGood) });
  const member = memberOf(live, context.now, context.checks);
  if (!member.policy.reconcile) return LEFT_ALONE;
  const { updates } = explained;
  const isNew = isNewContent(object, updates, context);
  const hold = activeHold(context.now, context.hold, member.hold);
  const drift = decideDrift(explained.causes, object, { isNew, hold }, context);
  const dropped = isNew && hold !== undefined ? keptByPeople(live, object.object, object.ignored) : [];
  const looked: Looked = { live, member, explained, drift, dropped, kept: toldOf(explained.kept, object, context) };
  const undoesNothing = drift.undo.every(({ finding }) => isMark(finding)) && (drift.left.length > 0 || context.treatment(object.key) !== "Revert");
  if (!isNew && undoesNothing) return toleratedVerdict(object, looked, context);
  const corrections = drift.undo.map(({ finding }) => finding);
  const told = [...drift.told, ...looked.kept];
  if (isUnexplained(object, corrections, context)) return { kind: "Equal", proven: undefined, reported: [...corrections.map(asLeft), ...told] };
  const silent = isSilent(looked);
  const parts = { ...beforeOf(member), silent, managedBefore: live.metadata.managedFields, notes: explained.notes, updates, corrections, ...sentOf(object, looked, context) };
  if (corrections.length > 0 || drift.left.length > 0) return write(entry(isNew ? "Configure" : "Revert", object, parts), told);
  if (!explained.equal && !isNew && context.isPaused(object.key)) return { kind: "Equal", proven: undefined, reported: told };
  if (!explained.equal) return write(entry(isNew ? "Configure" : "Reassert", object, parts), told);
  return { kind: "Equal", proven: { object, member, silent }, reported: told };
}

/** A live object and what it was found to be. */
interface Looked {
  readonly live: KubeObject;
  readonly member: LiveMember;
  readonly explained: Explanation;
  readonly drift: DriftDecision;
  /** Fields that the source has dropped and people own as well: the next look would find them held. */
  readonly dropped: readonly FieldPath[];
  /** Differences that are told and never undone. */
  readonly kept: readonly DriftFinding[];
}

/** What a write sends: all that is desired, or what is left of it where some differences stay. */
function sentOf({ object, ignored, id }: EffectiveObject, { live, explained, drift, dropped }: Looked, { identity }: PlanContext): EntryParts {
  if (drift.left.length + dropped.length === 0) return { body: explained.body, takeover: explained.takeover, handover: handover(live, object, ignored) };
  const part = leaving(object, live, drift, ignored, dropped);
  return {
    body: withMarks(part.body, id, identity),
    takeover: part.takeover,
    handover: handover(live, part.object, part.patterns),
    ...(drift.left.length === 0 ? {} : { partial: { object: part.object, patterns: part.patterns, isTold: drift.told.length > 0 } }),
  };
}

/** What others did is left as it is, save that the object is ours: whose it is, is not what drift.mode speaks of. */
function toleratedVerdict(object: EffectiveObject, looked: Looked, context: PlanContext): Verdict {
  const { live, member, explained, drift, kept } = looked;
  const told = [...drift.told, ...kept];
  const lost = drift.undo.map(({ finding }) => finding);
  if (isProvenMember(live.metadata, object.id, context.identity)) {
    const drifted = drift.told.length > 0 && !isFighting(object, context); // in a fight it changes all the time
    return { kind: "Equal", proven: { object, member, drifted, silent: isSilent(looked) }, reported: told };
  }
  if (context.isPaused(object.key)) return { kind: "Equal", proven: undefined, reported: [...lost.map(asLeft), ...told] };
  const body = withMarks(ownPart(live), object.id, context.identity);
  return write(entry(lost.length > 0 ? "Revert" : "Reassert", object, { ...beforeOf(member), body, marksOnly: true, corrections: lost, notes: explained.notes }), told);
}

/** True where rules or the mode silence a difference: with other ones it may be told, or undone. */
const isSilent = ({ explained, drift, kept }: Looked): boolean => drift.told.length < drift.left.length || kept.length < explained.kept.length;

/** What would be undone, and is not. */
const asLeft = (finding: DriftFinding): DriftFinding => ({ ...finding, action: "Report" });

const isFighting = ({ key }: EffectiveObject, { treatment }: PlanContext): boolean => treatment(key, "Revert") !== "Revert";

/** It was live and is not any more: somebody deleted it, or it has expired. */
export function missing(object: EffectiveObject, context: PlanContext): Verdict {
  if (expires(object, appliedDigest(object, context) ?? (context.sameRevision ? object.digest : undefined))) return NOTHING;
  const isNew = isNewContent(object, [], context);
  const cause = { path: [], finding: missingFinding(object.id, context.now) };
  const { undo, told } = decideDrift([cause], object, { isNew: false, hold: activeHold(context.now, context.hold) }, context);
  const corrections = undo.map(({ finding }) => finding);
  if (isNew) return write(entry("Create", object, { corrections }));
  if (corrections.length > 0) return write(entry("Revert", object, { corrections }));
  return { kind: "Equal", proven: undefined, reported: told };
}
