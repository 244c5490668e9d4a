/** How the delay between failed attempts grows. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** What a key waits that says nothing else. */
export const DEFAULT_BACKOFF: Backoff = { initialMs: 1000, maxMs: 300_000 };

/** Share of a delay that chance takes away, so that keys that failed together do not come back together. */
const JITTER = 0.2;

/**
 * Milliseconds to wait after the given number of failures in a row (1 or more): doubles from initialMs to maxMs,
 * less up to a fifth by `random`, a number from 0 to below 1.
 */
export function backoffDelay(failures: number, backoff: Backoff, random: number): number {
  const doublings = Math.min(Math.max(0, failures - 1), 52); // 2^52 ms is beyond any maxMs and still exact
  const full = Math.min(backoff.maxMs, backoff.initialMs * 2 ** doublings);
  return Math.round(full * (1 - JITTER * random));
}
