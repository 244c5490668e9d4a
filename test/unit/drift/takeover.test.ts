import jsonpatch from "fast-json-patch";
import { describe, expect, test } from "vitest";
import { parseElement } from "../../../drift/field-path.ts";
import type { FieldPath } from "../../../drift/field-path.ts";
import { adopt, takeOver } from "../../../drift/takeover.ts";
import type { Takeover } from "../../../drift/takeover.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { entryOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const desired: KubeObject = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec: { paused: false } };
const own = ownEntryOf(desired);
const path = (...texts: string[]): FieldPath => texts.flatMap((text) => parseElement(text) ?? []);
const container = (name: string): FieldPath => path("f:spec", "f:containers", `k:{"name":"${name}"}`);
const NOTE = path("f:metadata", "f:annotations", "f:note");

/** The entries after the patch, as `manager: fields`. */
function entriesAfter(live: KubeObject, takeover: Takeover | undefined): Record<string, unknown> {
  const patched = jsonpatch.applyPatch(structuredClone(live), structuredClone(takeover?.patch ?? []) as never).newDocument;
  return Object.fromEntries((patched.metadata.managedFields ?? []).map((entry: ManagedFieldsEntry) => [entry.manager, entry.fieldsV1]));
}

describe("taking over what people added", () => {
  test("moves the paths into our entry and leaves the rest where it is", () => {
    const edit = entryOf("kubectl-edit", { "f:metadata": { "f:annotations": { "f:note": {}, "f:other": {} } }, "f:spec": { "f:replicas": {} } });
    const live = liveObject(desired, [own, edit]);
    const takeover = takeOver(live, [NOTE]);
    expect(entriesAfter(live, takeover)).toEqual({
      driftless: { "f:spec": { "f:paused": {} }, "f:metadata": { "f:annotations": { "f:note": {} } } },
      "kubectl-edit": { "f:metadata": { "f:annotations": { "f:other": {} } }, "f:spec": { "f:replicas": {} } },
    });
  });

  test("drops an entry that is left empty, and takes the map that its path hollowed out", () => {
    const live = liveObject(desired, [own, entryOf("kubectl-annotate", { "f:metadata": { "f:annotations": { ".": {}, "f:note": {} } } })]);
    expect(entriesAfter(live, takeOver(live, [NOTE]))).toEqual({
      driftless: { "f:spec": { "f:paused": {} }, "f:metadata": { "f:annotations": { ".": {}, "f:note": {} } } },
    });
  });

  test("takes a list item with all that it owns below", () => {
    const item = { ".": {}, "f:image": {}, "f:name": {} };
    const live = liveObject(desired, [own, entryOf("kubectl-patch", { "f:spec": { "f:containers": { 'k:{"name":"side"}': item } } })]);
    expect(entriesAfter(live, takeOver(live, [container("side")]))["driftless"]).toEqual({ "f:spec": { "f:paused": {}, "f:containers": { 'k:{"name":"side"}': item } } });
    expect(takeOver(live, [container("none")])).toBeUndefined();
  });

  test("never touches subresources, controllers or entries of another version", () => {
    const fields = { "f:metadata": { "f:annotations": { "f:note": {} } } };
    const entries = [own, entryOf("kubectl", fields, { subresource: "status" }), entryOf("mesh-controller", fields), entryOf("kubectl-edit", fields, { apiVersion: "apps/v1beta1" })];
    expect(takeOver(liveObject(desired, entries), [NOTE])).toBeUndefined();
  });

  const noted = liveObject(desired, [own, entryOf("kubectl-edit", { "f:metadata": { "f:annotations": { "f:note": {} } } })]);
  const patchLater = (metadata: object): (() => unknown) => {
    const later = structuredClone({ ...noted, metadata: { ...noted.metadata, ...metadata } });
    return () => jsonpatch.applyPatch(later, structuredClone(takeOver(noted, [NOTE])?.patch ?? []) as never); // operations by construction
  };

  test.each([
    ["somebody wrote more through the entry", { managedFields: [own, entryOf("kubectl-edit", { "f:data": {} })] }],
    ["the entries stand in another order", { managedFields: (noted.metadata.managedFields ?? []).toReversed() }],
    ["it is another object of the same name", { uid: "another" }],
  ])("is refused when %s", (_name, metadata) => {
    expect(patchLater(metadata)).toThrow(/Test operation failed/);
  });

  test("is not in the way of a status update in between", () => {
    const status = entryOf("kube-controller-manager", { "f:status": {} }, { subresource: "status" });
    expect(patchLater({ resourceVersion: "8", managedFields: [...(noted.metadata.managedFields ?? []), status] })).not.toThrow();
  });

  test("gives us an entry where we have none", () => {
    const live = liveObject(desired, [entryOf("kubectl-edit", { "f:metadata": { "f:annotations": { "f:note": {} } } })]);
    expect(entriesAfter(live, takeOver(live, [NOTE]))).toEqual({ driftless: { "f:metadata": { "f:annotations": { "f:note": {} } } } });
  });
});

describe("adoption", () => {
  test("takes everything of the tools before us and removes kubectl's copy", () => {
    const copy = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
    const fields = { "f:metadata": { "f:annotations": { ".": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {} } }, "f:spec": { "f:paused": {}, "f:minReadySeconds": {} } };
    const live = liveObject({ ...desired, metadata: { name: "x", annotations: copy } }, [entryOf("kubectl-client-side-apply", fields), entryOf("mesh-controller", { "f:spec": { "f:replicas": {} } })]);
    const takeover = adopt(live, desired);
    expect(takeover?.patch.at(-1)).toEqual({ op: "remove", path: "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration" });
    expect(entriesAfter(live, takeover)).toEqual({ driftless: fields, "mesh-controller": { "f:spec": { "f:replicas": {} } } });
  });

  test("leaves what the server filled in once, and holds on the object", () => {
    const service: KubeObject = { apiVersion: "v1", kind: "Service", metadata: { name: "x" } };
    const fields = { "f:metadata": { "f:finalizers": { ".": {}, 'v:"a"': {} } }, "f:spec": { "f:clusterIP": {}, "f:type": {} } };
    const live = liveObject(service, [entryOf("kubectl-create", fields, { apiVersion: "v1" })]);
    expect(entriesAfter(live, adopt(live, desired))).toEqual({
      driftless: { "f:spec": { "f:type": {} } },
      "kubectl-create": { "f:metadata": { "f:finalizers": { ".": {}, 'v:"a"': {} } }, "f:spec": { "f:clusterIP": {} } },
    });
  });

  test("leaves what is ignored, and replicas that Git leaves open, to who has them", () => {
    const fields = { "f:spec": { "f:minReadySeconds": {}, "f:replicas": {}, "f:paused": {} } };
    const live = liveObject(desired, [entryOf("kubectl-client-side-apply", fields)]);
    const ignored = [[{ kind: "Field", name: "spec" }, { kind: "Field", name: "minReadySeconds" }]] as const;
    expect(entriesAfter(live, adopt(live, desired, ignored))).toEqual({
      driftless: { "f:spec": { "f:paused": {} } },
      "kubectl-client-side-apply": { "f:spec": { "f:minReadySeconds": {}, "f:replicas": {} } },
    });
  });

  test("takes instructions to tools like us that the tool before us wrote, so that they go when Git drops them", () => {
    const fields = { "f:metadata": { "f:annotations": { "f:kustomize.toolkit.fluxcd.io/prune": {} } } };
    const live = liveObject(desired, [entryOf("kustomize-controller", fields, { operation: "Apply" })]);
    expect(entriesAfter(live, adopt(live, desired))).toEqual({ driftless: fields });
  });

  test("has nothing to do for an object of our own", () => expect(adopt(liveObject(desired, [own]), desired)).toBeUndefined());
});
