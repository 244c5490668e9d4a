import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../src/errors.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { servedKind } from "../support/widget-crd.ts";
import { configMap, manager, refOf, status, type Suite } from "./suite.ts";

/** Kinds and objects: lookups, get, create and what errors say. */
export function describeReads(suite: Suite): void {
  describe("kinds", () => {
    test("are found with path, scope, verbs and subresources", async () => {
      expect(await suite.client.kindOf("apps/v1", "Deployment")).toMatchObject({
        group: "apps", version: "v1", kind: "Deployment", plural: "deployments", namespaced: true,
        verbs: expect.arrayContaining(["get", "list", "watch", "patch", "delete"]) as string[],
        subresources: expect.arrayContaining(["status", "scale"]) as string[],
      });
      expect(await suite.client.kindOf("v1", "Namespace")).toMatchObject({ namespaced: false, plural: "namespaces" });
    });

    test("that nobody serves are unknown", async () => {
      expect(await suite.client.kindOf("nobody.example.com/v1", "Thing")).toBeUndefined();
      expect(await suite.client.kindOf("apps/v1", "Thing")).toBeUndefined();
      expect(await suite.client.preferredKind("nobody.example.com", "Thing")).toBeUndefined();
    });

    test("of a CRD just created are found, the preferred version too", async () => {
      expect(await servedKind(suite.client, `${suite.group}/v1beta1`, "Widget")).toMatchObject({ version: "v1beta1", plural: "widgets", subresources: ["status"] });
      expect((await suite.client.preferredKind(suite.group, "Widget"))?.version).toBe("v1");
    });

    test("that nobody serves fail a request as not served, never as an absent object", async () => {
      const ref = { apiVersion: "nobody.example.com/v1", kind: "Thing", namespace: suite.namespace, name: "a" };
      const notServed = status(404, { reason: "KindNotServed" });
      await expect(suite.client.get(ref)).rejects.toEqual(notServed);
      await expect(suite.client.delete(ref, { propagationPolicy: "Background" })).rejects.toEqual(notServed);
      await expect(suite.client.apply({ ...ref, metadata: { name: "a", namespace: suite.namespace } }, manager)).rejects.toEqual(notServed);
    });
  });

  describe("objects", () => {
    test("keep fields that nobody knows, and integers of 64 bits, exactly", async () => {
      await servedKind(suite.client, `${suite.group}/v1`, "Widget");
      const spec = { serial: 9223372036854775807n, strange: { deep: [1, { "a/b~c": true }, "ü"], unscaled: -9007199254740993n } };
      const widget: KubeObject = { apiVersion: `${suite.group}/v1`, kind: "Widget", metadata: { name: "exact", namespace: suite.namespace }, spec };
      const { object } = await suite.client.apply(widget, manager);
      expect(object["spec"]).toEqual(spec);
      expect((await suite.client.get(refOf(widget)))?.["spec"]).toEqual(spec);
      const patched = await suite.client.patch(refOf(widget), { spec: { serial: -9223372036854775808n } }, { type: "merge" });
      expect(patched["spec"]).toEqual({ ...spec, serial: -9223372036854775808n });
    });

    test("that do not exist are undefined, in a namespace: suite.namespace that does not exist too", async () => {
      expect(await suite.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: suite.namespace, name: "absent" })).toBeUndefined();
      expect(await suite.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "absent", name: "absent" })).toBeUndefined();
    });

    test("are found by their very name and by nothing that only selects them", async () => {
      await suite.client.create(configMap(suite.namespace, "named", {}));
      const name = "named,metadata.name!=other";
      expect(await suite.client.get({ apiVersion: "v1", kind: "ConfigMap", namespace: suite.namespace, name })).toBeUndefined();
    });

    test("are created once", async () => {
      const object = configMap(suite.namespace, "once", { a: "1" });
      const created = await suite.client.create(object, manager);
      expect(created).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "once", uid: expect.any(String) as string } });
      await expect(suite.client.create(object, manager)).rejects.toEqual(status(409, { reason: "AlreadyExists" }));
    });

    test("refused by validation name the fields at fault", async () => {
      const service = { apiVersion: "v1", kind: "Service", metadata: { name: "bad", namespace: suite.namespace }, spec: { ports: [{ port: 70_000 }] } };
      const error: unknown = await suite.client.create(service).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(KubeApiError);
      expect(error).toMatchObject({ status: 422, reason: "Invalid" });
      expect((error as KubeApiError).causes.map((cause) => cause.field)).toContain("spec.ports[0].port");
    });

    test("read as metadata only carry their own kind and their managed fields, and no content", async () => {
      const object = configMap(suite.namespace, "partial", { secret: "value" });
      await suite.client.apply(object, manager);
      const partial = await suite.client.get(refOf(object), { metadataOnly: true });
      expect(partial).toMatchObject({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "partial" } });
      expect(partial?.metadata.managedFields).toMatchObject([{ manager: "contract", operation: "Apply" }]);
      expect(partial).not.toHaveProperty("data");
    });

    test("that need a namespace: suite.namespace are refused without one", async () => {
      await expect(suite.client.get({ apiVersion: "v1", kind: "ConfigMap", name: "a" })).rejects.toThrow("names no namespace");
      await expect(suite.client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } })).rejects.toThrow("names no namespace");
    });
  });
}
