import type * as CelLibrary from "@bufbuild/cel";
import type { CelValue } from "@bufbuild/cel";

/** How the library tells lists and maps; handed in, because it is loaded late. */
type Shapes = Pick<typeof CelLibrary, "isCelList" | "isCelMap">;

/** Characters that are read for the price of one step. */
const CHARACTERS = 32;

/** Deeper values are refused: equality is recursive. */
const MAX_DEPTH = 200;

/** Counts what an evaluation costs, in steps of roughly one visited node of the expression or of the object. */
export class CelMeter {
  readonly #shapes: Shapes;
  #left = 0;

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** Begins an evaluation that may cost this many steps. */
  start(budget: number): void {
    this.#left = budget;
  }

  /** True when the evaluation has cost more than it may. */
  get spent(): boolean {
    return this.#left < 0;
  }

  /** Adds a cost. Throws RangeError when it is more than is left. */
  charge(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new RangeError("too much work");
  }

  /** Charges for every value in a value that a function is about to read, and gives it back. */
  weigh(value: CelValue): CelValue {
    this.#weigh(value, 0);
    return value;
  }

  /** Charges for the length of a list or map whose elements are about to be copied or searched, and gives it back. */
  measure(value: CelValue): CelValue {
    const { isCelList, isCelMap } = this.#shapes;
    if (isCelList(value) || isCelMap(value)) this.charge(1 + value.size / CHARACTERS);
    return value;
  }

  #weigh(value: unknown, depth: number): void {
    const { isCelList, isCelMap } = this.#shapes;
    this.charge(1);
    if (depth > MAX_DEPTH) throw new RangeError("a value is nested too deeply");
    if (typeof value === "string" || value instanceof Uint8Array) return this.charge(value.length / CHARACTERS);
    if (isCelMap(value)) {
      for (const [key, item] of value) {
        this.#weigh(key, depth + 1);
        this.#weigh(item, depth + 1);
      }
    } else if (isCelList(value)) {
      for (const item of value) this.#weigh(item, depth + 1);
    }
  }
}
