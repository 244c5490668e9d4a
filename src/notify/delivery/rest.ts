import type { Clock } from "../../ports.ts";

/** Waits that can be ended from outside: a timer, a call, an abort. One who rests at a time. */
export class Rest {
  readonly #clock: Clock;
  #end: (() => void) | undefined;
  #woken = false;
  #cancelWake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the rest in `ms` at the latest; where nobody rests, the next rest does not begin. */
  wake(ms: number): void {
    if (ms <= 0) this.#wakeNow();
    else this.#cancelWake ??= this.#clock.after(ms, () => this.#wakeNow());
  }

  /** Rests until an instant (ms since 1970; Infinity: until it is woken). */
  async until(at: number, signal: AbortSignal): Promise<void> {
    await this.#rest(at === Infinity ? undefined : at - this.#clock.now().getTime(), signal, true);
  }

  /** Rests for a time, whoever calls; only an abort ends it. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#rest(ms, signal, false);
  }

  async #rest(ms: number | undefined, signal: AbortSignal, wakeable: boolean): Promise<void> {
    if (signal.aborted || (wakeable && this.#take())) return;
    await new Promise<void>((resolve) => {
      const cancel = ms === undefined ? undefined : this.#clock.after(Math.max(0, ms), () => end());
      const end = (): void => {
        cancel?.();
        signal.removeEventListener("abort", end);
        this.#end = undefined;
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      if (wakeable) this.#end = end;
    });
    if (wakeable) this.#take();
  }

  #wakeNow(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    this.#woken = true;
    this.#end?.();
  }

  #take(): boolean {
    const woken = this.#woken;
    this.#woken = false;
    return woken;
  }
}
