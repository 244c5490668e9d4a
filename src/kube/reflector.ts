/** Keeps a handler told of every object of one kind: list, then watch, for as long as it runs. */
import type { KubeApiError } from "../errors.ts";
import { isApiStatus, messageOf } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, Clock, Logger, ResourceKind, WatchEvent } from "../ports.ts";
import { delay } from "./delay.ts";
import { KnownObjects } from "./known-objects.ts";
import type { NextStep, ReflectorVerb } from "./reflector-policy.ts";
import { afterClose, afterFailure } from "./reflector-policy.ts";
import { Watchdog } from "./watchdog.ts";

/** Is told what happens, in order, from one task; it returns quickly and must not throw (a throw is logged). */
export interface ReflectorHandler {
  /** New or changed, by a list or an event. */
  onUpsert(object: KubeObject): void;
  /**
   * Left the selection, by an event (content as last seen) or unseen between two lists (ids and last version only).
   * Under a label selector this is a question: the object may have lost only its label.
   */
  onDelete(object: KubeObject): void;
  /** A complete list was delivered: what was not reported does not exist. Also after each relist. */
  onSynced?(): void;
  /** The first event or bookmark of a watch has come: a proof that watching is granted, which a list is not. */
  onWatching?(): void;
  /** The verb is not granted; tried again slowly. onSynced follows when listing is, onWatching when watching is. */
  onForbidden?(error: KubeApiError, verb: ReflectorVerb): void;
  /** The kind is no longer served; tried again slowly. Nothing is reported as deleted until it is served again. */
  onGone?(error: KubeApiError): void;
  /** A list or a watch failed, for whatever reason; it is tried again. */
  onFailed?(error: unknown, verb: ReflectorVerb): void;
  /** A watch ended otherwise than by the server's time limit; for metrics. */
  onInterrupted?(reason: WatchInterruption): void;
}

/** Why a watch was interrupted: its version was too old, nothing came for too long, or anything else. */
export type WatchInterruption = "expired" | "silent" | "failed";

/** What to watch, and with what. */
export interface ReflectorOptions {
  readonly client: Pick<ClusterClient, "list" | "watch">;
  readonly kind: ResourceKind;
  readonly handler: ReflectorHandler;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number in [0, 1), for jitter and the server timeout. */
  readonly random: () => number;
  /** Default: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Default: objects of any name. */
  readonly name?: string | undefined;
  /** Default false. */
  readonly metadataOnly?: boolean;
  /** Without event or bookmark for this long (bookmarks come about every minute) the watch is opened anew. Default 3 min. */
  readonly silenceMs?: number;
  /** What an earlier reflector over the same objects has told, taken over and kept up to date. Default: nothing. */
  readonly known?: KnownObjects;
}

/** Bounds of the time after which the server ends a watch, in seconds: drawn anew each time, so that they spread. */
const MIN_TIMEOUT_S = 300;
const MAX_TIMEOUT_S = 600;
const SILENCE_MS = 3 * 60_000;
/** A watch that was open this long did not fail, even if a quiet cluster gave it nothing to say. */
const ENDURED_MS = 5_000;

/** One kind in one scope. Holds key, uid and version of each object and nothing else. */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #known: KnownObjects;
  readonly #stop = new AbortController();
  readonly #firstList = Promise.withResolvers<boolean>();
  #done: Promise<void> | undefined;
  /** Where the next watch begins; undefined: with a list. */
  #version: string | undefined;
  #failures = 0;
  /** Answers 403 since the last watch that worked. */
  #refusals = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#known = options.known ?? new KnownObjects();
  }

  /** True once the first list was delivered; false when it was stopped before. */
  get synced(): Promise<boolean> {
    return this.#firstList.promise;
  }

  /** Begins; a second call does nothing. */
  start(): void {
    this.#done ??= this.#run();
  }

  /** Ends the request under way; nothing is reported after it resolves. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
    this.#firstList.resolve(false);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const step = this.#version === undefined ? await this.#list() : await this.#watch(this.#version);
      if (signal.aborted || step === undefined) continue;
      if (step.kind !== "Resume") this.#version = undefined;
      if (step.delayMs > 0) await delay(this.#options.clock, step.delayMs, signal).catch(() => undefined);
    }
  }

  /** Undefined: the list was delivered, the watch follows. */
  async #list(): Promise<NextStep | undefined> {
    const { client, kind, namespace, labelSelector, name, metadataOnly = false } = this.#options;
    try {
      const list = await client.list(kind, { namespace, labelSelector, name, metadataOnly, signal: this.#stop.signal });
      if (this.#stop.signal.aborted) return undefined;
      this.#known.version = list.resourceVersion;
      this.#deliver(list.items);
      this.#version = list.resourceVersion;
      return undefined;
    } catch (error) {
      return this.#failed(error, "list");
    }
  }

  #deliver(items: readonly KubeObject[]): void {
    const { handler } = this.#options;
    const { upserts, deletes } = this.#known.replace(this.#options.kind, items);
    for (const object of deletes) this.#tell(() => handler.onDelete(object));
    for (const object of upserts) this.#tell(() => handler.onUpsert(object));
    this.#tell(() => handler.onSynced?.());
    this.#firstList.resolve(true);
  }

  async #watch(resourceVersion: string): Promise<NextStep | undefined> {
    const { client, clock, handler, kind, namespace, labelSelector, name, metadataOnly = false, random } = this.#options;
    const timeoutSeconds = Math.floor(MIN_TIMEOUT_S + random() * (MAX_TIMEOUT_S - MIN_TIMEOUT_S));
    const watchdog = new Watchdog(clock, this.#options.silenceMs ?? SILENCE_MS, this.#stop.signal);
    const opened = clock.monotonic();
    let useful = false;
    const endured = (): boolean => useful || clock.monotonic() - opened >= ENDURED_MS;
    try {
      const options = { namespace, labelSelector, name, metadataOnly, resourceVersion, timeoutSeconds, signal: watchdog.signal };
      for await (const event of client.watch(kind, options)) {
        if (this.#stop.signal.aborted) return undefined;
        watchdog.alive();
        if (!useful) this.#tell(() => handler.onWatching?.());
        useful = true;
        this.#handle(event);
      }
      return this.#closed(endured());
    } catch (error) {
      if (watchdog.barked) return this.#silent();
      if (endured()) this.#failures = this.#refusals = 0;
      return this.#failed(error, "watch");
    } finally {
      watchdog.end();
    }
  }

  #handle({ type, object }: WatchEvent): void {
    const { handler } = this.#options;
    this.#version = object.metadata.resourceVersion ?? this.#version;
    this.#known.version = this.#version;
    switch (type) {
      case "ADDED":
      case "MODIFIED":
        this.#known.set(object);
        return this.#tell(() => handler.onUpsert(object));
      case "DELETED":
        this.#known.delete(object);
        return this.#tell(() => handler.onDelete(object));
      case "BOOKMARK":
    }
  }

  #closed(endured: boolean): NextStep {
    this.#failures = endured ? 0 : this.#failures + 1;
    if (endured) this.#refusals = 0;
    return afterClose(endured, this.#failures, this.#options.random());
  }

  #silent(): NextStep {
    this.#tell(() => this.#options.handler.onInterrupted?.("silent"));
    this.#options.logger.info({ kind: this.#options.kind.kind }, "watch silent for too long, opening it anew");
    return { kind: "Resume", delayMs: 0 };
  }

  #failed(error: unknown, verb: ReflectorVerb): NextStep | undefined {
    if (this.#stop.signal.aborted) return undefined;
    this.#failures += 1;
    const { handler, kind, logger, random } = this.#options;
    const refused = isApiStatus(error, 403);
    if (refused) this.#refusals += 1;
    const step = afterFailure(error, verb, refused ? this.#refusals : this.#failures, random());
    logger.info({ kind: kind.kind, group: kind.group, verb, next: step.kind, delayMs: step.delayMs, cause: messageOf(error) }, "watch interrupted");
    this.#tell(() => handler.onInterrupted?.(verb === "watch" && step.kind === "Relist" ? "expired" : "failed"));
    this.#tell(() => handler.onFailed?.(error, verb));
    // Only a KubeApiError carries the status 403 or 404 that these steps follow from.
    if (step.kind === "Forbidden") this.#tell(() => handler.onForbidden?.(error as KubeApiError, verb));
    if (step.kind === "Gone") this.#tell(() => handler.onGone?.(error as KubeApiError));
    return step;
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.logger.error({ kind: this.#options.kind.kind, cause: messageOf(error) }, "watch handler failed");
    }
  }
}
