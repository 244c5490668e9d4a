import { describe, expect, test } from "vitest";
import { field } from "../../../drift/field-path.ts";
import type { FieldPath } from "../../../drift/field-path.ts";
import { compileRules, driftRulesOf, NO_RULES, placedRules, ruleFor } from "../../../drift/rules.ts";
import type { DriftRule } from "../../../drift/rules.ts";
import type { DriftActor } from "../../../src/api/drift-report.ts";
import type { Json } from "../../../src/object/json.ts";
import type { ObjectId } from "../../../src/object/object-id.ts";

const cart: ObjectId = { group: "apps", kind: "Deployment", namespace: "shop", name: "cart" };
const DESIRED: Json = { spec: { replicas: 1, template: { spec: { containers: [{ name: "web", image: "a" }, { name: "side", image: "b" }] } } } };
const REPLICAS = ["spec", "replicas"].map(field);
const item = (name: string): FieldPath => [...["spec", "template", "spec", "containers"].map(field), { kind: "Key", key: { name } }];
const image = (name: string): FieldPath => [...item(name), field("image")];

/** What the rules say of a difference at this path; undefined: they say nothing. */
function said(rules: readonly DriftRule[], path: FieldPath | undefined, actor: DriftActor = "Person", id = cart): string | undefined {
  return ruleFor(placedRules(compileRules(rules).rules.forObject(id), DESIRED), path, actor)?.action;
}

describe("a rule", () => {
  test.each<[string, Partial<DriftRule>, FieldPath | undefined, boolean]>([
    ["without a path fits every field", {}, REPLICAS, true],
    ["without a path fits an object that is gone", {}, undefined, true],
    ["with a path fits that field", { paths: ["/spec/replicas"] }, REPLICAS, true],
    ["with a path fits what is below it", { paths: ["/spec"] }, REPLICAS, true],
    ["with a path fits no other field", { paths: ["/spec/paused"] }, REPLICAS, false],
    ["with a path fits nothing that is larger", { paths: ["/spec/template/spec/containers[name=web]/image"] }, item("web"), false],
    ["with a path does not fit an object that is gone", { paths: ["/spec"] }, undefined, false],
    ["with an item by its keys fits it", { paths: ["/spec/template/spec/containers[name=web]/image"] }, image("web"), true],
    ["with an item by its keys fits no other", { paths: ["/spec/template/spec/containers[name=web]"] }, image("side"), false],
    ["with an item by its position fits the one that stands there in Git", { paths: ["/spec/template/spec/containers/1/image"] }, image("side"), true],
    ["with * fits all of them", { paths: ["/spec/template/spec/containers/*/image"] }, image("side"), true],
    ["for its kind fits", { target: { kind: "Deployment" } }, REPLICAS, true],
    ["for another kind does not", { target: { kind: "StatefulSet" } }, REPLICAS, false],
    ["for its author fits", { actors: ["Person", "Unknown"] }, REPLICAS, true],
    ["for another author does not", { actors: ["Autoscaler"] }, REPLICAS, false],
  ])("%s", (_name, rule, path, expected) => {
    expect(said([{ ...rule, action: "Report" }], path) !== undefined).toBe(expected);
  });

  test("decides alone: the first that fits", () => {
    const rules: DriftRule[] = [{ paths: ["/spec/replicas"], actors: ["Autoscaler"], action: "Ignore" }, { paths: ["/spec"], action: "Report" }, { action: "Revert" }];
    expect([said(rules, REPLICAS, "Autoscaler"), said(rules, REPLICAS), said(rules, undefined)]).toEqual(["Ignore", "Report", "Revert"]);
  });

  test("for a Secret's stringData is about where it is stored", () => {
    const secret = { group: "", kind: "Secret", namespace: "shop", name: "x" };
    expect(said([{ paths: ["/stringData/password"], action: "Report" }], ["data", "password"].map(field), "Person", secret)).toBe("Report");
  });

  test("with a grace time has it in milliseconds", () => {
    expect(compileRules([{ action: "RevertAfter", after: "1m30s" }]).rules.forObject(cart)).toMatchObject([{ action: "RevertAfter", afterMs: 90_000 }]);
  });
});

test("all that is wrong is told, each with its place, and what is wrong fits nothing", () => {
  const rules: DriftRule[] = [
    { name: "mine", target: { name: "cart-(a|b)" }, paths: ["spec", "/metadata/labels", "/spec/x*", "/spec/cut…", `${"/*".repeat(9)}/x`], action: "Report" },
    { action: "RevertAfter", after: "soon", target: { kind: "Job" } },
  ];
  const { problems } = compileRules(rules);
  expect(problems).toEqual([
    expect.stringMatching(/^spec\.drift\.rules\[0\] \(mine\)\.target\.name: "cart-\(a\|b\)" looks like a regular expression/),
    expect.stringMatching(/^spec\.drift\.rules\[0\] \(mine\)\.paths\[0\]: a path begins with/),
    expect.stringMatching(/^spec\.drift\.rules\[0\] \(mine\)\.paths\[1\]: \/metadata\/labels covers /),
    expect.stringMatching(/^spec\.drift\.rules\[0\] \(mine\)\.paths\[2\]: "x\*"/),
    expect.stringMatching(/^spec\.drift\.rules\[0\] \(mine\)\.paths\[3\]: the path was cut off/),
    expect.stringMatching(/^spec\.drift\.rules\[0\] \(mine\)\.paths\[4\]: the path has more than 8 times \*/),
    expect.stringMatching(/^spec\.drift\.rules\[1\]\.after: not a duration: "soon"/),
  ]);
  expect(said([{ paths: ["spec"], action: "Ignore" }], REPLICAS)).toBeUndefined();
});

test("no rules cost nothing", () => {
  expect([compileRules([]).rules, driftRulesOf({ spec: { drift: { mode: "Report" } } }), driftRulesOf({ spec: {} })]).toEqual([NO_RULES, NO_RULES, NO_RULES]);
});
