import { ReconcileError } from "../src/errors.ts";

/**
 * Work of one render, in units of about a microsecond: hostile input ends in an error, not in a busy process. The largest
 * of 699 public trees needs 22,000.
 */
const MAX_UNITS = 2_000_000;

/** Counts the work of one render. */
export class Budget {
  #left = MAX_UNITS;

  /** Throws LIMIT_EXCEEDED once the render has done more than any honest one would. */
  readonly spend = (units: number): void => {
    this.#left -= units;
    if (this.#left < 0) throw new ReconcileError("LIMIT_EXCEEDED", "rendering takes too much work; split the path, or look for patches and generators that multiply");
  };
}

/** Takes note of work done, see Budget. */
export type Spend = Budget["spend"];
