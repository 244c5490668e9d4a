import { describe, expect, test } from "vitest";
import { wantedConditions } from "../../../reconciler/application-conditions.ts";
import type { Finalized } from "../../../reconciler/finalize.ts";
import type { Attempted, Outcome } from "../../../reconciler/outcome.ts";
import { nextConditions } from "../../../src/api/conditions.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { attemptedWith, blockedAs, closedGate, failureWith, healthOf } from "../../support/outcome-cases.ts";
import { shopWith } from "../../support/plan-cases.ts";

const app = shopWith();
const conditions = (outcome: Outcome, of = app): string[] => nextConditions([], wantedConditions(of, outcome), 1, new Date(0)).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const messageOf = (outcome: Outcome, type: string, of = app): string | undefined => wantedConditions(of, outcome).find((one) => one.type === type)?.message;
const finding: DriftFinding = { object: "/ConfigMap/shop/a", class: "Modified", path: "/data/x", detectedAt: "2026-01-01T00:00:00Z" };
const leaving = { id: { group: "", kind: "ConfigMap", namespace: "shop", name: "old" }, kind: "Waiting", reason: "is being deleted" } as const;

describe("an attempt", () => {
  test.each<[string, Partial<Attempted>, string[]]>([
    ["that is live and healthy is Ready, and neither Reconciling nor Stalled", {}, ["Ready=True ReconciliationSucceeded", "Drifted=False NoDrift", "Healthy=True Healthy", "Synced=True Applied"]],
    ["of which an object was refused is tried again", { failures: [failureWith()] }, ["Ready=False ApplyFailed", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True ProgressingWithRetry", "Synced=False ApplyFailed"]],
    ["of which an object may not be applied is tried again", { blocked: [blockedAs("Failed")] }, ["Ready=False ApplyFailed", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True ProgressingWithRetry", "Synced=False ApplyFailed"]],
    ["of which an object waits goes on", { blocked: [blockedAs("Waiting")] }, ["Ready=Unknown Progressing", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True Progressing", "Synced=False Progressing"]],
    ["of which an object could not be deleted is tried again", { failures: [failureWith({ verb: "delete" })] }, ["Ready=False PruneFailed", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True ProgressingWithRetry", "Synced=False PruneFailed"]],
    ["of which a stale object still goes goes on", { kept: [leaving] }, ["Ready=Unknown Progressing", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True Progressing", "Synced=False Progressing"]],
    ["whose stale objects are kept for good is done", { kept: [{ ...leaving, kind: "Kept" }] }, ["Ready=True ReconciliationSucceeded", "Drifted=False NoDrift", "Healthy=True Healthy", "Synced=True Applied"]],
    ["whose objects are starting is Reconciling", { health: healthOf("InProgress") }, ["Ready=Unknown Progressing", "Drifted=False NoDrift", "Healthy=Unknown Progressing", "Reconciling=True Progressing", "Synced=True Applied"]],
    ["whose health nobody knows is Reconciling", { health: healthOf("Unknown") }, ["Ready=Unknown Progressing", "Drifted=False NoDrift", "Healthy=Unknown Progressing", "Reconciling=True Progressing", "Synced=True Applied"]],
    ["of which an object is broken is not Ready", { health: healthOf("Failed") }, ["Ready=False HealthCheckFailed", "Drifted=False NoDrift", "Healthy=False HealthCheckFailed", "Synced=True Applied"]],
    ["with drift that stays is Ready and Drifted", { reported: [finding] }, ["Ready=True ReconciliationSucceeded", "Drifted=True DriftDetected", "Healthy=True Healthy", "Synced=True Applied"]],
    ["in a fight tells it", { reported: [finding], fights: ["ConfigMap shop/a: somebody keeps changing /data/x"] }, ["Ready=True ReconciliationSucceeded", "Drifted=True FightDetected", "Healthy=True Healthy", "Synced=True Applied"]],
    ["with kinds that may not be watched names them", { unwatched: ["Secret (the operator lacks the verb watch)"] }, ["Ready=True ReconciliationSucceeded", "DriftWatch=False WatchForbidden", "Drifted=False NoDrift", "Healthy=True Healthy", "Synced=True Applied"]],
    ["with a kind that cannot be listed says so", { unwatched: ["Widget (it cannot be listed: no)"], unlisted: ["Widget (it cannot be listed: no)"] }, ["Ready=True ReconciliationSucceeded", "DriftWatch=False WatchFailed", "Drifted=False NoDrift", "Healthy=True Healthy", "Synced=True Applied"]],
  ])("%s", (_name, extra, expected) => {
    expect(conditions(attemptedWith(extra))).toEqual(expected);
  });
});

describe("the condition Drifted", () => {
  const revertAt = "2026-01-01T10:00:00Z";
  test.each<[string, Partial<Attempted>, string]>([
    ["says where the report is", { reported: [finding] }, "1 difference not corrected; see the DriftReport of the same name"],
    ["says when all of it is undone by itself", { reported: [{ ...finding, revertAt }, { ...finding, revertAt: "2026-01-01T12:00:00Z" }] }, "2 differences not corrected before 2026-01-01T12:00:00Z; see the DriftReport of the same name"],
    ["says no time where some of it stays", { reported: [finding, { ...finding, revertAt }] }, "2 differences not corrected; see the DriftReport of the same name"],
    ["tells holds, with drift and without", { held: ["held until 10:00Z by k9s: all"] }, "live state is desired state\nheld until 10:00Z by k9s: all"],
    ["tells holds beside a fight", { fights: ["a fight"], held: ["held"], reported: [finding] }, "a fight\nheld"],
    ["stays short", { held: Array.from({ length: 40 }, () => "held") }, `live state is desired state\n${"held\n".repeat(11)}and 29 more`],
  ])("%s", (_name, extra, expected) => expect(messageOf(attemptedWith(extra), "Drifted")).toBe(expected));
});

describe("at a closed gate an attempt", () => {
  test.each<[Parameters<typeof closedGate>[0], string[]]>([
    ["WindowClosed", ["Ready=Unknown WindowClosed", "Synced=False WindowClosed"]],
    ["AwaitingApproval", ["Ready=Unknown AwaitingApproval", "Synced=False AwaitingApproval"]],
    ["PruneHeld", ["Ready=Unknown PruneHeld", "Synced=False PruneHeld"]],
    ["DependencyNotReady", ["Ready=Unknown DependencyNotReady", "Reconciling=True Progressing", "Synced=False DependencyNotReady"]],
    ["DependencyCycle", ["Ready=False DependencyCycle", "Stalled=True DependencyCycle", "Synced=False DependencyCycle"]],
    ["DependencyRefused", ["Ready=False DependencyRefused", "Stalled=True DependencyRefused", "Synced=False DependencyRefused"]],
  ])("says %s, and moves only where it goes on by itself", (reason, expected) => {
    expect(conditions(attemptedWith({ gate: closedGate(reason) })).filter((text) => !/^(Healthy|Drifted)/.test(text))).toEqual(expected);
  });

  test("that waits for a person is still Reconciling while objects are on their way", () => {
    expect(conditions(attemptedWith({ gate: closedGate("AwaitingApproval"), health: healthOf("InProgress") }))).toContain("Reconciling=True Progressing");
  });
});

describe("what Synced says", () => {
  test("names what failed with its place first, then what is held up, then what waits", () => {
    const outcome = attemptedWith({ failures: [failureWith()], blocked: [blockedAs("Waiting"), blockedAs("Failed")] });
    expect(messageOf(outcome, "Synced")).toBe("2 of 2 objects of main@aaaaaaa could not be applied:\napp.yaml:1: ConfigMap shop/a: data: Invalid value\napp.yaml:1: ConfigMap shop/a: is held up\napp.yaml:1: ConfigMap shop/a: is held up");
  });

  test("tells at a closed gate what of the old content could not be kept", () => {
    expect(messageOf(attemptedWith({ gate: closedGate("WindowClosed"), failures: [failureWith()] }), "Synced")).toBe("main@aaaaaaa: WindowClosed says why\napp.yaml:1: ConfigMap shop/a: data: Invalid value");
  });

  test("tells what is stale and stays, with the reason, and warnings", () => {
    const outcome = attemptedWith({ kept: [{ ...leaving, kind: "Kept", reason: "spec.sync.prune is false" }], warnings: ["app.yaml:1: /status is left out"] });
    expect(messageOf(outcome, "Synced")).toBe("2 objects of main@aaaaaaa applied\nno longer desired, but kept: ConfigMap shop/old: spec.sync.prune is false\napp.yaml:1: /status is left out");
  });

  test("is short, however much there is to say", () => {
    expect(messageOf(attemptedWith({ failures: Array.from({ length: 50 }, () => failureWith()) }), "Synced")?.split("\n").slice(-1)).toEqual(["and 39 more"]);
  });
});

const wellBefore = shopWith({}, { status: { conditions: nextConditions([], [...wantedConditions(app, attemptedWith({ unwatched: ["Secret"] }))], 1, new Date(0)) } });
const failed = (code: "BUILD_FAILED" | "GIT_UNREACHABLE", meanwhile?: Attempted): Outcome => ({ kind: "Failed", error: new ReconcileError(code, "why"), revision: undefined, meanwhile });

describe("a failure", () => {
  test("that only a change ends is Stalled, and leaves alone what it did not look at", () => {
    expect(conditions(failed("BUILD_FAILED"), wellBefore)).toEqual(["Ready=False BuildFailed", "DriftWatch=False WatchForbidden", "Drifted=False NoDrift", "Healthy=True Healthy", "Stalled=True BuildFailed", "Synced=False BuildFailed"]);
  });

  test("that may pass is tried again", () => {
    expect(conditions(failed("GIT_UNREACHABLE"))).toEqual(["Ready=False GitUnreachable", "Reconciling=True ProgressingWithRetry", "Synced=False GitUnreachable"]);
  });

  test("tells how what was applied before is doing meanwhile", () => {
    expect(conditions(failed("BUILD_FAILED", attemptedWith({ health: healthOf("Failed"), reported: [finding] })), wellBefore)).toEqual(expect.arrayContaining(["Drifted=True DriftDetected", "Healthy=False HealthCheckFailed"]));
  });
});

test("a suspended Application says so with the reason, and leaves alone what it does not look at", () => {
  const suspended = { ...wellBefore, spec: { ...wellBefore.spec, suspend: true, suspendReason: "INC-7, ada" } };
  expect(conditions({ kind: "Suspended" }, suspended)).toEqual(["Ready=Unknown Suspended", "DriftWatch=False WatchForbidden", "Drifted=False NoDrift", "Healthy=True Healthy", "Synced=True Applied"]);
  expect(messageOf({ kind: "Suspended" }, "Ready", suspended)).toBe("suspended by spec.suspend: INC-7, ada. Nothing is applied, pruned or corrected");
});

const finalized = (state: Finalized["state"]): Finalized => ({ kind: "Finalized", state, message: "what is going on", left: [] });

describe("an Application that is being deleted", () => {
  test.each<[Finalized["state"], string[]]>([
    ["Deleting", ["Ready=False Deleting", "Reconciling=True Deleting"]],
    ["Done", ["Ready=False Deleting", "Reconciling=True Deleting"]],
    ["Blocked", ["Ready=False DeletionBlocked", "Stalled=True DeletionBlocked"]],
  ])("is told: %s", (state, expected) => {
    expect(conditions(finalized(state))).toEqual(expected);
    expect(messageOf(finalized(state), "Ready")).toBe("what is going on");
  });

  test("keeps what was known of its members", () => {
    expect(conditions(finalized("Deleting"), wellBefore)).toEqual(["Ready=False Deleting", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True Deleting", "Synced=True Applied"]);
  });
});
