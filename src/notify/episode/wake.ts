/** Collects when something has to be looked at again: the earliest of all, never the past. */
export class Wake {
  readonly now: number;
  #at: number | undefined;

  /** `now`: milliseconds. */
  constructor(now: number) {
    this.now = now;
  }

  /** True when `at` has come; else it is remembered. */
  due(at: number): boolean {
    if (at <= this.now) return true;
    this.#at = Math.min(this.#at ?? at, at);
    return false;
  }

  /** The earliest of what has not come yet. */
  get at(): number | undefined {
    return this.#at;
  }
}
