import type { Clock } from "../../src/ports.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  readonly #start: number;
  readonly #timers = new Set<Timer>();
  #elapsed = 0;

  /** `start`: the wall-clock time at monotonic zero. */
  constructor(start = "2026-01-01T00:00:00Z") {
    this.#start = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#start + this.#elapsed);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { due: this.#elapsed + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Number of timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer, or undefined where there is none. */
  get nextIn(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.due - this.#elapsed;
  }

  /** Moves time on, firing what falls due in order; promises settle before each next timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let timer = this.#next(); timer !== undefined && timer.due <= end; timer = this.#next()) {
      this.#elapsed = timer.due;
      this.#timers.delete(timer);
      timer.callback();
      await settle();
    }
    this.#elapsed = end;
  }

  /** The same, and at each stop `rest` brings what follows from it to an end. */
  async advanceThrough(ms: number, rest: () => Promise<void>): Promise<void> {
    const end = this.#elapsed + ms;
    await rest();
    for (let next = this.#next(); next !== undefined && next.due <= end; next = this.#next()) {
      await this.advance(next.due - this.#elapsed);
      await rest();
    }
    await this.advance(end - this.#elapsed);
    await rest();
  }

  /** The earliest timer; of equal ones the one that was set first, for a Set keeps that order. */
  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.due < next.due) next = timer;
    return next;
  }
}

/** Lets every promise that can settle without I/O settle. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
