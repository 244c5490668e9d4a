/**
 * What is made of texts, kept from one render to the next: a change of one value parses the manifests that it changed. Bounded
 * by what the texts count for: what was not asked for while half of that came in goes. What is kept is shared and must never
 * be changed.
 */
export class TextCache<Value> {
  readonly #half: number;
  readonly #weigh: (text: string) => number;
  /** Asked for since the last half; and before. A hit costs one look-up, which matters with long texts. */
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #weight = 0;

  /** `weigh`: characters that a text counts for, with what is made of it. */
  constructor(maxWeight: number, weigh: (text: string) => number) {
    this.#half = maxWeight / 2;
    this.#weigh = weigh;
  }

  /** What `make` makes of a text, or made of it before. A throw is not kept. */
  get(text: string, make: (text: string) => Value): Value {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const value = this.#old.get(text) ?? make(text);
    const weight = this.#weigh(text);
    if (this.#weight + weight > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(text, value);
    this.#weight += weight;
    return value;
  }
}
