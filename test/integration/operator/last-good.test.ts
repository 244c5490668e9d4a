import { describe, expect } from "vitest";
import { lastGoodTexts } from "../../support/canaries.ts";
import { configMap, deployment, secret } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import { CANARY, leaks } from "../../support/status-linter.ts";
import type { Tenant } from "../../support/tenant.ts";

const edit = (shop: Tenant, name: string, value = "by hand"): Promise<string> => shop.kubectl("patch", `configmap/${name}`, "--type=merge", "-p", JSON.stringify({ data: { value } }));
const revertOf = (shop: Tenant, name: string) => shop.reverted(({ object }) => object.endsWith(`/ConfigMap/${shop.namespace}/${name}`));

describe.concurrent("while the newest commit is broken", () => {
  test("drift is put back to the content that was applied last, and nothing is deleted", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.commit({ "a.yaml": "kind: [", "b.yaml": null });
    expect(await shop.saying("Application", "Ready", "BuildFailed")).toContain("a.yaml");
    await edit(shop, "a");
    expect(await revertOf(shop, "a")).toMatchObject({ class: "Modified", desired: '"one"', live: '"by hand"' });
    await shop.kubectl("delete", "configmap/b");
    expect(await revertOf(shop, "b")).toMatchObject({ class: "Missing" });
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "one" }, { value: "one" }]);
    expect(shop.condition("Application", "Ready")?.reason).toBe("BuildFailed");
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "two" }, undefined]);
  });

  test("health is told all the same", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": deployment("web") }, { app: { health: { timeout: "1s" } } });
    await shop.ready();
    await shop.commit({ "web.yaml": "kind: [" });
    await shop.saying("Application", "Ready", "BuildFailed");
    const pods = (await shop.kubectl("get", "pods", "-o", "name")).trim();
    await shop.kubectl("patch", pods, "--subresource=status", "--type=strategic", "-p", '{"status":{"conditions":[{"type":"Ready","status":"False"}]}}');
    await shop.until("Healthy is false", () => shop.condition("Application", "Healthy")?.status === "False");
    expect(shop.condition("Application", "Ready")?.reason).toBe("BuildFailed");
  });

  test("an object that the server refuses is kept as it was, and the others are as Git has them now", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    const bad = { ...configMap("a"), data: { "no such/key": "x" } };
    await shop.commit({ "a.yaml": bad, "b.yaml": configMap("b", { value: "two" }) });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toContain("a.yaml:1");
    expect(await shop.dataOf("b")).toEqual({ value: "two" });
    await edit(shop, "a");
    expect(await revertOf(shop, "a")).toMatchObject({ desired: '"one"', live: '"by hand"' });
    await edit(shop, "b");
    expect(await revertOf(shop, "b")).toMatchObject({ desired: '"two"', live: '"by hand"' });
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "one" }, { value: "two" }]);
    expect(shop.condition("Application", "Ready")?.reason).toBe("ApplyFailed");
  });
});

describe.concurrent("a commit that is refused", () => {
  test("leaves to people what it was to take from them", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"extra":"by hand"}}');
    await shop.until("it is told", () => shop.report?.status?.total === 1);
    await shop.commit({ "a.yaml": { ...configMap("a"), data: { "no such/key": "x" } } });
    await shop.saying("Application", "Ready", "ApplyFailed");
    await shop.until("it is told still", () => shop.report?.status?.findings?.[0]?.path === "/data/extra");
    const owners = (await shop.live("v1", "ConfigMap", "a"))?.metadata.managedFields ?? [];
    expect(JSON.stringify(owners.find(({ manager }) => manager === "kubectl-patch"))).toContain("f:extra");
    expect(JSON.stringify(owners.find(({ manager }) => manager === "driftless"))).not.toContain("f:extra");
  });
});

describe.concurrent("stored last good content", () => {
  test("has every object that was applied, and no value of a Secret", async ({ tenant }) => {
    const noted = { ...secret("noted"), metadata: { name: "noted", annotations: { "example.com/copy": CANARY } } };
    const shop = await tenant({ "a.yaml": configMap("a"), "login.yaml": secret("login"), "noted.yaml": noted });
    await shop.ready();
    const [stored, ...more] = await lastGoodTexts(shop.cluster, shop.namespace);
    expect(more).toEqual([]);
    for (const name of ["a", "login", "noted"]) expect(stored?.text).toContain(`"name":"${name}"`);
    expect(stored?.text).toContain('"value":"one"');
    expect(leaks(stored?.text ?? "")).toBe(false);
  });

  test("goes with what Git drops", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.ready(await shop.commit({ "b.yaml": null }));
    const [stored] = await lastGoodTexts(shop.cluster, shop.namespace);
    expect(stored?.text).toContain('"name":"a"');
    expect(stored?.text).not.toContain('"name":"b"');
  });
});
