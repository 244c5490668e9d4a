import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { installWidgetCrd, servedKind, widgetCrd } from "../support/widget-crd.ts";
import { deployment } from "./ownership.ts";
import { configMap, manager, refOf, status, type Suite } from "./suite.ts";

const HOLD = "contract.example.com/hold";
const background = { propagationPolicy: "Background" } as const;
const SLOW = { timeout: 30_000 };

const withMeta = (object: KubeObject, more: object): KubeObject => ({ ...object, metadata: { ...object.metadata, ...more } });
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

/** What, the object, the change that is refused, the field it names, words of the message. */
const cases = (namespace: string): readonly (readonly [string, KubeObject, object, string, string])[] => [
  ["the selector of a Deployment", deployment(namespace, "fixed"), { spec: { selector: { matchLabels: { other: "x" } }, template: { metadata: { labels: { other: "x" } } } } }, "spec.selector", "field is immutable"],
  ["immutable data", { ...configMap(namespace, "sealed", { a: "1" }), immutable: true }, { data: { a: "2" } }, "data", "field is immutable when `immutable` is set"],
  ["the type of a Secret", { apiVersion: "v1", kind: "Secret", metadata: { name: "typed", namespace }, type: "Opaque", data: {} }, { type: "example.com/other" }, "type", "field is immutable"],
  ["the address of a Service", { apiVersion: "v1", kind: "Service", metadata: { name: "addressed", namespace }, spec: { ports: [{ port: 80 }] } }, { spec: { clusterIP: "10.0.0.77", clusterIPs: ["10.0.0.77"] } }, "spec.clusterIPs[0]", "may not change once set"],
  ["the role of a binding", {
    apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name: "bound", namespace }, subjects: [],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
  }, { roleRef: { name: "edit" } }, "roleRef", "cannot change roleRef"],
  ["the claims of a StatefulSet", {
    apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "stateful", namespace },
    spec: { replicas: 0, serviceName: "a", selector: { matchLabels: { a: "b" } }, template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "a:1" }] } } },
  }, { spec: { serviceName: "b" } }, "spec", "updates to statefulset spec for fields other than"],
  ["what a claim asks for", {
    apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "claim", namespace },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "none", resources: { requests: { storage: "1Gi" } } },
  }, { spec: { accessModes: ["ReadWriteMany"] } }, "spec", "spec is immutable after creation"],
];

/** How objects begin, what of them may change, and how they go. */
export function describeLifecycle(suite: Suite): void {
  const get = (object: KubeObject): Promise<KubeObject | undefined> => suite.client.get(refOf(object));
  const release = (object: KubeObject): Promise<KubeObject> => suite.client.patch(refOf(object), { metadata: { finalizers: null } }, { type: "merge" });
  const held = (namespace: string, name: string): Promise<KubeObject> => suite.client.create(withMeta(configMap(namespace, name, {}), { finalizers: [HOLD] }));

  describe("a namespace", () => {
    test("that is missing takes nothing", async () => {
      const object = configMap("absent-namespace", "a", {});
      const missing = status(404, { reason: "NotFound", message: 'namespaces "absent-namespace" not found' });
      await expect(suite.client.create(object)).rejects.toEqual(missing);
      await expect(suite.client.apply(object, manager)).rejects.toEqual(missing);
    });

    test("that is going takes nothing new, loses what it holds, and goes when the last hold on it is released", async () => {
      const here = await suite.newNamespace();
      const [kept] = [await held(here, "held"), await suite.client.create(configMap(here, "free", {}))];
      const namespace: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: here } };
      await suite.client.delete(refOf(namespace), background);
      const error = await caught(suite.client.apply(configMap(here, "late", {}), manager));
      expect(error).toMatchObject({ status: 403, reason: "Forbidden", causes: [{ reason: "NamespaceTerminating", field: "metadata.namespace" }] });
      await expect.poll(() => get(configMap(here, "free", {})), SLOW).toBeUndefined();
      expect((await get(namespace))?.metadata.deletionTimestamp).toBeDefined();
      await release(kept);
      await expect.poll(() => get(namespace), SLOW).toBeUndefined();
    });
  });

  describe("a finalizer", () => {
    test("keeps a deleted object, which can be applied still, until it is removed", async () => {
      const object = await held(suite.namespace, "finalized");
      expect(await suite.client.delete(refOf(object), background)).toBe(true);
      expect((await get(object))?.metadata.deletionTimestamp).toBeDefined();
      expect(await suite.client.apply(configMap(suite.namespace, "finalized", { a: "1" }), manager)).toMatchObject({ created: false, object: { data: { a: "1" } } });
      await release(object);
      expect(await get(object)).toBeUndefined();
    });

    test("can not be added to what is being deleted", async () => {
      const object = await held(suite.namespace, "too-late");
      await suite.client.delete(refOf(object), background);
      const error = await caught(suite.client.patch(refOf(object), { metadata: { finalizers: [HOLD, "contract.example.com/second"] } }, { type: "merge" }));
      expect(error).toMatchObject({ status: 422, reason: "Invalid" });
      expect((error as { causes: unknown[] }).causes).toContainEqual(expect.objectContaining({ reason: "FieldValueForbidden", field: "metadata.finalizers" }));
      await release(object);
    });

    test("makes the deletion a change that watches tell, and the removal the end", async () => {
      const here = await suite.newNamespace();
      const object = await held(here, "watched");
      const { resourceVersion } = await suite.client.list(suite.configMaps, { namespace: here, labelSelector: "absent=label" });
      await suite.client.delete(refOf(object), background);
      await release(object);
      const types: string[] = [];
      for await (const event of suite.client.watch(suite.configMaps, { namespace: here, resourceVersion, timeoutSeconds: 20 })) {
        if (event.object.metadata.name === "watched") types.push(event.type);
        if (event.type === "DELETED") break;
      }
      expect(types).toEqual(["MODIFIED", "DELETED"]);
    });
  });

  describe("the generation", () => {
    test("counts changes of what is wanted and nothing else", async () => {
      const object = deployment(suite.namespace, "generation", { spec: { paused: true } });
      const generation = async (): Promise<number | undefined> => (await get(object))?.metadata.generation;
      await suite.client.apply(object, manager);
      expect(await generation()).toBe(1);
      await suite.client.patch(refOf(object), { metadata: { labels: { a: "b" } } }, { type: "merge" });
      expect(await generation()).toBe(1);
      await suite.client.patch(refOf(object), { spec: { minReadySeconds: 1 } }, { type: "merge" });
      expect(await generation()).toBe(2);
    });

    test("of a custom resource does not count its status, but its deletion", async () => {
      await servedKind(suite.client, `${suite.group}/v1`, "Widget");
      const widget: KubeObject = { apiVersion: `${suite.group}/v1`, kind: "Widget", metadata: { name: "counted", namespace: suite.namespace, finalizers: [HOLD] }, spec: { a: 1 } };
      await suite.client.create(widget);
      await suite.client.patch(refOf(widget), { status: { a: 1 } }, { type: "merge", subresource: "status" });
      expect((await get(widget))?.metadata.generation).toBe(1);
      await suite.client.patch(refOf(widget), { spec: { a: 2 } }, { type: "merge" });
      expect((await get(widget))?.metadata.generation).toBe(2);
      await suite.client.delete(refOf(widget), background);
      expect((await get(widget))?.metadata.generation).toBe(3);
      await release(widget);
    });
  });

  describe("a field that never changes", () => {
    test("is named when a write would change it", async () => {
      for (const [what, object, change, field, message] of cases(suite.namespace)) {
        await suite.client.create(object);
        const error = await caught(suite.client.patch(refOf(object), change as never, { type: "merge" })); // JSON
        expect(error, what).toMatchObject({ status: 422, reason: "Invalid" });
        expect((error as { causes: unknown[] }).causes, what).toContainEqual(expect.objectContaining({ field, message: expect.stringContaining(message) as string }));
      }
    });
  });

  describe("an owner", () => {
    test("takes its dependents with it; one in another namespace counts for none", async () => {
      const [here, there] = [await suite.newNamespace(), await suite.newNamespace()];
      const owner = await suite.client.create(configMap(here, "owner", {}));
      const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid ?? "" };
      const [near, far] = [withMeta(configMap(here, "near", {}), { ownerReferences: [reference] }), withMeta(configMap(there, "far", {}), { ownerReferences: [reference] })];
      await suite.client.create(near);
      await suite.client.create(far);
      await expect.poll(() => get(far), SLOW).toBeUndefined();
      expect(await get(near)).toBeDefined();
      await suite.client.delete(refOf(owner), background);
      await expect.poll(() => get(near), SLOW).toBeUndefined();
    });
  });

  describe("a definition that is deleted", () => {
    test("takes no new objects, and takes those it has with it", async () => {
      const group = `deleted.${suite.group}`;
      await installWidgetCrd(suite.client, group);
      await servedKind(suite.client, `${group}/v1`, "Widget");
      const widget: KubeObject = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "last", namespace: suite.namespace, finalizers: [HOLD] }, spec: {} };
      await suite.client.create(widget);
      const crd = widgetCrd(group);
      await suite.client.delete(refOf(crd), background);
      await expect.poll(async () => (await get(widget))?.metadata.deletionTimestamp, SLOW).toBeDefined();
      await expect.poll(() => caught(suite.client.create(withMeta(widget, { name: "new", finalizers: [] }))), SLOW).toMatchObject({ status: 403, reason: "Forbidden" });
      await release(widget);
      await expect.poll(() => get(crd), SLOW).toBeUndefined();
    });
  });
}
