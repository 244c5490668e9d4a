import { parseYaml } from "../../src/object/yaml.ts";
import { headOf, type ManifestHead } from "./manifest-head.ts";
import { ManifestLayout } from "./manifest-layout.ts";

/** Characters; the reader of YAML takes twice as many. */
const MAX_TEXT = 8 * 1024 * 1024;

/** The head of a manifest in the plainest YAML, of which nothing but its head is read; undefined where that cannot tell, or the manifest is none. */
export function quickHead(text: string): ManifestHead | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const lines = new HeadLines(text);
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  try {
    if (!new ManifestLayout(whole, (depth, lineStart, at) => lines.take(depth, lineStart, at)).isPlain()) return undefined;
    return headOf(parseYaml(lines.finish(), "")[0]?.value);
  } catch {
    return undefined; // who reads all of it says why; a line may be too long for a regular expression
  }
}

/** The lines of a manifest that its head is written in. */
class HeadLines {
  readonly #text: string;
  #head = "";
  /** Where the lines began that are taken now; -1: none are. */
  #from = -1;
  #isMetadata = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** A member begins. */
  take(depth: number, lineStart: number, at: number): void {
    if (depth === 2 && !this.#isMetadata) return;
    if (this.#from >= 0) this.#head += this.#text.slice(this.#from, lineStart);
    const name = this.#wanted(at);
    if (depth === 1) this.#isMetadata = name === "metadata";
    this.#from = (depth === 1 ? TOP : INNER).has(name) ? lineStart : -1;
  }

  finish(): string {
    return this.#from < 0 ? this.#head : this.#head + this.#text.slice(this.#from);
  }

  /** The name of a member, whatever the case of its letters; of one in quotes, that of nothing known. */
  #wanted(at: number): string {
    const text = this.#text;
    const colon = text.indexOf(":", at);
    const quote = text.charCodeAt(at);
    return (quote === 34 || quote === 39 ? text.slice(at + 1, colon - 1) : text.slice(at, colon)).toLowerCase();
  }
}

const TOP: ReadonlySet<string> = new Set(["kind", "apiversion", "metadata"]);
const INNER: ReadonlySet<string> = new Set(["name", "annotations"]);
