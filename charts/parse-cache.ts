/** What a parsed file is kept under: the reader's name and the Git id of the bytes. */
type ParseKey = `${string} ${string}`;

/** What is made of a file, and how many bytes that was. */
export interface Kept {
  readonly value: unknown;
  readonly bytes: number;
}

interface Weighed extends Kept {
  readonly weight: number;
  /** Count of look-ups and arrivals when it came to the end of the line. */
  since: number;
}

/**
 * Parsed files by content: a commit that changes one file of a hundred parses one. Bounded by the bytes of the sources,
 * the least recently used goes first, as far as halves of what is kept tell it. Values are shared between renders and must never be changed.
 */
export class ParseCache {
  readonly #kept = new Map<ParseKey, Weighed>();
  readonly #maxBytes: number;
  #weight = 0;
  #steps = 0;

  /** `maxBytes`: of the source texts; what is parsed of them takes a few times as much. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What is kept of the content with this id, or undefined; see `get`. */
  find(reader: string, id: string): Kept | undefined {
    const key: ParseKey = `${reader} ${id}`;
    const known = this.#kept.get(key);
    if (known === undefined) return undefined;
    this.#steps += 1;
    if (this.#steps - known.since <= this.#kept.size / 2) return known; // in the later half of the line still
    known.since = this.#steps;
    this.#kept.delete(key);
    this.#kept.set(key, known);
    return known;
  }

  /** The value that `parse` makes of the content with this id. `reader` names the parse function: equal names mean equal functions. `weigh`: bytes that the value takes where it takes more than its source. A throw is not kept. */
  get<Value>(reader: string, id: string, bytes: number, parse: () => Value, weigh?: (value: Value) => number): Value {
    const known = this.find(reader, id);
    if (known !== undefined) return known.value as Value; // put there by the same reader, see above
    const value = parse();
    this.#keep(`${reader} ${id}`, { value, bytes, weight: weigh?.(value) ?? bytes, since: (this.#steps += 1) });
    return value;
  }

  #keep(key: ParseKey, kept: Weighed): void {
    this.#kept.set(key, kept);
    this.#weight += kept.weight;
    for (const [oldest, { weight }] of this.#kept) {
      if (this.#weight <= this.#maxBytes) return;
      this.#kept.delete(oldest);
      this.#weight -= weight;
    }
  }
}
