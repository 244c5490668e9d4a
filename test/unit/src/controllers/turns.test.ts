import { expect, test } from "vitest";
import type { Attempted } from "../../../../reconciler/outcome.ts";
import type { Application } from "../../../../src/api/application.ts";
import type { Condition } from "../../../../src/api/meta.ts";
import { isSick, turnsOf } from "../../../../src/controllers/turns.ts";
import { shopWith } from "../../../support/plan-cases.ts";

const OPEN = { kind: "Open" } as const;
const attempted = (extra: Partial<Attempted>): Attempted => ({
  kind: "Attempted", revision: `main@sha1:${"a".repeat(40)}`, objects: 1, failures: [], blocked: [], kept: [], health: { status: "Current", message: "1 of 1 healthy", healthy: 1, total: 1 },
  reported: [], fights: [], unwatched: [], warnings: [], gate: { apply: OPEN, prune: OPEN, asksForApproval: false }, pending: undefined, wakeAt: undefined, ...extra,
});
const appWith = (type: Condition["type"], status: Condition["status"], reason: string, message = ""): Application =>
  shopWith({}, { status: { conditions: [{ type, status, reason, message, lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: 1 }] } });
const closed = (reason: "AwaitingApproval" | "DependencyNotReady" | "WindowClosed", message: string): Partial<Attempted> => {
  const decision = { kind: "Closed", reason, message } as const;
  return { gate: { apply: decision, prune: decision, asksForApproval: true } };
};
const told = (app: Application, extra: Partial<Attempted>, wasSick = false): string[] => turnsOf(app, attempted(extra), wasSick).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
const sick = { health: { status: "Failed", message: "web is down", healthy: 0, total: 1 } } as const;

test("objects that break are told once, and their recovery is", () => {
  expect(told(shopWith(), sick)).toEqual(["Warning HealthCheckFailed: web is down"]);
  expect(told(shopWith(), sick, true)).toEqual([]);
  expect(told(shopWith(), {}, true)).toEqual(["Normal Healthy: 1 of 1 healthy again"]);
  expect(told(shopWith(), {})).toEqual([]);
});

test("objects that are on their way have neither recovered nor broken", () => {
  const moving = attempted({ health: { status: "InProgress", message: "0 of 1 ready", healthy: 0, total: 1 } });
  expect([isSick(moving, true), isSick(moving, false), isSick(attempted(sick), false), isSick(attempted({}), true)]).toEqual([true, false, true, false]);
});

test("changes that wait for a window are told when they begin to", () => {
  expect(told(shopWith(), closed("WindowClosed", "closed"))).toEqual(["Normal WindowClosed: main@aaaaaaa: closed"]);
  expect(told(appWith("Synced", "False", "WindowClosed", "another text"), closed("WindowClosed", "closed"))).toEqual([]);
});

test("each plan that waits for a yes is told", () => {
  expect(told(appWith("Synced", "False", "AwaitingApproval", "main@aaaaaaa: approve 1"), closed("AwaitingApproval", "approve 1"))).toEqual([]);
  expect(told(appWith("Synced", "False", "AwaitingApproval", "main@aaaaaaa: approve 1"), closed("AwaitingApproval", "approve 2"))).toHaveLength(1);
});

test("waiting for a dependency is not worth an Event", () => {
  expect(told(shopWith(), closed("DependencyNotReady", "waiting for shop/db"))).toEqual([]);
});
