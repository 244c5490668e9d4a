import { describe, expect, test } from "vitest";
import { wantedConditions } from "../../../../reconciler/application-conditions.ts";
import { isAwaiting } from "../../../../reconciler/awaiting.ts";
import type { HookWait } from "../../../../reconciler/hooks/hook-run.ts";
import { nextStatus } from "../../../../reconciler/next-status.ts";
import type { Attempted } from "../../../../reconciler/outcome.ts";
import { isComplete, isReady } from "../../../../reconciler/outcome.ts";
import { resultOfAttempt } from "../../../../src/controllers/release-facts.ts";
import { turnsOf } from "../../../../src/controllers/turns.ts";
import { attemptedWith, blockedAs, closedGate, failureWith, healthOf } from "../../../support/outcome-cases.ts";
import { shopWith } from "../../../support/plan-cases.ts";

const wait = (kind: HookWait["kind"], extra: Partial<HookWait> = {}): HookWait => ({ kind, message: `hook Job shop/a (PreSync) is ${kind}`, ...extra });
const withHook = (kind: HookWait["kind"], extra: Partial<Attempted> = {}): Attempted => attemptedWith({ hooks: wait(kind), ...extra });

/** `Ready False HookFailed` for each condition that is not about drift or health. */
const conditionsOf = (outcome: Attempted): string[] => wantedConditions(shopWith(), outcome).filter(({ type }) => !["Drifted", "Healthy"].includes(type)).map(({ type, status, reason }) => `${type} ${status} ${reason}`);

describe("an Application", () => {
  test.each<[string, Attempted, string[]]>([
    ["is on its way while a hook runs", withHook("Running"), ["Ready Unknown HookRunning", "Synced False HookRunning", "Reconciling True Progressing"]],
    ["is stuck when a hook has failed", withHook("Failed"), ["Ready False HookFailed", "Synced False HookFailed", "Stalled True HookFailed"]],
    ["tries again what cannot be started", withHook("Blocked"), ["Ready False HookBlocked", "Synced False HookBlocked", "Reconciling True ProgressingWithRetry"]],
    ["tells of its objects first where a hook only waits for them", withHook("Waiting", { blocked: [blockedAs("Waiting")] }), ["Ready Unknown Progressing", "Synced False Progressing", "Reconciling True Progressing"]],
    ["is not synced before its last hook is through", withHook("Waiting"), ["Ready Unknown HookRunning", "Synced False HookRunning", "Reconciling True Progressing"]],
    ["tells first of what was refused", withHook("Running", { failures: [failureWith()] }), ["Ready False ApplyFailed", "Synced False ApplyFailed", "Reconciling True ProgressingWithRetry"]],
    ["waits for a yes to deletes before its last hook", withHook("Waiting", { gate: closedGate("PruneHeld") }), ["Ready Unknown PruneHeld", "Synced False PruneHeld"]],
  ])("%s", (_what, outcome, expected) => expect(conditionsOf(outcome)).toEqual(expected));

  test("names what the objects lack that a hook waits for", () => {
    const synced = wantedConditions(shopWith(), withHook("Waiting", { health: healthOf("InProgress") })).find(({ type }) => type === "Synced");
    expect(synced?.message).toBe("hook Job shop/a (PreSync) is Waiting: 1 of 2 InProgress");
  });

  test("is neither complete nor ready, and comes back by itself only for what cannot be started", () => {
    const kinds = ["Running", "Waiting", "Failed", "Blocked"] as const;
    expect(kinds.map((kind) => [isComplete(withHook(kind)), isReady(withHook(kind)), isAwaiting(withHook(kind))])).toEqual([[false, false, false], [false, false, false], [false, false, false], [false, false, true]]);
  });
});

describe("a Release", () => {
  test.each<[string, Attempted, string, string]>([
    ["goes on while a hook runs", withHook("Running"), "InProgress", "hook Job shop/a (PreSync) is Running"],
    ["has failed with a hook, and tells what else has", withHook("Failed", { failures: [failureWith()] }), "Failed", "hook Job shop/a (PreSync) is Failed\napp.yaml:1: ConfigMap shop/a: data: Invalid value"],
    ["has failed while a hook cannot be started", withHook("Blocked"), "Failed", "hook Job shop/a (PreSync) is Blocked"],
    ["goes on while a hook waits", withHook("Waiting"), "InProgress", "hook Job shop/a (PreSync) is Waiting"],
    ["tells of the objects that a hook waits for", withHook("Waiting", { health: healthOf("InProgress") }), "InProgress", "1 of 2 InProgress"],
    ["has failed where they are broken", withHook("Waiting", { health: healthOf("Failed") }), "Failed", "applied, but not healthy: 1 of 2 Failed"],
  ])("%s", (_what, outcome, kind, message) => expect(resultOfAttempt(outcome)).toEqual({ kind, message }));
});

test("an Event tells once that a hook cannot be started; what begins and ends is told elsewhere", () => {
  const before = shopWith({}, { status: { conditions: [{ type: "Synced", status: "False", reason: "HookBlocked", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" }] } });
  const reasons = (app: typeof before, outcome: Attempted): string[] => turnsOf(app, outcome, false).map(({ reason }) => reason);
  expect([reasons(shopWith(), withHook("Blocked")), reasons(before, withHook("Blocked")), reasons(shopWith(), withHook("Failed"))]).toEqual([["HookBlocked"], [], []]);
});

describe("the status of an Application", () => {
  const ran = { content: "c0", run: "r0", release: "shop-1" };
  const next = { content: "c1", run: "r1", release: "shop-2" };
  const hooksAfter = (outcome: Attempted, hooks: typeof ran | undefined) => nextStatus(shopWith({}, { status: { hooks: ran } }), outcome, { release: "shop-2", news: true, hooks }, new Date(0)).hooks;

  test.each<[string, Attempted, typeof ran | undefined, typeof ran | undefined]>([
    ["tells of the hooks of a complete sync", attemptedWith(), next, next],
    ["keeps what it told while one is not complete", withHook("Running"), next, ran],
    ["tells of none where the content has none any more", attemptedWith(), undefined, undefined],
  ])("%s", (_what, outcome, hooks, expected) => expect(hooksAfter(outcome, hooks)).toEqual(expected));
});
