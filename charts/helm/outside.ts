import type { GoValue } from "./go/value.ts";
import type { HelmInput, Lookup } from "./input.ts";
import type { Outside } from "./watch.ts";

/** The question for the time that templates are told. */
export const NOW = "now";

/** The question for objects of the cluster. */
export const lookupQuestion = (wanted: Parameters<Lookup>): string => JSON.stringify(wanted);

/** What templates of one render may be told that does not come from their chart. */
export class OutsideOf implements Outside {
  readonly clock: Date | undefined;
  /** The moment until which all that was told holds; undefined: for ever. */
  renewedAt: Date | undefined;
  readonly #input: HelmInput;

  constructor(input: HelmInput) {
    this.#input = input;
    this.clock = input.clock;
  }

  now(): Date {
    const { now } = this.#input;
    return typeof now === "function" ? now() : now;
  }

  lookup(...wanted: Parameters<Lookup>): GoValue | undefined {
    return this.#input.lookup?.(...wanted);
  }

  /** The answer that a question has now. */
  answer(question: string): GoValue | undefined {
    return question === NOW ? this.now().getTime() : this.lookup(...(JSON.parse(question) as Parameters<Lookup>)); // see lookupQuestion
  }

  /** Takes note of a moment at which something that was told no longer holds. */
  renewAt(moment: Date): void {
    if (this.renewedAt === undefined || moment < this.renewedAt) this.renewedAt = moment;
  }
}
