import { ConcurrencyLimiter } from "./limiter.ts";
import type { LimiterOptions } from "./limiter.ts";

/** Identities kept before the idle ones are forgotten. */
const MAX_IDENTITIES = 256;

/**
 * One limiter per identity, over connections that all share. An identity may begin a request only while it has fewer under
 * way than connections are free: alone it gets half of them, and some are free however many identities are slow.
 */
export class IdentityLimiters {
  readonly #limiters = new Map<string, ConcurrencyLimiter>();
  readonly #options: LimiterOptions;
  #free: number;

  /** `connections`: requests that can be under way at once, over all identities. */
  constructor(connections: number, options: LimiterOptions = {}) {
    this.#free = connections;
    this.#options = options;
  }

  /** The limiter of this identity; "" is the operator's own. */
  of(identity: string): ConcurrencyLimiter {
    const known = this.#limiters.get(identity);
    if (known !== undefined) return known;
    if (this.#limiters.size >= MAX_IDENTITIES) this.#forgetIdle();
    const limiter = new ConcurrencyLimiter(this.#options, {
      mayBegin: (underWay) => underWay < this.#free,
      began: () => void (this.#free -= 1),
      ended: () => this.#ended(),
    });
    this.#limiters.set(identity, limiter);
    return limiter;
  }

  /** Whoever has the fewest requests under way goes first. */
  #ended(): void {
    this.#free += 1;
    const waiting = [...this.#limiters.values()].filter((limiter) => limiter.waiting > 0);
    for (const limiter of waiting.sort((left, right) => left.inFlight - right.inFlight)) limiter.grant();
  }

  #forgetIdle(): void {
    for (const [identity, limiter] of this.#limiters) {
      if (limiter.inFlight === 0 && limiter.waiting === 0) this.#limiters.delete(identity);
    }
  }
}
