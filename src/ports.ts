/** The small interfaces through which core code reaches the outside. Implementations live in `src/` and in test/support. */
import type { JsonObject, Json } from "./object/json.ts";
import type { KubeObject } from "./object/kube-object.ts";

/** A kind as the API server serves it. */
export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Names of its subresources, such as `status` and `scale`. */
  readonly subresources: readonly string[];
}

/** Enough to address one object. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** A ServiceAccount that a request is made as; absent: the operator's own identity. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What every request may carry. */
export interface RequestOptions {
  readonly as?: Account | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reading: `metadataOnly` asks for PartialObjectMetadata, so that values never reach this process. */
export interface ReadOptions extends RequestOptions {
  readonly metadataOnly?: boolean;
}

/** Listing; without `namespace` all namespaces. */
export interface ListOptions extends ReadOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Only objects of this name. */
  readonly name?: string | undefined;
}

/** A complete list (all pages) and the version it is a snapshot of. */
export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Server-side apply. `force` takes over fields of other managers (default false). */
export interface ApplyOptions extends RequestOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly subresource?: string;
}

/** What an apply made; `created` is the server's own word (201). */
export interface ApplyResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** A patch of the given type; a `json` patch is a list of RFC 6902 operations. */
export interface PatchOptions extends RequestOptions {
  readonly type: "merge" | "json";
  readonly subresource?: string;
  readonly fieldManager?: string;
}

/** Deleting; preconditions make a stale delete fail with 409 instead of hitting a newer object. */
export interface DeleteOptions extends RequestOptions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy: "Background" | "Foreground" | "Orphan";
}

/** One line of a watch. A bookmark's object carries only metadata.resourceVersion. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: KubeObject;
}

/** One watch request; it ends when the server closes it, throws KubeApiError(410) when the version is too old. */
export interface WatchOptions extends ListOptions {
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
}

/** What a cluster is, as Helm's charts are told. */
export interface ClusterCapabilities {
  /** `v1.33.4`, with what a vendor adds. */
  readonly kubeVersion: string;
  /** `apps/v1` and `apps/v1/Deployment` for all that is served, sorted. */
  readonly apiVersions: readonly string[];
}

/** The API server, over plain JSON. Every method throws KubeApiError for an answer that is no success. */
export interface ClusterClient {
  /** The served kind, or undefined where no group serves it. Looked up in the cached discovery, refreshed on a miss. */
  kindOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined>;
  /** The kind in the version that the server prefers for its group, or undefined. */
  preferredKind(group: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined>;
  /** Every kind that is known to be served, in the version that the server prefers; asks the server. */
  kinds(signal?: AbortSignal): Promise<readonly ResourceKind[]>;
  /** Its version and all that it serves; asks the server. */
  capabilities(signal?: AbortSignal): Promise<ClusterCapabilities>;
  /** The object, or undefined when it does not exist (404). */
  get(ref: ObjectRef, options?: ReadOptions): Promise<KubeObject | undefined>;
  list(kind: ResourceKind, options?: ListOptions): Promise<ObjectList>;
  watch(kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent>;
  create(object: KubeObject, options?: RequestOptions & { readonly fieldManager?: string }): Promise<KubeObject>;
  apply(object: KubeObject, options: ApplyOptions): Promise<ApplyResult>;
  patch(ref: ObjectRef, body: JsonObject | readonly Json[], options: PatchOptions): Promise<KubeObject>;
  /** Returns false when it was already gone. */
  delete(ref: ObjectRef, options: DeleteOptions): Promise<boolean>;
}

/** Time as an argument: tests bring their own. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Calls back after `ms`; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** Structured logging: one line per transition; never an object of the cluster as a value. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

/** Chosen fields of a log line: scalars only, so that no object slips in. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes Kubernetes Events about one of our objects. Never throws; a lost event is logged. */
export interface EventRecorder {
  record(about: KubeObject, event: { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string; readonly action: string }): void;
}
