/** Verdicts on objects that many may share (ssa Merge, IfNotPresent): written, but nobody's members. */
import { missingFinding } from "../drift/finding.ts";
import { explain } from "./explain.ts";
import type { EffectiveObject } from "./effective.ts";
import { memberOf } from "./member.ts";
import type { LiveMember, Observed } from "./observed.ts";
import type { PlanContext } from "./plan-context.ts";
import { beforeOf, entry, failed, NOTHING, waitingToGo, write } from "./verdict-parts.ts";
import type { Verdict } from "./verdict-parts.ts";

/** What to do with a shared object. One that was a member before is let go of, or written without our marks. */
export function sharedVerdict(object: EffectiveObject, member: LiveMember | undefined, observed: Observed, context: PlanContext): Verdict {
  if (member !== undefined) {
    if (member.terminating) return waitingToGo(object);
    if (object.policy.ssa === "IfNotPresent") return { kind: "LetGo", transfer: { id: member.id, member, to: undefined } };
    return write(entry("Configure", object, beforeOf(member)));
  }
  if (context.settled.get(object.key) === object.digest && !observed.lookUps.has(object.key)) return NOTHING;
  const lookUp = observed.lookUps.get(object.key) ?? { kind: "Absent" };
  switch (lookUp.kind) {
    case "Absent":
      return absentVerdict(object, context);
    case "Terminating":
      return waitingToGo(object);
    case "Refused":
      return failed(object, lookUp.message);
    case "Member":
    case "LabelLost":
    case "Unowned":
    case "Foreign":
      return object.policy.ssa === "IfNotPresent" ? { kind: "Equal", proven: { object, member: memberOf(lookUp.live, context.now) }, reported: [] } : mergeVerdict(object, observed, context);
  }
}

function absentVerdict(object: EffectiveObject, context: PlanContext): Verdict {
  if (!wasAsDesired(object, context)) return write(entry("Create", object, {}));
  const corrections = [missingFinding(object.id, context.now)];
  const treatment = context.treatment(object.key);
  if (treatment === "Revert") return write(entry("Revert", object, { corrections }));
  return { kind: "Equal", proven: undefined, reported: treatment === "Report" ? corrections : [] };
}

/** Whatever differs now was done by somebody else: we remember it as desired, or an earlier process has told that all of this content was applied. */
function wasAsDesired({ key, digest }: EffectiveObject, { settled, sameRevision }: PlanContext): boolean {
  return settled.has(key) ? settled.get(key) === digest : sameRevision;
}

/** Declared fields are merged into what others have there; what they added stays. */
function mergeVerdict(object: EffectiveObject, { bodies, answers }: Observed, context: PlanContext): Verdict {
  const live = bodies.get(object.key);
  if (live === undefined) return absentVerdict(object, context);
  const { corrections, updates } = explain(object.object, live, context.now, { answer: answers.get(object.key), ignored: object.ignored });
  const member = memberOf(live, context.now);
  const differences = corrections.filter((finding) => finding.class !== "Extra");
  if (differences.length === 0 && updates.length === 0) return { kind: "Equal", proven: { object, member }, reported: [] };
  const drifted = wasAsDesired(object, context);
  const treatment = context.treatment(object.key);
  if (drifted && treatment !== "Revert") return { kind: "Equal", proven: { object, member }, reported: treatment === "Report" ? differences : [] };
  const parts = drifted ? { corrections: differences, updates } : { updates: [...updates, ...differences] };
  return write(entry(drifted ? "Revert" : "Configure", object, { ...beforeOf(member), ...parts }));
}
