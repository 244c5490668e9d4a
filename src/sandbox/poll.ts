import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 40;

/** What to wait for. */
export interface Poll {
  /** For the error after the deadline. */
  readonly what: string;
  readonly deadlineMs: number;
  /** True when it is so; an error counts as no. */
  readonly probe: () => boolean | Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks until `probe` says true, for states that nothing announces: a port opens, a process is gone. */
export async function pollUntil({ what, deadlineMs, probe, signal }: Poll): Promise<void> {
  const end = performance.now() + deadlineMs;
  let lastError: unknown;
  while (performance.now() < end) {
    try {
      if (await probe()) return;
    } catch (error) {
      lastError = error;
    }
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
  const cause = lastError === undefined ? {} : { cause: lastError };
  throw new Error(`not within ${deadlineMs / 1000} s: ${what}`, cause);
}
