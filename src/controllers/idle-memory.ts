import type { Clock } from "../ports.ts";

/** How often it is looked whether there is something to give back. */
const LOOK_MS = 15_000;
/** Share of one processor below which the process is taken to rest. */
const RESTING = 0.05;

/** What is measured and done; the process's own in the operator. */
export interface Memory {
  /** Processor time of the process so far, milliseconds. */
  readonly usedMs: () => number;
  /** Collects all garbage and gives its pages back. Undefined where Node was not started with --expose-gc. */
  readonly collect: (() => void) | undefined;
}

const { gc } = globalThis;

/** The memory of this process. */
export const processMemory: Memory = {
  usedMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  collect: gc === undefined ? undefined : () => gc({ type: "major", execution: "sync", flavor: "last-resort" }),
};

/**
 * Gives back what a busy time has left behind, once, as soon as the process rests: V8 by itself keeps it until it needs
 * it again. Returns the function that ends it.
 */
export function collectWhenIdle(clock: Clock, { usedMs, collect }: Memory): () => void {
  if (collect === undefined) return () => undefined;
  let used = usedMs();
  let wasBusy = true;
  const look = (): void => {
    const spent = usedMs() - used;
    const rests = spent < LOOK_MS * RESTING;
    if (rests && wasBusy) collect();
    wasBusy = !rests;
    used = usedMs();
    cancel = clock.after(LOOK_MS, look);
  };
  let cancel = clock.after(LOOK_MS, look);
  return () => cancel();
}
