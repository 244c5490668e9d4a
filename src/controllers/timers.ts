import type { Clock } from "../ports.ts";

/** Timers that end together with what set them. */
export class Timers {
  readonly #clock: Pick<Clock, "after">;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  /** Calls back once, after so many milliseconds. Returns what takes that back. */
  after(ms: number, callback: () => void): () => void {
    const cancel = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }

  /** Takes back all that are set. */
  cancelAll(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
