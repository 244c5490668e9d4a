import type { HelmVersion } from "./input.ts";
import type { ReadManifest, Sorting } from "./manifests.ts";
import { OutputCache } from "./output-cache.ts";
import type { RenderedTemplate } from "./render-templates.ts";
import { TextCache } from "./text-cache.ts";
import type { Template } from "./template/template.ts";

/** Characters of manifests and of texts given to `tpl` whose reading is kept. */
const KEPT_CHARACTERS = 64 * 1024 * 1024;

/** What is kept from one render to the next. */
export class HelmCache {
  readonly manifests: TextCache<ReadManifest>;
  /** Manifests of outputs, as long as those are kept. */
  readonly sorted = new WeakMap<object, readonly Sorting[]>();
  /** Texts given to `tpl`. */
  readonly texts: Readonly<Record<HelmVersion, TextCache<ReadonlyMap<string, Template>>>>;

  /** What templates gave. */
  readonly outputs: OutputCache<RenderedTemplate>;

  /** `maxCharacters`: default 64 Mi. */
  constructor(maxCharacters: number = KEPT_CHARACTERS) {
    this.manifests = new TextCache(maxCharacters, ({ length }) => length + 500);
    this.outputs = new OutputCache(maxCharacters);
    const texts = (): TextCache<ReadonlyMap<string, Template>> => new TextCache(maxCharacters, ({ length }) => length * 10 + 2000);
    this.texts = { v4: texts(), v3: texts() };
  }
}
