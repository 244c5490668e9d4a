import { describe, expect } from "vitest";
import { PART_OF_LABEL } from "../../../src/api/group.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const edit = (shop: Tenant, name: string, value: string): Promise<string> => shop.kubectl("patch", `configmap/${name}`, "--type=merge", "-p", JSON.stringify({ data: { value } }));
const drifts = async (shop: Tenant, count: number): Promise<readonly DriftFinding[]> => {
  const message = count === 0 ? "live state is desired state" : `${count} difference${count === 1 ? "" : "s"} not corrected; see the DriftReport of the same name`;
  await shop.until(`${count} differences are told`, () => shop.report?.status?.total === count && shop.condition("Application", "Drifted")?.message === message);
  return shop.report?.status?.findings ?? [];
};

describe.concurrent("spec.drift.mode", () => {
  test("Report tells each class of drift, and leaves it, save whose the object is", async ({ tenant }) => {
    const files = { "web.yaml": deployment("web", 1, { env: [{ name: "MODE", value: "slow" }] }), "a.yaml": configMap("a"), "b.yaml": configMap("b"), "c.yaml": configMap("c") };
    const shop = await tenant(files, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await edit(shop, "a", "by hand");
    await shop.kubectl("delete", "configmap/b");
    await shop.kubectl("label", "configmap/c", `${PART_OF_LABEL}-`);
    await shop.kubectl("set", "env", "deployment/web", "DEBUG=everything");
    const findings = await drifts(shop, 3);
    const of = (object: string): object | undefined => findings.find((finding) => finding.object === object);
    const time = expect.stringMatching(/Z$/) as string;
    expect(of(`/ConfigMap/${shop.namespace}/a`)).toEqual({ object: `/ConfigMap/${shop.namespace}/a`, class: "Modified", path: "/data/value", desired: '"one"', live: '"by hand"', actor: "Person", confidence: "Likely", manager: "kubectl-patch", operation: "Update", changedAt: time, detectedAt: time, action: "Report" });
    expect(of(`/ConfigMap/${shop.namespace}/b`)).toEqual({ object: `/ConfigMap/${shop.namespace}/b`, class: "Missing", actor: "Unknown", confidence: "Guess", detectedAt: time, action: "Report" });
    expect(await shop.reverted((finding) => finding.class === "OwnershipLost")).toMatchObject({ object: `/ConfigMap/${shop.namespace}/c` });
    expect((await shop.live("v1", "ConfigMap", "c"))?.metadata.labels?.[PART_OF_LABEL]).toBeDefined();
    expect(of(`apps/Deployment/${shop.namespace}/web`)).toMatchObject({ class: "Extra", path: "/spec/template/spec/containers[name=main]/env[name=DEBUG]", manager: "kubectl-set" });
    expect(shop.condition("Application", "Drifted")).toMatchObject({ status: "True", reason: "DriftDetected" });
    expect(shop.condition("Application", "Synced")?.status).toBe("True");
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "by hand" }, undefined]);
    await shop.until("each is told once", () => shop.report?.status?.total === 3); // what is told anew in other words is there twice for a moment
    expect(await shop.kubectl("get", "ddr")).toMatch(/^app +app +3 /m);
    await shop.respec("Application", { drift: { mode: "Revert" } });
    await drifts(shop, 0);
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "one" }, { value: "one" }]);
    await shop.until("all of it is told as reverted", () => shop.report?.status?.revertedTotal === 4);
  });

  test("Report applies what a commit brings, and leaves the drift of other objects", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") }, { app: { drift: { mode: "Report" } } });
    await shop.ready();
    await edit(shop, "a", "by hand");
    await edit(shop, "b", "by hand");
    await drifts(shop, 2);
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    expect((await drifts(shop, 1)).map(({ object }) => object)).toEqual([`/ConfigMap/${shop.namespace}/b`]);
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "two" }, { value: "by hand" }]);
    await edit(shop, "b", "one");
    await drifts(shop, 0);
  });

  test("Ignore neither tells nor corrects, applies what a commit brings, and makes way for Revert", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") }, { app: { drift: { mode: "Ignore" } } });
    await shop.ready();
    await edit(shop, "a", "by hand");
    await edit(shop, "b", "by hand");
    await shop.handled("Application");
    expect([await shop.dataOf("a"), shop.report, shop.condition("Application", "Drifted")?.status]).toEqual([{ value: "by hand" }, undefined, "False"]);
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "two" }, { value: "by hand" }]);
    await shop.respec("Application", { drift: { mode: "Revert" } });
    expect(await shop.reverted(({ path }) => path === "/data/value")).toMatchObject({ desired: '"one"', live: '"by hand"', manager: "kubectl-patch" });
    expect(await shop.dataOf("b")).toEqual({ value: "one" });
    await edit(shop, "b", "by hand");
    await shop.until("corrected again", () => shop.report?.status?.revertedTotal === 2);
  });
});

describe.concurrent("the annotation driftless.dev/reconcile: disabled", () => {
  test("put on a live object lets everybody write it, until it is taken off", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.kubectl("annotate", "configmap/a", "driftless.dev/reconcile=disabled");
    await edit(shop, "a", "by hand");
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }), "b.yaml": configMap("b", { value: "two" }) }));
    expect([await shop.dataOf("a"), await shop.dataOf("b")]).toEqual([{ value: "by hand" }, { value: "two" }]);
    await shop.kubectl("annotate", "configmap/a", "driftless.dev/reconcile-");
    await shop.until("it is as Git has it", () => JSON.stringify(shop.view.get("ConfigMap", "a")?.["data"]) === '{"value":"two"}');
    await shop.ready();
  });
});
