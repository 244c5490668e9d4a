/** What a parsed file is kept under: the reader's name and the Git id of the bytes. */
type ParseKey = `${string} ${string}`;

/** What is made of a file, and how many bytes that was. */
export interface Kept {
  readonly value: unknown;
  readonly bytes: number;
}

/**
 * Parsed files by content: a commit that changes one file of a hundred parses one. Bounded by the bytes of the sources,
 * the least recently used goes first. Values are shared between renders and must never be changed.
 */
export class ParseCache {
  readonly #kept = new Map<ParseKey, Kept>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** `maxBytes`: of the source texts; what is parsed of them takes a few times as much. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What is kept of the content with this id, or undefined; see `get`. */
  find(reader: string, id: string): Kept | undefined {
    const key: ParseKey = `${reader} ${id}`;
    const known = this.#kept.get(key);
    if (known === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, known);
    return known;
  }

  /** The value that `parse` makes of the content with this id. `reader` names the parse function: equal names mean equal functions. A throw is not kept. */
  get<Value>(reader: string, id: string, bytes: number, parse: () => Value): Value {
    const known = this.find(reader, id);
    if (known !== undefined) return known.value as Value; // put there by the same reader, see above
    const value = parse();
    this.#keep(`${reader} ${id}`, { value, bytes });
    return value;
  }

  #keep(key: ParseKey, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#bytes += kept.bytes;
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
