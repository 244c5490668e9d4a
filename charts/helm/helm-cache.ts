import type { HelmVersion } from "./input.ts";
import type { ReadManifest } from "./manifests.ts";
import type { Template } from "./template/template.ts";

/**
 * What is made of texts, kept from one render to the next: a change of one value parses the manifests that it changed. Bounded
 * by the characters of the texts, the least recently used goes first. What is kept is shared and must never be changed.
 */
export class TextCache<Value> {
  readonly #kept = new Map<string, Value>();
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  /** What `make` makes of a text, or made of it before. A throw is not kept. */
  get(text: string, make: (text: string) => Value): Value {
    const known = this.#kept.get(text);
    if (known !== undefined) {
      this.#kept.delete(text);
      this.#kept.set(text, known);
      return known;
    }
    const value = make(text);
    this.#keep(text, value);
    return value;
  }

  #keep(text: string, value: Value): void {
    this.#kept.set(text, value);
    this.#characters += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#characters <= this.#maxCharacters) return;
      this.#kept.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

/** Characters of manifests and of texts given to `tpl` whose reading is kept. */
const KEPT_CHARACTERS = 64 * 1024 * 1024;

/** What is kept from one render to the next. */
export class HelmCache {
  readonly manifests: TextCache<ReadManifest>;
  /** Texts given to `tpl`. */
  readonly texts: Readonly<Record<HelmVersion, TextCache<ReadonlyMap<string, Template>>>>;

  /** `maxCharacters`: default 64 Mi. */
  constructor(maxCharacters: number = KEPT_CHARACTERS) {
    this.manifests = new TextCache(maxCharacters);
    this.texts = { v4: new TextCache(maxCharacters / 4), v3: new TextCache(maxCharacters / 4) };
  }
}
