import { expect, test } from "vitest";
import type { Condition } from "../../../src/api/meta.ts";
import { CANARY, leaks, statusProblems } from "../../support/status-linter.ts";

const condition = (type: string, status: Condition["status"] = "True", more: Partial<Condition> = {}): Condition => ({
  type, status, reason: "Applied", message: "fine", observedGeneration: 2, lastTransitionTime: "2026-01-01T00:00:00Z", ...more,
});
const problemsOf = (conditions: readonly Condition[], observedGeneration = 2): string[] =>
  statusProblems({ kind: "Application", metadata: { name: "app", generation: 2 }, status: { observedGeneration, conditions } });

test("a status that obeys all rules has no problems", () => {
  expect(problemsOf([condition("Ready"), condition("Synced")])).toEqual([]);
  expect(problemsOf([condition("Ready", "False"), condition("Stalled")])).toEqual([]);
});

test.each([
  ["no Ready", [condition("Synced")], "no condition Ready"],
  ["two exceptional conditions", [condition("Ready", "False"), condition("Reconciling"), condition("Stalled")], "Reconciling and Stalled at the same time"],
  ["ready and not", [condition("Ready"), condition("Reconciling")], "Ready while Reconciling or Stalled"],
  ["a False exceptional condition", [condition("Ready"), condition("Stalled", "False")], "Stalled is False; it is present only while True"],
  ["a reason of words", [condition("Ready", "True", { reason: "all is well" })], 'Ready: reason "all is well" is not CamelCase'],
  ["a condition of before", [condition("Ready", "True", { observedGeneration: 1 })], "Ready: observedGeneration 1 of 2"],
  ["a type twice", [condition("Ready"), condition("Ready")], "a type of condition twice"],
  ["no message", [condition("Ready", "True", { message: " " })], "Ready: no message"],
  ["a broken message", [condition("Ready", "True", { message: "undefined of 3" })], "Ready: message shows a programming mistake: undefined of 3"],
  ["a Secret's value", [condition("Ready", "True", { message: `bad: ${CANARY}` })], "a Secret's value"],
])("%s is a problem", (_name, conditions, problem) => {
  expect(problemsOf(conditions)).toEqual([`Application app: ${problem}`]);
});

test("a status of an earlier generation is a problem", () => {
  expect(problemsOf([condition("Ready")], 1)).toEqual(["Application app: observedGeneration 1 of 2"]);
});

test("a Secret's value is recognised in base64 too", () => {
  expect(leaks(`data: ${Buffer.from(`${CANARY} and more`).toString("base64")}`)).toBe(true);
  expect(leaks("••• (secret value)")).toBe(false);
});

test("a condition that was carried over keeps the generation it was seen at", () => {
  expect(problemsOf([condition("Ready"), condition("Healthy", "True", { observedGeneration: 1 })])).toEqual([]);
  expect(problemsOf([condition("Ready"), condition("Healthy", "True", { observedGeneration: 3 })])).toEqual(["Application app: Healthy: observedGeneration 3 of 2"]);
});
