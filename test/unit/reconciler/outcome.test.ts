import { describe, expect, test } from "vitest";
import { isAwaiting } from "../../../reconciler/awaiting.ts";
import type { Attempted, Outcome } from "../../../reconciler/outcome.ts";
import { isComplete, isReady } from "../../../reconciler/outcome.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { attemptedWith, blockedAs, closedGate, failureWith, healthOf } from "../../support/outcome-cases.ts";

const leaving = { id: { group: "", kind: "ConfigMap", namespace: "shop", name: "old" }, kind: "Waiting", reason: "is being deleted" } as const;

describe("an attempt, complete, ready, awaiting", () => {
  test.each<[string, Partial<Attempted>, [boolean, boolean, boolean]]>([
    ["of which all is live and healthy", {}, [true, true, false]],
    ["of which an object failed", { failures: [failureWith()] }, [false, false, false]],
    ["of which an object may not be applied", { blocked: [blockedAs("Failed")] }, [false, false, false]],
    ["of which an object waits", { blocked: [blockedAs("Waiting")] }, [false, false, true]],
    ["of which an object is starting", { health: healthOf("InProgress") }, [true, false, false]],
    ["of which an object is broken", { health: healthOf("Failed") }, [true, false, false]],
    ["whose stale objects still go", { kept: [leaving] }, [true, true, true]],
    ["whose stale objects stay for good", { kept: [{ ...leaving, kind: "Kept" }] }, [true, true, false]],
    ["whose deletes wait for a yes, which is an event", { gate: closedGate("PruneHeld"), kept: [leaving] }, [true, true, false]],
    ["that waits at the gate, which is an event", { gate: closedGate("WindowClosed"), kept: [leaving] }, [false, false, false]],
  ])("%s", (_name, extra, expected) => {
    const outcome = attemptedWith(extra);
    expect([isComplete(outcome), isReady(outcome), isAwaiting(outcome)]).toEqual(expected);
  });
});

test.each<[string, Outcome, boolean]>([
  ["a suspended Application", { kind: "Suspended" }, false],
  ["a failure", { kind: "Failed", error: new ReconcileError("INTERNAL", "x"), revision: undefined, meanwhile: attemptedWith() }, false],
  ["a deletion under way", { kind: "Finalized", state: "Deleting", message: "", left: [] }, true],
  ["a deletion that is blocked", { kind: "Finalized", state: "Blocked", message: "", left: [] }, true],
  ["a deletion that is done", { kind: "Finalized", state: "Done", message: "", left: [] }, false],
])("%s is never ready, and awaits what ends by itself", (_name, outcome, awaiting) => {
  expect([isReady(outcome), isAwaiting(outcome)]).toEqual([false, awaiting]);
});
