import type { Clock } from "../../src/ports.ts";

/** A clock on which every wait is over at once; it keeps how long each should have been. */
export class ImpatientClock implements Clock {
  readonly waits: number[] = [];
  #elapsed = 0;

  now(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#elapsed);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, callback: () => void): () => void {
    this.waits.push(ms);
    this.#elapsed += ms;
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  }
}
