import type { Clock } from "../ports.ts";

/** Resolves after `ms` of the given clock; rejects with the signal's reason as soon as that is aborted. */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(asError(signal.reason));
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    function stop(): void {
      cancel();
      reject(asError(signal?.reason));
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The promise; rejects with the signal's reason as soon as that is aborted, while what was begun goes on for others. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(asError(signal.reason));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** What an abort signal gives as its reason, as an Error. */
export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException("the operation was aborted", "AbortError");
}
