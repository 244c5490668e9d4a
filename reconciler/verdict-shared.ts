/** Verdicts on objects that many may share (ssa Merge, IfNotPresent): written, but nobody's members. */
import { activeHold } from "../drift/drift-hold.ts";
import { missingFinding } from "../drift/finding.ts";
import { handover } from "../drift/handover.ts";
import { withLive } from "../drift/ignored-fields.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { decideDrift } from "./drift-decision.ts";
import type { DriftDecision, DriftOccasion } from "./drift-decision.ts";
import type { EffectiveObject } from "./effective.ts";
import { secretsIn } from "./effective.ts";
import { explain, leaving } from "./explain.ts";
import { marksOff, sameMarks } from "./marks.ts";
import { memberOf } from "./member.ts";
import type { LiveMember, Observed } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { beforeOf, entry, NOTHING, waitingToGo, write } from "./verdict-parts.ts";
import type { EntryParts, Verdict } from "./verdict-parts.ts";

/** What to do with a shared object. One that was a member before is let go of, or made nobody's and written. */
export function sharedVerdict(object: EffectiveObject, member: LiveMember | undefined, observed: Observed, context: PlanContext): Verdict {
  if (member !== undefined) return formerMemberVerdict(object, member, observed, context);
  if (context.settled.get(object.key) === object.digest && !observed.lookUps.has(object.key)) return NOTHING;
  const lookUp = observed.lookUps.get(object.key) ?? { kind: "Absent" };
  switch (lookUp.kind) {
    case "Absent":
      return absentVerdict(object, context);
    case "Terminating":
      return waitingToGo(object);
    case "Member":
    case "LabelLost":
    case "Unowned":
    case "Foreign":
      return object.policy.ssa === "IfNotPresent" ? { kind: "Equal", proven: { object, member: memberOf(lookUp.live, context.now) }, reported: [] } : mergeVerdict(object, observed, context);
  }
}

/** Our marks are taken off by a patch: whoever made it a member, such as the Application that handed it over, owns them besides. */
function formerMemberVerdict(object: EffectiveObject, member: LiveMember, { bodies }: Observed, context: PlanContext): Verdict {
  if (member.terminating) return waitingToGo(object);
  if (object.policy.ssa === "IfNotPresent") return { kind: "LetGo", transfer: { id: member.id, member, to: undefined } };
  const live = bodies.get(object.key);
  if (live === undefined) return absentVerdict(object, context);
  return write(entry("Configure", object, { ...sendingTo(live, object), ...beforeOf(memberOf(live, context.now)), takeover: [...sameMarks(live), ...marksOff(live)], managedBefore: live.metadata.managedFields }));
}

/** Fields that are let go of keep their live values, like those of a member. */
const sendingTo = (live: KubeObject, { object, ignored }: EffectiveObject): EntryParts => ({ body: withLive(object, live, ignored), handover: handover(live, object, ignored) });

function absentVerdict(object: EffectiveObject, context: PlanContext): Verdict {
  if (!wasAsDesired(object, context)) return write(entry("Create", object, {}));
  const { undo, told } = decideDrift([{ path: [], finding: missingFinding(object.id, context.now) }], object, occasionOf(undefined, context), context);
  if (undo.length > 0) return write(entry("Revert", object, { corrections: undo.map(({ finding }) => finding) }));
  return { kind: "Equal", proven: undefined, reported: told };
}

/** Whatever differs now was done by somebody else: we remember it as desired, or an earlier process has told that all of this content was applied. */
function wasAsDesired({ key, digest }: EffectiveObject, { settled, sameRevision }: PlanContext): boolean {
  return settled.has(key) ? settled.get(key) === digest : sameRevision;
}

/** Declared fields are merged into what others have there; what they added stays. */
function mergeVerdict(object: EffectiveObject, { bodies, answers }: Observed, context: PlanContext): Verdict {
  const live = bodies.get(object.key);
  if (live === undefined) return absentVerdict(object, context);
  const { causes, updates, drops } = explain(object.object, live, context.now, { answer: answers.get(object.key), ignored: object.ignored, secrets: secretsIn(object, context.lastGood) });
  const member = memberOf(live, context.now);
  const differences = causes.filter(({ finding }) => finding.class !== "Extra");
  if (differences.length === 0 && updates.length === 0 && !drops) return { kind: "Equal", proven: { object, member }, reported: [] };
  if (!wasAsDesired(object, context)) return write(entry("Configure", object, { ...sendingTo(live, object), ...beforeOf(member), updates: [...updates, ...differences.map(({ finding }) => finding)] }));
  const drift = decideDrift(differences, object, occasionOf(member, context), context);
  if (drift.undo.length === 0 && (drift.left.length > 0 || context.treatment(object.key) !== "Revert")) return { kind: "Equal", proven: { object, member }, reported: drift.told };
  const corrections = drift.undo.map(({ finding }) => finding);
  return write(entry(corrections.length > 0 ? "Revert" : "Reassert", object, { ...sendingBeside(live, object, drift), ...beforeOf(member), corrections, updates }), drift.told);
}

/** An object that many share is held by its own annotation, or with all of the Application. */
function occasionOf(member: LiveMember | undefined, { now, hold }: PlanContext): DriftOccasion {
  return { isNew: false, hold: activeHold(now, hold, member?.hold) };
}

/** What undoes some differences and leaves others. */
function sendingBeside(live: KubeObject, object: EffectiveObject, drift: DriftDecision): EntryParts {
  if (drift.left.length === 0) return sendingTo(live, object);
  const part = leaving(object.object, live, drift, object.ignored);
  return { body: part.body, handover: handover(live, part.object, part.patterns), partial: { object: part.object, patterns: part.patterns, isTold: drift.told.length > 0 } };
}
