/** What is done about single differences of an object: rules, mode, fights, holds and grace times together. Does not contact the cluster. */
import type { Hold } from "../drift/drift-hold.ts";
import { field, formatPath, step } from "../drift/field-path.ts";
import type { FieldPath } from "../drift/field-path.ts";
import { placedRules, ruleFor } from "../drift/rules.ts";
import type { ObjectRule } from "../drift/rules.ts";
import { timestamp } from "../src/api/conditions.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { PART_OF_LABEL } from "../src/api/group.ts";
import { isJsonObject, jsonEqual } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { asJson } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { EffectiveObject } from "./effective.ts";
import type { Cause } from "./explain.ts";
import { ORIGIN_POINTER } from "./marks.ts";
import type { PlanContext } from "./plan-context.ts";

/** What becomes of the differences in one object. */
export interface DriftDecision {
  readonly undo: readonly Cause[];
  /** Left as they are, told or not. */
  readonly left: readonly Cause[];
  /** Those of them that are told. */
  readonly told: readonly DriftFinding[];
}

/** What decides besides rules and mode. */
export interface DriftOccasion {
  /** The source has changed since the object was last applied: it brings the whole object, save what is held. */
  readonly isNew: boolean;
  /** The hold that is on for this object. */
  readonly hold: Hold | undefined;
}

/** What of a plan's context decides. */
export type DecisionContext = Pick<PlanContext, "treatment" | "rules" | "firstSeen" | "lastGood" | "now">;

/** Undone, with the action that is told; left and told as this; or left without a word. */
type Answer = { readonly kind: "Undo"; readonly finding: DriftFinding } | { readonly kind: "Tell"; readonly finding: DriftFinding } | { readonly kind: "Ignore" };

/** True for what tells whose the object is: that is put back in every mode, for no rule and no hold speaks of it. */
export function isMark({ class: kind, path }: DriftFinding): boolean {
  return kind === "OwnershipLost" || path === ORIGIN_POINTER;
}

/** Decides about each difference. One with an empty path is the whole object, which is gone. */
export function decideDrift(causes: readonly Cause[], object: EffectiveObject, occasion: DriftOccasion, context: DecisionContext): DriftDecision {
  const [undo, left, told]: [Cause[], Cause[], DriftFinding[]] = [[], [], []];
  const rules = causes.length === 0 ? [] : rulesOf(object, context);
  for (const cause of causes.flatMap((whole) => partsOf(whole, object, occasion, context))) {
    const answer = answerTo(cause, object, rules, occasion, context);
    if (answer.kind === "Undo") undo.push({ ...cause, finding: answer.finding });
    else left.push(cause);
    if (answer.kind === "Tell") told.push(answer.finding);
  }
  return { undo, left, told };
}

/**
 * A map that is gone as a whole while a hold is on: what the source has changed of it since comes back, the rest of it does
 * not. Only maps whose members are independent of each other: half of a container, or of a probe, would be refused.
 */
function partsOf(cause: Cause, object: EffectiveObject, occasion: DriftOccasion, context: DecisionContext): readonly Cause[] {
  const { path, finding } = cause;
  if (!occasion.isNew || occasion.hold === undefined || finding.class !== "Missing" || !isFreeMap(path) || !isChanged(path, object, context)) return [cause];
  const [before, desired] = [context.lastGood.get(object.key)?.object.object, object.object].map((content) => (content === undefined ? undefined : valueAt(content, path)));
  if (!isJsonObject(before) || !isJsonObject(desired)) return [cause];
  const { desired: _whole, ...rest } = finding;
  const names = Object.keys(desired).filter((name) => name !== PART_OF_LABEL); // its loss is a cause of its own
  return names.sort().flatMap((name) => partsOf({ path: [...path, field(name)], finding: { ...rest, path: formatPath([...path, field(name)]) } }, object, occasion, context));
}

const FREE_MAPS: ReadonlySet<string> = new Set(["data", "binaryData", "stringData", "labels", "annotations"]);

function isFreeMap(path: FieldPath): boolean {
  const last = path.at(-1);
  return last?.kind === "Field" && FREE_MAPS.has(last.name);
}

/** What is told of differences that are never undone: a rule may silence them. */
export function toldOf(causes: readonly Cause[], object: EffectiveObject, context: Pick<PlanContext, "rules" | "treatment">): DriftFinding[] {
  if (causes.length === 0) return [];
  const rules = rulesOf(object, context);
  return causes.flatMap(({ path, finding }) => {
    const action = ruleFor(rules, path, finding.actor ?? "Unknown")?.action ?? context.treatment(object.key);
    return action === "Ignore" ? [] : [{ ...finding, action: "Report" as const }];
  });
}

/** True where nothing that others do to this object matters, so that it need not even be looked at. */
export function isIgnored({ key, id }: EffectiveObject, { treatment, rules }: Pick<PlanContext, "treatment" | "rules">): boolean {
  return treatment(key) === "Ignore" && (rules?.forObject(id) ?? []).every(({ action }) => action === "Ignore");
}

function rulesOf({ id, object }: EffectiveObject, { rules }: Pick<PlanContext, "rules">): readonly ObjectRule[] {
  const own = rules?.forObject(id) ?? [];
  return own.length === 0 ? own : placedRules(own, asJson(object));
}

function answerTo(cause: Cause, object: EffectiveObject, rules: readonly ObjectRule[], { isNew, hold }: DriftOccasion, context: DecisionContext): Answer {
  const { finding } = cause;
  if (isMark(finding) || (isNew && (hold === undefined || isChanged(cause.path, object, context)))) return { kind: "Undo", finding: { ...finding, action: "Revert" } };
  const answer = byRule(cause, object.key, rules, context);
  if (hold === undefined || answer.kind === "Ignore" || (answer.kind === "Tell" && answer.finding.action === "Report")) return answer;
  const due = Date.parse(answer.finding.revertAt ?? "") || 0;
  return { kind: "Tell", finding: { ...finding, action: "Report", revertAt: timestamp(new Date(Math.max(due, hold.until))), detectedAt: timestamp(seen(finding, context)) } };
}

/** The first rule that fits, else the mode; in a fight nothing is undone. */
function byRule({ path, finding }: Cause, key: ObjectKey, rules: readonly ObjectRule[], context: DecisionContext): Answer {
  const rule = ruleFor(rules, path.length === 0 ? undefined : path, finding.actor ?? "Unknown");
  if (rule?.action === "RevertAfter") {
    const first = seen(finding, context);
    const due = new Date(first.getTime() + rule.afterMs);
    const told: DriftFinding = { ...finding, action: "RevertAfter", revertAt: timestamp(due), detectedAt: timestamp(first) };
    if (Date.parse(told.revertAt ?? "") > context.now.getTime()) return { kind: "Tell", finding: told };
    return context.treatment(key, "Revert") === "Revert" ? { kind: "Undo", finding: told } : { kind: "Tell", finding: { ...finding, action: "Report" } };
  }
  switch (context.treatment(key, rule?.action)) {
    case "Revert":
      return { kind: "Undo", finding: { ...finding, action: "Revert" } };
    case "Report":
      return { kind: "Tell", finding: { ...finding, action: "Report" } };
    case "Ignore":
      return { kind: "Ignore" };
  }
}

/** When the difference was first told; a value that is changed once more does not begin anew. */
function seen(finding: DriftFinding, { firstSeen, now }: DecisionContext): Date {
  return firstSeen?.(finding) ?? now;
}

/** True where the source has changed this very field since it was last applied. What nobody knows counts as the same: the hold is the stronger word. */
function isChanged(path: FieldPath, { key, object }: EffectiveObject, { lastGood }: DecisionContext): boolean {
  const before = lastGood.get(key);
  if (before === undefined || before.valuesWithheld) return false;
  return !jsonEqual(valueAt(before.object.object, path), valueAt(object, path));
}

const valueAt = (object: KubeObject, path: FieldPath): Json | undefined => path.reduce<Json | undefined>(step, asJson(object));
