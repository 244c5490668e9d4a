/** Writes Kubernetes Events about our objects: few, aggregated, never in the way of a reconcile. */
import { isApiStatus, messageOf } from "../errors.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, Clock, EventRecorder, Logger } from "../ports.ts";
import type { EventContent, EventSeries } from "./event-series.ts";
import { eventObject, newSeries, seriesKey, seriesPatch } from "./event-series.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** Equal content within this time of the last one counts up instead of making a new Event. */
const SERIES_WINDOW_MS = 10 * 60_000;
/** A count is written at most this often. */
const COUNT_INTERVAL_MS = 10_000;
/** Series remembered, and Events waiting to be written; the oldest series and the newest Event give way. */
const MAX_SERIES = 2_000;
const MAX_QUEUE = 500;
/** New Events about one object: this many at once, then one in ten seconds. */
const BURST = 25;
const REFILL_MS = 10_000;

/** What a recorder needs. */
export interface EventRecorderOptions {
  readonly client: Pick<ClusterClient, "create" | "patch">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number in [0, 1), for names. */
  readonly random: () => number;
  /** Which process reports: the Pod's name. */
  readonly instance: string;
  /** Aborted: what waits is given up. */
  readonly signal: AbortSignal;
}

interface Entry {
  readonly series: EventSeries;
  /** Written at least once. */
  created: boolean;
  lastSentAt: number;
  lastSeenAt: number;
  /** Cancels the timer after which the count is written. */
  cancel: (() => void) | undefined;
}

/** EventRecorder on a cluster; record returns at once and never throws, flush ends what waits. */
export class KubeEventRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #buckets: TokenBuckets;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new Set<Entry>();
  #draining: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets({ burst: BURST, refillMs: REFILL_MS, maxKeys: MAX_SERIES }, options.clock);
  }

  record(about: KubeObject, content: EventContent): void {
    const key = seriesKey(about, content);
    const now = this.#options.clock.monotonic();
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    if (known !== undefined && now - known.lastSeenAt < SERIES_WINDOW_MS) return this.#repeat(key, known, now);
    known?.cancel?.();
    if (!this.#buckets.take(about.metadata.uid ?? key)) return this.#dropped(content, "too many events about this object");
    this.#begin(key, { series: this.#newSeries(about, content), created: false, lastSentAt: now, lastSeenAt: now, cancel: undefined });
  }

  /** Writes everything that waits, counts included. */
  async flush(): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (entry.cancel === undefined) continue;
      entry.cancel();
      this.#enqueue(entry);
    }
    await this.#draining;
  }

  #newSeries(about: KubeObject, content: EventContent): EventSeries {
    const now = this.#options.clock.now();
    const suffix = now.getTime().toString(36) + Math.floor(this.#options.random() * 36 ** 6).toString(36).padStart(6, "0");
    return newSeries(about, content, now, suffix);
  }

  #begin(key: string, entry: Entry): void {
    this.#remember(key, entry);
    this.#enqueue(entry);
  }

  #repeat(key: string, entry: Entry, now: number): void {
    this.#remember(key, entry);
    entry.series.count += 1;
    entry.series.last = this.#options.clock.now();
    entry.lastSeenAt = now;
    if (entry.cancel !== undefined || this.#queue.has(entry)) return;
    const wait = Math.max(0, entry.lastSentAt + COUNT_INTERVAL_MS - now);
    entry.cancel = this.#options.clock.after(wait, () => this.#enqueue(entry));
  }

  /** Last in the map is the one seen last; the first gives way. */
  #remember(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    if (this.#entries.size <= MAX_SERIES) return;
    const [oldest] = this.#entries;
    if (oldest === undefined) return;
    oldest[1].cancel?.();
    this.#entries.delete(oldest[0]);
  }

  #enqueue(entry: Entry): void {
    entry.cancel = undefined;
    if (this.#queue.size >= MAX_QUEUE) return this.#dropped(entry.series.content, "too many events wait to be written");
    this.#queue.add(entry);
    this.#draining ??= this.#drain();
  }

  async #drain(): Promise<void> {
    const { signal, logger } = this.#options;
    for (const entry of this.#queue) {
      if (signal.aborted) break;
      this.#queue.delete(entry);
      entry.lastSentAt = this.#options.clock.monotonic();
      await this.#send(entry).catch((error: unknown) => this.#dropped(entry.series.content, messageOf(error)));
    }
    if (this.#queue.size > 0) logger.warn({ events: this.#queue.size }, "events given up");
    this.#queue.clear();
    this.#draining = undefined;
  }

  async #send(entry: Entry): Promise<void> {
    const { client, instance, signal } = this.#options;
    if (entry.created && (await this.#sendCount(entry.series))) return;
    await client.create(eventObject(entry.series, instance), { signal });
    entry.created = true;
  }

  /** False when the Event has expired or was deleted meanwhile. */
  async #sendCount(series: EventSeries): Promise<boolean> {
    const { client, signal } = this.#options;
    const ref = { apiVersion: "events.k8s.io/v1", kind: "Event", namespace: series.namespace, name: series.name };
    try {
      await client.patch(ref, seriesPatch(series), { type: "merge", signal });
      return true;
    } catch (error) {
      if (isApiStatus(error, 404)) return false;
      throw error;
    }
  }

  #dropped(content: EventContent, cause: string): void {
    this.#options.logger.warn({ reason: content.reason, cause }, "event not written");
  }
}
