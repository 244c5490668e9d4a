import type { Clock } from "../../../src/ports.ts";

/** The clock of one life of a process: after its end no timer of it fires. */
export class LifeClock implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();
  #alive = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get alive(): boolean {
    return this.#alive;
  }

  now(): Date {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(ms: number, callback: () => void): () => void {
    if (!this.#alive) return () => undefined;
    const stop = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    const cancel = (): void => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** Ends the life: what waits in it waits for ever. */
  kill(): void {
    this.#alive = false;
    for (const cancel of this.#cancels) cancel();
  }
}
