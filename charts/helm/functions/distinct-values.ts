import { type CallScope, GoList, GoMap, GoObject, type GoValue, Integer } from "../go/value.ts";
import { deepEqual } from "./reflection.ts";

/**
 * A set of values by Go's reflect.DeepEqual: 1 and 1.0 are two, equal maps are one, NaN is never in it. Scalars are found
 * at once, the rest one by one and paid for.
 */
export class DistinctValues {
  readonly #scalars = new Set<string | number | boolean | null>();
  readonly #others: GoValue[] = [];
  readonly #scope: CallScope;

  constructor(values: readonly GoValue[], scope: CallScope) {
    this.#scope = scope;
    for (const value of values) this.add(value);
  }

  /** False where the value is there already. */
  add(value: GoValue): boolean {
    if (this.has(value)) return false;
    const key = keyOf(value);
    if (key === undefined) this.#others.push(value);
    else this.#scalars.add(key);
    return true;
  }

  has(value: GoValue): boolean {
    const key = keyOf(value);
    if (key !== undefined) return this.#scalars.has(key);
    if (typeof value === "number") return false;
    return this.#others.some((other) => {
      this.#scope.spend(1 + sizeOf(other) / 10);
      return deepEqual(other, value, this.#scope.spendText);
    });
  }

  hasAny(values: readonly GoValue[]): boolean {
    return values.some((value) => this.has(value));
  }
}

/** Stands for a scalar of one type; an integer's begins with a byte that no text of Go has. */
function keyOf(value: GoValue): string | number | boolean | null | undefined {
  if (value instanceof Integer) return `\uD800${value.type} ${value.value}`;
  if (value instanceof GoList || value instanceof GoMap || value instanceof GoObject) return undefined;
  return Number.isNaN(value) ? undefined : value;
}

function sizeOf(value: GoValue): number {
  if (value instanceof GoMap) return value.entries.size;
  return value instanceof GoList ? value.items.length : 1;
}
