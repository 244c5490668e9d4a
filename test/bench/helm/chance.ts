/** Numbers that look random and are the same for the same seed: xorshift32 (Marsaglia). */
export class Chance {
  #state: number;

  /** `seed`: any integer. */
  constructor(seed: number) {
    this.#state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) | 1;
    for (let warm = 0; warm < 8; warm += 1) this.below(2);
  }

  /** An integer from 0 to below the bound. */
  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }

  /** True in one of so many cases. */
  oneIn(cases: number): boolean {
    return this.below(cases) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("there is nothing to pick from");
    return item;
  }

  /** That many results, each made anew. */
  times<Result>(count: number, make: () => Result): Result[] {
    return Array.from({ length: count }, make);
  }
}
