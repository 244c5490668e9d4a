import type { Json, JsonObject } from "./json.ts";

/** One entry of metadata.managedFields: which fields a manager owns, by which operation, since when. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: "Apply" | "Update";
  readonly apiVersion?: string;
  /** RFC 3339, seconds. */
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: JsonObject;
  /** Set when the write went through a subresource such as `status` or `scale`. */
  readonly subresource?: string;
}

/** The owner of an object as the garbage collector sees it. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** The part of metadata that Driftless reads; unknown members are kept as they are. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string | null;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** Any Kubernetes object as plain JSON. Nothing is dropped, renamed or converted on the way in or out. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** `apps/v1` → `apps`; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** `apps/v1` → `v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf("/") + 1);
}

/** group and version → `apps/v1`, or `v1` in the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The object as a JSON value, for code that walks any JSON. */
export function asJson(object: KubeObject): JsonObject {
  return object as unknown as JsonObject; // a KubeObject is JSON by construction: it only ever comes from a parser
}

/** A JSON object as KubeObject. The caller has checked apiVersion, kind and metadata.name. */
export function asKubeObject(value: Json): KubeObject {
  return value as unknown as KubeObject; // checked by the caller, see above
}

/** True for core/v1 Secret, whose values must never leave. */
export function isSecret(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return object.kind === "Secret" && groupOf(object.apiVersion) === "";
}
