import { describe, expect, test } from "vitest";
import type { Attempted, Outcome } from "../../../../reconciler/outcome.ts";
import type { Retries } from "../../../../reconciler/retries.ts";
import { backoffOf, resultOf } from "../../../../src/controllers/requeue.ts";
import type { RequeueFacts } from "../../../../src/controllers/requeue.ts";
import { ReconcileError } from "../../../../src/errors.ts";
import { attemptedWith, blockedAs, closedGate, failureWith, healthOf } from "../../../support/outcome-cases.ts";
import { shopWith } from "../../../support/plan-cases.ts";

const HOUR = 3_600_000;
const now = new Date("2026-01-01T00:00:00Z");
const inMs = (ms: number): Date => new Date(now.getTime() + ms);
const retries: Retries = new Map([[failureWith().key, { digest: "x", attempts: 1, at: inMs(1000).getTime(), message: "refused" }]]);
const leaving = { id: { group: "", kind: "ConfigMap", namespace: "shop", name: "old" }, kind: "Waiting", reason: "is being deleted" } as const;

/** `Failed`, or when it comes back; without chance. */
function told(outcome: Outcome, facts: Partial<RequeueFacts> = {}, app = shopWith()): string {
  const result = resultOf(app, outcome, { waits: 1, retries: new Map(), now, random: 0, ...facts });
  return result.kind === "Failed" ? `Failed ${result.backoff?.initialMs}..${result.backoff?.maxMs}` : `Done ${result.requeueAfterMs}`;
}

const failed = (code: "BUILD_FAILED" | "GIT_UNREACHABLE", meanwhile?: Attempted): Outcome => ({ kind: "Failed", error: new ReconcileError(code, "why"), revision: undefined, meanwhile });
const resync = Number(/\d+/.exec(told(attemptedWith()))?.[0]);

test("the safety net comes about at its interval", () => {
  expect(resync).toBeGreaterThanOrEqual(0.8 * HOUR);
  expect(resync).toBeLessThanOrEqual(1.2 * HOUR);
  const often = Number(/\d+/.exec(told(attemptedWith(), {}, shopWith({ sync: { resyncInterval: "1m" } })))?.[0]);
  expect(often).toBeLessThanOrEqual(72_000);
});

describe("an attempt comes back", () => {
  test.each<[string, Partial<Attempted>, Partial<RequeueFacts>, string]>([
    ["when something is to be looked at", { wakeAt: inMs(5_000) }, {}, "Done 5000"],
    ["at once when that is past", { wakeAt: inMs(-5_000) }, {}, "Done 0"],
    ["at the resync where that is sooner", { wakeAt: inMs(100 * HOUR) }, {}, `Done ${resync}`],
    ["soon where an object waits for what no event may tell of", { blocked: [blockedAs("Waiting")] }, { waits: 1 }, "Done 1000"],
    ["less and less soon while it goes on waiting", { blocked: [blockedAs("Waiting")] }, { waits: 4 }, "Done 8000"],
    ["every half a minute at the least", { kept: [leaving] }, { waits: 50 }, "Done 30000"],
    ["at the resync while a person is waited for", { gate: closedGate("PruneHeld"), kept: [leaving] }, { waits: 1 }, `Done ${resync}`],
    ["when the window opens", { gate: closedGate("WindowClosed", inMs(7_000)), wakeAt: inMs(7_000) }, {}, "Done 7000"],
    ["at the resync while objects are on their way, which events tell", { health: healthOf("InProgress") }, {}, `Done ${resync}`],
    ["as a failure where an object was refused that nobody keeps in mind", { failures: [failureWith()] }, {}, "Failed 1000..300000"],
    ["when the object is due that is tried again on its own", { failures: [failureWith()], wakeAt: inMs(1_000) }, { retries }, "Done 1000"],
    ["when the object is due that is held until then", { blocked: [blockedAs("Failed")], wakeAt: inMs(1_000) }, { retries }, "Done 1000"],
    ["as a failure where an object may not be applied", { blocked: [blockedAs("Failed")] }, {}, "Failed 1000..300000"],
    ["as a failure where a delete failed", { failures: [failureWith({ verb: "delete", key: "/ConfigMap/shop/old" as Attempted["failures"][number]["key"] })] }, { retries }, "Failed 1000..300000"],
    ["as a failure where others would not stop writing, whatever is kept in mind of the object", { failures: [failureWith({ outcome: "Stale" })] }, { retries }, "Failed 1000..300000"],
    ["with what it needs, where an object was not sent", { failures: [failureWith({ outcome: "NotSent" })] }, {}, `Done ${resync}`],
  ])("%s", (_name, extra, facts, expected) => {
    expect(told(attemptedWith(extra), facts)).toBe(expected);
  });
});

describe("a failure comes back no later than something is due", () => {
  test.each<[string, Outcome]>([
    ["where an object was refused", attemptedWith({ failures: [failureWith()], wakeAt: inMs(7_000) })],
    ["where the newest content cannot be had", failed("GIT_UNREACHABLE", attemptedWith({ wakeAt: inMs(7_000) }))],
  ])("%s", (_name, outcome) => {
    expect(resultOf(shopWith(), outcome, { waits: 1, retries: new Map(), now, random: 0 })).toMatchObject({ kind: "Failed", withinMs: 7_000 });
  });
});

describe("a failure comes back", () => {
  test.each<[string, Outcome, string]>([
    ["with growing delay where it may pass", failed("GIT_UNREACHABLE"), "Failed 1000..300000"],
    ["at the resync where only a change ends it", failed("BUILD_FAILED"), `Done ${resync}`],
    ["when something of what was applied before is to be looked at", failed("BUILD_FAILED", attemptedWith({ wakeAt: inMs(5_000) })), "Done 5000"],
    ["with growing delay where drift could not be undone meanwhile", failed("BUILD_FAILED", attemptedWith({ failures: [failureWith()] })), "Failed 1000..300000"],
  ])("%s", (_name, outcome, expected) => {
    expect(told(outcome)).toBe(expected);
  });
});

test.each<[string, Outcome, string]>([
  ["a suspended Application comes back by event only", { kind: "Suspended" }, "Done undefined"],
  ["a deletion comes back soon", { kind: "Finalized", state: "Deleting", message: "", left: [] }, "Done 1000"],
  ["a blocked one after five minutes: what blocks it may end unseen", { kind: "Finalized", state: "Blocked", message: "", left: [] }, "Done 300000"],
  ["a deletion that is done does not come back", { kind: "Finalized", state: "Done", message: "", left: [] }, "Done undefined"],
])("%s", (_name, outcome, expected) => {
  expect(told(outcome)).toBe(expected);
});

test("the delays are those of spec.sync.retry", () => {
  expect(backoffOf(shopWith({ sync: { retry: { initial: "5s", max: "1m" } } }))).toEqual({ initialMs: 5_000, maxMs: 60_000 });
});
