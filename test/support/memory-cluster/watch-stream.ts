/** One watch: changes of the store as the events that its selection sees. */
import type { KubeApiError } from "../../../src/errors.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { WatchEvent } from "../../../src/ports.ts";
import type { Change } from "./store.ts";
import { buried } from "./store.ts";

/** The event of a change; undefined where neither state is selected. What left the selection is shown as it was, in the new version. */
export function eventOf({ before, after, version }: Change, isSelected: (object: KubeObject) => boolean): WatchEvent | undefined {
  const was = before !== undefined && isSelected(before);
  const is = after !== undefined && isSelected(after);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: after };
  return was ? { type: "DELETED", object: buried(before, version) } : undefined;
}

/** Events that wait for their reader. */
export class WatchStream {
  readonly #events: WatchEvent[] = [];
  readonly #onClose: (() => void)[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: { readonly value: unknown } | undefined;

  push(event: WatchEvent): void {
    if (this.#ended) return;
    this.#events.push(event);
    this.#wake?.();
  }

  /** The server ends it; what was pushed is still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The request fails at once; nothing more is read. */
  fail(error: unknown): void {
    this.#error ??= { value: error };
    this.end();
  }

  /** The server ends it with an ERROR event. */
  refuse(error: KubeApiError): void {
    if (!this.#ended) this.fail(error);
  }

  /** Called once when the reader leaves. */
  onClose(work: () => void): void {
    this.#onClose.push(work);
  }

  close(): void {
    this.#ended = true;
    for (const work of this.#onClose.splice(0)) work();
  }

  /** The next event; undefined at the end. */
  async next(): Promise<WatchEvent | undefined> {
    while (this.#events.length === 0 && !this.#ended) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    if (this.#error !== undefined) throw this.#error.value;
    return this.#events.shift();
  }
}
