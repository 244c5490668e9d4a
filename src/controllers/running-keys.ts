import type { Clock } from "../ports.ts";

/** A run that takes longer than this mostly waits for answers. */
const LONG_MS = 1_000;
/** How many times as many keys as places may run, for as many of them as run long. */
const MOST = 4;

/** What decides how many keys may run at the same time. */
export interface RunningKeysOptions {
  readonly clock: Clock;
  /** Places; a run that takes long gives its place back. */
  readonly concurrency: number;
  /** Called when a place was given back by a run that goes on. */
  readonly onRoom: () => void;
}

/** The keys that a queue handles now: those whose answers are slow do not keep the others from running. */
export class RunningKeys {
  readonly #options: RunningKeysOptions;
  /** Key → cancels the end of its time in a place. */
  readonly #keys = new Map<string, () => void>();
  readonly #long = new Set<string>();

  constructor(options: RunningKeysOptions) {
    this.#options = options;
  }

  /** Whether one more may run. */
  get hasRoom(): boolean {
    const { concurrency } = this.#options;
    return this.#keys.size - this.#long.size < concurrency && this.#keys.size < concurrency * MOST;
  }

  get size(): number {
    return this.#keys.size;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Those that run, sorted. */
  list(): readonly string[] {
    return [...this.#keys.keys()].sort();
  }

  /** A run begins. */
  add(key: string): void {
    const cancel = this.#options.clock.after(LONG_MS, () => {
      this.#long.add(key);
      this.#options.onRoom();
    });
    this.#keys.set(key, cancel);
  }

  /** It has ended. */
  delete(key: string): void {
    this.#keys.get(key)?.();
    this.#keys.delete(key);
    this.#long.delete(key);
  }
}
