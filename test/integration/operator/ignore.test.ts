import { describe, expect } from "vitest";
import { deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const web = (replicas: number | undefined, image = "1"): KubeObject => {
  const object = deployment("web", 1, { image: `registry.example.com/main:${image}` });
  const { replicas: _one, ...spec } = object["spec"] as JsonObject; // a Deployment of ours
  return { ...object, spec: { ...spec, ...(replicas === undefined ? {} : { replicas }) } };
};
const REPLICAS = [{ target: { kind: "Deployment" }, paths: ["/spec/replicas"] }];

const specOf = async (shop: Tenant): Promise<string> => JSON.stringify((await shop.live("apps/v1", "Deployment", "web"))?.["spec"]);
const replicasOf = async (shop: Tenant): Promise<number> => Number(/"replicas":(\d+)/.exec(await specOf(shop))?.[1]);
const imageOf = async (shop: Tenant): Promise<string | undefined> => /"image":"[^"]*:([^"]*)"/.exec(await specOf(shop))?.[1];
/** As an autoscaler does it. */
const scale = (shop: Tenant, replicas: number): Promise<string> => shop.kubectl("scale", "deployment/web", `--replicas=${replicas}`);
const setImage = (shop: Tenant, image: string): Promise<string> => shop.kubectl("set", "image", "deployment/web", `main=registry.example.com/main:${image}`);

describe.concurrent("spec.drift.ignore", () => {
  test("leaves a field to others from the first day on, through drift and commits, and nothing else", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": web(1) }, { app: { drift: { ignore: REPLICAS } } });
    await shop.ready();
    expect(await replicasOf(shop)).toBe(1);
    await scale(shop, 3);
    await setImage(shop, "hotfix");
    await shop.reverted(({ path }) => path?.endsWith("/image") === true);
    expect([await replicasOf(shop), await imageOf(shop)]).toEqual([3, "1"]);
    await shop.ready(await shop.commit({ "web.yaml": web(1, "2") }));
    expect([await replicasOf(shop), await imageOf(shop)]).toEqual([3, "2"]);
    expect(shop.report?.status?.revertedTotal).toBe(1);
  });

  test("leaves a field by its path in the DriftReport", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": web(1) }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await setImage(shop, "hotfix");
    await shop.until("it is told", () => shop.report?.status?.total === 1);
    const path = shop.report?.status?.findings?.[0]?.path ?? "";
    expect(path).toBe("/spec/template/spec/containers[name=main]/image");
    await shop.respec("Application", { drift: { mode: "Revert", ignore: [{ name: "image", paths: [path] }] } });
    await shop.until("it counts no longer", () => shop.condition("Application", "Drifted")?.status === "False" && shop.report?.status?.total === 0);
    await shop.ready();
    await scale(shop, 2);
    await shop.reverted(({ path }) => path === "/spec/replicas");
    expect([await replicasOf(shop), await imageOf(shop)]).toEqual([1, "hotfix"]);
    await shop.respec("Application", { drift: { mode: "Revert", ignore: null } });
    await shop.until("Git counts again", () => JSON.stringify(shop.view.get("Deployment", "web")?.["spec"]).includes('"image":"registry.example.com/main:1"'));
    await shop.ready();
  });

  test("keeps what is live when a rule is added to what was applied, also through the next commit", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": web(2) }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await scale(shop, 4);
    await shop.until("it is told", () => shop.report?.status?.total === 1);
    await shop.respec("Application", { drift: { mode: "Revert", ignore: REPLICAS } });
    await shop.until("it counts no longer", () => shop.condition("Application", "Drifted")?.status === "False" && shop.report?.status?.total === 0);
    expect(await replicasOf(shop)).toBe(4);
    await shop.ready(await shop.commit({ "web.yaml": web(2, "2") }));
    expect([await replicasOf(shop), await imageOf(shop)]).toEqual([4, "2"]);
    await shop.respec("Application", { drift: { mode: "Revert", ignore: null } });
    await shop.until("Git counts again", () => JSON.stringify(shop.view.get("Deployment", "web")?.["spec"]).includes('"replicas":2,'));
  });
});

describe.concurrent("replicas that Git drops", () => {
  test("stay as they are, and are an autoscaler's from then on, until Git has them again", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": web(3) });
    await shop.ready();
    await shop.ready(await shop.commit({ "web.yaml": web(undefined) }));
    expect(await replicasOf(shop)).toBe(3);
    await scale(shop, 2);
    await setImage(shop, "hotfix");
    await shop.reverted(({ path }) => path?.endsWith("/image") === true);
    await shop.ready(await shop.commit({ "web.yaml": web(undefined, "2") }));
    expect([await replicasOf(shop), await imageOf(shop)]).toEqual([2, "2"]);
    await shop.ready(await shop.commit({ "web.yaml": web(1, "2") }));
    expect(await replicasOf(shop)).toBe(1);
  });
});
