/** Requests as the API server carries them out, one at a time and at once. Throws KubeApiError for what it refuses. */
import { KubeApiError } from "../../../src/errors.ts";
import { requireNamespace } from "../../../src/kube/paths.ts";
import { isJsonObject, jsonEqual } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { asJson, asKubeObject } from "../../../src/object/kube-object.ts";
import type { Account, Clock, ObjectRef, ResourceKind } from "../../../src/ports.ts";
import type { AccessRequest, Authorizer } from "./access.ts";
import { refusal } from "./access.ts";
import { alreadyExists, badRequest, conflict, forbidden, invalid, modified, namespaceNotFound, notFound, notServed, unprocessable } from "./api-errors.ts";
import { customProblems, pruned } from "./custom-resource.ts";
import { withDefaults } from "./defaults.ts";
import { mergePatched, operated } from "./json-patch.ts";
import type { Kinds, ServedKind } from "./kinds.ts";
import { applied, sameButTimes, written } from "./managed-fields.ts";
import type { Writer } from "./managed-fields.ts";
import { freeze, listAt, objectAt, received, textAt, withMember, withoutNulls, withValueAt } from "./plain.ts";
import type { Members } from "./plain.ts";
import { stamped, type Store } from "./store.ts";
import { problemsOf, unreadable } from "./validation.ts";

/** How a write is made. */
export interface WriteOptions {
  readonly as?: Account | undefined;
  readonly manager: string;
  readonly subresource?: string | undefined;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** How an object is deleted. */
export interface RemoveOptions {
  readonly as?: Account | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy: "Background" | "Foreground" | "Orphan";
}

/** What a server is made from. */
export interface ServerParts {
  readonly store: Store;
  readonly kinds: Kinds;
  readonly clock: Pick<Clock, "now">;
  readonly authorize: Authorizer;
  /** An admission webhook: the text of its refusal, or undefined. */
  readonly admit?: ((object: KubeObject, before: KubeObject | undefined) => string | undefined) | undefined;
}

const SERVER_FIELDS = ["uid", "resourceVersion", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"];
/** Members that objects of built-in kinds have whatever a client sends: nobody adds them. */
const SKELETON: JsonObject = freeze({ metadata: {}, spec: { template: { metadata: {}, spec: { containers: null } }, strategy: {} }, status: {} });
const CUSTOM_SKELETON: JsonObject = freeze({ metadata: {} });
const NAMESPACES = { group: "", plural: "namespaces" };

export class ApiServer {
  readonly #parts: ServerParts;
  #uids = 0;
  #addresses = 0;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** The kind. Throws 404 `KindNotServed`. */
  served(apiVersion: string, kind: string): ServedKind {
    const served = this.#parts.kinds.of(apiVersion, kind);
    if (served === undefined) throw notServed(apiVersion, kind);
    return served;
  }

  /** Throws 403 where it is not allowed. */
  authorize(request: AccessRequest): void {
    if (!this.#parts.authorize(request)) throw forbidden(request.kind, request.name ?? "", refusal(request));
  }

  /** The stored object in the version asked for. */
  find(ref: ObjectRef): KubeObject | undefined {
    const { resource } = this.served(ref.apiVersion, ref.kind);
    requireNamespace(resource, ref);
    const found = this.#parts.store.get(resource, resource.namespaced ? (ref.namespace ?? "") : "", ref.name);
    return found === undefined ? undefined : shownIn(found, ref.apiVersion);
  }

  create(object: KubeObject, options: WriteOptions): KubeObject {
    const kind = this.served(object.apiVersion, object.kind);
    requireNamespace(kind.resource, object.metadata);
    this.#may("create", kind, object.metadata, options);
    if (object.metadata.name === "") throw badRequest("name or generateName is required");
    const sent = received(object) as JsonObject; // an object stays one
    this.#requireRoom(kind, object);
    if (this.find(refOf(object)) !== undefined) throw alreadyExists(kind.resource, object.metadata.name);
    const bad = unreadable(kind.resource.group, kind.resource.kind, sent);
    if (bad !== undefined) throw badRequest(`${object.kind} in version "${kind.resource.version}" cannot be handled as a ${object.kind}: ${bad}`);
    const content = this.#filled(kind, withoutServerFields(withoutStatus(kind, sent)));
    const owned = written(undefined, content, kind.shape, this.#writer(object.apiVersion, options), kind.custom === undefined ? SKELETON : CUSTOM_SKELETON);
    return this.#store(kind, undefined, owned, options);
  }

  apply(object: KubeObject, options: WriteOptions): { readonly object: KubeObject; readonly created: boolean } {
    const kind = this.served(object.apiVersion, object.kind);
    requireNamespace(kind.resource, object.metadata);
    this.#may("patch", kind, object.metadata, options);
    const config = received(object) as JsonObject; // an object stays one
    if (objectAt(config, "metadata")["managedFields"] !== undefined) throw badRequest("metadata.managedFields must be nil");
    const bad = unreadable(kind.resource.group, kind.resource.kind, config);
    if (bad !== undefined) throw new KubeApiError(500, "InternalError", `failed to create typed patch object: ${bad}`);
    const before = this.find(refOf(object));
    if (before === undefined) return { object: this.#applyNew(kind, object, config, options), created: true };
    requireSame(kind, before, config, options.subresource);
    const writer = this.#writer(object.apiVersion, options);
    const part = options.subresource === "status" ? onlyStatus(config) : withoutStatus(kind, config);
    const { object: result, changed } = applied(asJson(before), part, kind.shape, writer, options.force === true);
    if (!changed) return { object: before, created: false };
    return { object: this.#replace(kind, before, result, options), created: false };
  }

  #applyNew(kind: ServedKind, object: KubeObject, config: JsonObject, options: WriteOptions): KubeObject {
    const { uid } = object.metadata;
    if (options.subresource !== undefined) throw notFound(kind.resource, object.metadata.name);
    this.#may("create", kind, object.metadata, options);
    this.#requireRoom(kind, object);
    if (uid !== undefined && uid !== "") throw conflict(kind.resource, object.metadata.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
    const { object: result } = applied(undefined, withoutStatus(kind, config), kind.shape, this.#writer(object.apiVersion, options), true);
    const metadata = objectAt(result, "metadata");
    const content = this.#filled(kind, withMember(withoutServerFields(result), "metadata", withMember(withoutFields(metadata), "managedFields", metadata["managedFields"])));
    return this.#store(kind, undefined, content, options);
  }

  patch(ref: ObjectRef, body: Json, type: "merge" | "json", options: WriteOptions): KubeObject {
    const kind = this.served(ref.apiVersion, ref.kind);
    requireNamespace(kind.resource, ref);
    this.#may("patch", kind, ref, options);
    const before = this.find(ref);
    if (before === undefined) throw notFound(kind.resource, ref.name);
    const patched = patchedBy(asJson(before), received(body), type);
    requireSame(kind, before, patched, options.subresource);
    const bad = unreadable(kind.resource.group, kind.resource.kind, patched);
    if (bad !== undefined) throw badRequest(bad);
    const sent = this.#filled(kind, this.#reset(kind, asJson(before), patched, options));
    const owned = written(asJson(before), sent, kind.shape, this.#writer(ref.apiVersion, options), SKELETON);
    return this.#replace(kind, before, owned, options);
  }

  /** False when there was nothing. */
  delete(ref: ObjectRef, options: RemoveOptions): boolean {
    const kind = this.served(ref.apiVersion, ref.kind);
    requireNamespace(kind.resource, ref);
    this.#may("delete", kind, ref, options);
    const before = this.find(ref);
    if (before === undefined) return false;
    requirePreconditions(kind, before, options);
    const held = withDeletionFinalizers(before, options.propagationPolicy);
    const finalizers = listAt(held, "metadata", "finalizers");
    const holds = finalizers.length > 0 || (ref.kind === "Namespace" && listAt(held, "spec", "finalizers").length > 0);
    if (!holds) this.#parts.store.remove(kind.resource, this.#stored(kind, before));
    else if (before.metadata.deletionTimestamp === undefined) this.#parts.store.put(kind.resource, this.#terminating(kind, held));
    return true;
  }

  #terminating(kind: ServedKind, object: JsonObject): JsonObject {
    const metadata: Members = { ...objectAt(object, "metadata") as Members, deletionTimestamp: this.#now(), ...(kind.resource.kind === "Namespace" ? {} : { deletionGracePeriodSeconds: 0 }) };
    const { generation } = metadata;
    if (typeof generation === "number") metadata["generation"] = generation + 1;
    const dying = withMember(object, "metadata", freeze(metadata));
    return kind.resource.kind === "Namespace" ? withValueAt(dying, ["status", "phase"], "Terminating") : dying;
  }

  /** The object as it is stored, whatever version it was asked for in. */
  #stored({ resource }: ServedKind, object: KubeObject): KubeObject {
    return this.#parts.store.get(resource, object.metadata.namespace ?? "", object.metadata.name) ?? object;
  }

  /** What a door does not write stays as it is. */
  #reset(kind: ServedKind, before: JsonObject, sent: JsonObject, { subresource }: WriteOptions): JsonObject {
    if (subresource === "status") return withMember(before, "status", sent["status"]);
    return kind.resource.subresources.includes("status") ? withMember(sent, "status", before["status"]) : sent;
  }

  /** Without nulls, with defaults, pruned. */
  #filled(kind: ServedKind, object: JsonObject): JsonObject {
    const clean = withoutNulls(object) as JsonObject; // an object stays one
    return kind.custom === undefined ? withDefaults(kind.resource.group, kind.resource.kind, clean) : pruned(clean, kind.custom.schema);
  }

  #replace(kind: ServedKind, before: KubeObject, next: JsonObject, options: WriteOptions): KubeObject {
    const old = asJson(before);
    const metadata = { ...objectAt(next, "metadata") } as Members;
    for (const name of [...SERVER_FIELDS.filter((field) => field !== "managedFields"), "name", "namespace"]) {
      const value = objectAt(old, "metadata")[name];
      if (value === undefined) delete metadata[name];
      else metadata[name] = value;
    }
    const whole = this.#filled(kind, withMember(next, "metadata", freeze(metadata)));
    if (sameButTimes(old, whole)) return before;
    const counted = kind.counted && contentChanged(old, whole) ? withValueAt(whole, ["metadata", "generation"], Number(metadata["generation"] ?? 0) + 1) : whole;
    return this.#store(kind, before, counted, options);
  }

  #store(kind: ServedKind, before: KubeObject | undefined, object: JsonObject, options: WriteOptions): KubeObject {
    const { resource, custom } = kind;
    const whole = before === undefined ? this.#born(kind, object) : object;
    const name = textAt(whole, "metadata", "name") ?? "";
    const old = before === undefined ? undefined : asJson(before);
    const problems = [...problemsOf(resource.group, resource.kind, whole, old), ...(custom === undefined ? [] : customProblems(whole, custom.schema))];
    if (problems.length > 0) throw invalid(resource, name, problems);
    const denied = this.#parts.admit?.(asKubeObject(whole), before);
    if (denied !== undefined) throw new KubeApiError(403, "Forbidden", `admission webhook "policy.driftless.test" denied the request: ${denied}`);
    if (options.dryRun === true) return before === undefined ? asKubeObject(whole) : stamped(whole, Number(before.metadata.resourceVersion));
    if (before?.metadata.deletionTimestamp !== undefined && isReleased(whole)) {
      this.#parts.store.remove(resource, before);
      return asKubeObject(whole);
    }
    return this.#parts.store.put(resource, whole);
  }

  #born({ resource, counted }: ServedKind, object: JsonObject): JsonObject {
    this.#uids += 1;
    const uid = `${this.#uids.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
    const metadata = { ...objectAt(object, "metadata"), uid, creationTimestamp: this.#now(), ...(counted ? { generation: 1 } : {}) };
    const born = withMember(object, "metadata", freeze(metadata));
    return this.#allocated(resource.group, resource.kind, resource.namespaced ? born : withValueAt(born, ["metadata", "namespace"], undefined));
  }

  /** What storage adds to a new object; nobody owns it. */
  #allocated(group: string, kind: string, object: JsonObject): JsonObject {
    switch (`${group}/${kind}`) {
      case "/Namespace":
        return withMember(withMember(object, "spec", freeze({ finalizers: freeze(["kubernetes"]) })), "status", freeze({ phase: "Active" }));
      case "/PersistentVolumeClaim":
        return withMember(object, "status", freeze({ phase: "Pending" }));
      case "/Service":
        return this.#withAddress(object);
      default:
        return object;
    }
  }

  #withAddress(object: JsonObject): JsonObject {
    const spec = objectAt(object, "spec");
    if (spec["type"] === "ExternalName") return object;
    this.#addresses += 1;
    const clusterIP = textAt(spec, "clusterIP") ?? `10.96.${Math.floor(this.#addresses / 250)}.${(this.#addresses % 250) + 2}`;
    const addressed = withMember(object, "spec", freeze({ ...spec, clusterIP, clusterIPs: freeze([clusterIP]), ipFamilies: freeze(["IPv4"]), ipFamilyPolicy: "SingleStack" }));
    return withMember(addressed, "status", freeze({ loadBalancer: freeze({}) }));
  }

  /** Throws where a new object cannot be: no namespace, or one that is going. */
  #requireRoom({ resource, custom }: ServedKind, { metadata }: KubeObject): void {
    if (custom !== undefined) this.#requireLivingDefinition(resource, metadata.name, custom.definition);
    if (!resource.namespaced) return;
    const name = metadata.namespace ?? "";
    const namespace = this.#parts.store.get(NAMESPACES, "", name);
    if (namespace === undefined) throw namespaceNotFound(name);
    if (namespace.metadata.deletionTimestamp === undefined) return;
    const cause = { reason: "NamespaceTerminating", message: `namespace ${name} is being terminated`, field: "metadata.namespace" };
    throw forbidden(resource, metadata.name, `unable to create new content in namespace ${name} because it is being terminated`, [cause]);
  }

  #requireLivingDefinition(resource: ResourceKind, name: string, definition: string): void {
    const found = this.#parts.store.get({ group: "apiextensions.k8s.io", plural: "customresourcedefinitions" }, "", definition);
    if (found?.metadata.deletionTimestamp !== undefined) throw forbidden(resource, name, "create not allowed while custom resource definition is terminating");
  }

  #may(verb: string, { resource }: ServedKind, target: { readonly namespace?: string | undefined; readonly name: string }, options: { readonly as?: Account | undefined; readonly subresource?: string | undefined }): void {
    const namespace = resource.kind === "Namespace" ? target.name : target.namespace;
    this.authorize({ as: options.as, verb, kind: resource, namespace, name: target.name, subresource: options.subresource });
  }

  #writer(apiVersion: string, { manager, subresource }: WriteOptions): Writer {
    return { manager, apiVersion, subresource, time: this.#now() };
  }

  #now(): string {
    return `${this.#parts.clock.now().toISOString().slice(0, 19)}Z`;
  }
}

/** The object under the version that is asked for. */
export function shownIn(object: KubeObject, apiVersion: string): KubeObject {
  return object.apiVersion === apiVersion ? object : freeze({ ...object, apiVersion });
}

function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

function patchedBy(before: JsonObject, body: Json, type: "merge" | "json"): JsonObject {
  if (type === "merge") return mergePatched(before, body) as JsonObject; // a merge patch of an object leaves one
  try {
    return operated(before, Array.isArray(body) ? (body as readonly Json[]) : []) as JsonObject; // operations on members leave an object
  } catch (error) {
    throw unprocessable((error as Error).message); // json-patch.ts throws nothing else
  }
}

/** A uid or version in the body is a condition; the uid not for the status of a custom resource, whose metadata nobody reads. */
function requireSame({ resource, custom }: ServedKind, before: KubeObject, sent: JsonObject, subresource: string | undefined): void {
  const { uid, resourceVersion } = objectAt(sent, "metadata");
  const { name } = before.metadata;
  const isRead = subresource === undefined || custom === undefined;
  if (isRead && uid !== undefined && uid !== "" && uid !== before.metadata.uid) {
    throw invalid(resource, name, [{ field: "metadata.uid", reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(uid)}: field is immutable` }]);
  }
  if (resourceVersion !== undefined && resourceVersion !== "" && resourceVersion !== before.metadata.resourceVersion) throw modified(resource, name);
}

function requirePreconditions({ resource }: ServedKind, { metadata }: KubeObject, { uid, resourceVersion }: RemoveOptions): void {
  if (uid !== undefined && uid !== metadata.uid) throw conflict(resource, metadata.name, preconditionText("UID", uid, metadata.uid));
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) throw conflict(resource, metadata.name, preconditionText("ResourceVersion", resourceVersion, metadata.resourceVersion));
}

const preconditionText = (what: string, wanted: string, found: string | undefined): string => `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`;

function withDeletionFinalizers(object: KubeObject, policy: RemoveOptions["propagationPolicy"]): JsonObject {
  const json = asJson(object);
  if (policy === "Background") return json;
  const finalizer = policy === "Foreground" ? "foregroundDeletion" : "orphan";
  const held = listAt(json, "metadata", "finalizers");
  return held.includes(finalizer) ? json : withValueAt(json, ["metadata", "finalizers"], freeze([...held, finalizer]));
}

function isReleased(object: JsonObject): boolean {
  return listAt(object, "metadata", "finalizers").length === 0 && listAt(object, "spec", "finalizers").length === 0;
}

const contentOf = ({ metadata: _metadata, status: _status, ...rest }: JsonObject): JsonObject => rest;

function contentChanged(before: JsonObject, after: JsonObject): boolean {
  const [left, right] = [contentOf(before), contentOf(after)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].some((name) => left[name] !== right[name] && !jsonEqual(left[name], right[name]));
}

function onlyStatus({ apiVersion, kind, metadata, status }: JsonObject): JsonObject {
  const { name, namespace } = objectAt(metadata);
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...(status === undefined ? {} : { status }) };
}

const withoutStatus = ({ resource }: ServedKind, object: JsonObject): JsonObject => (resource.subresources.includes("status") ? withMember(object, "status", undefined) : object);

function withoutFields(metadata: JsonObject): JsonObject {
  return SERVER_FIELDS.reduce((rest, name) => withMember(rest, name, undefined), metadata);
}

function withoutServerFields(object: JsonObject): JsonObject {
  const { metadata } = object;
  return isJsonObject(metadata) ? withMember(object, "metadata", withoutFields(metadata)) : object;
}
