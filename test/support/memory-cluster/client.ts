/** The port to the cluster, with a network in between on which everything can go wrong. */
import { parseSelector } from "../../../charts/kustomize/label-selector.ts";
import { KubeApiError } from "../../../src/errors.ts";
import { asError, delay } from "../../../src/kube/delay.ts";
import { NO_ANSWER } from "../../../src/kube/errors.ts";
import { requireNamespace } from "../../../src/kube/paths.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { apiVersionOf, asJson, asKubeObject, groupOf } from "../../../src/object/kube-object.ts";
import type {
  Account, ApplyOptions, ApplyResult, ClusterCapabilities, ClusterClient, Clock, DeleteOptions, ListOptions, ObjectList, ObjectRef, PatchOptions, ReadOptions, RequestOptions, ResourceKind,
  WatchEvent, WatchOptions,
} from "../../../src/ports.ts";
import { notServed, tooOld } from "./api-errors.ts";
import type { ApiServer } from "./api-server.ts";
import { shownIn } from "./api-server.ts";
import type { Call, Fault, Faults } from "./faults.ts";
import type { Kinds } from "./kinds.ts";
import { freeze } from "./plain.ts";
import type { Store } from "./store.ts";
import { eventOf, WatchStream } from "./watch-stream.ts";

/** What was asked, what it was asked about, and what came of it. */
export interface JournalEntry {
  readonly call: Call;
  /** The object that a delete hit, as it was. */
  readonly before: KubeObject | undefined;
  /** What a write left. */
  readonly after: KubeObject | undefined;
  /** HTTP status of the server's answer, whether it arrived or not. */
  readonly status: number;
}

/** What a client is made from. */
export interface ClientParts {
  readonly server: ApiServer;
  readonly store: Store;
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly streams: Set<OpenStream>;
  readonly count: () => number;
  readonly journal: (entry: JournalEntry) => void;
  /** Called after each request that may have changed something. */
  readonly onWrite: () => void;
}

/** A watch that is under way. */
export interface OpenStream {
  readonly kind: ResourceKind;
  readonly stream: WatchStream;
}

/** Who the client is. */
export interface ClientOptions {
  /** Shown in calls. Default "client". */
  readonly name?: string;
  /** First word of its User-Agent: the manager of writes that name none. Default "driftless". */
  readonly userAgent?: string;
  readonly faults?: Faults;
  /** Called when a fault ends this client's process. */
  readonly onCrash?: () => void;
}

const BOOKMARK_MS = 60_000;
const REASONS: Readonly<Record<number, string>> = { 0: NO_ANSWER, 403: "Forbidden", 409: "Conflict", 410: "Expired", 429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout" };

/** One process' way to the cluster. */
export class MemoryClient implements ClusterClient {
  readonly #parts: ClientParts;
  readonly #options: ClientOptions;
  #dead = false;

  constructor(parts: ClientParts, options: ClientOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** The process is gone: nothing that it waits for ever settles, nothing more of it has any effect. */
  kill(): void {
    this.#dead = true;
  }

  async kindOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined> {
    await this.#way(0, signal);
    return this.#parts.kinds.of(apiVersion, kind)?.resource;
  }

  async preferredKind(group: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined> {
    await this.#way(0, signal);
    return this.#parts.kinds.preferred(group, kind)?.resource;
  }

  async kinds(signal?: AbortSignal): Promise<readonly ResourceKind[]> {
    await this.#way(0, signal);
    const { kinds } = this.#parts;
    return kinds.all().map(({ resource }) => resource).filter((resource) => kinds.preferred(resource.group, resource.kind)?.resource === resource);
  }

  async capabilities(signal?: AbortSignal): Promise<ClusterCapabilities> {
    await this.#way(0, signal);
    const served = this.#parts.kinds.all().map(({ resource }) => resource);
    const names = served.flatMap(({ group, version, kind }) => [apiVersionOf(group, version), `${apiVersionOf(group, version)}/${kind}`]);
    return { kubeVersion: "v1.33.0", apiVersions: [...new Set(names)].sort() };
  }

  get(ref: ObjectRef, options: ReadOptions = {}): Promise<KubeObject | undefined> {
    const { server } = this.#parts;
    return this.#request("get", ref, options, () => {
      const { resource } = server.served(ref.apiVersion, ref.kind);
      requireNamespace(resource, ref);
      const verb = options.as === undefined ? "list" : "get";
      server.authorize({ as: options.as, verb, kind: resource, namespace: ref.namespace, name: ref.name, subresource: undefined });
      const found = server.find(ref);
      return found === undefined || options.metadataOnly !== true ? found : metadataOf(found);
    });
  }

  list(kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
    const { server, store } = this.#parts;
    return this.#request("list", collection(kind, options.namespace), options, () => {
      this.#requireServed(kind);
      server.authorize({ as: options.as, verb: "list", kind, namespace: options.namespace, name: undefined, subresource: undefined });
      const isSelected = selection(options);
      const show = shower(kind, options);
      return { items: store.list(kind, options.namespace).filter(isSelected).map(show), resourceVersion: String(store.version) };
    });
  }

  async *watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    const stream = await this.#request("watch", collection(kind, options.namespace), options, (fault) => this.#open(kind, options, fault));
    try {
      for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
        if (this.#dead) await never();
        yield event;
      }
      if (this.#dead) await never();
    } finally {
      stream.close();
    }
  }

  create(object: KubeObject, options: RequestOptions & { readonly fieldManager?: string } = {}): Promise<KubeObject> {
    return this.#request("create", refOf(object), options, () =>
      object.kind === "SelfSubjectAccessReview" ? this.#review(object, options.as) : this.#parts.server.create(object, { as: options.as, manager: this.#manager(options.fieldManager) }),
    );
  }

  apply(object: KubeObject, options: ApplyOptions): Promise<ApplyResult> {
    const { as, fieldManager: manager, force = false, dryRun = false, subresource } = options;
    return this.#request("apply", { ...refOf(object), subresource }, options, () => this.#parts.server.apply(object, { as, manager, force, dryRun, subresource }));
  }

  patch(ref: ObjectRef, body: JsonObject | readonly Json[], options: PatchOptions): Promise<KubeObject> {
    const { as, type, subresource } = options;
    return this.#request("patch", { ...ref, subresource }, options, () => this.#parts.server.patch(ref, body, type, { as, manager: this.#manager(options.fieldManager), subresource }));
  }

  delete(ref: ObjectRef, options: DeleteOptions): Promise<boolean> {
    return this.#request("delete", ref, options, () => this.#parts.server.delete(ref, options));
  }

  #manager(named: string | undefined): string {
    return named ?? this.#options.userAgent ?? "driftless";
  }

  #review(object: KubeObject, as: Account | undefined): KubeObject {
    const { verb = "", group = "", resource = "", namespace, name, subresource } = (object["spec"] as { resourceAttributes: Readonly<Record<string, string | undefined>> }).resourceAttributes; // authorization.k8s.io/v1
    const kind = this.#parts.kinds.all().find((served) => served.resource.group === group && served.resource.plural === resource)?.resource ?? { group, version: "", kind: "", plural: resource, namespaced: true, verbs: [], subresources: [] };
    let allowed = true;
    try {
      this.#parts.server.authorize({ as, verb, kind, namespace, name, subresource });
    } catch {
      allowed = false;
    }
    return { ...object, status: { allowed } };
  }

  #requireServed(kind: ResourceKind): void {
    if (!this.#parts.kinds.serves(kind)) throw notServed(apiVersionOf(kind.group, kind.version), kind.kind);
  }

  #open(kind: ResourceKind, options: WatchOptions, fault: Fault | undefined): WatchStream {
    const { server, store, streams } = this.#parts;
    this.#requireServed(kind);
    server.authorize({ as: options.as, verb: "watch", kind, namespace: options.namespace, name: undefined, subresource: undefined });
    if (fault?.kind === "Expire") throw tooOld(options.resourceVersion, store.version);
    const stream = new WatchStream();
    const open: OpenStream = { kind, stream };
    this.#follow(kind, options, stream, fault);
    streams.add(open);
    stream.onClose(() => streams.delete(open));
    this.#limit(stream, kind, options);
    return stream;
  }

  /** Feeds the stream, as far as the fault lets it. */
  #follow(kind: ResourceKind, options: WatchOptions, stream: WatchStream, fault: Fault | undefined): void {
    const isSelected = selection(options);
    const show = shower(kind, options);
    let left = fault?.kind === "Close" ? fault.afterEvents : Number.POSITIVE_INFINITY;
    if (left <= 0) stream.end();
    const deliver = (event: WatchEvent): void => {
      stream.push(event);
      left -= 1;
      if (left <= 0) stream.end();
    };
    const stop = this.#parts.store.follow(kind, options.resourceVersion, (change) => {
      const event = this.#dead ? undefined : eventOf(change, isSelected);
      if (event === undefined) return;
      const shown = { type: event.type, object: show(event.object) };
      if (fault?.kind === "Lag") this.#parts.clock.after(fault.ms, () => deliver(shown));
      else deliver(shown);
    });
    stream.onClose(stop);
  }

  /** Ends the stream when its time is over or its reader gives up, and shows a sign of life each minute until then. */
  #limit(stream: WatchStream, kind: ResourceKind, { timeoutSeconds, signal }: WatchOptions): void {
    const { clock, store } = this.#parts;
    const opened = clock.monotonic();
    const tick = (): void => {
      if (clock.monotonic() - opened >= timeoutSeconds * 1000) return stream.end();
      if (!this.#dead) stream.push({ type: "BOOKMARK", object: { apiVersion: apiVersionOf(kind.group, kind.version), kind: kind.kind, metadata: { name: "", resourceVersion: String(store.version) } } });
      cancel = clock.after(Math.min(BOOKMARK_MS, opened + timeoutSeconds * 1000 - clock.monotonic()), tick);
    };
    let cancel = clock.after(Math.min(BOOKMARK_MS, timeoutSeconds * 1000), tick);
    const abort = (): void => stream.fail(asError(signal?.reason));
    signal?.addEventListener("abort", abort, { once: true });
    stream.onClose(() => {
      cancel();
      signal?.removeEventListener("abort", abort);
    });
  }

  async #request<T>(verb: Call["verb"], target: Target, options: RequestOptions & { readonly dryRun?: boolean }, effect: (fault: Fault | undefined) => T): Promise<T> {
    if (this.#dead) await never();
    options.signal?.throwIfAborted();
    const call = this.#callOf(verb, target, options);
    const fault = this.#options.faults?.(call);
    await this.#way(fault?.kind === "Delay" ? (fault.beforeMs ?? 0) : 0, options.signal);
    if (fault?.kind === "Crash" && fault.when === "Before") await this.#crash();
    if (fault?.kind === "Refuse") throw failure(fault.status, fault.retryAfterMs);
    const answer = this.#carryOut(call, target, () => effect(fault));
    if (verb !== "get" && verb !== "list" && verb !== "watch") this.#parts.onWrite();
    if (fault?.kind === "Crash") await this.#crash();
    await this.#way(fault?.kind === "Delay" ? (fault.afterMs ?? 0) : 0, options.signal);
    if (fault?.kind === "LoseAnswer") throw failure(fault.status ?? 0);
    if ("error" in answer) throw answer.error;
    return answer.value;
  }

  #carryOut<T>(call: Call, target: Target, effect: () => T): { readonly value: T } | { readonly error: unknown } {
    const before = call.verb === "delete" ? this.#peek(target) : undefined;
    const write = call.verb === "create" || call.verb === "apply" || call.verb === "patch";
    try {
      const value = effect();
      this.#parts.journal({ call, before, after: write && !call.dryRun ? this.#peek(target) : undefined, status: 200 });
      return { value };
    } catch (error) {
      this.#parts.journal({ call, before, after: undefined, status: error instanceof KubeApiError ? error.status : -1 });
      return { error };
    }
  }

  #peek(target: Target): KubeObject | undefined {
    try {
      return this.#parts.server.find({ ...target, apiVersion: target.apiVersion ?? "" });
    } catch {
      return undefined; // the kind is not served, or the object names no namespace: there is none
    }
  }

  #callOf(verb: Call["verb"], { apiVersion, kind, namespace, name, subresource }: Target, { as, dryRun = false }: RequestOptions & { readonly dryRun?: boolean }): Call {
    return { number: this.#parts.count(), client: this.#options.name ?? "client", verb, group: groupOf(apiVersion ?? ""), kind, namespace, name, subresource, as, dryRun };
  }

  /** A request or an answer on its way. */
  async #way(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await (ms > 0 ? delay(this.#parts.clock, ms, signal) : Promise.resolve());
    if (this.#dead) await never();
    signal?.throwIfAborted();
  }

  #crash(): Promise<never> {
    this.#dead = true;
    this.#options.onCrash?.();
    return never();
  }
}

interface Target {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly subresource?: string | undefined;
}

const collection = (kind: ResourceKind, namespace: string | undefined): Target => ({ apiVersion: apiVersionOf(kind.group, kind.version), kind: kind.kind, namespace, name: "" });

const refOf = ({ apiVersion, kind, metadata }: KubeObject): ObjectRef => ({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });

const never = (): Promise<never> => new Promise(() => undefined);

function failure(status: number, retryAfterMs?: number): KubeApiError {
  const reason = REASONS[status] ?? "";
  return new KubeApiError(status, reason, status === 0 ? "no answer from the API server" : `the server answered ${status} ${reason}`, { retryAfterMs });
}

function selection({ namespace, labelSelector, name }: ListOptions): (object: KubeObject) => boolean {
  const holds = labelSelector === undefined ? undefined : parseSelector(labelSelector);
  return ({ metadata }) => (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name) && (holds === undefined || holds((name) => metadata.labels?.[name]));
}

function shower(kind: ResourceKind, { metadataOnly }: ReadOptions): (object: KubeObject) => KubeObject {
  const apiVersion = apiVersionOf(kind.group, kind.version);
  return (object) => (metadataOnly === true ? metadataOf(shownIn(object, apiVersion)) : shownIn(object, apiVersion));
}

const partial = new WeakMap<JsonObject, KubeObject>();

/** PartialObjectMetadata under the object's own kind. */
function metadataOf(object: KubeObject): KubeObject {
  const known = partial.get(asJson(object));
  if (known !== undefined) return known;
  const { apiVersion, kind, metadata } = asJson(object);
  const answer = asKubeObject(freeze({ apiVersion, kind, metadata }));
  partial.set(asJson(object), answer);
  return answer;
}
