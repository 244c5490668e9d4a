import { describe, expect, test } from "vitest";
import { healthOf, needsBody } from "../../../../reconciler/health/health-of.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";

const NOW = new Date("2026-05-04T10:00:00Z");

function object(apiVersion: string, kind: string, body: object = {}, metadata: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: "cart", namespace: "shop", generation: 2, ...metadata }, ...body };
}

const counts = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };

describe("a Deployment", () => {
  test("says how many replicas are missing", () => {
    const live = object("apps/v1", "Deployment", { spec: { replicas: 2 }, status: { ...counts, availableReplicas: 1 } });
    expect(healthOf(live, NOW)).toEqual({ status: "InProgress", reason: "LessAvailable", message: "1 of 2 replicas available" });
  });

  test("fails when its progress deadline has passed, with the controller's own words", () => {
    const conditions = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: 'ReplicaSet "cart-1" has timed out progressing.' }];
    const live = object("apps/v1", "Deployment", { spec: { replicas: 2 }, status: { ...counts, conditions } });
    expect(healthOf(live, NOW)).toMatchObject({ status: "Failed", message: 'ReplicaSet "cart-1" has timed out progressing.' });
  });

  test("is healthy while paused, as long as its replicas are", () => {
    const conditions = [{ type: "Progressing", status: "Unknown", reason: "DeploymentPaused" }, { type: "Available", status: "True" }];
    const live = object("apps/v1", "Deployment", { spec: { replicas: 2, paused: true, progressDeadlineSeconds: 600 }, status: { ...counts, conditions } });
    expect(healthOf(live, NOW).status).toBe("Current");
  });

  test("scaled to zero is healthy", () => {
    const live = object("apps/v1", "Deployment", { spec: { replicas: 0 }, status: { observedGeneration: 2, conditions: [{ type: "Available", status: "True" }] } });
    expect(healthOf(live, NOW)).toEqual({ status: "Current", message: "0 of 0 replicas available" });
  });
});

describe("a StatefulSet with a partition", () => {
  const spec = { replicas: 3, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } };

  test("waits only for the pods above the partition", () => {
    const status = { observedGeneration: 2, replicas: 3, readyReplicas: 3, currentReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" };
    expect(healthOf(object("apps/v1", "StatefulSet", { spec, status }), NOW).status).toBe("Current");
    expect(healthOf(object("apps/v1", "StatefulSet", { spec, status: { ...status, updatedReplicas: 0 } }), NOW)).toMatchObject({ reason: "PartitionRollout" });
  });
});

describe("any object", () => {
  test("is Terminating once it is being deleted, and names what holds it", () => {
    const live = object("v1", "ConfigMap", {}, { deletionTimestamp: "2026-05-04T09:00:00Z", finalizers: ["example.com/hold"] });
    expect(healthOf(live, NOW)).toEqual({ status: "Terminating", message: "being deleted, held by example.com/hold" });
  });

  test.each([
    ["Reconciling", "InProgress"],
    ["Stalled", "Failed"],
  ])("with a true condition %s is %s", (type, status) => {
    const live = object("example.com/v1", "Database", { status: { conditions: [{ type, status: "True", reason: "Why", message: "because" }] } });
    expect(healthOf(live, NOW)).toEqual({ status, reason: "Why", message: "because" });
  });

  test("with conditions of the wrong shape is still answered", () => {
    const live = object("example.com/v1", "Database", { status: { conditions: ["odd", null, { type: 7 }], observedGeneration: "2" } });
    expect(healthOf(live, NOW)).toEqual({ status: "Current", message: "present" });
  });
});

describe("kinds beyond kstatus' cases", () => {
  test.each([
    ["an aggregated API that is not available", object("apiregistration.k8s.io/v1", "APIService", { status: { conditions: [{ type: "Available", status: "False", reason: "MissingEndpoints" }] } }), "InProgress"],
    ["a claim that lost its volume", object("v1", "PersistentVolumeClaim", { status: { phase: "Lost" } }), "Failed"],
    ["a suspended Job", object("batch/v1", "Job", { spec: { suspend: true } }), "Current"],
    ["a Pod in a phase that does not exist", object("v1", "Pod", { status: { phase: "Dreaming" } }), "Unknown"],
    ["a DaemonSet whose pods are replaced by hand", object("apps/v1", "DaemonSet", { spec: { updateStrategy: { type: "OnDelete" } }, status: { observedGeneration: 2, desiredNumberScheduled: 1, currentNumberScheduled: 1, numberAvailable: 1, numberReady: 1 } }), "Current"],
  ])("%s", (_, live, status) => expect(healthOf(live, NOW).status).toBe(status));
});

describe("needsBody", () => {
  test.each([
    ["", "ConfigMap", false],
    ["", "Secret", false],
    ["rbac.authorization.k8s.io", "Role", false],
    ["networking.k8s.io", "NetworkPolicy", false],
    ["apps", "Deployment", true],
    ["apiextensions.k8s.io", "CustomResourceDefinition", true],
    ["example.com", "Secret", true],
  ])("%s %s: %s", (group, kind, answer) => expect(needsBody(group, kind)).toBe(answer));

  test("is false only where the body cannot change the answer", () => {
    const conditions = [{ type: "Ready", status: "False" }, { type: "Stalled", status: "True" }];
    const whole = object("v1", "ConfigMap", { status: { conditions, observedGeneration: 1 } });
    expect(healthOf(whole, NOW)).toEqual(healthOf(object("v1", "ConfigMap"), NOW));
  });
});
