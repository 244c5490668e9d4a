/**
 * A keyed work queue. A key is queued once however often it is added, and is never handled twice at the same time:
 * what is added while it is being handled makes it come again afterwards. A run answers every add from before it
 * began; when it wants to come back it says so. Keys take turns: who comes back goes to the end.
 */
import type { Clock } from "../ports.ts";
import { backoffDelay, DEFAULT_BACKOFF } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";

/** How a run ended. A thrown error is Failed with the queue's own backoff. */
export type WorkResult =
  | { readonly kind: "Done"; readonly requeueAfterMs?: number | undefined }
  | { readonly kind: "Failed"; readonly error: unknown; readonly backoff?: Backoff | undefined };

/** Handles one key. The signal is aborted when the queue stops and the time for draining is over. */
export type WorkHandler = (key: string, signal: AbortSignal) => Promise<WorkResult>;

/** What the outside sees of a queue; metrics and logs hang here. Times in milliseconds. */
export interface WorkObserver {
  queued?(depth: number): void;
  started?(key: string, waitedMs: number): void;
  finished?(key: string, result: WorkResult, durationMs: number, retryInMs: number | undefined): void;
}

/** Options of a queue. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly handler: WorkHandler;
  /** Keys handled at the same time. */
  readonly concurrency: number;
  /** Source of jitter, 0 to below 1. */
  readonly random: () => number;
  readonly observer?: WorkObserver;
  /** Default: 1 s doubling to 5 m. */
  readonly backoff?: Backoff;
}

interface Delay {
  readonly due: number;
  readonly cancel: () => void;
}

/** How long an aborted handler may take to end before stop() gives up on it. */
const ABORT_GRACE_MS = 1000;

/** See the top of this file. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  /** Key → when it was queued; a Map keeps the order of arrival. */
  readonly #queued = new Map<string, number>();
  readonly #delayed = new Map<string, Delay>();
  readonly #running = new Set<string>();
  /** Keys that were added while they were running. */
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #abort = new AbortController();
  readonly #idleWaiters = new Set<() => void>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Number of keys that wait for a free place. */
  get depth(): number {
    return this.#queued.size;
  }

  /** Asks for a run of this key now, whatever delay it has. After stop() this does nothing. */
  add(key: string): void {
    if (this.#stopped) return;
    this.#cancelDelay(key);
    if (this.#running.has(key)) this.#again.add(key);
    else if (!this.#queued.has(key)) this.#enqueue(key);
    this.#dispatch();
  }

  /** Asks for a run in `delayMs`; the earliest of several delays counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped || this.#queued.has(key) || this.#again.has(key)) return;
    if (delayMs <= 0) this.add(key);
    else this.#delay(key, delayMs);
  }

  /** Forgets a key whose object is gone: its delay and its failures. A run that is under way ends as usual. */
  forget(key: string): void {
    this.#cancelDelay(key);
    this.#failures.delete(key);
  }

  /**
   * Starts nothing more, lets running handlers end, aborts them after `drainMs`.
   * Resolves with the keys of those that did not even heed that.
   */
  async stop(drainMs: number): Promise<readonly string[]> {
    this.#stopped = true;
    for (const key of this.#delayed.keys()) this.#cancelDelay(key);
    this.#queued.clear();
    this.#again.clear();
    this.#options.observer?.queued?.(0);
    if (!(await this.#idleWithin(drainMs))) {
      this.#abort.abort(new Error("the operator is stopping"));
      await this.#idleWithin(ABORT_GRACE_MS);
    }
    return [...this.#running].sort();
  }

  #enqueue(key: string): void {
    this.#queued.set(key, this.#options.clock.monotonic());
    this.#options.observer?.queued?.(this.#queued.size);
  }

  #delay(key: string, delayMs: number): void {
    const due = this.#options.clock.monotonic() + delayMs;
    const before = this.#delayed.get(key);
    if (before !== undefined && before.due <= due) return;
    before?.cancel();
    this.#delayed.set(key, { due, cancel: this.#options.clock.after(delayMs, () => this.add(key)) });
  }

  #cancelDelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  #dispatch(): void {
    for (const [key, since] of this.#queued) {
      if (this.#running.size >= this.#options.concurrency) return;
      this.#queued.delete(key);
      this.#options.observer?.queued?.(this.#queued.size);
      this.#running.add(key);
      void this.#run(key, since);
    }
  }

  async #run(key: string, since: number): Promise<void> {
    const { clock, observer } = this.#options;
    const began = clock.monotonic();
    observer?.started?.(key, began - since);
    const result = await this.#handle(key);
    this.#running.delete(key);
    const retryInMs = this.#retryDelay(key, result);
    observer?.finished?.(key, result, clock.monotonic() - began, retryInMs);
    this.#comeBack(key, result, retryInMs);
    this.#dispatch();
    if (this.#running.size === 0) for (const wake of this.#idleWaiters) wake();
  }

  async #handle(key: string): Promise<WorkResult> {
    try {
      return await this.#options.handler(key, this.#abort.signal);
    } catch (error) {
      return { kind: "Failed", error };
    }
  }

  #retryDelay(key: string, result: WorkResult): number | undefined {
    if (result.kind === "Done") {
      this.#failures.delete(key);
      return undefined;
    }
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return backoffDelay(failures, result.backoff ?? this.#options.backoff ?? DEFAULT_BACKOFF, this.#options.random());
  }

  #comeBack(key: string, result: WorkResult, retryInMs: number | undefined): void {
    if (this.#stopped) return;
    const delay = result.kind === "Done" ? result.requeueAfterMs : retryInMs;
    if (this.#again.delete(key)) this.add(key);
    else if (delay !== undefined) this.addAfter(key, delay);
  }

  #idleWithin(ms: number): Promise<boolean> {
    if (this.#running.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (idle: boolean): void => {
        cancel();
        this.#idleWaiters.delete(wake);
        resolve(idle);
      };
      const wake = (): void => finish(true);
      const cancel = this.#options.clock.after(ms, () => finish(false));
      this.#idleWaiters.add(wake);
    });
  }
}
