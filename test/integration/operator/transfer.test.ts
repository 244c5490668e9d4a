import { describe, expect } from "vitest";
import { DEFAULT_NAMESPACE } from "../../../src/cli/install/names.ts";
import { tenantManifests } from "../../../src/cli/install/tenant.ts";
import { CLAIM_ANNOTATION, ORIGIN_ANNOTATION } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { configMap } from "../../support/manifests.ts";
import { isDone, operatorRequests, test } from "../../support/operator.ts";
import type { OpenTenant } from "../../support/operator.ts";
import { TenantApp } from "../../support/tenant-app.ts";
import type { Tenant } from "../../support/tenant.ts";

const at = (namespace: string, value: string): KubeObject => ({ ...configMap("moving", { value }), metadata: { name: "moving", namespace } });

async function metadataOf(shop: Tenant): Promise<KubeObject["metadata"] | undefined> {
  return (await shop.live("v1", "ConfigMap", "moving"))?.metadata;
}

/** Deletes of the object that moves. */
async function deletesIn(namespace: string): Promise<number> {
  return (await operatorRequests(namespace)).filter(isDone).filter(({ verb, objectRef }) => verb === "delete" && objectRef?.name === "moving").length;
}

/** Two Applications over two paths of one repository: `app` has the object, `second` does not. */
async function twoPaths(tenant: OpenTenant): Promise<{ shop: Tenant; second: TenantApp }> {
  const shop = await tenant({ "one/keep.yaml": configMap("keep"), "one/moving.yaml": configMap("moving", { value: "one" }), "two/other.yaml": configMap("other") }, { app: { path: "one" } });
  const second = await TenantApp.open(shop, "second", { path: "two" });
  await shop.ready();
  await second.ready();
  return { shop, second };
}

describe.concurrent("an object that moves from one Application to another keeps its uid:", () => {
  test("out of one path into the other in one commit", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    const before = await metadataOf(shop);
    const commit = await shop.commit({ "one/moving.yaml": null, "two/moving.yaml": configMap("moving", { value: "two" }) });
    await Promise.all([shop.ready(commit), second.ready(commit)]);
    expect((await metadataOf(shop))?.uid).toBe(before?.uid);
    expect((await metadataOf(shop))?.annotations?.[ORIGIN_ANNOTATION]).toContain("/second#");
    expect(await shop.dataOf("moving")).toEqual({ value: "two" });
    expect(await deletesIn(shop.namespace)).toBe(0);
  });

  test("into the second first, which waits and says so, as does the first", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    const before = await metadataOf(shop);
    await shop.commit({ "two/moving.yaml": configMap("moving", { value: "two" }) });
    const waiting = await second.saying("Synced", /belongs to Application/);
    expect(waiting).toContain(`two/moving.yaml:1: ConfigMap ${shop.namespace}/moving: belongs to Application ${shop.namespace}/app, which still wants it`);
    await shop.telling("Application", "Synced", new RegExp(`ConfigMap ${shop.namespace}/moving is also wanted by Application ${shop.namespace}/second`));
    expect(await shop.dataOf("moving")).toEqual({ value: "one" });
    expect(shop.condition("Application", "Ready")?.status).toBe("True");
    const commit = await shop.commit({ "one/moving.yaml": null });
    await Promise.all([shop.ready(commit), second.ready(commit)]);
    expect((await metadataOf(shop))?.uid).toBe(before?.uid);
    expect(await shop.dataOf("moving")).toEqual({ value: "two" });
    expect(await deletesIn(shop.namespace)).toBe(0);
    expect(second.condition("Synced")?.message).not.toContain("also wanted");
    expect((await metadataOf(shop))?.annotations?.[CLAIM_ANNOTATION]).toBeUndefined();
  });

  test("between two repositories, the second first", async ({ tenant }) => {
    const first = await tenant({ "keep.yaml": configMap("keep"), "moving.yaml": configMap("moving", { value: "one" }) });
    await first.ready();
    const before = await metadataOf(first);
    const second = await tenant({ "moving.yaml": at(first.namespace, "two") }, { role: "cluster-admin" });
    await second.telling("Application", "Synced", /which still wants it/);
    await first.ready(await first.commit({ "moving.yaml": null }));
    await second.ready();
    expect((await metadataOf(first))?.uid).toBe(before?.uid);
    expect(await first.dataOf("moving")).toEqual({ value: "two" });
    expect(await deletesIn(first.namespace)).toBe(0);
    // It is the second's from now on, to correct and to prune.
    await first.kubectl("patch", "configmap/moving", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await second.reverted(({ path }) => path === "/data/value");
    await second.ready(await second.commit({ "moving.yaml": null, "keep.yaml": configMap("keep") }));
    expect(await first.dataOf("moving")).toBeUndefined();
    expect(await deletesIn(first.namespace)).toBe(1);
  });

  test("when the first is deleted while the second has claimed it", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    const before = await metadataOf(shop);
    const commit = await shop.commit({ "two/moving.yaml": configMap("moving", { value: "two" }) });
    await second.saying("Synced", /which still wants it/);
    await shop.delete();
    await shop.gone();
    await second.ready(commit);
    expect((await metadataOf(shop))?.uid).toBe(before?.uid);
    expect(await shop.dataOf("moving")).toEqual({ value: "two" });
    expect(await shop.dataOf("keep")).toBeUndefined();
    expect(await deletesIn(shop.namespace)).toBe(0);
  });
});

describe.concurrent("an object that two Applications want", () => {
  test("is left in peace by both, and each corrects only its own", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    await shop.commit({ "two/moving.yaml": configMap("moving", { value: "two" }) });
    await second.saying("Synced", /which still wants it/);
    const writes = async (): Promise<number> => (await operatorRequests(shop.namespace)).filter(({ verb, objectRef }) => verb === "patch" && objectRef?.name === "moving").length;
    await shop.telling("Application", "Synced", /also wanted by/);
    const before = await writes();
    await shop.handled("Application");
    expect(await writes()).toBe(before);
    await shop.kubectl("patch", "configmap/moving", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
    await shop.reverted(({ path }) => path === "/data/value");
    expect(await shop.dataOf("moving")).toEqual({ value: "one" });
    expect(shop.report?.status?.total).toBe(0);
  });

  test("is pruned by the first as ever when the second has given up its claim", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    await shop.commit({ "two/moving.yaml": configMap("moving", { value: "two" }) });
    await second.saying("Synced", /which still wants it/);
    await second.ready(await shop.commit({ "two/moving.yaml": null }));
    await shop.until("the first tells nothing of it any more", () => shop.condition("Application", "Synced")?.message.includes("also wanted") === false);
    await shop.ready(await shop.commit({ "one/moving.yaml": null }));
    expect(await shop.dataOf("moving")).toBeUndefined();
    expect(await deletesIn(shop.namespace)).toBe(1);
  });

  test("is not held for the second when its account may not write it", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    await shop.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "reader", namespace: shop.namespace } });
    for (const object of tenantManifests({ namespace: shop.namespace, account: "reader", operatorNamespace: DEFAULT_NAMESPACE })) await shop.apply(object);
    await shop.kubectl("create", "rolebinding", "reader", "--clusterrole=view", `--serviceaccount=${shop.namespace}:reader`);
    await shop.kubectl("patch", "applications.driftless.dev/second", "--type=merge", "-p", '{"spec":{"serviceAccountName":"reader"}}');
    const commit = await shop.commit({ "one/moving.yaml": null, "two/moving.yaml": configMap("moving", { value: "two" }) });
    await second.saying("Synced", /two\/moving\.yaml:1: ConfigMap \S+\/moving: account \S+\/reader may not patch configmaps/);
    await shop.ready(commit);
    expect(await shop.dataOf("moving")).toBeUndefined();
  });

  test("goes to the second when the first died without letting go", async ({ tenant }) => {
    const { shop, second } = await twoPaths(tenant);
    await shop.respec("Application", { sync: { deletionPolicy: "Orphan" } });
    await shop.delete();
    await shop.gone();
    const before = await metadataOf(shop);
    await second.ready(await shop.commit({ "two/moving.yaml": configMap("moving", { value: "two" }) }));
    expect((await metadataOf(shop))?.uid).toBe(before?.uid);
    expect(await shop.dataOf("moving")).toEqual({ value: "two" });
  });
});
