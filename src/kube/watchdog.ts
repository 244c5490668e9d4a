import type { Clock } from "../ports.ts";

/** The reason with which silence ends a request. */
const SILENT = Symbol("silence");

/** Aborts its signal when nothing was heard for too long, or when the outer signal is aborted. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  #cancel: () => void;

  constructor(clock: Clock, silenceMs: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#outer = outer;
    this.#cancel = this.#arm();
    outer.addEventListener("abort", this.#stop, { once: true });
  }

  /** For the request that is watched over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True when it was the silence that ended the watch. */
  get barked(): boolean {
    return this.#controller.signal.reason === SILENT && !this.#outer.aborted;
  }

  /** Something was heard: the time begins anew. */
  alive(): void {
    this.#cancel();
    this.#cancel = this.#arm();
  }

  /** The request is over; no timer stays. */
  end(): void {
    this.#cancel();
    this.#outer.removeEventListener("abort", this.#stop);
  }

  readonly #stop = (): void => this.#controller.abort();

  #arm(): () => void {
    return this.#clock.after(this.#silenceMs, () => this.#controller.abort(SILENT));
  }
}
