import { copyValue } from "./chart/copy-value.ts";
import { GoList, GoMap, Integer, type GoValue } from "./go/value.ts";

/** Values of one place that are told apart. */
const MAX_KNOWN = 32;
/** Characters that a value counts for beside its texts. */
const VALUE_WEIGHT = 16;
/** The number of no value at all. */
const ABSENT = 0;

/** A value as it was when it was first seen, and its number. */
interface Known {
  readonly number: number;
  readonly value: GoValue;
}

/** Gives equal values of a place the same number, and different ones different numbers for ever. Keeps copies: what becomes of a value does not matter. */
export class KeptValues {
  readonly #places = new Map<string, Known[]>();
  #last = ABSENT;
  /** Characters that all of it counts for. */
  weight = 0;

  /** Forgets the values. Their numbers are not given to others: who still has one must not take it for that of another value. */
  clear(): void {
    this.#places.clear();
    this.weight = 0;
  }

  /** Whether a test holds for the value that has a number; false where that is no longer known. */
  holds(place: string, number: number | undefined, test: (value: GoValue | undefined) => boolean): boolean {
    if (number === ABSENT) return test(undefined);
    const known = this.#places.get(place)?.find((each) => each.number === number);
    return known !== undefined && test(known.value);
  }

  /** Undefined where values cannot be told apart. */
  numberOf(place: string, value: GoValue | undefined): number | undefined {
    if (value === undefined) return ABSENT;
    const known = this.#places.get(place) ?? [];
    const found = known.find((each) => isSame(each.value, value));
    if (found !== undefined) return found.number;
    const weight = weightOf(value);
    if (weight === undefined) return undefined;
    this.#last += 1;
    known.unshift({ number: this.#last, value: copyValue(value) });
    this.weight += weight;
    if (known.length > MAX_KNOWN) this.weight -= weightOf(known.pop()?.value ?? null) ?? 0;
    this.#places.set(place, known);
    return this.#last;
  }
}

/** Whether nothing that a template can do tells two values apart; the order of keys counts. */
export function isSame(left: GoValue, right: GoValue): boolean {
  if (left === right) return left !== 0 || Object.is(left, right);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return Object.is(left, right);
  if (left instanceof GoMap) return right instanceof GoMap && isSameMap(left, right);
  if (left instanceof GoList) return right instanceof GoList && isSameList(left, right);
  return left instanceof Integer && right instanceof Integer && left.type === right.type && left.value === right.value;
}

function isSameMap(left: GoMap, right: GoMap): boolean {
  if (left.type !== right.type || left.isNil !== right.isNil || left.entries.size !== right.entries.size) return false;
  const others = right.entries.entries();
  for (const [key, value] of left.entries) {
    const other = others.next().value;
    if (other?.[0] !== key || !isSame(value, other[1])) return false;
  }
  return true;
}

function isSameList(left: GoList, right: GoList): boolean {
  return left.type === right.type && left.isNil === right.isNil && left.items.length === right.items.length && left.items.every((item, index) => isSame(item, right.items[index] ?? null));
}

/** Characters; undefined where an object is in it, which has no equals. */
function weightOf(value: GoValue): number | undefined {
  if (typeof value === "string") return VALUE_WEIGHT + value.length;
  if (value === null || typeof value !== "object" || value instanceof Integer) return VALUE_WEIGHT;
  if (value instanceof GoMap) return sum(value.entries.values(), sumOfKeys(value));
  return value instanceof GoList ? sum(value.items, VALUE_WEIGHT) : undefined;
}

function sumOfKeys({ entries }: GoMap): number {
  let total = VALUE_WEIGHT;
  for (const key of entries.keys()) total += key.length;
  return total;
}

function sum(items: Iterable<GoValue>, first: number): number | undefined {
  let total = first;
  for (const item of items) {
    const weight = weightOf(item);
    if (weight === undefined) return undefined;
    total += weight;
  }
  return total;
}
