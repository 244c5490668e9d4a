import { createHash } from "node:crypto";

/** Results of costly functions whose input determines them, the last few of them: a render that is repeated is quick. */
export class Kept<Value> {
  readonly #values = new Map<string, Value>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** What `make` gave for the same input before, or gives now. Of the input a hash is kept. */
  of(input: readonly (string | Uint8Array)[], make: () => Value): Value {
    const key = digest(input);
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = make();
    const [oldest] = this.#values.keys();
    if (this.#values.size >= this.#most && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(key, value);
    return value;
  }
}

function digest(input: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of input) {
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("base64");
}
