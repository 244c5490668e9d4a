import type { Clock } from "../ports.ts";

/** The longest delay that a timer of Node holds; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. Timers keep the process alive until they fire or are cancelled. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after: (ms, callback) => startTimer(performance.now() + ms, callback),
};

function startTimer(due: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = Math.max(0, due - performance.now());
    timer = left > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(callback, left);
  };
  arm();
  return () => clearTimeout(timer);
}
