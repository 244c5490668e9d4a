/**
 * How many requests of one identity are under way at once: additive increase, multiplicative decrease.
 * Doubles per round trip until the server first complains, then grows by one per round trip.
 */
import { asError } from "./delay.ts";

/** Bounds of a limiter. */
export interface LimiterOptions {
  /** Requests under way at the start. Default 8. */
  readonly initial?: number;
  /** Default 1. */
  readonly min?: number;
  /** Default 32. */
  readonly max?: number;
}

/** The right to one request. Exactly one release; what is told about it before moves the limit. */
export interface Slot {
  /** The server answered in time, whatever it said. */
  succeeded(): void;
  /** 429, 503 or no answer in time: halves the limit, once for all requests that were under way together. */
  overloaded(): void;
  release(): void;
}

/** What a limiter has in common with others. */
export interface Common {
  /** Whether somebody who has so many requests under way may begin another one. */
  mayBegin(underWay: number): boolean;
  began(): void;
  /** Has those go on for whom there is room now, by `grant`. */
  ended(): void;
}

interface Waiter {
  readonly grant: () => void;
}

/** First come, first served; a waiter whose signal is aborted leaves the queue at once. */
export class ConcurrencyLimiter {
  readonly #common: Common | undefined;
  readonly #min: number;
  readonly #max: number;
  readonly #waiting = new Set<Waiter>();
  #limit: number;
  #inFlight = 0;
  #epoch = 0;

  constructor({ initial = 8, min = 1, max = 32 }: LimiterOptions = {}, common?: Common) {
    this.#common = common;
    this.#min = min;
    this.#max = max;
    this.#limit = Math.min(Math.max(initial, min), max);
  }

  /** Requests that may be under way now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Requests under way now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Requests that wait for a slot. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when it is this request's turn; rejects with the signal's reason. */
  acquire(signal?: AbortSignal): Promise<Slot> {
    if (signal?.aborted === true) return Promise.reject(asError(signal.reason));
    if (this.#hasRoom() && this.#waiting.size === 0) return Promise.resolve(this.#slot());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener("abort", leave);
          resolve(this.#slot());
        },
      };
      const leave = (): void => {
        this.#waiting.delete(waiter);
        reject(asError(signal?.reason));
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.add(waiter);
    });
  }

  /** Lets those go on for whom there is room. */
  grant(): void {
    for (const waiter of this.#waiting) {
      if (!this.#hasRoom()) return;
      this.#waiting.delete(waiter);
      waiter.grant();
    }
  }

  #hasRoom(): boolean {
    return this.#inFlight < this.limit && this.#common?.mayBegin(this.#inFlight) !== false;
  }

  #slot(): Slot {
    this.#inFlight += 1;
    this.#common?.began();
    const epoch = this.#epoch;
    let held = true;
    return {
      succeeded: () => this.#grow(),
      overloaded: () => this.#shrink(epoch),
      release: () => {
        if (!held) return;
        held = false;
        this.#inFlight -= 1;
        if (this.#common === undefined) this.grant();
        else this.#common.ended();
      },
    };
  }

  /** Only a limit that is used up has been tested; a quiet identity does not earn a higher one. */
  #grow(): void {
    if (this.#inFlight < this.limit) return;
    const step = this.#epoch === 0 ? 1 : 1 / this.#limit;
    this.#limit = Math.min(this.#max, this.#limit + step);
  }

  #shrink(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch += 1;
    this.#limit = Math.max(this.#min, this.#limit / 2);
  }
}
