import { compareText } from "../go/bytes.ts";
import { sprintf } from "../go/format.ts";
import { GoList, GoMap, int, Integer, type GoValue } from "../go/value.ts";
import { contentOf } from "./indexing.ts";
import type { Flow } from "./node.ts";
import { set } from "./pipeline.ts";
import type { State } from "./state.ts";
import { Branch } from "./statements.ts";
import { holdsAny } from "./zero.ts";

/** Entries of a map that are put in order in one step. */
const ENTRIES_OF_STEP = 4;
const BEYOND_PLAIN = /[\uD800-\uFFFF]/;

/** `{{range}}`: its body for each item of a list, each value of a map in the order of its keys, or each number below an integer. */
export class Range extends Branch {
  readonly word = "range";

  run(state: State): Flow {
    state.node = this;
    const value = contentOf(this.pipeline.value(state));
    const { dot, isDotBoxed } = state;
    state.isDotBoxed = holdsAny(value);
    const hasRun = this.each(state, value);
    state.dot = dot;
    state.isDotBoxed = isDotBoxed;
    return hasRun || this.otherwise === undefined ? "next" : this.otherwise.run(state);
  }

  /** Whether there was anything to run for. */
  private each(state: State, value: GoValue): boolean {
    if (value instanceof GoList) return this.eachItem(state, value);
    if (value instanceof GoMap) return this.eachEntry(state, value);
    if (value instanceof Integer) return this.eachNumber(state, value);
    return value === null ? false : state.fail(`range can't iterate over ${sprintf("%v", [value])}`, undefined, [value]);
  }

  private eachItem(state: State, { items }: GoList): boolean {
    let index = 0;
    for (const item of items) {
      if (!this.turn(state, this.pipeline.targets.length > 1 ? int(index) : null, item)) break;
      index += 1;
    }
    return items.length > 0;
  }

  private eachEntry(state: State, { entries }: GoMap): boolean {
    state.output.step(entries.size / ENTRIES_OF_STEP);
    for (const key of sortedKeys(entries)) {
      const value = entries.get(key);
      if (value !== undefined && !this.turn(state, key, value)) break;
    }
    return entries.size > 0;
  }

  private eachNumber(state: State, { type, value }: Integer): boolean {
    if (this.pipeline.targets.length > 1) state.fail(`can't use ${String(value)} to iterate over more than one variable`);
    for (let number = 0n; number < value; number += 1n) if (!this.turn(state, null, new Integer(type, number))) break;
    return value > 0n;
  }

  /** One run of the body; false where it broke out of the loop. */
  private turn(state: State, key: GoValue, value: GoValue): boolean {
    state.output.step();
    const isBoxed = state.isDotBoxed;
    const [first, second] = this.pipeline.targets;
    if (first !== undefined && second === undefined) set(state, first, value, isBoxed);
    if (first !== undefined && second !== undefined) {
      set(state, first, key, false);
      set(state, second, value, isBoxed);
    }
    state.dot = value;
    const flow = this.body.run(state);
    state.isDotBoxed = isBoxed;
    return flow !== "break";
  }
}

/** Keys in Go's order, byte by byte; as they are when the loop begins. */
function sortedKeys(entries: ReadonlyMap<string, GoValue>): string[] {
  const keys = [...entries.keys()];
  return keys.some((key) => BEYOND_PLAIN.test(key)) ? keys.sort(compareText) : keys.sort();
}
