import { expect, test } from "vitest";
import { nextStatus } from "../../../reconciler/outcome.ts";
import type { Attempted, Outcome } from "../../../reconciler/outcome.ts";
import type { Application } from "../../../src/api/application.ts";
import { ReconcileError } from "../../../src/errors.ts";

const revision = `main@sha1:${"a".repeat(40)}`;
const app: Application = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", generation: 3 }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };
const good: Attempted = { kind: "Attempted", revision, objects: 2, failures: [], blocked: [], kept: [], health: { status: "Current", message: "2 of 2 healthy", healthy: 2, total: 2 }, reported: [], unwatched: [], warnings: [] };
const failure = { id: { group: "", kind: "ConfigMap", namespace: "shop", name: "a" }, key: "/ConfigMap/shop/a", where: "app.yaml:1", message: "app.yaml:1: ConfigMap shop/a: data: Invalid value", verb: "apply", refused: true, stale: false } as Attempted["failures"][number];

const conditionsOf = (outcome: Outcome, before = app): string[] =>
  (nextStatus(before, outcome, new Date(0)).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

test("everything applied and healthy is Ready, and neither Reconciling nor Stalled", () => {
  expect(conditionsOf(good)).toEqual(["Ready=True ReconciliationSucceeded", "Drifted=False NoDrift", "Healthy=True Healthy", "Synced=True Applied"]);
  expect(nextStatus(app, good, new Date(0))).toMatchObject({ observedGeneration: 3, lastAppliedRevision: revision, objects: 2 });
});

test("an object that was refused makes it not Synced, names the object with its place, and does not count as applied", () => {
  const status = nextStatus(app, { ...good, failures: [failure] }, new Date(0));
  expect(conditionsOf({ ...good, failures: [failure] })).toEqual(["Ready=False ApplyFailed", "Drifted=False NoDrift", "Healthy=True Healthy", "Reconciling=True ProgressingWithRetry", "Synced=False ApplyFailed"]);
  expect(status.conditions?.[0]?.message).toBe("1 of 2 objects of main@aaaaaaa could not be applied:\napp.yaml:1: ConfigMap shop/a: data: Invalid value");
  expect([status.lastAttemptedRevision, status.lastAppliedRevision]).toEqual([revision, undefined]);
});

test("objects that are still starting make it Reconciling", () => {
  const health = { status: "InProgress", message: "1 of 2 not healthy", healthy: 1, total: 2 } as const;
  expect(conditionsOf({ ...good, health })).toEqual(["Ready=Unknown Progressing", "Drifted=False NoDrift", "Healthy=Unknown Progressing", "Reconciling=True Progressing", "Synced=True Applied"]);
});

test("a failed object makes it not Healthy", () => {
  const health = { status: "Failed", message: "Deployment shop/web: no progress", healthy: 1, total: 2 } as const;
  expect(conditionsOf({ ...good, health })[0]).toBe("Ready=False HealthCheckFailed");
});

test("a build that fails is Stalled and leaves what was known of health alone", () => {
  const before = { ...app, status: nextStatus(app, good, new Date(0)) };
  const error = new ReconcileError("BUILD_FAILED", "unexpected end", { position: { file: "app.yaml", line: 3, column: 1 } });
  expect(conditionsOf({ kind: "Failed", error, revision }, before)).toEqual(["Ready=False BuildFailed", "Drifted=False NoDrift", "Healthy=True Healthy", "Stalled=True BuildFailed", "Synced=False BuildFailed"]);
  expect(nextStatus(before, { kind: "Failed", error, revision }, new Date(0)).conditions?.[0]?.message).toBe("app.yaml:3:1: unexpected end");
});

test("a transition time moves with the status only", () => {
  const first = nextStatus(app, good, new Date(0));
  const again = nextStatus({ ...app, status: first }, good, new Date(60_000));
  expect(again).toEqual(first);
});

test("what is stale and stays is told with the reason", () => {
  const kept = [{ id: { group: "", kind: "ConfigMap", namespace: "shop", name: "old" }, reason: "spec.sync.prune is false" }];
  const synced = nextStatus(app, { ...good, kept }, new Date(0)).conditions?.find(({ type }) => type === "Synced");
  expect(synced).toMatchObject({ status: "True", message: "2 objects of main@aaaaaaa applied\nno longer desired, but kept: ConfigMap shop/old: spec.sync.prune is false" });
});

test("the reconcile annotation is answered", () => {
  const asked = { ...app, metadata: { ...app.metadata, annotations: { "driftless.dev/reconcile-requested-at": "now" } } };
  expect(nextStatus(asked, good, new Date(0)).lastHandledReconcileAt).toBe("now");
});

test("kinds that may not be watched are named in DriftWatch", () => {
  expect(conditionsOf({ ...good, unwatched: ["Secret (the operator lacks the verb watch)"] })).toContain("DriftWatch=False WatchForbidden");
});
