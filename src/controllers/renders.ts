import type { Answer, ValueAnswer } from "../../charts/needs.ts";
import { renderKey } from "../../charts/render-cache.ts";
import type { RenderCache } from "../../charts/render-cache.ts";
import type { RenderOptions } from "../../charts/render.ts";
import type { Rendered } from "../../charts/rendered.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import { storedPlace } from "../../sources/git/stored-tree.ts";

import { ReconcileError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { RenderCost, RenderOrder, SentAnswer } from "./render-messages.ts";
import type { RenderPool } from "./render-pool.ts";

/** A render that reads more or takes longer is made on the other thread. Most trees read a tenth of it. */
const LARGE_BYTES = 64 * 1024;
const LONG_MS = 250;
/** Failures for want of time or memory, and paths known to be large, that are remembered. */
const MAX_KNOWN = 2_000;
/** How long one commit is not tried again that took too much. */
const REFUSED_MS = 600_000;

/** What renders are made with. */
export interface RendersOptions {
  readonly cache: RenderCache;
  readonly pool: Pick<RenderPool, "render">;
  readonly clock: Pick<Clock, "monotonic">;
}

/** How to render, with answers that can be told to another thread. */
export interface StoredOptions extends RenderOptions {
  readonly answers?: ReadonlyMap<string, Answer> | undefined;
}

interface Refusal {
  /** Ids of the trees that it was rendered from. */
  readonly content: string;
  readonly error: ReconcileError;
  readonly until: number;
}

/**
 * Renders where it holds up nobody: what is remembered at once, small trees here, large ones on another thread. Which
 * of them a path is, its first render tells: it begins here, and is given up as soon as it has read too much.
 */
export class Renders {
  readonly #cache: RenderCache;
  readonly #pool: Pick<RenderPool, "render">;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #large = new Map<string, true>();
  readonly #refused = new Map<string, Refusal>();

  constructor({ cache, pool, clock }: RendersOptions) {
    this.#cache = cache;
    this.#pool = pool;
    this.#clock = clock;
  }

  /** The same as `RenderCache.render`. The signal ends waiting for the other thread. */
  async render(tree: FileTree, options: StoredOptions, scope: string, signal: AbortSignal): Promise<Rendered> {
    const known = this.#cache.find(tree, options, scope);
    if (known !== undefined) return known;
    const order = orderOf(tree, options);
    if (order === undefined) return this.#cache.render(tree, options, scope);
    const key = renderKey(options, scope);
    return (this.#large.has(key) ? undefined : this.#here(key, tree, options, scope)) ?? this.#there(key, order, tree, options, scope, signal);
  }

  /** Undefined for a tree that is too large for this thread. */
  #here(key: string, tree: FileTree, options: RenderOptions, scope: string): Rendered | undefined {
    const began = this.#clock.monotonic();
    let large = false;
    try {
      const rendered = this.#cache.renderWithin(LARGE_BYTES, tree, options, scope);
      large = rendered === undefined;
      return rendered;
    } finally {
      if (large || this.#clock.monotonic() - began > LONG_MS) keep(this.#large, key, true);
    }
  }

  async #there(key: string, order: RenderOrder, tree: FileTree, options: RenderOptions, scope: string, signal: AbortSignal): Promise<Rendered> {
    const refusal = this.#refused.get(key);
    const content = contentOf(order);
    if (refusal?.content === content && this.#clock.monotonic() < refusal.until) throw refusal.error;
    this.#refused.delete(key);
    try {
      const answer = await this.#pool.render(order, signal);
      if (answer === undefined) return this.#cache.render(tree, options, scope);
      if (isSmall(answer.cost)) this.#large.delete(key);
      return this.#cache.keep(answer.made, options, scope);
    } catch (error) {
      if (error instanceof ReconcileError && error.code === "LIMIT_EXCEEDED") keep(this.#refused, key, { content, error, until: this.#clock.monotonic() + REFUSED_MS });
      throw error;
    }
  }
}

/** Undefined where one of the trees is not in a store. */
function orderOf(tree: FileTree, { answers, ...options }: StoredOptions): RenderOrder | undefined {
  const place = storedPlace(tree);
  const sent = new Map<string, SentAnswer>();
  for (const [key, answer] of answers ?? []) {
    const stored = answer.kind === "Tree" ? storedPlace(answer.tree) : undefined;
    if (answer.kind === "Tree" && stored === undefined) return undefined;
    sent.set(key, answer.kind === "Tree" && stored !== undefined ? { kind: "Stored", place: stored } : (answer as ValueAnswer)); // a tree is stored
  }
  return place === undefined ? undefined : { place, options, answers: sent };
}

const contentOf = ({ place, answers = new Map<string, SentAnswer>() }: RenderOrder): string =>
  [place.tree, ...[...answers].map(([key, answer]) => (answer.kind === "Stored" ? answer.place.tree : key))].join(" ");

const isSmall = ({ bytes, durationMs }: RenderCost): boolean => bytes <= LARGE_BYTES && durationMs <= LONG_MS;

/** The oldest go beyond the bound. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_KNOWN) return;
    map.delete(oldest);
  }
}
