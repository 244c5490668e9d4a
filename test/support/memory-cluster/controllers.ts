/** The controllers of the cluster itself, as far as objects of tests need them. Each is one step that says whether it did something. */
import { isApiStatus } from "../../../src/errors.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import { jsonEqual } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { Clock, ObjectRef, ResourceKind } from "../../../src/ports.ts";
import type { ApiServer } from "./api-server.ts";
import type { Kinds, ServedKind } from "./kinds.ts";
import { freeze, listAt, objectAt, textAt } from "./plain.ts";
import type { Store } from "./store.ts";

/** What controllers work with. */
export interface ControllerContext {
  readonly server: ApiServer;
  readonly store: Store;
  readonly kinds: Kinds;
  readonly clock: Pick<Clock, "now">;
  /** Whether the Pods of a workload get ready. */
  readonly isWorking: (workload: KubeObject) => boolean;
  readonly closeWatches: (kind: ResourceKind) => void;
}

/** One pass over the cluster; true when something was done, so that another pass is due. */
export type Controller = (context: ControllerContext) => boolean;

const MANAGER = "kube-controller-manager";
const CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
const CRDS = { group: "apiextensions.k8s.io", plural: "customresourcedefinitions" };

const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });

/** Runs work for each item; true when any did something. */
const some = <T>(items: readonly T[], work: (item: T) => boolean): boolean => items.reduce((done, item) => work(item) || done, false);

function patchStatus({ server }: ControllerContext, object: KubeObject, status: JsonObject): boolean {
  if (jsonEqual(objectAt(asJson(object), "status"), { ...objectAt(asJson(object), "status"), ...status })) return false;
  server.patch(refOf(object), { status }, "merge", { manager: MANAGER, subresource: "status" });
  return true;
}

function remove({ server }: ControllerContext, object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return false;
  return server.delete(refOf(object), { uid: object.metadata.uid, propagationPolicy: "Background" });
}

function setFinalizers({ server }: ControllerContext, object: KubeObject, finalizers: readonly Json[]): boolean {
  server.patch(refOf(object), { metadata: { finalizers: [...finalizers] } }, "merge", { manager: MANAGER });
  return true;
}

/** Definitions become established and served; deleted ones take their objects with them first. */
export const definitions: Controller = (context) => some(context.store.list(CRDS), (definition) => (definition.metadata.deletionTimestamp === undefined ? establish(context, definition) : cleanUp(context, definition)));

const condition = ({ clock }: ControllerContext, type: string, reason: string): JsonObject => ({ type, status: "True", reason, message: reason, lastTransitionTime: `${clock.now().toISOString().slice(0, 19)}Z` });

function isTrue(object: KubeObject, type: string): boolean {
  return listAt(asJson(object), "status", "conditions").some((item) => objectAt(item)["type"] === type && objectAt(item)["status"] === "True");
}

const served = new WeakMap<Kinds, Map<string, number>>();

function establish(context: ControllerContext, definition: KubeObject): boolean {
  const { kinds, store } = context;
  const known = served.get(kinds) ?? new Map<string, number>();
  served.set(kinds, known);
  const { name, uid = "", generation = 0 } = definition.metadata;
  if (!isTrue(definition, "Established")) {
    const spec = objectAt(asJson(definition), "spec");
    const status = {
      acceptedNames: objectAt(spec, "names"), storedVersions: listAt(spec, "versions").filter((version) => objectAt(version)["storage"] === true).map((version) => textAt(version, "name") ?? ""),
      conditions: [condition(context, "NamesAccepted", "NoConflicts"), condition(context, "Established", "InitialNamesAccepted")],
    };
    setFinalizers(context, definition, [...(definition.metadata.finalizers ?? []), CLEANUP]);
    return patchStatus(context, definition, status);
  }
  if (known.get(uid) === generation) return false;
  const isNew = !known.has(uid);
  known.set(uid, generation);
  kinds.define(definition);
  // Nothing can have been watched before: a version from then is too old.
  if (isNew) for (const { resource } of kindsOf(context, name)) store.compact(resource);
  return true;
}

const kindsOf = ({ kinds }: ControllerContext, definition: string): ServedKind[] => kinds.all().filter(({ custom }) => custom?.definition === definition);

function cleanUp(context: ControllerContext, definition: KubeObject): boolean {
  const [kind] = kindsOf(context, definition.metadata.name);
  const left = kind === undefined ? [] : context.store.list(kind.resource);
  if (!isTrue(definition, "Terminating")) return patchStatus(context, definition, { conditions: [...listAt(asJson(definition), "status", "conditions"), condition(context, "Terminating", "InstanceDeletionInProgress")] });
  if (left.length > 0) return some(left, (object) => remove(context, object));
  if (definition.metadata.finalizers?.includes(CLEANUP) !== true) return false;
  for (const { resource } of kindsOf(context, definition.metadata.name)) context.closeWatches(resource);
  context.kinds.forget(definition.metadata.name);
  return setFinalizers(context, definition, definition.metadata.finalizers.filter((name) => name !== CLEANUP));
}

/** A terminating namespace loses its contents, then goes. */
export const namespaces: Controller = (context) =>
  some(context.store.list({ group: "", plural: "namespaces" }), (namespace) => {
    if (namespace.metadata.deletionTimestamp === undefined) return false;
    const content = context.kinds.all().filter(({ resource }) => resource.namespaced && isPreferred(context, resource)).flatMap(({ resource }) => context.store.list(resource, namespace.metadata.name));
    if (content.length > 0) return some(content, (object) => remove(context, object));
    context.server.patch(refOf(namespace), { spec: { finalizers: null } }, "merge", { manager: MANAGER });
    return true;
  });

const isPreferred = ({ kinds }: ControllerContext, { group, kind, version }: ResourceKind): boolean => kinds.preferred(group, kind)?.resource.version === version;

/** What has owners, and none of them is left, goes; so does what waits for its dependents. */
export const garbage: Controller = (context) => {
  const all = context.kinds.all().filter(({ resource }) => isPreferred(context, resource)).flatMap(({ resource }) => context.store.list(resource));
  const owned = all.filter(({ metadata }) => (metadata.ownerReferences ?? []).length > 0);
  const collected = some(owned, (object) => !(object.metadata.ownerReferences ?? []).some((owner) => isThere(context, object, owner)) && remove(context, object));
  return some(all.filter(({ metadata }) => metadata.deletionTimestamp !== undefined), (object) => release(context, object, owned)) || collected;
};

function isThere({ kinds, store }: ControllerContext, object: KubeObject, { apiVersion, kind, name, uid }: { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly uid: string }): boolean {
  const found = kinds.of(apiVersion, kind);
  if (found === undefined) return true; // nobody can know
  return store.get(found.resource, found.resource.namespaced ? (object.metadata.namespace ?? "") : "", name)?.metadata.uid === uid;
}

function release(context: ControllerContext, owner: KubeObject, owned: readonly KubeObject[]): boolean {
  const { finalizers = [], uid } = owner.metadata;
  const dependents = owned.filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid) === true);
  const without = (name: string): boolean => setFinalizers(context, owner, finalizers.filter((other) => other !== name));
  if (finalizers.includes("orphan")) {
    for (const object of dependents) context.server.patch(refOf(object), { metadata: { ownerReferences: null } }, "merge", { manager: MANAGER });
    return without("orphan");
  }
  if (!finalizers.includes("foregroundDeletion")) return false;
  return dependents.length === 0 ? without("foregroundDeletion") : some(dependents, (object) => remove(context, object));
}

/** Workloads whose Pods work get available; the others stay as they are, observed. */
export const workloads: Controller = (context) => {
  const lists = ["deployments", "statefulsets"].flatMap((plural) => context.store.list({ group: "apps", plural }));
  return some(lists.filter(({ metadata }) => metadata.deletionTimestamp === undefined), (object) => patchStatus(context, object, workloadStatus(context, object)));
};

function workloadStatus(context: ControllerContext, workload: KubeObject): JsonObject {
  const replicas = Number(objectAt(asJson(workload), "spec")["replicas"] ?? 1);
  const works = context.isWorking(workload);
  const counts = { observedGeneration: workload.metadata.generation ?? 1, replicas, updatedReplicas: replicas, readyReplicas: works ? replicas : 0, availableReplicas: works ? replicas : 0 };
  const revision = "stable"; // of a StatefulSet whose update is complete
  if (workload.kind === "StatefulSet") return { ...counts, currentReplicas: replicas, currentRevision: revision, updateRevision: revision };
  const known = isTrue(workload, "Available") === works && listAt(asJson(workload), "status", "conditions").length > 0;
  if (known) return counts;
  const available = { ...condition(context, "Available", works ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable"), status: works ? "True" : "False" };
  return { ...counts, conditions: [available, condition(context, "Progressing", works ? "NewReplicaSetAvailable" : "ReplicaSetUpdated")] };
}

/** Claims find their volume. */
export const claims: Controller = (context) => some(context.store.list({ group: "", plural: "persistentvolumeclaims" }), (claim) => patchStatus(context, claim, { phase: "Bound" }));

/** Every Service with a selector has an EndpointSlice that carries the Service's labels. */
export const endpoints: Controller = (context) =>
  some(context.store.list({ group: "", plural: "services" }), (service) => {
    const { metadata } = service;
    if (metadata.deletionTimestamp !== undefined || Object.keys(objectAt(asJson(service), "spec", "selector")).length === 0) return false;
    const ref = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace: metadata.namespace, name: `${metadata.name}-slice` };
    const labels = { ...metadata.labels, "kubernetes.io/service-name": metadata.name };
    const found = context.server.find(ref);
    if (found !== undefined && jsonEqual(objectAt(asJson(found), "metadata", "labels"), labels)) return false;
    return attempt(() => (found === undefined ? createSlice(context, service, ref, labels) : void context.server.patch(ref, [{ op: "add", path: "/metadata/labels", value: labels }], "json", { manager: MANAGER })));
  });

function createSlice({ server }: ControllerContext, service: KubeObject, ref: ObjectRef, labels: Readonly<Record<string, string>>): void {
  const { name, namespace = "", uid = "" } = service.metadata;
  const owner = { apiVersion: "v1", kind: "Service", name, uid, controller: true };
  server.create({ apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name, namespace, labels, ownerReferences: [owner] }, addressType: "IPv4", endpoints: freeze([]) }, { manager: MANAGER });
}

/** False where the server refuses: the namespace is going, say. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isApiStatus(error, 403) || isApiStatus(error, 404)) return false;
    throw error;
  }
}

/** All of them, in the order in which a pass runs them. */
export const CONTROLLERS: readonly Controller[] = [definitions, namespaces, garbage, workloads, claims, endpoints];
