import { renderKey } from "../../charts/render-cache.ts";
import type { RenderCache } from "../../charts/render-cache.ts";
import type { RenderOptions } from "../../charts/render.ts";
import type { Rendered } from "../../charts/rendered.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import { storedPlace } from "../../sources/git/stored-tree.ts";
import type { StoredPlace } from "../../sources/git/stored-tree.ts";
import { ReconcileError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { RenderCost } from "./render-messages.ts";
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

interface Refusal {
  readonly tree: string;
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
  async render(tree: FileTree, options: RenderOptions, scope: string, signal: AbortSignal): Promise<Rendered> {
    const known = this.#cache.find(tree, options, scope);
    if (known !== undefined) return known;
    const place = storedPlace(tree);
    if (place === undefined) return this.#cache.render(tree, options, scope);
    const key = renderKey(options, scope);
    return (this.#large.has(key) ? undefined : this.#here(key, tree, options, scope)) ?? this.#there(key, place, tree, options, scope, signal);
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

  async #there(key: string, place: StoredPlace, tree: FileTree, options: RenderOptions, scope: string, signal: AbortSignal): Promise<Rendered> {
    const refusal = this.#refused.get(key);
    if (refusal?.tree === tree.id && this.#clock.monotonic() < refusal.until) throw refusal.error;
    this.#refused.delete(key);
    try {
      const answer = await this.#pool.render({ place, options }, signal);
      if (answer === undefined) return this.#cache.render(tree, options, scope);
      if (isSmall(answer.cost)) this.#large.delete(key);
      return this.#cache.keep(answer.made, options, scope);
    } catch (error) {
      if (error instanceof ReconcileError && error.code === "LIMIT_EXCEEDED") keep(this.#refused, key, { tree: tree.id, error, until: this.#clock.monotonic() + REFUSED_MS });
      throw error;
    }
  }
}

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
