/** A map that tells what has changed in it, so that whoever follows it need not go over all of it. Its values are replaced, never changed. */
export class TouchedMap<Key, Value> extends Map<Key, Value> {
  #touched = new Set<Key>();
  #version = 0;

  constructor(entries: Iterable<readonly [Key, Value]> = []) {
    super(); // which would set entries before the fields above are there
    for (const [key, value] of entries) this.set(key, value);
  }

  /** Another one after every change. */
  get version(): number {
    return this.#version;
  }

  /** The keys that were set or deleted since this was called last. For one follower only. */
  take(): ReadonlySet<Key> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** The next take() has this key, too. */
  touch(key: Key): void {
    this.#touched.add(key);
  }

  override set(key: Key, value: Value): this {
    this.#changed(key);
    return super.set(key, value);
  }

  override delete(key: Key): boolean {
    if (this.has(key)) this.#changed(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this.keys()) this.#changed(key);
    super.clear();
  }

  #changed(key: Key): void {
    this.#touched.add(key);
    this.#version += 1;
  }
}
