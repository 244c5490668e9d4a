import { expect, test } from "vitest";
import { desiredFrom } from "../../support/desired.ts";
import { actionsOf, baselinesOf, goodOf, planWith } from "../../support/plan-cases.ts";

const job = (extra: string) => desiredFrom(`{apiVersion: batch/v1, kind: Job, metadata: {name: once}, spec: {${extra} template: {}}}`);
const expiring = job("ttlSecondsAfterFinished: 60,");

test("a Job that removes itself when it has finished is not created again", () => {
  for (const context of [{ baselines: baselinesOf(expiring) }, { lastGood: goodOf(expiring) }, { sameRevision: true }]) {
    const plan = planWith(expiring, {}, context);
    expect([actionsOf(plan), plan.reported, plan.unchanged]).toEqual([[], [], 1]);
  }
});

test("it is created where it never was, and again when its content has changed", () => {
  expect(actionsOf(planWith(expiring, {}))).toEqual(["Create once"]);
  expect(actionsOf(planWith(expiring, {}, { lastGood: goodOf(job("ttlSecondsAfterFinished: 60, backoffLimit: 2,")) }))).toEqual(["Create once"]);
});

test("a Job that stays when it has finished was deleted by somebody", () => {
  const plain = job("");
  expect(actionsOf(planWith(plain, {}, { baselines: baselinesOf(plain) }))).toEqual(["Revert once"]);
});
