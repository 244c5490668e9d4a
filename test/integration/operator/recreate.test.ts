import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compose } from "../../../reconciler/compose.ts";
import type { EffectiveObject } from "../../../reconciler/effective.ts";
import { identityOf } from "../../../reconciler/identity.ts";
import { immutableFields } from "../../../reconciler/immutable.ts";
import { recreate } from "../../../reconciler/recreate.ts";
import type { Recreation } from "../../../reconciler/recreate.ts";
import { CONFIRM_ANNOTATION, FIELD_MANAGER } from "../../../src/api/group.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../src/ports.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, uniqueName } from "../../support/control-plane.ts";
import { ACCOUNT, accountObjects } from "../../support/tenant-objects.ts";
import { servedKind } from "../../support/widget-crd.ts";

const group = `${uniqueName("things")}.example.com`;
let cluster: HttpClusterClient;
let namespace: string;

beforeAll(async () => {
  cluster = await openCluster();
  namespace = await createNamespace("recreate");
  for (const object of [...accountObjects(namespace, "cluster-admin"), thingCrd("Thing", "Namespaced"), thingCrd("Other", "Namespaced"), ...freeze()]) await cluster.create(object);
  await Promise.all(["Thing", "Other"].map((kind) => servedKind(cluster, `${group}/v1`, kind)));
  await pollUntil({ what: "the account's rights are known", deadlineMs: 20_000, probe: async () => (await cluster.get({ apiVersion: "v1", kind: "Namespace", name: namespace }, { as: account() })) !== undefined });
});
afterAll(() => cluster.close());

const account = () => ({ namespace, name: ACCOUNT });
const identity = () => identityOf("inst-1", { namespace, name: "shop" });

/** `size` and `bare` stay what they are, `odd` is odd, `mode` is one of two. */
function thingCrd(kind: string, scope: string): KubeObject {
  const stays = { rule: "self == oldSelf" };
  const spec = {
    type: "object",
    properties: {
      size: { type: "integer", "x-kubernetes-validations": [{ ...stays, message: "size stays what it is" }] },
      bare: { type: "string", "x-kubernetes-validations": [stays] },
      odd: { type: "integer", "x-kubernetes-validations": [{ rule: "self % 2 == 1", message: "must be odd" }] },
      mode: { type: "string", enum: ["a", "b"] },
    },
  };
  const singular = kind.toLowerCase();
  const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", properties: { spec } } } };
  return { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: `${singular}s.${group}` }, spec: { group, scope, names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular }, versions: [version] } };
}

/** A policy that refuses every change of ConfigMaps called `frozen`, in words that sound like the server's. */
function freeze(): KubeObject[] {
  const name = `freeze.${group}`;
  const api = "admissionregistration.k8s.io/v1";
  const matchConstraints = { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["UPDATE"] }], namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
  return [
    { apiVersion: api, kind: "ValidatingAdmissionPolicy", metadata: { name }, spec: { matchConstraints, validations: [{ expression: "object.metadata.name != 'frozen'", message: "field is immutable on Fridays" }] } },
    { apiVersion: api, kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec: { policyName: name, validationActions: ["Deny"] } },
  ];
}

/** An object as an Application with `force` desires it. */
async function desired(apiVersion: string, kind: string, name: string, content: object): Promise<EffectiveObject> {
  const object = { apiVersion, kind, metadata: { name, annotations: { "driftless.dev/force": "enabled" } }, ...content };
  const served: ResourceKind = await servedKind(cluster, apiVersion, kind);
  const [composed] = compose({ objects: [{ object, origin: { file: "a.yaml", line: 1, overlays: [] } }], warnings: [] }, { identity: identity(), defaultNamespace: namespace, kindOf: () => served }).objects;
  if (composed === undefined) throw new Error("nothing was composed");
  return composed;
}

/** Applies as the operator does. */
const apply = ({ object }: EffectiveObject): Promise<unknown> => cluster.apply(object, { fieldManager: FIELD_MANAGER, force: true, as: account() });

/** Applies one content and then another; answers with the refusal of the second. */
async function refusal(apiVersion: string, kind: string, before: object, after: object, name = uniqueName("x")): Promise<{ readonly object: EffectiveObject; readonly error: unknown }> {
  await apply(await desired(apiVersion, kind, name, before));
  const object = await desired(apiVersion, kind, name, after);
  const error: unknown = await apply(object).then(() => undefined, (error: unknown) => error);
  return { object, error };
}

const recreated = (object: EffectiveObject, error: unknown): Promise<Recreation> => recreate(object, error, { cluster, account: account(), identity: identity(), signal: new AbortController().signal });

const labels = { a: "1", b: "2" };
const template = (image = "a:1", rest: JsonObject = {}): JsonObject => ({ metadata: { labels }, spec: { containers: [{ name: "a", image }], ...rest } });
const workload = (key: "a" | "b", rest: JsonObject = {}): JsonObject => ({ spec: { selector: { matchLabels: { [key]: labels[key] } }, template: template(), ...rest } });
const job = (image: string): JsonObject => ({ spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image }] } } } });
const service = (spec: JsonObject): JsonObject => ({ spec: { ports: [{ port: 80 }], selector: labels, ...spec } });
const claim = (storageClassName: string, storage = "1Gi"): JsonObject => ({ spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } } });
const volume = (path: string): JsonObject => ({ spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path } } });
const binding = (name: string): JsonObject => ({ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name } });
const thing = (spec: JsonObject): JsonObject => ({ spec });
const RBAC = "rbac.authorization.k8s.io/v1";

describe("what the API server says is understood:", () => {
  test.each<[string, string, string, JsonObject, JsonObject, string]>([
    ["the selector of a Deployment", "apps/v1", "Deployment", workload("a"), workload("b"), "spec.selector"],
    ["the selector of a DaemonSet", "apps/v1", "DaemonSet", workload("a"), workload("b"), "spec.selector"],
    ["the service of a StatefulSet", "apps/v1", "StatefulSet", workload("a", { serviceName: "x" }), workload("a", { serviceName: "y" }), "spec"],
    ["the template of a Job", "batch/v1", "Job", job("a:1"), job("a:2"), "spec.template"],
    ["the address of a Service", "v1", "Service", service({}), service({ clusterIP: "None" }), "spec.clusterIPs[0]"],
    ["the load balancer class of a Service", "v1", "Service", service({ type: "LoadBalancer", loadBalancerClass: "a.b/c" }), service({ type: "LoadBalancer", loadBalancerClass: "a.b/d" }), "spec.loadBalancerClass"],
    ["the class of a claim", "v1", "PersistentVolumeClaim", claim("a"), claim("b"), "spec"],
    ["the size of a claim", "v1", "PersistentVolumeClaim", claim("a", "2Gi"), claim("a", "1Gi"), "spec"],
    ["the place of a volume", "v1", "PersistentVolume", volume("/a"), volume("/b"), "spec.persistentvolumesource"],
    ["the role of a binding", RBAC, "RoleBinding", binding("view"), binding("edit"), "roleRef"],
    ["an immutable ConfigMap", "v1", "ConfigMap", { immutable: true, data: { a: "1" } }, { immutable: true, data: { a: "2" } }, "data"],
    ["an immutable Secret", "v1", "Secret", { immutable: true, stringData: { a: "1" } }, { immutable: true, stringData: { a: "2" } }, "data"],
    ["the type of a Secret", "v1", "Secret", { type: "a/b" }, { type: "a/c" }, "type"],
    ["the parameters of a StorageClass", "storage.k8s.io/v1", "StorageClass", { provisioner: "a.b/c", parameters: { a: "1" } }, { provisioner: "a.b/c", parameters: { a: "2" } }, "parameters"],
    ["the value of a PriorityClass", "scheduling.k8s.io/v1", "PriorityClass", { value: 1 }, { value: 2 }, "value"],
    ["the containers of a Pod", "v1", "Pod", { spec: { containers: [{ name: "a", image: "a:1" }] } }, { spec: { containers: [{ name: "a", image: "a:1", command: ["x"] }] } }, "spec"],
  ])("%s", async (_what, apiVersion, kind, before, after, field) => {
    const { object, error } = await refusal(apiVersion, kind, before, after);
    expect(immutableFields(error, object.id)).toContain(field);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["a rule with a message of its own", { size: 1 }, { size: 2 }],
    ["a rule without one", { bare: "a" }, { bare: "b" }],
  ])("a custom resource's rule about a change: %s", async (_what, before, after) => {
    const { object, error } = await refusal(`${group}/v1`, "Thing", thing(before), thing(after));
    expect(immutableFields(error, object.id)).toEqual([`spec.${Object.keys(after)[0]}`]);
  });

  test("the scope of a definition", async () => {
    const { object, error } = await refusal("apiextensions.k8s.io/v1", "CustomResourceDefinition", { spec: thingCrd("Other", "Namespaced")["spec"] as object }, { spec: thingCrd("Other", "Cluster")["spec"] as object }, `others.${group}`);
    expect(immutableFields(error, object.id)).toEqual(["spec.scope"]);
    expect(await recreated(object, error)).toMatchObject({ kind: "NeedsYes", loss: "every object of the kind is deleted with it" });
  });

  test.each<[string, string, string, JsonObject, JsonObject]>([
    ["a port that is none", "v1", "Service", service({}), service({ ports: [{ port: 800_000 }] })],
    ["labels that do not fit", "apps/v1", "Deployment", workload("a"), { spec: { selector: { matchLabels: { a: "1" } }, template: { metadata: { labels: { b: "2" } }, spec: { containers: [{ name: "a", image: "a" }] } } } }],
    ["a word that is none of those allowed", "", "Thing", thing({ mode: "a" }), thing({ mode: "c" })],
  ])("%s has nothing to do with it", async (_what, apiVersion, kind, before, after) => {
    const { object, error } = await refusal(apiVersion || `${group}/v1`, kind, before, after);
    expect(error).toBeDefined();
    expect(immutableFields(error, object.id)).toEqual([]);
  });

  test("a policy that words it alike has nothing to do with it", async () => {
    await apply(await desired("v1", "ConfigMap", "frozen", { data: { a: "0" } }));
    const object = await desired("v1", "ConfigMap", "frozen", { data: { a: "1" } });
    await pollUntil({ what: "the policy is in force", deadlineMs: 20_000, probe: () => apply({ ...object, object: { ...object.object, data: { a: uniqueName("v") } } }).then(() => false, () => true) });
    const error: unknown = await apply(object).then(() => undefined, (error: unknown) => error);
    expect(error).toMatchObject({ status: 422, message: expect.stringContaining("immutable on Fridays") as string });
    expect(immutableFields(error, object.id)).toEqual([]);
  });
});

/** The object as it is now. */
const live = ({ ref }: EffectiveObject): Promise<KubeObject | undefined> => cluster.get(ref);

describe("an object that asks for it", () => {
  test.each<[string, string, string, JsonObject, JsonObject]>([
    ["a Deployment", "apps/v1", "Deployment", workload("a"), workload("b")],
    ["a Job", "batch/v1", "Job", job("a:1"), job("a:2")],
    ["a Service", "v1", "Service", service({ type: "NodePort" }), service({ clusterIP: "None" })],
    ["a binding", RBAC, "RoleBinding", binding("view"), binding("edit")],
    ["an immutable ConfigMap", "v1", "ConfigMap", { immutable: true, data: { a: "1" } }, { immutable: true, data: { a: "2" } }],
  ])("is deleted, and created when it is gone: %s", async (_what, apiVersion, kind, before, after) => {
    const { object, error } = await refusal(apiVersion, kind, before, after);
    const uid = (await live(object))?.metadata.uid;
    expect(await recreated(object, error)).toMatchObject({ kind: "Deleting" });
    await pollUntil({ what: "it is gone", deadlineMs: 30_000, probe: async () => (await live(object)) === undefined });
    await apply(object);
    expect((await live(object))?.metadata.uid).not.toBe(uid);
  });

  test("is deleted after its children, where it is a custom resource", async () => {
    const { object, error } = await refusal(`${group}/v1`, "Thing", thing({ size: 1 }), thing({ size: 2 }));
    expect(await recreated(object, error)).toEqual({ kind: "Deleting", fields: ["spec.size"] });
    expect(await recreated(object, error)).toEqual({ kind: "Deleting", fields: ["spec.size"] });
    const { finalizers, deletionTimestamp } = (await live(object))?.metadata ?? {};
    expect([finalizers, deletionTimestamp !== undefined]).toEqual([["foregroundDeletion"], true]); // the garbage collector learns of a new kind within half a minute
  });

  test("leaves nothing of the trial behind", async () => {
    const { object, error } = await refusal("v1", "ConfigMap", { immutable: true, data: { a: "1" } }, { immutable: true, data: { a: "2" } });
    await recreated(object, error);
    const names = (await cluster.list(object.kind, { namespace })).items.map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name.includes("-try-"))).toEqual([]);
  });

  test("stays where what is desired could not be created at all", async () => {
    const { object, error } = await refusal(`${group}/v1`, "Thing", thing({ odd: 1 }), thing({ odd: 2 }));
    expect(await recreated(object, error)).toEqual({ kind: "Refused", message: "it cannot be changed, and it is not deleted because it could not be created again: spec.odd: Invalid value: 2: must be odd" });
    expect((await live(object))?.metadata.deletionTimestamp).toBeUndefined();
  });

  test("stays where the account may not delete it", async () => {
    const { object, error } = await refusal("v1", "ConfigMap", { immutable: true, data: { a: "1" } }, { immutable: true, data: { a: "2" } });
    const nobody = { namespace, name: "nobody" };
    const result = await recreate(object, error, { cluster, account: nobody, identity: identity(), signal: new AbortController().signal });
    expect(result).toMatchObject({ kind: "Refused", message: expect.stringContaining(`account ${namespace}/nobody may not patch configmaps`) as string });
    expect(await live(object)).toBeDefined();
  });

  test.each<[string, string, string, JsonObject, JsonObject]>([
    ["a claim", "v1", "PersistentVolumeClaim", claim("a"), claim("b")],
    ["a volume", "v1", "PersistentVolume", volume("/a"), volume("/b")],
    ["a StatefulSet", "apps/v1", "StatefulSet", workload("a", { serviceName: "x" }), workload("a", { serviceName: "y" })],
    ["a Service with a load balancer", "v1", "Service", service({ type: "LoadBalancer" }), service({ clusterIP: "None" })],
  ])("needs a second yes where more goes than itself: %s", async (_what, apiVersion, kind, before, after) => {
    const { object, error } = await refusal(apiVersion, kind, before, after);
    expect(await recreated(object, error)).toMatchObject({ kind: "NeedsYes" });
    expect((await live(object))?.metadata.deletionTimestamp).toBeUndefined();
    const found = await cluster.get(object.ref, { metadataOnly: true });
    await cluster.patch(object.ref, { metadata: { annotations: { [CONFIRM_ANNOTATION]: found?.metadata.uid ?? "" } } }, { type: "merge" });
    expect(await recreated(object, error)).toMatchObject({ kind: "Deleting" });
  });
});
