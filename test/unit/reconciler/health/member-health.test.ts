import { describe, expect, test } from "vitest";
import { compileChecks } from "../../../../reconciler/health/checks.ts";
import { healthOfMember } from "../../../../reconciler/health/member-health.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../../src/object/kube-object.ts";

const NOW = new Date("2026-05-04T10:00:00Z");

function object(apiVersion: string, kind: string, body: object = {}, metadata: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: "one", namespace: "shop", generation: 2, ...metadata }, ...body };
}

/** The entry of our apply, with these fields of spec. */
function applied(...fields: readonly string[]): ManagedFieldsEntry {
  return { manager: "driftless", operation: "Apply", apiVersion: "v1", time: "2026-05-04T09:30:00Z", fieldsV1: { "f:spec": Object.fromEntries(fields.map((name) => [`f:${name}`, {}])) } };
}

const conditions = (type: string, status: string, message = "", reason = "") => ({ status: { conditions: [{ type, status, message, reason }] } });
const healthOf = (live: KubeObject) => healthOfMember(live, NOW);

const job = (status: object, spec: object = {}, metadata: object = {}): KubeObject => object("batch/v1", "Job", { spec, status }, metadata);
const started = { startTime: "2026-05-04T09:59:00Z", active: 1 };
const allowed = (status: object, spec: object = {}) => healthOf(job({ ...started, ...status }, spec)).progress?.allowedMs;

describe("a Job that something waits for", () => {
  test.each<[string, object, string, string]>([
    ["not started", {}, "InProgress", "job not started"],
    ["running", { ...started, ready: 1 }, "InProgress", "running, 0 of 1 succeeded"],
    ["running after failures", { ...started, ready: 1, failed: 2 }, "InProgress", "running, 0 of 1 succeeded, 2 failed"],
    ["unable to start its pods", { ...started, ready: 0 }, "InProgress", "its pods are not ready, 0 of 1 succeeded"],
    ["completed", { ...started, succeeded: 1, conditions: [{ type: "Complete", status: "True" }] }, "Current", "completed, 1 of 1 succeeded"],
    ["failed", { ...started, conditions: [{ type: "Failed", status: "True", message: "backoff limit reached" }] }, "Failed", "job failed: backoff limit reached"],
  ])("is done only when it has completed: %s", (_, status, expected, message) => expect(healthOf(job(status))).toMatchObject({ status: expected, message }));

  test("suspended by Git is as its spec asks; suspended by a queue it still has to run", () => {
    expect(healthOf(job({}, { suspend: true }, { managedFields: [applied("suspend")] })).status).toBe("Current");
    expect(healthOf(job({}, { suspend: true }, { managedFields: [applied("template")] }))).toMatchObject({ status: "InProgress", reason: "JobSuspended" });
  });

  test("has all the time in the world while its pods run, else what it gives itself", () => {
    expect([allowed({ ready: 1 }), allowed({ ready: 0 }), allowed({}, { activeDeadlineSeconds: 3600 })]).toEqual([Number.POSITIVE_INFINITY, 0, 3_600_000]);
  });

  test("by a schedule is healthy by existing", () => expect(healthOf(object("batch/v1", "CronJob")).status).toBe("Current"));
});

const app = (conditionList: readonly object[], observedGeneration = 2): KubeObject =>
  object("driftless.dev/v1alpha1", "Application", { status: { observedGeneration, conditions: conditionList } });
const ready = (status: string, reason: string) => ({ type: "Ready", status, reason, message: reason });

describe("an Application of ours", () => {
  test.each<[string, KubeObject, string, string]>([
    ["not looked at", object("driftless.dev/v1alpha1", "Application"), "InProgress", "not looked at yet"],
    ["of an older generation", app([ready("True", "ok")], 1), "InProgress", "generation 2 not yet seen by its controller, which is at 1"],
    ["ready", app([ready("True", "ok")]), "Current", "ok"],
    ["progressing", app([ready("Unknown", "Progressing"), { type: "Reconciling", status: "True" }]), "InProgress", "Progressing"],
    ["failed and trying again", app([ready("False", "ApplyFailed"), { type: "Reconciling", status: "True" }]), "Failed", "ApplyFailed"],
    ["stalled", app([ready("False", "BuildFailed"), { type: "Stalled", status: "True" }]), "Failed", "BuildFailed"],
    ["suspended while healthy", app([ready("Unknown", "Suspended"), { type: "Healthy", status: "True" }]), "Current", "suspended; healthy when last looked at"],
    ["suspended before it was healthy", app([ready("Unknown", "Suspended")]), "InProgress", "suspended; never looked at"],
  ])("%s", (_, live, status, message) => expect(healthOf(live)).toMatchObject({ status, message }));

  test("times out by itself, once somebody looks at it", () => {
    expect(healthOf(app([ready("Unknown", "Progressing")])).progress?.allowedMs).toBe(Number.POSITIVE_INFINITY);
    expect(healthOf(object("driftless.dev/v1alpha1", "Application")).progress?.allowedMs).toBe(0);
  });
});

describe("a kind of another operator", () => {
  test.each<[kind: string, body: object, status: string, message: string]>([
    ["cert-manager.io/v1 Certificate", {}, "InProgress", "Ready not reported yet"],
    ["cert-manager.io/v1 Certificate", conditions("Ready", "True", "up to date"), "Current", "up to date"],
    ["cert-manager.io/v1 Certificate", conditions("Ready", "False", "being issued"), "InProgress", "being issued"],
    ["cert-manager.io/v1 Certificate", conditions("Issuing", "False", "order failed", "Failed"), "Failed", "order failed"],
    ["cert-manager.io/v1 ClusterIssuer", conditions("Ready", "True"), "Current", "ready"],
    ["argoproj.io/v1alpha1 Rollout", { status: { phase: "Healthy" } }, "Current", "healthy"],
    ["argoproj.io/v1alpha1 Rollout", { status: { phase: "Paused", message: "CanaryPauseStep" } }, "InProgress", "CanaryPauseStep"],
    ["argoproj.io/v1alpha1 Rollout", { status: { phase: "Degraded", message: "aborted" } }, "Failed", "aborted"],
    ["argoproj.io/v1alpha1 Rollout", { status: { phase: "Healthy", observedGeneration: "1" } }, "InProgress", "generation 2 not yet seen by its controller, which is at 1"],
    ["argoproj.io/v1alpha1 Application", { status: { health: { status: "Degraded" } } }, "Failed", "degraded"],
    ["argoproj.io/v1alpha1 Application", { status: { health: { status: "Missing" } } }, "InProgress", "missing"],
    ["kustomize.toolkit.fluxcd.io/v1 Kustomization", { status: { observedGeneration: -1 } }, "InProgress", "generation 2 not yet seen by its controller, which is at -1"],
    ["kustomize.toolkit.fluxcd.io/v1 Kustomization", conditions("Ready", "True", "Applied revision"), "Current", "Applied revision"],
    ["helm.toolkit.fluxcd.io/v2 HelmRelease", conditions("Stalled", "True", "retries exhausted"), "Failed", "retries exhausted"],
    ["source.toolkit.fluxcd.io/v1 HelmRepository", {}, "Current", "present"],
    ["keda.sh/v1alpha1 ScaledObject", {}, "InProgress", "Ready not reported yet"],
    ["bitnami.com/v1alpha1 SealedSecret", conditions("Synced", "False", "no key could decrypt"), "Failed", "no key could decrypt"],
    ["serving.knative.dev/v1 Service", conditions("Ready", "False", "revision missing"), "Failed", "revision missing"],
    ["serving.knative.dev/v1 Service", conditions("Ready", "Unknown"), "InProgress", "Ready is Unknown"],
    ["monitoring.coreos.com/v1 Prometheus", conditions("Available", "True"), "Current", "available"],
    ["gateway.networking.k8s.io/v1 Gateway", conditions("Accepted", "False", "no such class"), "Failed", "no such class"],
    ["gateway.networking.k8s.io/v1 Gateway", conditions("Programmed", "True"), "Current", "programmed"],
    ["flagger.app/v1beta1 Canary", { status: { phase: "Progressing" } }, "InProgress", "progressing"],
    ["example.com/v1 Widget", {}, "Current", "present"],
  ])("%s with %j is %s: %s", (kind, body, status, message) => {
    const [apiVersion = "", name = ""] = kind.split(" ");
    expect(healthOf(object(apiVersion, name, body))).toMatchObject({ status, message });
  });

  test("is terminating first of all", () => {
    expect(healthOf(object("keda.sh/v1alpha1", "ScaledObject", conditions("Ready", "True"), { deletionTimestamp: "2026-05-04T09:00:00Z" })).status).toBe("Terminating");
  });
});

test("the checks of an Application come before every other rule", async () => {
  const { checks } = await compileChecks([{ apiVersion: "batch/v1", kind: "Job", current: "has(status.startTime)" }]);
  expect(healthOfMember(object("batch/v1", "Job", { status: { startTime: "2026-05-04T09:59:00Z" } }), NOW, checks).status).toBe("Current");
});

const pace = (body: object, metadata: object) => healthOf(object("apps/v1", "Deployment", body, metadata)).progress;
const since = (body: object, metadata: object) => new Date(pace(body, metadata)?.since ?? 0).toISOString();

describe("what an object tells about its pace", () => {
  const broken = { spec: { replicas: 2, progressDeadlineSeconds: 600 }, status: { observedGeneration: 2 } };
  const created = { creationTimestamp: "2026-05-04T09:00:00Z" };

  test("is absent while it is settled", () => expect(healthOf(object("v1", "ConfigMap")).progress).toBeUndefined());

  test.each<[string, object, object, string]>([
    ["it was created", broken, created, "2026-05-04T09:00:00.000Z"],
    ["we applied it", broken, { ...created, managedFields: [applied("replicas")] }, "2026-05-04T09:30:00.000Z"],
    ["its status was written", broken, { ...created, managedFields: [{ manager: "k", operation: "Update", subresource: "status", time: "2026-05-04T09:40:00Z" }] }, "2026-05-04T09:40:00.000Z"],
    ["a condition changed", { ...broken, status: { conditions: [{ type: "Available", status: "False", lastTransitionTime: "2026-05-04T09:45:00Z" }] } }, created, "2026-05-04T09:45:00.000Z"],
    ["a rollout moved on", { ...broken, status: { conditions: [{ type: "Progressing", status: "True", lastUpdateTime: "2026-05-04T09:50:00Z" }] } }, created, "2026-05-04T09:50:00.000Z"],
    ["it was deleted", broken, { ...created, deletionTimestamp: "2026-05-04T09:55:00Z" }, "2026-05-04T09:55:00.000Z"],
  ])("its last sign of progress is the latest of all: %s", (_, body, metadata, expected) => expect(since(body, metadata)).toBe(expected));

  test("its rollout deadline counts where Git says it, not where the API server put it in", () => {
    expect(pace(broken, { managedFields: [applied("replicas")] })?.allowedMs).toBe(0);
    expect(pace(broken, { managedFields: [applied("replicas", "progressDeadlineSeconds")] })?.allowedMs).toBe(600_000);
    const off = { ...broken, spec: { ...broken.spec, progressDeadlineSeconds: 2_147_483_647 } };
    expect(pace(off, { managedFields: [applied("progressDeadlineSeconds")] })?.allowedMs).toBe(0);
  });
});
