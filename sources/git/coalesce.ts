/** One run of a piece of work for everyone who asks for it meanwhile. */
interface Run {
  readonly result: Promise<unknown>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Callers that ask for the same thing at the same time share one run of it. Each caller's signal ends only its own
 * waiting; the run is aborted when nobody waits any more.
 */
export class Coalescer {
  readonly #runs = new Map<string, Run>();

  /** The result of the run under way for `key`, or of a new one. Rejects with the reason of `signal` when aborted. */
  async run<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const run = this.#runs.get(key) ?? this.#start(key, work);
    run.waiting++;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      return (await Promise.race([run.result, aborted])) as T; // the key names the type of the result
    } finally {
      signal.removeEventListener("abort", abort);
      if (--run.waiting === 0) this.#leave(key, run, signal);
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<unknown>): Run {
    const controller = new AbortController();
    const result = work(controller.signal);
    const run: Run = { result, controller, waiting: 0 };
    this.#runs.set(key, run);
    const end = (): void => {
      if (this.#runs.get(key) === run) this.#runs.delete(key);
    };
    result.then(end, end);
    return run;
  }

  #leave(key: string, run: Run, signal: AbortSignal): void {
    if (this.#runs.get(key) !== run) return;
    this.#runs.delete(key);
    run.controller.abort(signal.reason);
  }
}

/** Runs pieces of work one after the other. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything before it has ended, well or not. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }
}
