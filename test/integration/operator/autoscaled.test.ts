import { describe, expect } from "vitest";
import { valueAt } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

/** Without metrics it changes no number that is within its bounds. */
const scaler: KubeObject = {
  apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "web" },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, minReplicas: 1, maxReplicas: 9, metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }] },
};

async function replicas(shop: Tenant): Promise<unknown> {
  const live = await shop.live("apps/v1", "Deployment", "web");
  return live === undefined ? undefined : valueAt(asJson(live), ["spec", "replicas"]);
}

describe.concurrent("the number of Pods of what an autoscaler of the same Application scales", () => {
  test("starts as Git says, is the autoscaler's from then on, and is no drift", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 2), "scaler.yaml": scaler });
    await shop.ready();
    expect(await replicas(shop)).toBe(2);
    await shop.kubectl("scale", "deployment/web", "--replicas=5");
    await shop.ready(await shop.commit({ "web.yaml": { ...deployment("web", 3), metadata: { name: "web", labels: { tier: "front" } } } }));
    expect(await shop.live("apps/v1", "Deployment", "web")).toMatchObject({ metadata: { labels: { tier: "front" } }, spec: { replicas: 5 } });
    expect(shop.report?.status?.total ?? 0).toBe(0);
    expect(shop.report?.status?.revertedTotal ?? 0).toBe(0);
  });

  test("is handed over with the value that it has when the autoscaler comes later", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 4) });
    await shop.ready();
    await shop.ready(await shop.commit({ "scaler.yaml": scaler }));
    await shop.kubectl("scale", "deployment/web", "--replicas=6");
    await shop.ready(await shop.commit({ "web.yaml": { ...deployment("web", 4), metadata: { name: "web", labels: { tier: "front" } } } }));
    expect(await replicas(shop)).toBe(6);
  });

  test("is Git's where it is 0", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web", 2), "scaler.yaml": scaler });
    await shop.ready();
    await shop.ready(await shop.commit({ "web.yaml": deployment("web", 0) }));
    expect(await replicas(shop)).toBe(0);
  });
});
