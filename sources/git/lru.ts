/** Keeps what was used last, up to a total weight. What alone weighs more than a quarter of it is not kept. */
export class Lru<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly weight: number }>();
  readonly #capacity: number;
  #weight = 0;

  /** `capacity`: the total weight, in the unit of `set` (bytes). */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The total weight of what is kept. */
  get weight(): number {
    return this.#weight;
  }

  /** The value, now the last used one, or undefined. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps a value and drops the least recently used ones beyond the capacity. */
  set(key: string, value: V, weight: number): void {
    this.#drop(key);
    if (weight > this.#capacity / 4) return;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#capacity) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }
}
