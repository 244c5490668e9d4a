import { describe, expect } from "vitest";
import { PART_OF_LABEL } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { isDone, operatorLog, operatorMetrics, operatorRequests, test } from "../../support/operator.ts";
import { CANARY, leaks } from "../../support/status-linter.ts";

const CONTAINER = "/spec/template/spec/containers[name=main]";
const secret = (value: string): KubeObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, stringData: { password: value } });

describe.concurrent("what people change by hand is put back and told:", () => {
  test("a field, with path, both values, manager, operation and times", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web") });
    await shop.ready();
    await shop.kubectl("set", "image", "deployment/web", "main=registry.example.com/main:hotfix");
    const finding = await shop.reverted(({ path }) => path === `${CONTAINER}/image`);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
    expect(finding).toEqual({
      object: `apps/Deployment/${shop.namespace}/web`, class: "Modified", path: `${CONTAINER}/image`,
      desired: '"registry.example.com/main:1"', live: '"registry.example.com/main:hotfix"',
      actor: "Person", confidence: "Likely", manager: "kubectl-set", operation: "Update", security: true, changedAt: time, detectedAt: time, action: "Revert", revertedAt: time,
    });
    expect(JSON.stringify((await shop.live("apps/v1", "Deployment", "web"))?.["spec"])).toContain('"image":"registry.example.com/main:1"');
    await shop.until("nothing is drifted any more", () => shop.report?.status?.total === 0 && shop.report.status.revertedTotal === 1);
    await shop.told("Application", /^DriftReverted: reverted Deployment \S+\/web: \S+\/image "\S+:1" → "\S+:hotfix" by kubectl-set/);
  });

  test("a scale, with the subresource that it went through", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 1) });
    await shop.ready();
    await shop.kubectl("scale", "deployment/web", "--replicas=4");
    expect(await shop.reverted(({ path }) => path === "/spec/replicas")).toMatchObject({ class: "Modified", desired: "1", live: "4", manager: "kubectl", operation: "Update/scale" });
    expect(await shop.live("apps/v1", "Deployment", "web")).toMatchObject({ spec: { replicas: 1 } });
  });

  test("an added environment variable, annotation and sidecar", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web") });
    await shop.ready();
    const sidecar = { spec: { template: { spec: { containers: [{ name: "miner", image: "registry.example.com/miner:1" }] } } } };
    await shop.kubectl("set", "env", "deployment/web", "DEBUG=everything");
    expect(await shop.reverted(({ path }) => path === `${CONTAINER}/env[name=DEBUG]`)).toMatchObject({ class: "Extra", live: '{"name":"DEBUG","value":"everything"}', manager: "kubectl-set" });
    await shop.kubectl("annotate", "deployment/web", "note=mine");
    expect(await shop.reverted(({ path }) => path === "/metadata/annotations/note")).toMatchObject({ class: "Extra", live: '"mine"', manager: "kubectl-annotate" });
    await shop.kubectl("patch", "deployment/web", "-p", JSON.stringify(sidecar));
    expect(await shop.reverted(({ path }) => path === "/spec/template/spec/containers[name=miner]")).toMatchObject({ class: "Extra", manager: "kubectl-patch" });
    expect(JSON.stringify(withoutManagers(await shop.live("apps/v1", "Deployment", "web")))).not.toMatch(/DEBUG|miner|"note"/);
  });

  test("a deleted object, which comes back as another one", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const before = (await shop.live("v1", "ConfigMap", "a"))?.metadata.uid;
    await shop.kubectl("delete", "configmap/a");
    const finding = await shop.reverted(({ class: kind }) => kind === "Missing");
    expect(finding).toMatchObject({ object: `/ConfigMap/${shop.namespace}/a` });
    expect([undefined, before]).not.toContain((await shop.live("v1", "ConfigMap", "a"))?.metadata.uid);
  });

  test("a membership label taken away", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    const { uid, labels } = (await shop.live("v1", "ConfigMap", "a"))?.metadata ?? {};
    await shop.kubectl("label", "configmap/a", `${PART_OF_LABEL}-`);
    expect(await shop.reverted(({ class: kind }) => kind === "OwnershipLost")).toMatchObject({ object: `/ConfigMap/${shop.namespace}/a` });
    expect((await shop.live("v1", "ConfigMap", "a"))?.metadata).toMatchObject({ uid, labels });
  });

  test("a Secret's value, which shows up nowhere", async ({ tenant }) => {
    const shop = await tenant({ "secret.yaml": secret(CANARY) });
    await shop.ready();
    await shop.kubectl("patch", "secret/login", "--type=merge", "-p", JSON.stringify({ stringData: { password: `${CANARY}-by-hand`, extra: `${CANARY}-extra` } }));
    const finding = await shop.reverted(({ path }) => path?.endsWith("/password") === true);
    expect(finding).toMatchObject({ class: "Modified", desired: expect.stringContaining("secret value") as string, live: expect.stringContaining("secret value") as string, manager: "kubectl-patch" });
    expect((await shop.live("v1", "Secret", "login"))?.["data"]).toEqual({ password: Buffer.from(CANARY).toString("base64") });
    await shop.told("Application", /^DriftReverted: .*Secret/);
    const told = { events: await shop.events("Application"), log: await operatorLog(), metrics: await operatorMetrics(), report: shop.report, app: shop.app };
    expect(Object.entries(told).filter(([, content]) => leaks(JSON.stringify(content))).map(([name]) => name)).toEqual([]);
  });

  test("a Secret that the server refuses, without its value", async ({ tenant }) => {
    const bad = { ...secret(CANARY), metadata: { name: "Bad_Name" } };
    const shop = await tenant({ "secret.yaml": bad, "a.yaml": configMap("a") });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toContain("Bad_Name");
    await shop.told("Application", /^ApplyFailed: /);
    expect(leaks(JSON.stringify([await shop.events("Application"), await operatorLog(), shop.app]))).toBe(false);
  });
});

describe.concurrent("what is not drift is left alone:", () => {
  test("a rollout restart", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web") });
    await shop.ready();
    await shop.kubectl("rollout", "restart", "deployment/web");
    // The operator has seen the restart when it has undone what was written after it.
    await shop.kubectl("scale", "deployment/web", "--replicas=3");
    await shop.reverted(({ path }) => path === "/spec/replicas");
    expect(JSON.stringify((await shop.live("apps/v1", "Deployment", "web"))?.["spec"])).toContain("kubectl.kubernetes.io/restartedAt");
    await shop.until("only the scale was undone", () => shop.report?.status?.revertedTotal === 1 && shop.report.status.total === 0);
  });

  test("what controllers write into a status", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 2) });
    await shop.ready();
    const before = Number((await shop.live("apps/v1", "Deployment", "web"))?.metadata.resourceVersion);
    await shop.kubectl("delete", "pod", "-l", "app=web", "--wait=false");
    await shop.until("the Pods were replaced", () => {
      const web = shop.view.get("Deployment", "web");
      return Number(web?.metadata.resourceVersion) > before && JSON.stringify(web?.["status"]).includes('"readyReplicas":2');
    });
    await shop.ready();
    await shop.handled("Application");
    const writes = (await operatorRequests(shop.namespace)).filter(isDone).filter(({ verb, objectRef }) => objectRef?.resource === "deployments" && verb !== "get" && verb !== "list");
    expect(writes.map(({ verb }) => verb)).toEqual(["patch"]);
    expect(shop.report).toBeUndefined();
  });
});

function withoutManagers(object: KubeObject | undefined): unknown {
  return object === undefined ? undefined : { ...object, metadata: { ...object.metadata, managedFields: [] } };
}
