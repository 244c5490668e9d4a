import { formatDuration } from "../../src/api/duration.ts";
import { ReconcileError } from "../../src/errors.ts";
import type { Clock } from "../../src/ports.ts";

/** Runs `work` with a signal that ends with `signal`, or with GIT_UNREACHABLE after `timeoutMs`. */
export async function withDeadline<T>(clock: Pick<Clock, "after">, timeoutMs: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal.reason);
  const expire = (): void => controller.abort(new ReconcileError("GIT_UNREACHABLE", `no complete answer within ${formatDuration(timeoutMs)}; the server is slow or unreachable, or spec.timeout is too short for this repository`));
  signal.addEventListener("abort", forward, { once: true });
  const cancel = clock.after(timeoutMs, expire);
  try {
    return await work(controller.signal);
  } finally {
    cancel();
    signal.removeEventListener("abort", forward);
  }
}
