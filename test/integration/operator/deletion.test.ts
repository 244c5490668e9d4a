import { describe, expect } from "vitest";
import { FINALIZER } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { createNamespace, kubectl, uniqueName } from "../../support/control-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { isDone, operatorLog, operatorRequests, test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";

const PATCH = "kubectl patch applications.driftless.dev";
const claim: KubeObject = {
  apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
/** An account that may do anything and that the operator may act as from anywhere, so that no right goes with the namespace. */
const lastingAccount = (namespace: string, name: string): KubeObject[] => [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules: [{ apiGroups: [""], resources: ["serviceaccounts"], resourceNames: [name], verbs: ["impersonate"] }] },
  ...[["act", name, "driftless", "driftless-system"] as const, ["may", "cluster-admin", name, namespace] as const].map(([what, role, subject, of]): KubeObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: `${what}-${name}` },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role }, subjects: [{ kind: "ServiceAccount", name: subject, namespace: of }],
  })),
];
const elsewhere = (namespace: string): KubeObject => ({ ...configMap("away"), metadata: { name: "away", namespace } });
const awayIn = (shop: Tenant, namespace: string): Promise<KubeObject | undefined> => shop.cluster.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: "away" });

describe.concurrent("an Application that is deleted", () => {
  test("has its finalizer before its first object is written, and takes its members with it, in reverse order", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "web.yaml": deployment("web") });
    await shop.ready();
    const writes = (await operatorRequests(shop.namespace)).filter(isDone).filter(({ verb }) => verb === "patch").map(({ objectRef }) => objectRef?.resource ?? "");
    expect(writes.indexOf("applications")).toBeLessThan(writes.indexOf("configmaps"));
    expect(shop.app?.metadata.finalizers).toEqual([FINALIZER]);
    // The garbage collector takes them; when it first knows of our kinds is its own affair.
    expect(shop.releases.map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([shop.app?.metadata.uid]);
    await shop.delete();
    await shop.gone();
    expect(await shop.dataOf("a")).toBeUndefined();
    expect(await shop.live("apps/v1", "Deployment", "web")).toBeUndefined();
    const deletes = (await operatorRequests(shop.namespace)).filter(isDone).filter(({ verb }) => verb === "delete").map(({ objectRef }) => objectRef?.resource);
    expect(deletes).toEqual(["deployments", "configmaps"]);
    await shop.told("Application", /^Deleting: all its members are gone/);
  });

  test("has no finalizer, and goes at once, when it has never written anything", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": "kind: [" });
    await shop.saying("Application", "Ready", "BuildFailed");
    await shop.handled("Application");
    expect(shop.app?.metadata.finalizers).toBeUndefined();
    await shop.delete();
    await shop.gone();
  });

  test.for([
    ["spec.sync.deletionPolicy is Orphan", { sync: { deletionPolicy: "Orphan" } }],
    ["spec.sync.prune is false", { sync: { prune: false } }],
    ["deleted while suspended", { suspend: true }],
  ] as const)("leaves its members as they are: %s", async ([reason, spec], { tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") });
    await shop.ready();
    await shop.respec("Application", spec);
    await shop.handled("Application");
    await shop.delete();
    await shop.gone();
    expect(await shop.dataOf("a")).toBeDefined();
    await shop.told("Application", new RegExp(`^Deleting: ${reason}.*: everything it applied stays; left: ConfigMap ${shop.namespace}/a`));
  });

  test("with deletionPolicy Delete goes with everything, whatever prune says, save what annotations keep", async ({ tenant }) => {
    const kept = { ...configMap("kept"), metadata: { name: "kept", annotations: { "driftless.dev/prune": "disabled" } } };
    const shop = await tenant({ "a.yaml": configMap("a"), "claim.yaml": claim, "kept.yaml": kept }, { app: { sync: { prune: false, deletionPolicy: "Delete" } } });
    await shop.until("everything is there", () => shop.condition("Application", "Synced")?.status === "True");
    await shop.delete();
    await shop.gone();
    expect(await shop.dataOf("a")).toBeUndefined();
    expect(await shop.live("v1", "PersistentVolumeClaim", "data")).toBeUndefined();
    expect(await shop.dataOf("kept")).toBeDefined();
    await shop.told("Application", /^Deleting: .*left: ConfigMap \S+\/kept \(its annotations ask to keep it\)/);
  });

  test.for(["Delete", "Orphan"] as const)("asks about volumes and namespaces, and %s is an answer that can be pasted", async (answer, { tenant }) => {
    const room = uniqueName("room");
    const shop = await tenant({ "a.yaml": configMap("a"), "claim.yaml": claim, "room.yaml": { apiVersion: "v1", kind: "Namespace", metadata: { name: room } }, "away.yaml": elsewhere(room) }, { role: "cluster-admin" });
    await shop.until("everything is there", () => shop.condition("Application", "Synced")?.status === "True");
    await shop.delete();
    const message = await shop.saying("Application", "Ready", "DeletionBlocked");
    expect(message).toContain(`Namespace ${room}, PersistentVolumeClaim ${shop.namespace}/data: `);
    expect(shop.condition("Application", "Stalled")).toMatchObject({ status: "True", reason: "DeletionBlocked" });
    await shop.told("Application", /^DeletionBlocked: Namespace/);
    expect(await shop.dataOf("a")).toBeUndefined();
    expect(await shop.live("v1", "PersistentVolumeClaim", "data")).toBeDefined();
    const command = message.slice(message.indexOf(answer === "Delete" ? "To delete them" : "To leave them"));
    await shop.paste(command, PATCH);
    await shop.gone();
    expect(await shop.live("v1", "PersistentVolumeClaim", "data") === undefined).toBe(answer === "Delete");
    expect(await shop.live("v1", "Namespace", room) === undefined).toBe(answer === "Delete");
  });

  test("whose account may not delete any more says what is left and how to give up, and giving up works", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
    await shop.ready();
    await shop.kubectl("delete", "rolebinding/deployer");
    await shop.delete();
    const message = await shop.telling("Application", "Ready", /may not delete configmaps/);
    for (const name of ["a", "b"]) expect(message).toContain(`ConfigMap ${shop.namespace}/${name}: not deleted: account ${shop.namespace}/deployer may not delete configmaps in namespace ${shop.namespace}; bind a Role that allows it`);
    await shop.paste(message, PATCH);
    await shop.gone();
    expect(await shop.dataOf("a")).toBeDefined();
  });

  test("in a namespace that is deleted does not hang it, and takes what is elsewhere while its account works", async ({ tenant }) => {
    const away = await createNamespace("away");
    const name = uniqueName("mover");
    const shop = await tenant({ "a.yaml": configMap("a"), "away.yaml": elsewhere(away) }, {
      app: { serviceAccountName: name },
      before: async (shop) => {
        for (const object of lastingAccount(shop.namespace, name)) await shop.apply(object);
      },
    });
    await shop.ready();
    await kubectl(["delete", "namespace", shop.namespace, "--timeout=40s"]);
    expect(await awayIn(shop, away)).toBeUndefined();
  });

  test("in a namespace that is deleted does not hang it when its account does not work any more, and what is left is logged", async ({ tenant }) => {
    const away = await createNamespace("away");
    const shop = await tenant({ "a.yaml": configMap("a"), "away.yaml": elsewhere(away) }, { role: "cluster-admin" });
    await shop.ready();
    await kubectl(["delete", "clusterrolebinding", `${shop.namespace}-deployer`]);
    await kubectl(["delete", "namespace", shop.namespace, "--timeout=40s"]);
    expect(await awayIn(shop, away)).toBeDefined();
    const told = (await operatorLog()).filter(({ application, message }) => application === `${shop.namespace}/app` && message === "deletion");
    expect(told.at(-1)).toMatchObject({ state: "Done", left: expect.stringContaining(`ConfigMap ${away}/away`) as string });
  });
});
