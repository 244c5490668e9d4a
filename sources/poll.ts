/** How far a poll strays from its interval, so that the sources of one server do not ask it in the same moment. */
const JITTER = 0.1;

/** The delay until the next poll, in milliseconds: the interval ± 10 %. `random` is from [0, 1). */
export function nextPollDelay(intervalMs: number, random: number): number {
  return Math.round(intervalMs * (1 - JITTER + 2 * JITTER * random));
}
