/** Pays for text that is made, in characters; see CallScope.spendText. */
export type SpendText = (characters: number) => void;

/** Paid in pieces of this size; what is smaller is free. */
const PIECE = 65_536;
/** What an item of a list or map costs beside its text, in characters. */
export const ITEM_COST = 16;
/** Deeper values are taken for ones that contain themselves. */
const MAX_DEPTH = 1000;

/** Counts what printing a value makes: values that share parts may print exponentially much. */
export class Meter {
  readonly #spend: SpendText | undefined;
  #unpaid = 0;

  constructor(spend?: SpendText) {
    this.#spend = spend;
  }

  /** Counts a text and gives it back. Throws where `spend` does. */
  count(text: string): string {
    this.add(text.length);
    return text;
  }

  /** Counts characters that are about to be made. */
  add(characters: number): void {
    this.#unpaid += characters;
    if (this.#unpaid < PIECE) return;
    this.#spend?.(this.#unpaid);
    this.#unpaid = 0;
  }

  /** Pays what is left: for work that gives no text that is paid for. */
  settle(): void {
    this.#spend?.(this.#unpaid);
    this.#unpaid = 0;
  }

  /** Throws for a depth at which Go would run out of its stack. */
  checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw new Error(`value is nested more than ${MAX_DEPTH} deep: it may contain itself`);
  }
}
