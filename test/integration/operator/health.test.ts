import { describe, expect } from "vitest";
import { configMap, deployment, job, withPods } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { uniqueName } from "../../support/control-plane.ts";
import type { Tenant, TenantOptions } from "../../support/tenant.ts";
import { installWidgetCrd } from "../../support/widget-crd.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

/** Makes the readiness probes of all Pods of a tenant answer this. */
async function probesSay(shop: Tenant, ready: "True" | "False"): Promise<void> {
  const pods = (await shop.kubectl("get", "pods", "-o", "name")).trim().split("\n");
  const status = JSON.stringify({ status: { conditions: [{ type: "Ready", status: ready }] } });
  for (const pod of pods) await shop.kubectl("patch", pod, "--subresource=status", "--type=strategic", "-p", status);
}

const healthy = (shop: Tenant): string | undefined => shop.condition("Application", "Healthy")?.status;
const until = (shop: Tenant, status: string): Promise<void> => shop.until(`Healthy ${status}`, () => healthy(shop) === status);

describe.concurrent("health goes on after the apply:", () => {
  test("a Deployment that breaks later turns Healthy false, and true again when it recovers", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 2) }, { app: { health: { timeout: "2s" } } });
    await shop.ready();
    await probesSay(shop, "False");
    await until(shop, "Unknown");
    expect(shop.condition("Application", "Ready")).toMatchObject({ status: "Unknown", reason: "Progressing" });
    await until(shop, "False");
    expect(shop.condition("Application", "Ready")).toMatchObject({ status: "False", reason: "HealthCheckFailed" });
    expect(shop.condition("Application", "Ready")?.message).toMatch(/^1 of 1 not healthy: Deployment \S+\/web: no progress for 2s: 0 of 2 replicas available$/);
    expect(shop.condition("Application", "Synced")?.status).toBe("True");
    await shop.told("Application", /^HealthCheckFailed: 1 of 1 not healthy: Deployment \S+\/web/);
    await probesSay(shop, "True");
    await shop.ready();
    await shop.told("Application", /^Healthy: 1 of 1 healthy/);
  });

  test("what makes no progress for spec.health.timeout has failed, and says since when", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": withPods(deployment("web"), { outcome: "NeverReady" }), "a.yaml": configMap("a") }, { app: { health: { timeout: "1s" } } });
    expect(await shop.saying("Application", "Ready", "HealthCheckFailed")).toMatch(/1 of 2 not healthy: Deployment \S+\/web: no progress for 1s: 0 of 1 replicas /);
    await shop.ready(await shop.commit({ "web.yaml": deployment("web") }));
  });

  test("a Job is waited for until it is done, and one that failed is told", async ({ tenant }) => {
    const shop = await tenant({ "good.yaml": withPods(job("good"), { "complete-after": "1s" }) });
    await shop.telling("Application", "Ready", /Job \S+\/good/);
    await shop.ready();
    expect(await shop.live("batch/v1", "Job", "good")).toMatchObject({ status: { succeeded: 1 } });
    await shop.commit({ "bad.yaml": withPods(job("bad"), { outcome: "Crash" }) });
    expect(await shop.saying("Application", "Ready", "HealthCheckFailed")).toMatch(/1 of 2 not healthy: Job \S+\/bad: job failed: /);
  });

  test("a Job that its ttlSecondsAfterFinished removed is not run again, but new content is", async ({ tenant }) => {
    const shop = await tenant({ "once.yaml": job("once", { ttlSecondsAfterFinished: 1 }), "a.yaml": configMap("a") }, { watch: [{ apiVersion: "batch/v1", kind: "Job" }] });
    await shop.until("the Job was there", () => shop.view.get("Job", "once") !== undefined);
    await shop.until("it is removed", () => shop.view.get("Job", "once") === undefined);
    await shop.ready();
    await shop.handled("Application");
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    expect(shop.view.get("Job", "once")).toBeUndefined();
    expect(shop.condition("Application", "Drifted")?.status).toBe("False");
    expect(shop.report).toBeUndefined();
    const next = job("once", { ttlSecondsAfterFinished: 1, backoffLimit: 2 });
    await shop.commit({ "once.yaml": next });
    await shop.until("the new Job was there", () => shop.view.get("Job", "once") !== undefined);
    await shop.ready();
  });

  test("a StatefulSet with claims becomes healthy when all of its Pods are", async ({ tenant }) => {
    const shop = await tenant({ "db.yaml": statefulSet("db") });
    await shop.ready();
    expect(await shop.live("apps/v1", "StatefulSet", "db")).toMatchObject({ status: { readyReplicas: 2 } });
  });
});

describe.concurrent("spec.health.checks", () => {
  test("tell the health of a kind that nobody knows", async ({ tenant }) => {
    const group = `${uniqueName("w")}.example.com`;
    const widget = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w" }, spec: { serial: 1 } };
    const check = { apiVersion: `${group}/v1`, kind: "Widget", inProgress: "status.phase == 'Building'", failed: "status.phase == 'Broken'", current: "status.phase == 'Done'" };
    const shop = await tenant({ "w.yaml": widget }, withWidgets(group, { health: { checks: [check] } }));
    const phase = (name: string): Promise<string> => shop.kubectl("patch", `widgets.${group}/w`, "--subresource=status", "--type=merge", "-p", JSON.stringify({ status: { phase: name } }));
    await until(shop, "Unknown");
    await phase("Building");
    await shop.telling("Application", "Healthy", /Widget\S* \S+\/w: /);
    await phase("Broken");
    expect(await shop.saying("Application", "Healthy", "HealthCheckFailed")).toMatch(/1 of 1 not healthy: Widget\S* \S+\/w: /);
    await phase("Done");
    await shop.ready();
    await phase("Broken");
    await until(shop, "False");
    await shop.respec("Application", { health: { checks: [{ ...check, failed: "false", current: "status.phase == 'Broken'" }] } });
    await shop.ready();
  });

  test("that cannot be read stop nothing that is live, and are told with their place", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const check = { apiVersion: "example.com/v1", kind: "Widget", current: "status.phase == 'Done" };
    await shop.respec("Application", { health: { checks: [check, { ...check, kind: "Gadget", current: "status.nothing(" }] } });
    const message = await shop.saying("Application", "Ready", "SpecInvalid");
    expect(message).toMatch(/spec\.health\.checks\[0\] \(Widget\.example\.com\): current: .*\b1:\d+/);
    expect(message).toMatch(/spec\.health\.checks\[1\] \(Gadget\.example\.com\): current: /);
    await shop.respec("Application", { health: null });
    await shop.ready();
  });
});

const withWidgets = (group: string, app: TenantOptions["app"]): TenantOptions => ({ role: "cluster-admin", app: app ?? {}, before: (shop) => installWidgetCrd(shop.cluster.client, group) });

function statefulSet(name: string): KubeObject {
  const template = (deployment(name)["spec"] as JsonObject)["template"] ?? null; // a Deployment of ours
  const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
  return { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name }, spec: { serviceName: name, replicas: 2, selector: { matchLabels: { app: name } }, template, volumeClaimTemplates: [claim] } };
}
