import { describe, expect } from "vitest";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import { valueAt } from "../../../src/object/json.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject, ObjectMeta } from "../../../src/object/kube-object.ts";
import { kubectl, uniqueName } from "../../support/control-plane.ts";
import { configMap, deployment } from "../../support/manifests.ts";
import { test } from "../../support/operator.ts";
import type { Tenant } from "../../support/tenant.ts";
import { widgetCrd } from "../../support/widget-crd.ts";

const marked = (name: string, metadata: Partial<ObjectMeta>): KubeObject => ({ ...configMap(name, { value: "theirs" }), metadata: { ...metadata, name } });
const applyIn = (shop: Tenant, object: KubeObject, manager: string): Promise<KubeObject> => shop.apply({ ...object, metadata: { ...object.metadata, namespace: shop.namespace } }, manager);

/** A Deployment that leaves the number of its Pods to others. */
function unscaled(name: string, container: JsonObject = {}): KubeObject {
  const object = deployment(name, 1, container);
  const { replicas: _replicas, ...spec } = object["spec"] as JsonObject; // built above
  return { ...object, spec };
}

async function replicas(shop: Tenant): Promise<unknown> {
  return valueAt(asJson((await shop.live("apps/v1", "Deployment", "web")) ?? unscaled("web")), ["spec", "replicas"]);
}

/** kubectl apply as people do it, client-side. */
async function applied(shop: Tenant, object: KubeObject): Promise<void> {
  await kubectl(["-n", shop.namespace, "apply", "-f", "-"], { input: JSON.stringify(object) });
}

describe.concurrent("an object that belongs to somebody else", () => {
  test("is refused with the name of its owner, whoever that is, and all at once", async ({ tenant }) => {
    const owners: Readonly<Record<string, readonly [Partial<ObjectMeta>, string]>> = {
      flux: [{ labels: { "kustomize.toolkit.fluxcd.io/name": "web", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" } }, "Flux Kustomization flux-system/web"],
      release: [{ labels: { "helm.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/namespace": "apps" } }, "Flux HelmRelease apps/web"],
      argo: [{ annotations: { "argocd.argoproj.io/tracking-id": "shop:/ConfigMap:default/argo" } }, "Argo CD Application shop"],
      helm: [{ annotations: { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "tools" } }, "Helm release tools/web"],
      other: [{ labels: { [PART_OF_LABEL]: "applyset-somebody-v1" }, annotations: { [ORIGIN_ANNOTATION]: "cafe0000/team/web#/ConfigMap/team/other" } }, "Application team/web of installation cafe0000"],
    };
    const shop = await tenant({ ...Object.fromEntries([...Object.keys(owners), "controlled"].map((name) => [`${name}.yaml`, configMap(name, { value: "git" })])), "own.yaml": configMap("own") }, {
      before: async (shop) => {
        for (const [name, [metadata]] of Object.entries(owners)) await applyIn(shop, marked(name, metadata), "somebody");
        // The garbage collector would take an object with an owner that does not exist: this one's does.
        const parent = await applyIn(shop, configMap("parent"), "somebody");
        const owner = { apiVersion: "v1", kind: "ConfigMap", name: "parent", uid: parent.metadata.uid ?? "", controller: true };
        await applyIn(shop, marked("controlled", { ownerReferences: [owner] }), "somebody");
      },
    });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toContain("6 of 7 objects");
    for (const [name, owner] of [...Object.entries(owners).map(([name, [, owner]]) => [name, owner] as const), ["controlled", "ConfigMap parent"] as const]) {
      expect(message).toContain(`${name}.yaml:1: ConfigMap ${shop.namespace}/${name}: exists and belongs to ${owner}`);
      expect(await shop.dataOf(name)).toEqual({ value: "theirs" });
    }
    await shop.until("what is nobody's is there", () => shop.view.get("ConfigMap", "own") !== undefined);
  });

  test("is taken over where the object in Git says so, and told", async ({ tenant }) => {
    const metadata = { name: "helm", annotations: { "driftless.dev/adopt": "Always" } };
    const shop = await tenant({ "helm.yaml": { ...configMap("helm", { value: "git" }), metadata }, "b.yaml": configMap("b") }, {
      before: async (shop) => void (await applyIn(shop, marked("helm", { annotations: { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "tools" } }), "helm")),
    });
    await shop.ready();
    expect(await shop.dataOf("helm")).toEqual({ value: "git" });
    await shop.told("Application", /^Applied: 1 created, 1 adopted from/);
    const [release] = shop.releases;
    expect(release?.spec.plan.changes).toContainEqual({ action: "Adopt", object: `/ConfigMap/${shop.namespace}/helm` });
    // It is ours now: what Helm wrote about itself goes with the next apply, and Git prunes it.
    await shop.ready(await shop.commit({ "helm.yaml": null }));
    expect(await shop.dataOf("helm")).toBeUndefined();
  });

  test("or is nobody's is left alone where sync.adopt is Never", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a") }, { app: { sync: { adopt: "Never" } }, before: async (shop) => void (await shop.kubectl("create", "configmap", "a", "--from-literal=value=hand")) });
    expect(await shop.saying("Application", "Ready", "ApplyFailed")).toContain("exists and is nobody's, and adopting is forbidden");
    expect(await shop.dataOf("a")).toEqual({ value: "hand" });
  });

  test("or is nobody's is never taken over by itself when it is a Namespace or a definition", async ({ tenant }) => {
    const room = uniqueName("room");
    const group = `${uniqueName("g")}.example.com`;
    const files = { "room.yaml": { apiVersion: "v1", kind: "Namespace", metadata: { name: room } }, "crd.yaml": widgetCrd(group), "a.yaml": configMap("a") };
    const shop = await tenant(files, { role: "cluster-admin", before: async (shop) => void (await Promise.all([shop.apply(files["room.yaml"]), shop.apply(widgetCrd(group))])) });
    const message = await shop.saying("Application", "Ready", "ApplyFailed");
    expect(message).toContain(`room.yaml:1: Namespace ${room}: exists and is nobody's; a Namespace is never taken over by itself`);
    expect(message).toContain(`crd.yaml:1: CustomResourceDefinition widgets.${group}: exists and is nobody's; a CustomResourceDefinition is never taken over by itself`);
    expect((await shop.live("v1", "Namespace", room))?.metadata.labels?.[PART_OF_LABEL]).toBeUndefined();
    await shop.respec("Application", { sync: { adopt: "Always" } });
    await shop.ready();
    expect((await shop.live("v1", "Namespace", room))?.metadata.labels?.[PART_OF_LABEL]).toBeDefined();
  });
});

describe.concurrent("an object that kubectl applied", () => {
  test("is ours once adopted: a field that Git drops later disappears", async ({ tenant }) => {
    const shop = await tenant({ "a.yaml": configMap("a", { keep: "1", drop: "1" }) }, { before: (shop) => applied(shop, configMap("a", { keep: "1", drop: "1", left: "over" })) });
    await shop.ready();
    expect(await shop.dataOf("a")).toEqual({ keep: "1", drop: "1" });
    expect((await shop.live("v1", "ConfigMap", "a"))?.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"]).toBeUndefined();
    await shop.ready(await shop.commit({ "a.yaml": configMap("a", { keep: "1" }) }));
    expect(await shop.dataOf("a")).toEqual({ keep: "1" });
  });

  test("keeps the number of Pods that somebody else gave it, where Git gives none: applied with two, scaled to five", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": unscaled("web") }, {
      before: async (shop) => {
        await applied(shop, deployment("web", 2));
        await shop.kubectl("scale", "deployment/web", "--replicas=5");
      },
    });
    await shop.ready();
    expect(await replicas(shop)).toBe(5);
    await shop.ready(await shop.commit({ "web.yaml": unscaled("web", { image: "registry.example.com/main:2" }) }));
    expect(await replicas(shop)).toBe(5);
    await shop.kubectl("scale", "deployment/web", "--replicas=3");
    await shop.ready(await shop.commit({ "web.yaml": unscaled("web", { image: "registry.example.com/main:3" }) }));
    expect(await replicas(shop)).toBe(3);
  });

  test("keeps the number of Pods that it was applied with, where Git gives none", async ({ tenant }) => {
    const shop = await tenant({ "web.yaml": unscaled("web") }, { before: (shop) => applied(shop, deployment("web", 2)) });
    await shop.ready();
    expect(await shop.live("apps/v1", "Deployment", "web")).toMatchObject({ spec: { replicas: 2 } });
  });
});
