import { CONFIRM_ANNOTATION } from "../../../src/api/group.ts";
import { describe, expect, test } from "vitest";
import { compileIgnore } from "../../../drift/ignore.ts";
import { underRules } from "../../../reconciler/compose.ts";
import type { EffectiveObject } from "../../../reconciler/effective.ts";
import { recreate } from "../../../reconciler/recreate.ts";
import type { Recreation } from "../../../reconciler/recreate.ts";
import { KubeApiError } from "../../../src/errors.ts";
import type { KubeObject, ObjectMeta } from "../../../src/object/kube-object.ts";
import type { ClusterClient, DeleteOptions } from "../../../src/ports.ts";
import { desiredFrom, shop } from "../../support/desired.ts";
import { liveObject, ownEntryOf } from "../../support/owned-object.ts";

const immutable = new KubeApiError(422, "Invalid", "is invalid", { causes: [{ field: "spec.selector", reason: "FieldValueInvalid", message: "field is immutable" }] });

/** One object that asks for force; `name` may be overridden by the rest. */
function desired(apiVersion: string, kind: string, rest = "", annotations = "driftless.dev/force: enabled"): EffectiveObject {
  const [object] = desiredFrom(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: web, annotations: {${annotations}}}\n${rest}`).objects;
  if (object === undefined) throw new Error("nothing was composed");
  return object;
}

const deployment = desired("apps/v1", "Deployment", "spec: {replicas: 1}");
const conflict = new KubeApiError(409, "Conflict", "the object has been modified");

/** What the cluster was asked and how it answers. */
class OneObject {
  readonly asked: string[] = [];
  readonly trials: KubeObject[] = [];
  readonly deletes: DeleteOptions[] = [];
  live: KubeObject | undefined;
  /** Answers to the next deletes; none: it works. */
  readonly refusals: KubeApiError[] = [];
  trialRefusal: KubeApiError | undefined;

  constructor(object: EffectiveObject, metadata: Partial<ObjectMeta> = {}, content: object = {}) {
    const marked = { ...object.object, ...content };
    this.live = liveObject({ ...marked, metadata: { ...marked.metadata, ...metadata } }, [ownEntryOf(object.object)]);
  }

  readonly client: Partial<ClusterClient> = {
    get: async (_ref, { as, metadataOnly } = {}) => {
      this.asked.push(`get${metadataOnly === true ? " metadata" : ""}${as === undefined ? "" : ` as ${as.name}`}`);
      const { live } = this;
      return live === undefined || metadataOnly !== true ? live : { apiVersion: live.apiVersion, kind: live.kind, metadata: live.metadata };
    },
    apply: async (object, { as, dryRun }) => {
      this.asked.push(`${dryRun === true ? "try" : "apply"} as ${as?.name}`);
      this.trials.push(object);
      if (this.trialRefusal !== undefined) throw this.trialRefusal;
      return { object, created: true };
    },
    delete: async (_ref, options) => {
      this.asked.push(`delete as ${options.as?.name}`);
      this.deletes.push(options);
      const refusal = this.refusals.shift();
      if (refusal !== undefined) throw refusal;
      return this.live !== undefined;
    },
  };

  /** Somebody says yes to deleting the live object. */
  confirm(): void {
    if (this.live === undefined) return;
    const { metadata } = this.live;
    this.live = { ...this.live, metadata: { ...metadata, annotations: { ...metadata.annotations, [CONFIRM_ANNOTATION]: metadata.uid ?? "" } } };
  }

  recreate(object: EffectiveObject, { error = immutable, confirmed = false, signal = new AbortController().signal }: { readonly error?: Error; readonly confirmed?: boolean; readonly signal?: AbortSignal } = {}): Promise<Recreation> {
    if (confirmed) this.confirm();
    return recreate(object, error, { cluster: this.client as ClusterClient, account: { namespace: "shop", name: "deployer" }, identity: shop, signal });
  }
}

describe("an object with force whose update was refused for good", () => {
  test("is read, tried under another name as the account, and deleted with preconditions", async () => {
    const cluster = new OneObject(deployment);
    expect(await cluster.recreate(deployment)).toEqual({ kind: "Deleting", fields: ["spec.selector"] });
    expect(cluster.asked).toEqual(["get metadata", "try as deployer", "delete as deployer"]);
    expect(cluster.trials.map(({ metadata }) => [metadata.name.startsWith("web-try-"), metadata.namespace])).toEqual([[true, "shop"]]);
    expect(cluster.deletes).toMatchObject([{ uid: "u1", resourceVersion: "7", propagationPolicy: "Background" }]);
  });

  test("is tried under a name that every kind takes", async () => {
    const long = { ...deployment, initial: { ...deployment.initial, metadata: { ...deployment.initial.metadata, name: `${"x".repeat(37)}.${"y".repeat(100)}` } } };
    const cluster = new OneObject(deployment);
    await cluster.recreate(long);
    expect(cluster.trials[0]?.metadata.name).toMatch(/^x{37}-try-[0-9a-f]{8}$/);
  });

  test("that others write to meanwhile is read and proved again", async () => {
    const cluster = new OneObject(deployment);
    cluster.refusals.push(conflict, conflict);
    expect(await cluster.recreate(deployment)).toMatchObject({ kind: "Deleting" });
    expect(cluster.asked.filter((what) => what.startsWith("get"))).toHaveLength(3);
  });

  test("that others write to without end is left", async () => {
    const cluster = new OneObject(deployment);
    cluster.refusals.push(...Array.from({ length: 20 }, () => conflict));
    expect(await cluster.recreate(deployment)).toMatchObject({ kind: "Refused" });
    expect(cluster.deletes).toHaveLength(10);
  });
});

/** What came of it, when nothing was deleted. */
const untouched = async (cluster: OneObject, object: EffectiveObject, options: Parameters<OneObject["recreate"]>[1] = {}): Promise<Recreation> => {
  const result = await cluster.recreate(object, options);
  expect(cluster.deletes).toEqual([]);
  return result;
};

describe("nothing is deleted", () => {
  test.each([
    ["the object does not ask for it", desired("apps/v1", "Deployment", "", "a: b"), immutable],
    ["it is older content", { ...deployment, content: "LastGood" as const }, immutable],
    ["the refusal is about something else", deployment, new KubeApiError(422, "Invalid", "is invalid", { causes: [{ field: "spec", reason: "FieldValueInvalid", message: "must be 1" }] })],
    ["it is not allowed", deployment, new KubeApiError(403, "Forbidden", "no")],
  ])("where %s", async (_why, object, error) => {
    const cluster = new OneObject(object);
    expect(await untouched(cluster, object, { error })).toEqual({ kind: "No" });
    expect(cluster.asked).toEqual([]);
  });

  test("where it could not be created again, and the reason is told", async () => {
    const cluster = new OneObject(deployment);
    cluster.trialRefusal = new KubeApiError(422, "Invalid", "is invalid", { causes: [{ field: "spec.template", message: "Required value" }] });
    expect(await untouched(cluster, deployment)).toEqual({ kind: "Refused", message: "it cannot be changed, and it is not deleted because it could not be created again: spec.template: Required value" });
  });

  test("where the reason would tell a Secret's value", async () => {
    const secret = underRules(desired("v1", "Secret", "stringData: {password: canary-91, user: u}"), compileIgnore([{ paths: ["/data/password"] }]).rules);
    const cluster = new OneObject(secret);
    cluster.trialRefusal = new KubeApiError(422, "Invalid", "is invalid", { causes: [{ field: "data", message: "got canary-91" }] });
    expect(JSON.stringify(await untouched(cluster, secret))).not.toContain("canary-91");
  });

  test.each<[string, Partial<ObjectMeta>]>([
    ["it names another object as its origin", { annotations: { "driftless.dev/origin": "inst-1/shop/shop#apps/Deployment/shop/other" } }],
    ["it has a controller", { ownerReferences: [{ apiVersion: "v1", kind: "X", name: "x", uid: "x", controller: true }] }],
    ["it is kept by annotation", { annotations: { ...deployment.object.metadata.annotations, "driftless.dev/prune": "disabled" } }],
  ])("where %s", async (_why, metadata) => {
    expect(await untouched(new OneObject(deployment, metadata), deployment)).toMatchObject({ kind: "Refused", message: expect.stringContaining("spec.selector cannot be changed") as string });
  });

  test.each([
    ["what the Application writes as", "v1", "ServiceAccount", "deployer"],
    ["a definition of Driftless", "apiextensions.k8s.io/v1", "CustomResourceDefinition", "applications.driftless.dev"],
    ["an object of Driftless", "driftless.dev/v1alpha1", "Application", "child"],
  ])("of %s", async (_what, apiVersion, kind, name) => {
    const [object] = desiredFrom(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: ${name}, annotations: {driftless.dev/force: enabled}}}`).objects;
    if (object === undefined) throw new Error("nothing was composed");
    expect(await untouched(new OneObject(object), object, { confirmed: true })).toMatchObject({ kind: "Refused" });
  });

  test.each(["RoleBinding", "ClusterRoleBinding"])("of a %s that gives the account its rights as it is live", async (kind) => {
    const binding = desired("rbac.authorization.k8s.io/v1", kind, "roleRef: {kind: ClusterRole, name: admin}\n");
    const [toOwn, toOther] = ["deployer", "other"].map((name) => new OneObject(binding, {}, { subjects: [{ kind: "ServiceAccount", name, namespace: "shop" }] }));
    expect(toOwn && (await untouched(toOwn, binding))).toMatchObject({ kind: "Refused", message: expect.stringContaining("it gives rights to the account that this Application writes as") as string });
    expect(await toOther?.recreate(binding)).toMatchObject({ kind: "Deleting" });
  });

  test("where it is being deleted already", async () => {
    expect(await untouched(new OneObject(deployment, { deletionTimestamp: "2026-01-01T00:00:00Z" }), deployment)).toMatchObject({ kind: "Deleting" });
  });

  test("where it is gone", async () => {
    const cluster = new OneObject(deployment);
    cluster.live = undefined;
    expect(await untouched(cluster, deployment)).toEqual({ kind: "Changed" });
  });

  test("where the operator stops", async () => {
    const cluster = new OneObject(deployment);
    cluster.trialRefusal = new KubeApiError(0, "NoAnswer", "aborted");
    await expect(cluster.recreate(deployment, { signal: AbortSignal.abort(new Error("the operator has stopped")) })).rejects.toThrow("the operator has stopped");
    expect(cluster.deletes).toEqual([]);
  });
});

test("an object that took the name between two tries is not deleted", async () => {
  const cluster = new OneObject(deployment);
  cluster.refusals.push(conflict);
  const { delete: tryDelete } = cluster.client;
  const replaced = async (...args: Parameters<ClusterClient["delete"]>): Promise<boolean> => {
    if (cluster.live !== undefined) cluster.live = { ...cluster.live, metadata: { ...cluster.live.metadata, uid: "u2" } };
    return (await tryDelete?.(...args)) ?? false;
  };
  const context = { cluster: { ...cluster.client, delete: replaced } as ClusterClient, account: { namespace: "shop", name: "deployer" }, identity: shop, signal: new AbortController().signal };
  expect(await recreate(deployment, immutable, context)).toEqual({ kind: "Changed" });
  expect(cluster.deletes).toHaveLength(1);
});

describe("where more goes than the object", () => {
  test.each([
    ["a claim", "v1", "PersistentVolumeClaim", ""],
    ["a volume", "v1", "PersistentVolume", ""],
    ["a namespace", "v1", "Namespace", ""],
    ["a definition", "apiextensions.k8s.io/v1", "CustomResourceDefinition", ""],
    ["a StatefulSet", "apps/v1", "StatefulSet", ""],
    ["a Service with a load balancer", "v1", "Service", "spec: {type: LoadBalancer}"],
  ])("%s needs a second yes, and goes when it is given", async (_what, apiVersion, kind, rest) => {
    const object = desired(apiVersion, kind, rest);
    const cluster = new OneObject(object);
    expect(await cluster.recreate(object)).toMatchObject({ kind: "NeedsYes", fields: ["spec.selector"] });
    expect(cluster.deletes).toEqual([]);
    expect(await cluster.recreate(object, { confirmed: true })).toMatchObject({ kind: "Deleting" });
  });

  test("a Service that gives up its load balancer needs it too, one without does not", async () => {
    const service = desired("v1", "Service", "spec: {type: ClusterIP, clusterIP: None}");
    expect(await new OneObject(service, {}, { spec: { type: "LoadBalancer" } }).recreate(service)).toMatchObject({ kind: "NeedsYes" });
    expect(await new OneObject(service).recreate(service)).toMatchObject({ kind: "Deleting" });
  });
});

test("a Service is tried without the ports of nodes that it holds itself", async () => {
  const service = desired("v1", "Service", "spec: {healthCheckNodePort: 30001, clusterIP: None, ports: [{port: 80, nodePort: 30000}]}");
  const cluster = new OneObject(service);
  await cluster.recreate(service);
  expect(JSON.parse(JSON.stringify(cluster.trials[0]?.["spec"]))).toEqual({ clusterIP: "None", ports: [{ port: 80 }] });
});

test.each([
  ["Background", "apps/v1", "Deployment", ""],
  ["Foreground", "apps/v1", "Deployment", "spec: {strategy: {type: Recreate}}"],
  ["Background", "v1", "ConfigMap", ""],
  ["Background", "rbac.authorization.k8s.io/v1", "RoleBinding", ""],
  ["Foreground", "batch/v1", "Job", ""],
  ["Foreground", "apps/v1", "DaemonSet", ""],
  ["Foreground", "apps/v1", "StatefulSet", ""],
  ["Foreground", "example.com/v1", "Widget", ""],
  ["Foreground", "gateway.networking.k8s.io/v1", "Gateway", ""],
])("dependents go in the %s: %s %s %s", async (policy, apiVersion, kind, rest) => {
  const object = desired(apiVersion, kind, rest);
  const cluster = new OneObject(object);
  await cluster.recreate(object, { confirmed: true });
  expect(cluster.deletes.map(({ propagationPolicy }) => propagationPolicy)).toEqual([policy]);
});
