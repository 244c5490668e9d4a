import { describe, expect } from "vitest";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { createNamespace, uniqueName } from "../../support/control-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { isDone, operatorRequests, test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";
import type { Files } from "../../support/tenant-objects.ts";
import { widgetCrd } from "../../support/widget-crd.ts";

const APPROVE = "kubectl patch releases.driftless.dev";
const account = (name: string): KubeObject => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } });
const claim: KubeObject = {
  apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
const hook = (namespace: string): KubeObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "hook", namespace }, stringData: { token: "t".repeat(32) } });
const annotated = (name: string, annotations: Readonly<Record<string, string>>): KubeObject => ({ ...configMap(name), metadata: { name, annotations } });

/** ConfigMaps `m0` to `m<n-1>`, one file each. */
const maps = (from: number, to: number): Files => Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`m${from + index}.yaml`, configMap(`m${from + index}`)]));
const without = (files: Files): Files => Object.fromEntries(Object.keys(files).map((path) => [path, null]));
const held = (shop: Tenant): Promise<string> => shop.saying("Application", "Synced", "PruneHeld");

describe.concurrent("what a commit drops", () => {
  test("goes in reverse order, by gone: a Deployment held by a finalizer holds back what its Pods are made from, and nothing else", async ({ tenant }) => {
    const elsewhere = await createNamespace("elsewhere");
    const away = { ...configMap("away"), metadata: { name: "away", namespace: elsewhere } };
    const shop = await tenant({ "keep.yaml": configMap("keep"), "web.yaml": deployment("web"), "settings.yaml": configMap("settings"), "account.yaml": account("runner"), "away.yaml": away }, { role: "cluster-admin" });
    await shop.ready();
    await shop.kubectl("patch", "deployment/web", "--type=merge", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}');
    const commit = await shop.commit({ "web.yaml": null, "settings.yaml": null, "account.yaml": null, "away.yaml": null });
    const message = await shop.telling("Application", "Synced", /which is being deleted and held/);
    expect(message).toContain(`Deployment ${shop.namespace}/web: is being deleted, held by example.com/hold`);
    expect(message).toContain(`ConfigMap ${shop.namespace}/settings: waits for Deployment ${shop.namespace}/web to be gone, which is being deleted and held by example.com/hold`);
    expect(message).toContain(`ServiceAccount ${shop.namespace}/runner: waits for Deployment ${shop.namespace}/web to be gone`);
    expect(await shop.dataOf("settings")).toBeDefined();
    expect((await shop.cluster.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: elsewhere, name: "away" }))?.metadata.deletionTimestamp).toBeUndefined();
    await shop.kubectl("patch", "deployment/web", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    await shop.ready(commit);
    for (const [version, kind, name] of [["apps/v1", "Deployment", "web"], ["v1", "ConfigMap", "settings"], ["v1", "ServiceAccount", "runner"]] as const) expect(await shop.live(version, kind, name)).toBeUndefined();
    const deletes = (await operatorRequests(shop.namespace)).filter(isDone).filter(({ verb }) => verb === "delete").map(({ objectRef }) => objectRef?.resource);
    expect(deletes).toEqual(["deployments", expect.any(String), expect.any(String)]);
  });

  test("stays where an annotation says so: ours, Flux's, Argo CD's, Helm's, in Git or put on by hand", async ({ tenant }) => {
    const kept = {
      "ours.yaml": annotated("ours", { "driftless.dev/prune": "disabled" }),
      "flux.yaml": annotated("flux", { "kustomize.toolkit.fluxcd.io/prune": "disabled" }),
      "argo.yaml": annotated("argo", { "argocd.argoproj.io/sync-options": "Prune=false" }),
      "helm.yaml": annotated("helm", { "helm.sh/resource-policy": "keep" }),
      "hand.yaml": configMap("hand"),
    };
    const shop = await tenant({ ...kept, "a.yaml": configMap("a"), "gone.yaml": configMap("gone") });
    await shop.ready();
    await shop.kubectl("annotate", "configmap/hand", "driftless.dev/prune=disabled");
    await shop.ready(await shop.commit({ ...without(kept), "gone.yaml": null }));
    expect(await shop.dataOf("gone")).toBeUndefined();
    for (const name of ["ours", "flux", "argo", "helm", "hand"]) {
      expect(await shop.dataOf(name)).toBeDefined();
      expect(shop.condition("Application", "Synced")?.message).toContain(`no longer desired, but kept: ConfigMap ${shop.namespace}/${name}: its annotations ask to keep it`);
    }
    await shop.kubectl("annotate", "configmap/hand", "driftless.dev/prune-");
    await shop.until("what is no longer kept is gone", () => shop.view.get("ConfigMap", "hand") === undefined);
  });

  test("stays when it is what the Application stands on, whatever Git says", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, {
      role: "cluster-admin", app: { sync: { adopt: "Always" } }, source: { webhook: { secretRef: { name: "hook" } } },
      before: async (shop) => void (await shop.apply(hook(shop.namespace))),
    });
    await shop.ready();
    const binding = (name: string, account: string): KubeObject => ({
      apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" }, subjects: [{ kind: "ServiceAccount", name: account, namespace: shop.namespace }],
    });
    const source = { apiVersion: "driftless.dev/v1alpha1", kind: "GitSource", metadata: { name: "app" }, spec: shop.source?.spec };
    const own: Files = {
      "own/namespace.yaml": { apiVersion: "v1", kind: "Namespace", metadata: { name: shop.namespace } }, "own/account.yaml": account("deployer"), "own/source.yaml": source, "own/hook.yaml": hook(shop.namespace),
      "own/binding.yaml": binding("mine", "deployer"), "other/binding.yaml": binding("other", "somebody"), "other/account.yaml": account("other"), "other/secret.yaml": { ...hook(shop.namespace), metadata: { name: "other" } },
    };
    await shop.ready(await shop.commit(own));
    await shop.ready(await shop.commit(without(own)));
    const message = shop.condition("Application", "Synced")?.message;
    for (const [object, reason] of [
      [`Namespace ${shop.namespace}`, "it holds this Application"],
      [`ServiceAccount ${shop.namespace}/deployer`, "it is the account that this Application writes as"],
      [`GitSource.driftless.dev ${shop.namespace}/app`, "it is the source of this Application"],
      [`Secret ${shop.namespace}/hook`, "the source of this Application uses it"],
      [`RoleBinding ${shop.namespace}/mine`, "it gives rights to the account that this Application writes as"],
    ] as const) expect(message).toContain(`${object}: ${reason}`);
    expect(await shop.live("v1", "Secret", "other")).toBeUndefined();
    expect(await shop.live("v1", "ServiceAccount", "other")).toBeUndefined();
    expect(await shop.live("rbac.authorization.k8s.io/v1", "RoleBinding", "other")).toBeUndefined();
  });

  test("stays when it is the Namespace of something that is still wanted", async ({ tenant }) => {
    const name = uniqueName("room");
    const inside = { ...configMap("inside"), metadata: { name: "inside", namespace: name } };
    const shop = await tenant({ "room.yaml": { apiVersion: "v1", kind: "Namespace", metadata: { name } }, "inside.yaml": inside }, { role: "cluster-admin" });
    await shop.ready();
    await shop.ready(await shop.commit({ "room.yaml": null }));
    expect(shop.condition("Application", "Synced")?.message).toContain(`Namespace ${name}: ConfigMap ${name}/inside, which is still desired, would go with it`);
    expect((await shop.live("v1", "Namespace", name))?.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe.concurrent("deletes that need a second yes", () => {
  test("wait when they are many, and go on when the Release is approved with the command of the message", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), ...maps(0, 7) });
    await shop.ready();
    const commit = await shop.commit({ ...without(maps(0, 7)), "a.yaml": configMap("a", { value: "two" }) });
    const message = await held(shop);
    expect(message).toContain("nothing is deleted yet: 7 of 8 objects would be deleted, more than spec.sync.limits.maxPrune (20%) allows");
    expect(shop.condition("Application", "Ready")).toMatchObject({ status: "Unknown", reason: "PruneHeld" });
    expect(await shop.dataOf("a")).toEqual({ value: "two" });
    expect(await shop.dataOf("m6")).toBeDefined();
    expect(await shop.kubectl("get", "dapp,drel")).toMatch(/PruneHeld/);
    await shop.paste(message, APPROVE);
    await shop.ready(commit);
    expect(await shop.dataOf("m6")).toBeUndefined();
    await shop.until("the Release tells that it is done", () => shop.releases.at(-1)?.status?.conditions?.some(({ type, status }) => type === "Succeeded" && status === "True") === true);
    await shop.told("Application", /^Applied: 7 deleted from main@/);
  });

  test("wait again when the plan has grown since the yes", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), ...maps(0, 8) });
    await shop.ready();
    await shop.commit(without(maps(0, 7)));
    const first = await held(shop);
    const commit = await shop.commit({ "m7.yaml": null });
    const second = await shop.telling("Application", "Synced", /8 of 9 objects/);
    expect(second).not.toBe(first);
    await shop.paste(first, APPROVE);
    await shop.handled("Application");
    expect(shop.condition("Application", "Synced")?.reason).toBe("PruneHeld");
    for (const name of ["m0", "m7"]) expect(await shop.dataOf(name)).toBeDefined();
    await shop.paste(second, APPROVE);
    await shop.ready(commit);
    expect(await shop.dataOf("m0")).toBeUndefined();
  });

  test("wait for namespaces, definitions and volume claims, however few, and take what is in them first", async ({ tenant }) => {
    const name = uniqueName("room");
    const group = `${uniqueName("g")}.example.com`;
    const precious: Files = {
      "room.yaml": { apiVersion: "v1", kind: "Namespace", metadata: { name } }, "inside.yaml": { ...configMap("inside"), metadata: { name: "inside", namespace: name } },
      "crd.yaml": widgetCrd(group), "w.yaml": { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "w" }, spec: { serial: 1 } }, "claim.yaml": claim,
    };
    const shop = await tenant({ "a.yaml": configMap("a"), ...precious }, { role: "cluster-admin" });
    await shop.until("everything is there", () => shop.condition("Application", "Synced")?.status === "True");
    const commit = await shop.commit(without(precious));
    const message = await held(shop);
    for (const object of [`Namespace ${name}`, `CustomResourceDefinition widgets.${group}`, `PersistentVolumeClaim ${shop.namespace}/data`]) expect(message).toContain(object);
    await shop.paste(message, APPROVE);
    await shop.ready(commit);
    expect(await shop.live("v1", "Namespace", name)).toBeUndefined();
    expect(await shop.live("apiextensions.k8s.io/v1", "CustomResourceDefinition", `widgets.${group}`)).toBeUndefined();
    expect(await shop.live("v1", "PersistentVolumeClaim", "data")).toBeUndefined();
    const deletes = (await operatorRequests(name)).filter(isDone).filter(({ verb }) => verb === "delete").map(({ objectRef }) => objectRef?.resource);
    expect(deletes).toEqual(["configmaps", "namespaces"]);
  });
});
