import type { Clock } from "../ports.ts";

/** `burst` at once, then one per `refillMs`; at most `maxKeys` are remembered, the oldest gives way. */
export interface BucketOptions {
  readonly burst: number;
  readonly refillMs: number;
  readonly maxKeys: number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** A token bucket per key. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: BucketOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Takes one token of this key; false when there is none. */
  take(key: string): boolean {
    const tokens = this.#tokens(key);
    const taken = tokens >= 1;
    this.#put(key, { tokens: taken ? tokens - 1 : tokens, at: this.#clock.monotonic() });
    return taken;
  }

  #tokens(key: string): number {
    const { burst, refillMs } = this.#options;
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + (this.#clock.monotonic() - bucket.at) / refillMs);
  }

  #put(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#options.maxKeys && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
