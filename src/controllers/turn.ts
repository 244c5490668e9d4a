import type { Clock } from "../ports.ts";

/** For how long an Application may begin writes while others wait. What is under way is not broken off. */
export const TURN_MS = 20_000;

/**
 * Whether another write may begin: for so long from the first one on, and after that as long as nobody waits. Once it may
 * not, it may not until the next turn.
 */
export function turnOf(clock: Pick<Clock, "monotonic">, othersWait: () => boolean): () => boolean {
  let began: number | undefined;
  let isOver = false;
  return () => {
    began ??= clock.monotonic();
    isOver ||= clock.monotonic() - began >= TURN_MS && othersWait();
    return !isOver;
  };
}
