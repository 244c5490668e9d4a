import { describe, expect, test } from "vitest";
import { findExtras } from "../../../drift/extras.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const KIND = { group: "apps/v1", kind: "Deployment" };

function object(content: JsonObject, metadata: JsonObject = {}, apiVersion = KIND.group, kind = KIND.kind): KubeObject {
  return { apiVersion, kind, metadata: { name: "x", namespace: "shop", ...metadata }, ...content };
}

/** Extras of an object to which one manager added content. */
function extrasOf(added: JsonObject, manager: string, desired: KubeObject = object({ spec: { paused: false } }), rest: Partial<ManagedFieldsEntry> = {}): unknown[] {
  const { metadata = {}, ...content } = added;
  const live = { ...desired, ...mergeTop(desired, content), metadata: { ...desired.metadata, ...(metadata as object) } };
  const entries = [ownEntryOf(desired), entryOf(manager, fieldsOf(added), rest)];
  return findExtras(desired, liveObject(live, entries)).map(({ pointer, revert }) => [pointer, revert]);
}

function mergeTop(desired: KubeObject, content: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, { ...(desired[name] as object), ...(value as object) }]));
}

describe("fields that nobody desired", () => {
  test("added by a person are to be reverted", () => {
    expect(extrasOf({ spec: { minReadySeconds: 5 } }, "kubectl-edit")).toEqual([["/spec/minReadySeconds", true]]);
  });

  test("added by a controller are its business", () => {
    expect(extrasOf({ spec: { minReadySeconds: 5 } }, "mesh-controller")).toEqual([]);
  });

  test.each([
    ["host network", { spec: { template: { spec: { hostNetwork: true } } } }, "/spec/template/spec/hostNetwork"],
    ["another account", { spec: { template: { spec: { serviceAccountName: "root" } } } }, "/spec/template/spec/serviceAccountName"],
    ["privileges", { spec: { template: { spec: { securityContext: { runAsUser: 0 } } } } }, "/spec/template/spec/securityContext/runAsUser"],
    ["a volume of the node", { spec: { template: { spec: { volumes: [{ name: "v", hostPath: { path: "/" } }] } } } }, "/spec/template/spec/volumes[name=v]"],
  ])("added by a controller are reported, not reverted, when they give power: %s", (_, added, pointer) => {
    expect(extrasOf(added, "mesh-controller")).toEqual([[pointer, false]]);
  });

  test("added to a role by a controller are reported", () => {
    const role = object({ rules: [] }, {}, "rbac.authorization.k8s.io/v1", "Role");
    expect(findExtras({ ...role, rules: undefined }, liveObject({ ...role, rules: [{ verbs: ["*"] }] }, [ownEntryOf(object({})), entryOf("some-controller", { "f:rules": {} })])).map(({ pointer }) => pointer)).toEqual(["/rules"]);
  });

  test("of one of many updaters whose names the server merged are left alone: it may be anybody", () => {
    expect(extrasOf({ spec: { minReadySeconds: 5 } }, "ancient-changes")).toEqual([]);
    expect(extrasOf({ spec: { template: { spec: { hostNetwork: true } } } }, "ancient-changes")).toEqual([["/spec/template/spec/hostNetwork", false]]);
  });

  test("that a controller wants as well as a person are left alone", () => {
    const desired = object({ spec: { paused: false } });
    const added = fieldsOf({ spec: { minReadySeconds: 5 } });
    const live = liveObject(object({ spec: { paused: false, minReadySeconds: 5 } }), [ownEntryOf(desired), entryOf("kubectl-edit", added), entryOf("mesh-controller", added)]);
    expect(findExtras(desired, live)).toEqual([]);
  });

  test("held in a finalizer or an owner reference are shown, but never taken away", () => {
    const desired = object({});
    const held = entryOf("kubectl-edit", { "f:metadata": { "f:finalizers": { ".": {}, 'v:"example.com/hold"': {} } } });
    expect(findExtras(desired, liveObject(object({}, { finalizers: ["example.com/hold"] }), [ownEntryOf(desired), held]))).toMatchObject([{ pointer: "/metadata/finalizers[=example.com~1hold]", revert: false }]);
  });

  test.each([
    ["a restart", { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } } } }],
    ["kubectl's copy", { metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } } }],
    ["the revision", { metadata: { annotations: { "deployment.kubernetes.io/revision": "2" } } }],
    ["a request to Driftless", { metadata: { annotations: { "driftless.dev/reconcile-requested-at": "now" } } }],
    ["an instruction to us", { metadata: { annotations: { "driftless.dev/prune": "disabled", "driftless.dev/reconcile": "disabled" } } }],
    ["an instruction to Flux or Argo CD", { metadata: { annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled", "argocd.argoproj.io/sync-options": "Prune=false" }, labels: { "kustomize.toolkit.fluxcd.io/prune": "disabled" } } }],
    ["another Application's claim", { metadata: { annotations: { "driftless.dev/claimed-by": "i/shop/other" } } }],
    ["replicas that Git leaves open", { spec: { replicas: 4 } }],
    ["a certificate bundle", { webhooks: { clientConfig: { caBundle: "x" } } }],
    ["the status", { status: { replicas: 1 } }],
  ])("are not counted: %s", (_, added: JsonObject) => expect(extrasOf(added, "kubectl-edit")).toEqual([]));

  test("written through a subresource or by ourselves are not counted", () => {
    expect(extrasOf({ spec: { minReadySeconds: 5 } }, "kubectl", undefined, { subresource: "scale" })).toEqual([]);
    expect(extrasOf({ spec: { minReadySeconds: 5 } }, "driftless-handover")).toEqual([]);
  });

  test("owned in name only are not counted: there is no value", () => {
    const desired = object({});
    expect(findExtras(desired, liveObject(object({}), [ownEntryOf(desired), entryOf("kubectl-edit", fieldsOf({ metadata: { annotations: { gone: "1" } } }))]))).toEqual([]);
  });

  test("below a map that is desired empty are found", () => {
    expect(extrasOf({ metadata: { annotations: { note: "x" } } }, "kubectl-edit", object({}, { annotations: {} }))).toEqual([["/metadata/annotations/note", true]]);
  });

  test("do not include a map that others filled", () => {
    const desired = object({});
    const hollow = entryOf("kubectl-edit", { "f:metadata": { "f:annotations": {} } });
    const controller = entryOf("mesh-controller", fieldsOf({ metadata: { annotations: { seen: "1" } } }));
    expect(findExtras(desired, liveObject(object({}, { annotations: { seen: "1" } }), [ownEntryOf(desired), hollow, controller]))).toEqual([]);
  });
});
