import { describe, expect, test } from "vitest";
import { nextStatus } from "../../../reconciler/next-status.ts";
import type { Outcome } from "../../../reconciler/outcome.ts";
import { ReconcileError } from "../../../src/errors.ts";
import { attemptedWith, closedGate, failureWith, revision } from "../../support/outcome-cases.ts";
import { shopWith } from "../../support/plan-cases.ts";

const app = shopWith({}, { metadata: { name: "shop", namespace: "shop", generation: 3 } });
const good = attemptedWith();
const at = (minute: number): Date => new Date(minute * 60_000);
const statusOf = (outcome: Outcome, before = app, release?: string) => nextStatus(before, outcome, { release, news: true }, at(0));

test("what was fully applied is the applied revision; what was not is only the attempted one", () => {
  expect(statusOf(good)).toMatchObject({ observedGeneration: 3, lastAttemptedRevision: revision, lastAppliedRevision: revision, objects: 2 });
  for (const outcome of [attemptedWith({ failures: [failureWith()] }), attemptedWith({ gate: closedGate("WindowClosed") })]) {
    expect([statusOf(outcome).lastAttemptedRevision, statusOf(outcome).lastAppliedRevision]).toEqual([revision, undefined]);
  }
});

test("held deletes do not keep a revision from being applied", () => {
  expect(statusOf(attemptedWith({ gate: closedGate("PruneHeld") })).lastAppliedRevision).toBe(revision);
});

const failed = (of: string | undefined): Outcome => ({ kind: "Failed", error: new ReconcileError("BUILD_FAILED", "unexpected end", { position: { file: "app.yaml", line: 3, column: 1 } }), revision: of, meanwhile: undefined });

test("a failure tells the revision that it was about, where there was one, and keeps the applied one", () => {
  const before = { ...app, status: statusOf(good) };
  expect(statusOf(failed("main@sha1:b"), before)).toMatchObject({ lastAttemptedRevision: "main@sha1:b", lastAppliedRevision: revision });
  expect(statusOf(failed(undefined), before).lastAttemptedRevision).toBe(revision);
  expect(statusOf(failed(revision)).conditions?.[0]?.message).toBe("app.yaml:3:1: unexpected end");
});

describe("the opening of a window", () => {
  const closed = { ...app, status: statusOf(attemptedWith({ gate: closedGate("WindowClosed", at(90)) })) };

  test("is told while it is waited for", () => {
    expect(closed.status.nextWindowAt).toBe("1970-01-01T01:30:00Z");
  });

  test.each<[string, Outcome]>([["is open", good], ["never opens", attemptedWith({ gate: closedGate("WindowClosed") })], ["is not what is waited for", attemptedWith({ gate: closedGate("AwaitingApproval", at(90)) })], ["does not matter", { kind: "Suspended" }]])("is no longer told when it %s", (_name, outcome) => {
    expect(statusOf(outcome, closed).nextWindowAt).toBeUndefined();
  });
});

test("the newest Release is named, and stays named", () => {
  const named = { ...app, status: statusOf(good, app, "shop-7") };
  expect([named.status.release, statusOf(good, named).release]).toEqual(["shop-7", "shop-7"]);
});

test("what others keep in the status stays there", () => {
  const membership = { groupKinds: ["ConfigMap"], namespaces: ["shop"] };
  expect(statusOf({ kind: "Suspended" }, { ...app, status: { membership } }).membership).toEqual(membership);
});

test("a transition time moves with the status only", () => {
  const first = statusOf(good);
  expect(nextStatus({ ...app, status: first }, good, { release: undefined, news: false }, at(1))).toEqual(first);
});

test("the reconcile annotation is answered", () => {
  const asked = { ...app, metadata: { ...app.metadata, annotations: { "driftless.dev/reconcile-requested-at": "now" } } };
  expect(statusOf(good, asked).lastHandledReconcileAt).toBe("now");
});

test("a commit that changes nothing for an Application leaves its status as it is; one that does moves the revision", () => {
  const first = nextStatus(app, good, { release: "a-1", news: true }, at(0));
  const next = { ...good, revision: "main@sha1:" + "f".repeat(40) };
  expect(nextStatus({ ...app, status: first }, next, { release: "a-1", news: false }, at(1))).toBe(first);
  expect(nextStatus({ ...app, status: first }, next, { release: "a-1", news: true }, at(1)).lastAppliedRevision).toBe(next.revision);
  expect(nextStatus({ ...app, status: first }, next, { release: "a-2", news: false }, at(1)).lastAppliedRevision).toBe(next.revision);
});
