import { describe, expect, test } from "vitest";
import type { Hold } from "../../../drift/drift-hold.ts";
import { field, formatPath } from "../../../drift/field-path.ts";
import type { FieldPath } from "../../../drift/field-path.ts";
import { treatmentOf } from "../../../drift/modes.ts";
import type { Treatment } from "../../../drift/modes.ts";
import { compileRules } from "../../../drift/rules.ts";
import type { DriftRule } from "../../../drift/rules.ts";
import { decideDrift, isIgnored, toldOf } from "../../../reconciler/drift-decision.ts";
import type { DecisionContext } from "../../../reconciler/drift-decision.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { goodOf, oneObject } from "../../support/plan-cases.ts";

const yaml = (x: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "${x}"}}`;
const [object, older] = [oneObject(yaml("2")), oneObject(yaml("1"))];
const now = new Date("2026-01-01T12:00:00Z");
const finding: DriftFinding = { object: object.key, class: "Modified", path: "/data/x", actor: "Person", detectedAt: "2026-01-01T12:00:00Z" };
const cause = { path: ["data", "x"].map(field), finding };
const hold: Hold = { kind: "Hold", value: "2h", until: Date.parse("2026-01-01T13:00:00Z"), isCut: false, by: "kubectl-annotate" };

interface Case {
  readonly mode?: Treatment;
  readonly rules?: readonly DriftRule[];
  readonly inFight?: boolean;
  readonly held?: boolean;
  readonly isNew?: boolean;
  /** When it was told first. */
  readonly seen?: string;
  readonly before?: DecisionContext["lastGood"];
}

const contextOf = ({ mode: spec = "Revert", rules = [], inFight = false, seen, before = new Map() }: Case): DecisionContext => ({
  now,
  lastGood: before,
  rules: compileRules(rules).rules,
  treatment: (_key, mode = spec) => treatmentOf({ mode, fight: inFight ? { kind: "Stopped", rounds: 6 } : { kind: "Peace" } }),
  firstSeen: () => (seen === undefined ? undefined : new Date(seen)),
});

/** `Undo Revert`, `Tell Report until 13:00 since 12:00`, `Leave`. */
function decided(given: Case, what = cause): string {
  const { undo, left, told } = decideDrift([what], object, { isNew: given.isNew === true, hold: given.held === true ? hold : undefined }, contextOf(given));
  const [undone, tale] = [undo[0]?.finding, told[0]];
  if (undone !== undefined) return `Undo ${undone.action}`;
  expect(left).toHaveLength(1);
  if (tale === undefined) return "Leave";
  return `Tell ${tale.action}${tale.revertAt === undefined ? "" : ` until ${tale.revertAt.slice(11, 16)} since ${tale.detectedAt.slice(11, 16)}`}`;
}

const pod = (image: string, labels: string): string => `{apiVersion: v1, kind: Pod, metadata: {name: a, labels: ${labels}}, spec: {containers: [{name: main, image: "${image}", livenessProbe: {httpGet: {path: /, port: 80}, periodSeconds: ${image.length}}}]}}`;
const after = (time: string): DriftRule[] => [{ action: "RevertAfter", after: time }];

describe("a difference", () => {
  test.each<[string, Case, string]>([
    ["by default", {}, "Undo Revert"],
    ["in mode Report", { mode: "Report" }, "Tell Report"],
    ["in mode Ignore", { mode: "Ignore" }, "Leave"],
    ["with a rule", { rules: [{ action: "Report" }] }, "Tell Report"],
    ["with a rule against the mode", { mode: "Ignore", rules: [{ action: "Revert" }] }, "Undo Revert"],
    ["with a rule for others", { rules: [{ actors: ["Webhook"], action: "Ignore" }] }, "Undo Revert"],
    ["with a rule for other fields", { rules: [{ paths: ["/data/y"], action: "Ignore" }] }, "Undo Revert"],
    ["with a grace time", { rules: after("30m") }, "Tell RevertAfter until 12:30 since 12:00"],
    ["with a grace time that has begun", { rules: after("30m"), seen: "2026-01-01T11:50:00Z" }, "Tell RevertAfter until 12:20 since 11:50"],
    ["with a grace time that is over", { rules: after("30m"), seen: "2026-01-01T11:30:00Z" }, "Undo RevertAfter"],
    ["in a fight", { inFight: true }, "Tell Report"],
    ["in a fight, by a rule", { inFight: true, mode: "Report", rules: [{ action: "Revert" }] }, "Tell Report"],
    ["in a fight, with a grace time that is over", { inFight: true, rules: after("30m"), seen: "2026-01-01T11:30:00Z" }, "Tell Report"],
    ["in a fight that nobody looks at", { inFight: true, mode: "Ignore" }, "Leave"],
    ["that is held", { held: true }, "Tell Report until 13:00 since 12:00"],
    ["that is held, told before", { held: true, seen: "2026-01-01T11:00:00Z" }, "Tell Report until 13:00 since 11:00"],
    ["that is held, with a longer grace time", { held: true, rules: after("2h") }, "Tell Report until 14:00 since 12:00"],
    ["that is held, with a grace time that is over", { held: true, rules: after("30m"), seen: "2026-01-01T11:00:00Z" }, "Tell Report until 13:00 since 11:00"],
    ["that is held, where it is told and left anyway", { held: true, mode: "Report" }, "Tell Report"],
    ["that is held, where it is ignored", { held: true, mode: "Ignore" }, "Leave"],
    ["when the source changes", { isNew: true, mode: "Ignore", rules: [{ action: "Report" }] }, "Undo Revert"],
    ["that is held, when the source changes another field", { isNew: true, held: true, before: goodOf({ objects: [oneObject(yaml("2"))] }) }, "Tell Report until 13:00 since 12:00"],
    ["that is held, when the source changes this field", { isNew: true, held: true, before: goodOf({ objects: [older] }) }, "Undo Revert"],
    ["that is held, when nobody knows what the source had", { isNew: true, held: true }, "Tell Report until 13:00 since 12:00"],
    ["that is held, when the values that the source had are not known", { isNew: true, held: true, before: goodOf({ objects: [older] }, { valuesWithheld: true }) }, "Tell Report until 13:00 since 12:00"],
  ])("%s", (_name, given, expected) => expect(decided(given)).toBe(expected));

  test.each<[string, DriftFinding]>([
    ["label", { ...finding, class: "OwnershipLost", path: "/metadata/labels/applyset.kubernetes.io~1part-of" }],
    ["origin", { ...finding, class: "Missing", path: "/metadata/annotations/driftless.dev~1origin" }],
  ])("in whose the object is (%s) is undone whatever is said", (_name, mark) => {
    expect(decided({ mode: "Ignore", rules: [{ action: "Ignore" }], held: true, inFight: true }, { path: cause.path, finding: mark })).toBe("Undo Revert");
  });
});

describe("an object that is gone", () => {
  const gone = { path: [], finding: { object: object.key, class: "Missing", actor: "Unknown", detectedAt: finding.detectedAt } as const };

  test.each<[string, Case, string]>([
    ["comes back", {}, "Undo Revert"],
    ["stays gone by a rule without paths", { rules: [{ action: "Report" }] }, "Tell Report"],
    ["comes back in spite of a rule about fields", { rules: [{ paths: ["/data"], action: "Report" }] }, "Undo Revert"],
    ["comes back in spite of a rule for people: nobody knows who it was", { rules: [{ actors: ["Person"], action: "Report" }] }, "Undo Revert"],
    ["stays gone for a grace time", { rules: after("5m") }, "Tell RevertAfter until 12:05 since 12:00"],
    ["stays gone while it is held", { held: true }, "Tell Report until 13:00 since 12:00"],
  ])("%s", (_name, given, expected) => expect(decided(given, gone)).toBe(expected));
});

test("what is never undone is told, unless mode or rule say otherwise", () => {
  const told = (given: Case): (string | undefined)[] => toldOf([cause], object, contextOf(given)).map(({ action }) => action);
  expect([told({}), told({ rules: [{ action: "Ignore" }] }), told({ mode: "Ignore" }), told({ mode: "Ignore", rules: [{ action: "Report" }] })]).toEqual([["Report"], [], [], ["Report"]]);
  expect(toldOf([], object, contextOf({}))).toEqual([]);
});

test("an object is not even looked at where neither mode nor any rule could have something to tell of it", () => {
  const cases: readonly Case[] = [{}, { mode: "Ignore" }, { mode: "Ignore", rules: [{ action: "Ignore" }] }, { mode: "Ignore", rules: [{ paths: ["/data"], action: "Report" }] }, { mode: "Ignore", rules: [{ target: { name: "b" }, action: "Report" }] }];
  expect(cases.map((given) => isIgnored(object, contextOf(given)))).toEqual([false, true, true, false, true]);
});

describe("what is gone as a whole while a hold is on and a commit changes a part of it", () => {
  const [wanted, before] = [oneObject(pod("new", "{a: '1', b: '2'}")), oneObject(pod("old1", "{a: '1', b: '1'}"))];
  const container: FieldPath = [...["spec", "containers"].map(field), { kind: "Key", key: { name: "main" } }];

  test.each<[string, FieldPath, string]>([
    ["a map of labels: what the commit changed comes back", ["metadata", "labels"].map(field), "undo /metadata/labels/b leave /metadata/labels/a"],
    ["a container: it comes back whole, for half of one is refused", container, "undo /spec/containers[name=main] leave "],
    ["a probe: likewise", [...container, field("livenessProbe")], "undo /spec/containers[name=main]/livenessProbe leave "],
  ])("%s", (_name, path, expected) => {
    const gone = { path, finding: { ...finding, object: wanted.key, class: "Missing" as const, path: formatPath(path) } };
    const { undo, left } = decideDrift([gone], wanted, { isNew: true, hold }, { ...contextOf({}), lastGood: goodOf({ objects: [before] }) });
    expect(`undo ${undo.map((one) => formatPath(one.path)).join()} leave ${left.map((one) => formatPath(one.path)).join()}`).toBe(expected);
  });
});
