import { describe, expect, test } from "vitest";
import type { Change, ChangeKind } from "../../../../reconciler/change.ts";
import type { Outcome } from "../../../../reconciler/outcome.ts";
import type { Application } from "../../../../src/api/application.ts";
import type { DriftFinding } from "../../../../src/api/drift-report.ts";
import { announce, summarizeChanges } from "../../../../src/controllers/announce.ts";
import { ReconcileError } from "../../../../src/errors.ts";
import { Metrics } from "../../../../src/server/metrics.ts";
import { attemptedWith, blockedAs, failureWith } from "../../../support/outcome-cases.ts";
import { shopWith } from "../../../support/plan-cases.ts";

const now = new Date("2026-01-01T00:01:00Z");
const finding = (name: string): DriftFinding => ({ object: `/ConfigMap/shop/${name}`, class: "Modified", path: "/data/x", manager: "kubectl-edit", detectedAt: "2026-01-01T00:00:00Z" });
const change = (kind: ChangeKind, corrections: readonly DriftFinding[] = []): Change => ({ id: failureWith().id, key: failureWith().key, kind, corrections });
const wellBefore = shopWith({}, { status: { conditions: [{ type: "Ready", status: "True", reason: "x", message: "", lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: 1 }] } });

/** Events as `Type Reason: message`. */
function told(outcome: Outcome, changes: readonly Change[] = [], app: Application = shopWith()): string[] {
  const events: string[] = [];
  announce({ app, wasSick: false }, outcome, changes, { events: { record: (_about, { type, reason, message }) => void events.push(`${type} ${reason}: ${message}`) }, metrics: new Metrics(), clock: { now: () => now } });
  return events;
}

describe("an attempt", () => {
  test("that did nothing says nothing", () => {
    expect(told(attemptedWith())).toEqual([]);
  });

  test("tells what it did in one line", () => {
    expect(told(attemptedWith(), [change("created"), change("configured"), change("created"), change("deleted"), change("unchanged"), change("transferred")])).toEqual(["Normal Applied: 2 created, 1 configured, 1 transferred, 1 deleted from main@aaaaaaa"]);
  });

  test("of an Application that is well does not tell of other content: its Release does", () => {
    expect([told(attemptedWith(), [change("configured")], wellBefore), told(attemptedWith(), [change("created")], wellBefore).length]).toEqual([[], 1]);
  });

  test("tells what it undid and whose it was, the first few one by one", () => {
    const lines = told(attemptedWith(), [change("reverted", Array.from({ length: 7 }, (_finding, index) => finding(`a${index}`)))]);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([6, expect.stringMatching(/^Warning DriftReverted: reverted .*kubectl-edit/), "Warning DriftReverted: and 2 more differences; see the DriftReport"]);
  });

  test("tells what failed, what may not be applied and who fights, and not what merely waits", () => {
    const outcome = attemptedWith({ failures: [failureWith(), failureWith({ verb: "delete", message: "not deleted" })], blocked: [blockedAs("Waiting"), blockedAs("Failed")], fights: ["somebody keeps changing /data/x"] });
    expect(told(outcome).map((line) => line.split(": ")[0])).toEqual(["Warning FightDetected", "Warning ApplyFailed", "Warning PruneFailed", "Warning ApplyFailed"]);
  });
});

test("a failure is told with what was undone meanwhile", () => {
  expect(told({ kind: "Failed", error: new ReconcileError("BUILD_FAILED", "unexpected end"), revision: undefined, meanwhile: undefined }, [change("reverted", [finding("a")])])).toEqual([expect.stringContaining("Warning DriftReverted"), "Warning BuildFailed: unexpected end"]);
});

describe("a deletion", () => {
  test.each<[string, Outcome, readonly Change[], string[]]>([
    ["tells what it deletes", { kind: "Finalized", state: "Deleting", message: "x", left: [] }, [change("deleted")], ["Normal Deleting: 1 deleted"]],
    ["that goes on says nothing", { kind: "Finalized", state: "Deleting", message: "x", left: [] }, [], []],
    ["that is blocked says why", { kind: "Finalized", state: "Blocked", message: "decide", left: [] }, [], ["Warning DeletionBlocked: decide"]],
    ["that is done says so", { kind: "Finalized", state: "Done", message: "all its members are gone", left: [] }, [], ["Normal Deleting: all its members are gone"]],
    ["that leaves something names it", { kind: "Finalized", state: "Done", message: "orphaned", left: ["ConfigMap shop/a"] }, [], ["Warning Deleting: orphaned; left: ConfigMap shop/a"]],
  ])("%s", (_name, outcome, changes, expected) => {
    expect(told(outcome, changes)).toEqual(expected);
  });
});

test("a suspended Application says nothing, and no change is no summary", () => {
  expect([told({ kind: "Suspended" }), summarizeChanges([change("reverted"), change("reasserted")])]).toEqual([[], ""]);
});
