/**
 * A keyed work queue. A key is queued once however often it is added, and is never handled twice at the same time:
 * what is added while it is being handled makes it come again afterwards. A run answers every add from before it
 * began; when it wants to come back it says so. Keys take turns: who comes back goes to the end. After a failure only an
 * urgent add runs at once: what merely may have changed something must not make a failing key run at the rate of events.
 */
import type { Clock } from "../ports.ts";
import { backoffDelay, DEFAULT_BACKOFF } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";
import { RunningKeys } from "./running-keys.ts";

/** How a run ended. A thrown error is Failed with the queue's own backoff. */
export type WorkResult =
  | { readonly kind: "Done"; readonly requeueAfterMs?: number | undefined }
  /** `withinMs`: it comes back no later than that, however often it has failed. Default: as the backoff says. */
  | { readonly kind: "Failed"; readonly error: unknown; readonly backoff?: Backoff | undefined; readonly withinMs?: number | undefined };

/**
 * Handles one key. The signal is aborted when the queue stops and the time for draining is over. `othersWait`: whether keys
 * are due for which there is no room.
 */
export type WorkHandler = (key: string, signal: AbortSignal, othersWait: () => boolean) => Promise<WorkResult>;

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
  /** Keys handled at the same time; those that take longer than a second count no more, up to four times as many in all. */
  readonly concurrency: number;
  /** Source of jitter, 0 to below 1. */
  readonly random: () => number;
  readonly observer?: WorkObserver;
  /** Default: 1 s doubling to 5 m. */
  readonly backoff?: Backoff;
  /** How soon after a failure an add that is not urgent may run again, in milliseconds. Default 1000. */
  readonly floorMs?: number;
}

/** How an add is meant. */
export interface AddOptions {
  /** Somebody asked, or what is wanted has changed: runs at once even after a failure. Default false. */
  readonly urgent?: boolean;
}

interface Delay {
  readonly due: number;
  readonly cancel: () => void;
}

interface Failures {
  readonly count: number;
  /** When the last one ended, on the monotonic clock. */
  readonly at: number;
}

const FLOOR_MS = 1000;

/** How long an aborted handler may take to end before stop() gives up on it. */
const ABORT_GRACE_MS = 1000;

/** See the top of this file. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  /** Key → when it was queued; a Map keeps the order of arrival. */
  readonly #queued = new Map<string, number>();
  readonly #delayed = new Map<string, Delay>();
  readonly #running: RunningKeys;
  /** Keys that were added while they were running; true: urgently. */
  readonly #again = new Map<string, boolean>();
  /** Keys whose last run failed. */
  readonly #failures = new Map<string, Failures>();
  readonly #abort = new AbortController();
  readonly #idleWaiters = new Set<() => void>();
  #stopped = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#running = new RunningKeys({ ...options, onRoom: () => this.#dispatch() });
  }

  /** Asks for a run of this key now, whatever delay it has; after a failure see `urgent`. After stop() this does nothing. */
  add(key: string, { urgent = false }: AddOptions = {}): void {
    if (this.#stopped) return;
    if (this.#running.has(key)) this.#again.set(key, urgent || this.#again.get(key) === true);
    else if (!this.#queued.has(key)) this.#delay(key, urgent ? 0 : this.#untilFloor(key));
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
    return this.#running.list();
  }

  #enqueue(key: string): void {
    this.#queued.set(key, this.#options.clock.monotonic());
    this.#options.observer?.queued?.(this.#queued.size);
  }

  /** Milliseconds for which a failed run still keeps adds back; at most 0: none. */
  #untilFloor(key: string): number {
    const failures = this.#failures.get(key);
    return failures === undefined ? 0 : failures.at + (this.#options.floorMs ?? FLOOR_MS) - this.#options.clock.monotonic();
  }

  /** Has the key run in `delayMs`; the earliest of several delays counts. */
  #delay(key: string, delayMs: number): void {
    if (delayMs <= 0) return this.#due(key);
    const due = this.#options.clock.monotonic() + delayMs;
    const before = this.#delayed.get(key);
    if (before !== undefined && before.due <= due) return;
    before?.cancel();
    this.#delayed.set(key, { due, cancel: this.#options.clock.after(delayMs, () => this.#due(key)) });
  }

  #due(key: string): void {
    this.#cancelDelay(key);
    this.#enqueue(key);
    this.#dispatch();
  }

  #cancelDelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  #dispatch(): void {
    for (const [key, since] of this.#queued) {
      if (!this.#running.hasRoom) return;
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
      return await this.#options.handler(key, this.#abort.signal, () => this.#queued.size > 0);
    } catch (error) {
      return { kind: "Failed", error };
    }
  }

  #retryDelay(key: string, result: WorkResult): number | undefined {
    if (result.kind === "Done") {
      this.#failures.delete(key);
      return undefined;
    }
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    this.#failures.set(key, { count, at: this.#options.clock.monotonic() });
    const delayMs = backoffDelay(count, result.backoff ?? this.#options.backoff ?? DEFAULT_BACKOFF, this.#options.random());
    return Math.min(delayMs, result.withinMs ?? Number.POSITIVE_INFINITY);
  }

  #comeBack(key: string, result: WorkResult, retryInMs: number | undefined): void {
    if (this.#stopped) return;
    const delay = result.kind === "Done" ? result.requeueAfterMs : retryInMs;
    const urgent = this.#again.get(key);
    this.#again.delete(key);
    if (urgent !== undefined) this.add(key, { urgent });
    if (delay !== undefined && !this.#queued.has(key) && !this.#running.has(key)) this.#delay(key, delay);
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
