import { describe, expect, test } from "vitest";
import type { KubeApiError } from "../../src/errors.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { servedKind } from "../support/widget-crd.ts";
import { gadget, gadgetCrd } from "./gadget.ts";
import { configMap, manager, refOf, version, type Suite } from "./suite.ts";

/** Entries of managed fields by `Operation manager` or `Operation manager/subresource`. */
function fieldsOf(object: KubeObject | undefined): Readonly<Record<string, JsonObject | undefined>> {
  const entries = object?.metadata.managedFields ?? [];
  return Object.fromEntries(entries.map((entry) => [`${entry.operation} ${entry.manager}${entry.subresource === undefined ? "" : `/${entry.subresource}`}`, entry.fieldsV1]));
}

const editor = { type: "merge", fieldManager: "editor" } as const;

/** A Deployment without Pods. */
export function deployment(namespace: string, name: string, more: { readonly spec?: object; readonly containers?: readonly object[]; readonly template?: object } = {}): KubeObject {
  const labels = { app: name };
  const containers = more.containers ?? [{ name: "web", image: "web:1", ports: [{ containerPort: 80 }] }];
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels, ...more.template }, spec: { containers } }, ...more.spec },
  };
}

const port = (protocol: string): string => `k:{"port":1,"protocol":"${protocol}"}`;

const replicasOf = (object: KubeObject): unknown => (object["spec"] as { replicas: unknown }).replicas; // a Deployment

const containersOf = (object: KubeObject): { name: string; image: string; env?: { name: string; value: string }[] }[] =>
  (object["spec"] as { template: { spec: { containers: { name: string; image: string }[] } } }).template.spec.containers; // a Deployment

/** Who owns which field after creates, edits and applies. */
export function describeOwnership(suite: Suite): void {
  const apply = (object: KubeObject, fieldManager = "contract", force = true): Promise<KubeObject> => suite.client.apply(object, { fieldManager, force }).then((result) => result.object);
  const widget = async (name: string, spec: object): Promise<KubeObject> => {
    await servedKind(suite.client, `${suite.group}/v1`, "Widget");
    return { apiVersion: `${suite.group}/v1`, kind: "Widget", metadata: { name, namespace: suite.namespace }, spec };
  };
  const gadgetOf = async (name: string, spec: object): Promise<KubeObject> => {
    const crd = gadgetCrd(suite.group);
    if ((await suite.client.get(refOf(crd))) === undefined) await suite.client.create(crd);
    await servedKind(suite.client, `${suite.group}/v1`, "Gadget");
    return gadget(suite.group, suite.namespace, name, spec);
  };

  describe("managed fields", () => {
    test("of an apply name what was given", async () => {
      expect(fieldsOf(await apply(configMap(suite.namespace, "own-apply", { a: "1" }, { x: "y" })))).toEqual({
        "Apply contract": { "f:data": { "f:a": {} }, "f:metadata": { "f:labels": { "f:x": {} } } },
      });
    });

    test("of a create name maps too", async () => {
      expect(fieldsOf(await suite.client.create(configMap(suite.namespace, "own-create", { a: "1" }, { x: "y" }), manager))).toEqual({
        "Update contract": { "f:data": { ".": {}, "f:a": {} }, "f:metadata": { "f:labels": { ".": {}, "f:x": {} } } },
      });
    });

    test("of an applied Deployment name its lists by key, and empty values but no empty list", async () => {
      const container = { name: "web", image: "web:1", resources: {}, env: [], ports: [{ containerPort: 80 }] };
      const object = deployment(suite.namespace, "own-lists", { containers: [container], template: { creationTimestamp: null, annotations: {} }, spec: { strategy: {} } });
      expect(fieldsOf(await apply({ ...object, metadata: { ...object.metadata, finalizers: ["a.example.com/x"] } }))["Apply contract"]).toEqual({
        "f:metadata": { "f:finalizers": { 'v:"a.example.com/x"': {} } },
        "f:spec": {
          "f:replicas": {}, "f:strategy": {}, "f:selector": {},
          "f:template": {
            "f:metadata": { "f:creationTimestamp": {}, "f:labels": { "f:app": {} }, "f:annotations": {} },
            "f:spec": { "f:containers": { 'k:{"name":"web"}': {
              ".": {}, "f:name": {}, "f:image": {}, "f:resources": {},
              "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
            } } },
          },
        },
      });
    });

    test("of a created Deployment name its defaults", async () => {
      const { "Update contract": fields } = fieldsOf(await suite.client.create(deployment(suite.namespace, "own-defaults"), manager));
      expect(fields).toMatchObject({
        "f:spec": {
          "f:progressDeadlineSeconds": {}, "f:replicas": {}, "f:revisionHistoryLimit": {}, "f:selector": {},
          "f:strategy": { "f:rollingUpdate": { ".": {}, "f:maxSurge": {}, "f:maxUnavailable": {} }, "f:type": {} },
          "f:template": {
            "f:metadata": { "f:labels": { ".": {}, "f:app": {} } },
            "f:spec": {
              "f:containers": { 'k:{"name":"web"}': {
                ".": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {}, "f:resources": {}, "f:terminationMessagePath": {}, "f:terminationMessagePolicy": {},
                "f:ports": { ".": {}, 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {}, "f:protocol": {} } },
              } },
              "f:dnsPolicy": {}, "f:restartPolicy": {}, "f:schedulerName": {}, "f:securityContext": {}, "f:terminationGracePeriodSeconds": {},
            },
          },
        },
      });
    });

    test("of a custom resource follow its schema", async () => {
      const made = await gadgetOf("schema", { ports: [{ port: 1 }, { port: 1, protocol: "UDP", note: "n" }], tags: ["x"], steps: ["s"], values: { a: "1" }, pair: { left: "l" }, nested: { inner: { value: "v" } } });
      expect(fieldsOf(await apply(made))).toEqual({ "Apply contract": { "f:spec": {
        "f:ports": { [port("TCP")]: { ".": {}, "f:port": {} }, [port("UDP")]: { ".": {}, "f:port": {}, "f:protocol": {}, "f:note": {} } },
        "f:tags": { 'v:"x"': {} }, "f:steps": {}, "f:values": { "f:a": {} }, "f:pair": {}, "f:nested": { "f:inner": { "f:value": {} } },
      } } });
      const created = await suite.client.create({ ...made, metadata: { ...made.metadata, name: "schema-created" } }, manager);
      expect(fieldsOf(created)).toEqual({ "Update contract": { "f:spec": {
        ".": {},
        "f:ports": { ".": {}, [port("TCP")]: { ".": {}, "f:port": {}, "f:protocol": {} }, [port("UDP")]: { ".": {}, "f:port": {}, "f:protocol": {}, "f:note": {} } },
        "f:tags": { ".": {}, 'v:"x"': {} }, "f:steps": {}, "f:values": { ".": {}, "f:a": {} }, "f:pair": {}, "f:size": {}, "f:nested": { ".": {}, "f:inner": { ".": {}, "f:value": {} } },
      } } });
    });

    test("without schema name every map", async () => {
      expect(fieldsOf(await apply(await widget("deduced", { a: { b: 1 }, list: [1] })))).toEqual({ "Apply contract": { "f:spec": { "f:a": { ".": {}, "f:b": {} }, "f:list": {} } } });
    });

    test("of a status are an entry of their own, and leave ours as it is", async () => {
      const object = await apply(await widget("status-owner", { a: 1 }));
      await suite.client.patch(refOf(object), { status: { seen: "yes" } }, { ...editor, subresource: "status" });
      const live = await suite.client.apply({ ...object, metadata: { name: object.metadata.name, namespace: suite.namespace }, status: { applied: true } }, { ...manager, subresource: "status" });
      expect(fieldsOf(live.object)).toEqual({
        "Apply contract": { "f:spec": { "f:a": {} } },
        "Update editor/status": { "f:status": { ".": {}, "f:seen": {} } },
        "Apply contract/status": { "f:status": { "f:applied": {} } },
      });
    });
  });

  describe("an edit by somebody else", () => {
    test("takes the field, and giving the value back does not return it", async () => {
      const object = await apply(configMap(suite.namespace, "edited", { a: "1", b: "2" }));
      await suite.client.patch(refOf(object), { data: { a: "3" } }, editor);
      const back = await suite.client.patch(refOf(object), { data: { a: "1" } }, editor);
      expect(fieldsOf(back)).toEqual({ "Apply contract": { "f:data": { "f:b": {} } }, "Update editor": { "f:data": { "f:a": {} } } });
    });

    test("of the only field takes the entry", async () => {
      const object = await apply(configMap(suite.namespace, "only", { a: "1" }));
      expect(fieldsOf(await suite.client.patch(refOf(object), { data: { a: "2" } }, editor))).toEqual({ "Update editor": { "f:data": { "f:a": {} } } });
    });

    test("that removes a field takes it from everybody", async () => {
      const object = await apply(configMap(suite.namespace, "removed", { a: "1", b: "2" }, { x: "y" }));
      const without = await suite.client.patch(refOf(object), { data: { a: null }, metadata: { labels: null } }, editor);
      expect(fieldsOf(without)).toEqual({ "Apply contract": { "f:data": { "f:b": {} } } });
    });

    test("that changes nothing writes nothing", async () => {
      const object = await apply(configMap(suite.namespace, "same", { a: "1" }));
      expect(await suite.client.patch(refOf(object), { data: { a: "1" } }, editor)).toEqual(object);
    });

    test("that adds a container or an item stays through a forced apply, and leaves our entry as it is", async () => {
      const desired = deployment(suite.namespace, "extras");
      const before = await apply(desired);
      const operations: Json[] = [
        { op: "add", path: "/spec/template/spec/containers/-", value: { name: "sidecar", image: "sidecar:1" } },
        { op: "add", path: "/spec/template/spec/containers/0/env", value: [{ name: "EXTRA", value: "1" }] },
      ];
      await suite.client.patch(refOf(desired), operations, { type: "json", fieldManager: "editor" });
      const after = await apply(desired);
      expect(containersOf(after).map(({ name }) => name)).toEqual(["web", "sidecar"]);
      expect(containersOf(after)[0]?.env).toEqual([{ name: "EXTRA", value: "1" }]);
      expect(fieldsOf(after)["Apply contract"]).toEqual(fieldsOf(before)["Apply contract"]);
      expect(fieldsOf(after)["Update editor"]).toMatchObject({ "f:spec": { "f:template": { "f:spec": { "f:containers": {
        'k:{"name":"sidecar"}': { ".": {}, "f:image": {}, "f:name": {} }, 'k:{"name":"web"}': { "f:env": { ".": {}, 'k:{"name":"EXTRA"}': { ".": {}, "f:name": {}, "f:value": {} } } },
      } } } } });
    });
  });

  describe("a field that is applied no more", () => {
    test("stays where another applier has it, and where it was created", async () => {
      const both = (data: Record<string, string>): KubeObject => configMap(suite.namespace, "shared-field", data);
      await suite.client.create(both({ a: "1", z: "1" }), { fieldManager: "kubectl-create" });
      await apply(both({ a: "1", b: "1", c: "1", z: "1" }));
      await apply(both({ b: "1" }), "other");
      expect((await apply(both({ a: "1" })))["data"]).toEqual({ a: "1", b: "1", z: "1" });
    });

    test("takes the item that it held with it, with what others put below", async () => {
      const two = [{ name: "web", image: "web:1" }, { name: "helper", image: "helper:1" }];
      const object = await apply(deployment(suite.namespace, "item", { containers: two }));
      await suite.client.patch(refOf(object), [{ op: "add", path: "/spec/template/spec/containers/1/env", value: [{ name: "A", value: "1" }] }], { type: "json", fieldManager: "editor" });
      const one = await apply(deployment(suite.namespace, "item", { containers: two.slice(0, 1) }));
      expect(containersOf(one).map(({ name }) => name)).toEqual(["web"]);
      expect(fieldsOf(one)).not.toHaveProperty("Update editor");
    });

    test("falls back to its default, unless it was handed over before", async () => {
      const without = (name: string): KubeObject => deployment(suite.namespace, name, { spec: { replicas: undefined, paused: true } });
      for (const name of ["reset", "handed"]) await apply(deployment(suite.namespace, name, { spec: { replicas: 3, paused: true } }));
      await apply({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "handed", namespace: suite.namespace }, spec: { replicas: 3 } }, "handover");
      expect(replicasOf(await apply(without("reset")))).toBe(1);
      expect(replicasOf(await apply(without("handed")))).toBe(3);
    });

    test("of a map or a set goes alone", async () => {
      const before = await gadgetOf("lists", { tags: ["a", "b"], values: { a: "1", b: "2" }, ports: [{ port: 1 }, { port: 2 }], size: 3 });
      await apply(before);
      await suite.client.patch(refOf(before), [{ op: "add", path: "/spec/tags/-", value: "c" }], { type: "json", fieldManager: "editor" });
      const after = await apply(await gadgetOf("lists", { tags: ["b"], values: { b: "2" }, ports: [{ port: 2 }] }));
      expect(after["spec"]).toEqual({ tags: ["b", "c"], values: { b: "2" }, ports: [{ port: 2, protocol: "TCP" }], size: 1 });
    });
  });

  describe("a conflict", () => {
    test("names every field, and who has it by which version", async () => {
      const object = await apply(configMap(suite.namespace, "contested", { a: "1", b: "1", c: "1" }), "other");
      await suite.client.patch(refOf(object), { data: { c: "2" } }, editor);
      const error: unknown = await apply(configMap(suite.namespace, "contested", { a: "2", b: "2", c: "1" }), "contract", false).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ status: 409, reason: "Conflict" });
      const { causes } = error as KubeApiError; // a 409 has just been seen
      expect(causes.toSorted((left, right) => ((left.field ?? "") < (right.field ?? "") ? -1 : 1))).toEqual([ // the server goes through managers in no order
        { reason: "FieldManagerConflict", message: 'conflict with "other"', field: ".data.a" },
        { reason: "FieldManagerConflict", message: 'conflict with "other"', field: ".data.b" },
        { reason: "FieldManagerConflict", message: 'conflict with "editor" using v1', field: ".data.c" },
      ]);
    });

    test("does not arise over an equal value: both own it then", async () => {
      await apply(configMap(suite.namespace, "agreed", { a: "1" }), "other");
      const both = await apply(configMap(suite.namespace, "agreed", { a: "1" }), "contract", false);
      expect(fieldsOf(both)).toEqual({ "Apply other": { "f:data": { "f:a": {} } }, "Apply contract": { "f:data": { "f:a": {} } } });
    });

    test("over a uid or a version in the body stops the write", async () => {
      const object = configMap(suite.namespace, "conditional", { a: "1" });
      const live = await apply(object);
      const changed = await apply(configMap(suite.namespace, "conditional", { a: "2" }));
      const withMeta = (more: object): KubeObject => ({ ...object, metadata: { ...object.metadata, ...more } });
      await expect(apply(withMeta({ resourceVersion: version(live) }))).rejects.toMatchObject({ status: 409, reason: "Conflict" });
      await expect(apply(withMeta({ uid: "00000000-0000-0000-0000-000000000000" }))).rejects.toMatchObject({ status: 422, reason: "Invalid" });
      expect((await apply(withMeta({ uid: changed.metadata.uid, resourceVersion: version(changed) })))["data"]).toEqual({ a: "1" });
    });

    test("over a uid stops a merge patch too, but not of a custom resource's status; a version stops both", async () => {
      const made = await apply(await widget("uid-patched", { a: 1 }));
      const body = { metadata: { uid: "00000000-0000-0000-0000-000000000000" }, spec: { a: 2 }, status: { a: 2 } };
      await expect(suite.client.patch(refOf(made), body, editor)).rejects.toMatchObject({ status: 422, reason: "Invalid" });
      expect(await suite.client.patch(refOf(made), body, { ...editor, subresource: "status" })).toMatchObject({ metadata: { uid: made.metadata.uid }, spec: { a: 1 }, status: { a: 2 } });
      const stale = { metadata: { resourceVersion: version(made) }, status: { a: 3 } };
      await expect(suite.client.patch(refOf(made), stale, { ...editor, subresource: "status" })).rejects.toMatchObject({ status: 409, reason: "Conflict" });
    });

    test("over a uid stops the creation of what is gone, over a version alone does not", async () => {
      const absent = (more: object): KubeObject => ({ ...configMap(suite.namespace, "resurrected", { a: "1" }), metadata: { name: "resurrected", namespace: suite.namespace, ...more } });
      await expect(apply(absent({ uid: "00000000-0000-0000-0000-000000000000" }))).rejects.toMatchObject({ status: 409, reason: "Conflict" });
      expect(await suite.client.apply(absent({ resourceVersion: "5" }), manager)).toMatchObject({ created: true });
    });
  });

  describe("managed fields that are written", () => {
    test("hand a field of somebody else to an applier, whose next apply removes it", async () => {
      const object = await apply(configMap(suite.namespace, "taken-over", { a: "1" }));
      const live = await suite.client.patch(refOf(object), { data: { extra: "1" } }, editor);
      const index = live.metadata.managedFields?.findIndex((entry) => entry.manager === "contract") ?? -1;
      const other = live.metadata.managedFields?.findIndex((entry) => entry.manager === "editor") ?? -1;
      const operations: Json[] = [
        { op: "replace", path: `/metadata/managedFields/${index}/fieldsV1`, value: { "f:data": { "f:a": {}, "f:extra": {} } } },
        { op: "remove", path: `/metadata/managedFields/${other}` },
      ];
      const rewritten = await suite.client.patch(refOf(object), operations, { type: "json", ...manager });
      expect(fieldsOf(rewritten)).toEqual({ "Apply contract": { "f:data": { "f:a": {}, "f:extra": {} } } });
      expect((await apply(configMap(suite.namespace, "taken-over", { a: "1" })))["data"]).toEqual({ a: "1" });
    });

    test("as one empty entry are wiped: nobody is named until the next apply, then one manager for all of it", async () => {
      const object = await apply(configMap(suite.namespace, "wiped", { a: "1", b: "1" }));
      const wiped = await suite.client.patch(refOf(object), { metadata: { managedFields: [{}] } }, editor);
      expect(wiped.metadata.managedFields).toBeUndefined();
      expect((await suite.client.patch(refOf(object), { data: { b: "2" } }, editor)).metadata.managedFields).toBeUndefined();
      expect(fieldsOf(await apply(configMap(suite.namespace, "wiped", { a: "1" })))).toEqual({
        "Apply contract": { "f:data": { "f:a": {} } }, "Update before-first-apply": { "f:data": { ".": {}, "f:a": {}, "f:b": {} } },
      });
    });

    test("as an empty list are wiped; taken away they stay what they are", async () => {
      const object = await apply(configMap(suite.namespace, "kept", { a: "1" }));
      expect(fieldsOf(await suite.client.patch(refOf(object), { metadata: { managedFields: null } }, editor))).toEqual(fieldsOf(object));
      expect(fieldsOf(await suite.client.patch(refOf(object), { metadata: { managedFields: [] } }, editor))).toEqual({});
    });
  });

  describe("an apply", () => {
    test("of a field that the schema does not know fails as a whole", async () => {
      await expect(apply(await gadgetOf("undeclared", { size: 1, strange: true }))).rejects.toMatchObject({ status: 500 });
    });

    test("of a value that the schema does not allow names the field", async () => {
      await expect(apply(await gadgetOf("small", { size: 0 }))).rejects.toMatchObject({ status: 422, reason: "Invalid", causes: [{ reason: "FieldValueInvalid", field: "spec.size" }] });
    });

    test("keeps items of others in their place and brings its own in its order", async () => {
      const object = await gadgetOf("order", { ports: [{ port: 1 }, { port: 2 }, { port: 3 }] });
      await apply(object);
      await suite.client.patch(refOf(object), [{ op: "add", path: "/spec/ports/1", value: { port: 9, protocol: "TCP" } }], { type: "json", fieldManager: "editor" });
      const after = await apply(await gadgetOf("order", { ports: [{ port: 3 }, { port: 2 }, { port: 4 }, { port: 1 }] }));
      expect((after["spec"] as { ports: { port: number }[] }).ports.map(({ port }) => port)).toEqual([9, 3, 2, 4, 1]);
    });

    test("as a dry run on what is there says what would be, in the version that is there", async () => {
      const live = await apply(configMap(suite.namespace, "dry-change", { a: "1" }));
      const { object } = await suite.client.apply(configMap(suite.namespace, "dry-change", { a: "2" }), { ...manager, dryRun: true });
      expect([object["data"], version(object)]).toEqual([{ a: "2" }, version(live)]);
      expect((await suite.client.get(refOf(live)))?.["data"]).toEqual({ a: "1" });
    });
  });
}
