import { delay } from "../../kube/delay.ts";
import type { Clock } from "../../ports.ts";

/** How long something is waited for. */
export interface Patience {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const EVERY_MS = 250;

/** Asks until it is so; false when time is over before. What `ask` throws is thrown. */
export async function becomes({ clock, timeoutMs, signal }: Patience, ask: () => Promise<boolean>): Promise<boolean> {
  const end = clock.monotonic() + timeoutMs;
  while (!(await ask())) {
    if (clock.monotonic() >= end) return false;
    await delay(clock, EVERY_MS, signal);
  }
  return true;
}
