import { describe, expect, test } from "vitest";
import type { Json } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { servedKind } from "../support/widget-crd.ts";
import { configMap, manager, refOf, status, version, type Suite } from "./suite.ts";

const operations = (resourceVersion: string): Json[] => [
  { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
  { op: "add", path: "/data/b", value: "2" },
];

/** Server-side apply, patches and deletes. */
export function describeWrites(suite: Suite): void {
  describe("apply", () => {
    test("says whether it created, and changes nothing the second time", async () => {
      const object = configMap(suite.namespace, "applied", { a: "1" });
      const first = await suite.client.apply(object, manager);
      const second = await suite.client.apply(object, manager);
      expect([first.created, second.created]).toEqual([true, false]);
      expect(version(second.object)).toBe(version(first.object));
    });

    test("as a dry run says what would be, and writes nothing", async () => {
      const object = configMap(suite.namespace, "dry", { a: "1" });
      const { object: shown } = await suite.client.apply(object, { ...manager, dryRun: true });
      expect(shown).toMatchObject({ data: { a: "1" } });
      expect(await suite.client.get(refOf(object))).toBeUndefined();
    });

    test("removes a field that its manager no longer gives", async () => {
      await suite.client.apply(configMap(suite.namespace, "shrunk", { a: "1", b: "2" }), manager);
      const { object } = await suite.client.apply(configMap(suite.namespace, "shrunk", { a: "1" }), manager);
      expect(object["data"]).toEqual({ a: "1" });
    });

    test("conflicts with another manager's value and takes it over only by force", async () => {
      await suite.client.apply(configMap(suite.namespace, "shared", { a: "theirs" }), { fieldManager: "other" });
      const ours = configMap(suite.namespace, "shared", { a: "ours" });
      const error: unknown = await suite.client.apply(ours, manager).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ status: 409, reason: "Conflict", causes: [{ reason: "FieldManagerConflict", field: ".data.a" }] });
      expect((await suite.client.apply(ours, { ...manager, force: true })).object["data"]).toEqual({ a: "ours" });
    });

    test("to the status subresource leaves the rest alone", async () => {
      await servedKind(suite.client, `${suite.group}/v1`, "Widget");
      const widget: KubeObject = { apiVersion: `${suite.group}/v1`, kind: "Widget", metadata: { name: "status", namespace: suite.namespace }, spec: { a: 1 } };
      await suite.client.apply(widget, manager);
      const { object } = await suite.client.apply({ ...widget, spec: { a: 2 }, status: { seen: true } }, { ...manager, subresource: "status" });
      expect(object).toMatchObject({ spec: { a: 1 }, status: { seen: true } });
    });
  });

  describe("patch", () => {
    test("merges, and removes what is null", async () => {
      const object = configMap(suite.namespace, "merged", { a: "1", b: "2" });
      await suite.client.create(object);
      const patched = await suite.client.patch(refOf(object), { data: { a: null, c: "3" } }, { type: "merge", ...manager });
      expect(patched).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
      expect(patched["data"]).toEqual({ b: "2", c: "3" });
    });

    test("applies operations in order, and nothing of them when a test fails", async () => {
      const object = configMap(suite.namespace, "operations", { a: "1" });
      const created = await suite.client.create(object);
      await expect(suite.client.patch(refOf(object), operations("1"), { type: "json" })).rejects.toEqual(status(422));
      expect((await suite.client.get(refOf(object)))?.["data"]).toEqual({ a: "1" });
      expect((await suite.client.patch(refOf(object), operations(version(created)), { type: "json" }))["data"]).toEqual({ a: "1", b: "2" });
    });

    test("with an old resourceVersion conflicts", async () => {
      const object = configMap(suite.namespace, "guarded", { a: "1" });
      const created = await suite.client.create(object);
      await suite.client.patch(refOf(object), { data: { a: "2" } }, { type: "merge" });
      const stale = { metadata: { resourceVersion: version(created) }, data: { a: "3" } };
      await expect(suite.client.patch(refOf(object), stale, { type: "merge" })).rejects.toEqual(status(409, { reason: "Conflict" }));
    });
  });

  describe("delete", () => {
    const policy = { propagationPolicy: "Background" } as const;

    test("is true once and false when it was already gone", async () => {
      const object = configMap(suite.namespace, "deleted", {});
      await suite.client.create(object);
      expect(await suite.client.delete(refOf(object), policy)).toBe(true);
      expect(await suite.client.delete(refOf(object), policy)).toBe(false);
    });

    test("with another uid or an old resourceVersion hits nothing", async () => {
      const object = configMap(suite.namespace, "spared", { a: "1" });
      const created = await suite.client.create(object);
      const changed = await suite.client.patch(refOf(object), { data: { a: "2" } }, { type: "merge" });
      const uid = created.metadata.uid;
      await expect(suite.client.delete(refOf(object), { ...policy, uid: "00000000-0000-0000-0000-000000000000" })).rejects.toEqual(status(409));
      await expect(suite.client.delete(refOf(object), { ...policy, uid, resourceVersion: version(created) })).rejects.toEqual(status(409));
      expect(await suite.client.delete(refOf(object), { ...policy, uid, resourceVersion: version(changed) })).toBe(true);
    });
  });
}
