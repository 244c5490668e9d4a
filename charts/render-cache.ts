import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "../src/object/json.ts";
import { compareText } from "../src/object/object-id.ts";
import type { FileTree } from "../sources/file-tree.ts";
import { digestOfHelm } from "./helm-options.ts";
import { MeteredTree } from "./metered-tree.ts";
import type { Answers } from "./needs.ts";
import { ParseCache } from "./parse-cache.ts";
import { render, type RenderOptions } from "./render.ts";
import type { Rendered } from "./rendered.ts";
import type { Variables } from "./substitute/substitute.ts";
import { TracedAnswers, TracedTree, unchangedIn, type Trace } from "./traced-tree.ts";

const digests = new WeakMap<Variables, string>();

/** Stands for the values, which may be those of Secrets, where they must not be seen. */
function digestOf(variables: Variables): string {
  const known = digests.get(variables);
  if (known !== undefined) return known;
  const sorted = [...variables].sort(([left], [right]) => compareText(left, right));
  const digest = createHash("sha256").update(canonicalJson(sorted.map(([name, { value, secret }]) => [name, value, secret]))).digest("base64");
  digests.set(variables, digest);
  return digest;
}

/** Stands for what is rendered, and how, in memory and nowhere else. `scope` names where the trees come from. */
export function renderKey({ path, loadRestriction, overlay, helm, variables }: RenderOptions, scope: string): string {
  return canonicalJson({ scope, path, loadRestriction, overlay: overlay as Json | undefined, helm: helm && digestOfHelm(helm), variables: variables && digestOf(variables) }); // a spec is JSON
}

/** A result and what it was made of. */
export interface TracedRender {
  readonly trace: Trace;
  readonly rendered: Rendered;
}

/** Bounds of a RenderCache. */
export interface RenderCacheLimits {
  /** Paths with their scopes and options (default 500). */
  readonly maxPaths?: number;
  /** Bytes of source texts whose parsed form is kept (default 128 MiB). */
  readonly maxParsedBytes?: number;
}

/** Results for one path of one scope: who goes back and forth between commits finds them again. */
const MAX_VARIANTS = 2;

/**
 * Renders, and remembers: a commit that touches nothing a result was made of gives the same result again without reading
 * a file; one that touches some parses only those. Results are shared and must never be changed.
 */
export class RenderCache {
  readonly #paths = new Map<string, readonly TracedRender[]>();
  readonly #parsed: ParseCache;
  readonly #maxPaths: number;

  constructor({ maxPaths = 500, maxParsedBytes = 128 * 1024 * 1024 }: RenderCacheLimits = {}) {
    this.#maxPaths = maxPaths;
    this.#parsed = new ParseCache(maxParsedBytes);
  }

  /**
   * The same as `render`; the very same object where nothing that was looked at has changed. Failures are not kept.
   * `scope` names where the trees come from: the trees of one scope follow each other, so few of them are remembered.
   */
  render(tree: FileTree, options: RenderOptions, scope: string): Rendered {
    return this.find(tree, options, scope) ?? this.keep(renderTraced(tree, options, this.#parsed), options, scope);
  }

  /** The same, for a tree of which at most `maxBytes` have to be read; undefined where it is more. */
  renderWithin(maxBytes: number, tree: FileTree, options: RenderOptions, scope: string): Rendered | undefined {
    const known = this.find(tree, options, scope);
    if (known !== undefined) return known;
    const metered = new MeteredTree(tree, maxBytes);
    try {
      const made = renderTraced(metered, { ...options, answers: meteredAnswers(options.answers, metered) }, this.#parsed);
      return metered.exceeded ? undefined : this.keep(made, options, scope);
    } catch (error) {
      if (metered.exceeded) return undefined;
      throw error;
    }
  }

  /** What is remembered and still holds for this tree. */
  find(tree: FileTree, options: RenderOptions, scope: string): Rendered | undefined {
    const known = this.#paths.get(renderKey(options, scope))?.find(({ trace, rendered }) => isCurrent(rendered, options) && unchangedIn(trace, tree, options.answers));
    return known === undefined ? undefined : this.keep(known, options, scope);
  }

  /** Remembers a result, wherever it was made. What waits for answers is none yet. */
  keep(made: TracedRender, options: RenderOptions, scope: string): Rendered {
    if (made.rendered.needs !== undefined) return made.rendered;
    const key = renderKey(options, scope);
    const others = (this.#paths.get(key) ?? []).filter((variant) => variant !== made);
    this.#paths.delete(key);
    this.#paths.set(key, [made, ...others].slice(0, MAX_VARIANTS));
    this.#forgetOldest();
    return made.rendered;
  }

  #forgetOldest(): void {
    for (const oldest of this.#paths.keys()) {
      if (this.#paths.size <= this.#maxPaths) return;
      this.#paths.delete(oldest);
    }
  }
}

/** False once something in it was to be renewed. */
const isCurrent = ({ renewAt }: Rendered, { helm }: RenderOptions): boolean => renewAt === undefined || helm === undefined || helm.clock < renewAt;

/** Renders, and writes down what of the tree and the answers was looked at. Throws what `render` throws. */
export function renderTraced(tree: FileTree, options: RenderOptions, parsed: ParseCache): TracedRender {
  const traced = new TracedTree(tree);
  const answers = new TracedAnswers(options.answers);
  const rendered = render(traced, { ...options, answers }, parsed);
  return { trace: { ...traced.trace, answers: answers.trace }, rendered };
}

/** The same answers, with their trees weighed together with the one that is rendered. */
export function meteredAnswers(answers: Answers | undefined, metered: MeteredTree): Answers {
  return {
    get: (key) => {
      const answer = answers?.get(key);
      return answer?.kind !== "Tree" ? answer : { ...answer, tree: new MeteredTree(answer.tree, metered) };
    },
  };
}
