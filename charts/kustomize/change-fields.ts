import { readScalar } from "../../src/object/go-scalar.ts";
import { styleOfValue } from "../../src/object/go-yaml-style.ts";
import { isJsonObject, type Json } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { compilePattern } from "./pattern.ts";
import { conditionOf, demandList, foundIn, kindOf, positionOf, type Found, type Way } from "./replacement-path.ts";
import { withMember } from "./resource.ts";

/*
 * Every field that a target path of `replacements` leads to. In a condition `[key=text]` the text is a pattern that has to
 * fit some part of what the member is written as; behind `[=text]` the path ends, whatever follows.
 */

/** What happens to the fields that are found. */
export interface FieldChange {
  /** What a missing field starts as; "" is a scalar. Undefined: fields are not made. */
  readonly make: "" | readonly [] | Readonly<Record<string, never>> | undefined;
  /** The new value of a field; undefined in: a scalar that is being made. \`path\`: where it stands. */
  readonly leaf: (current: Found | undefined, path: Way) => Json;
  /** The value that a text holds which a path leads into. Throws Error where it holds none. */
  readonly read: (text: string) => Json;
  readonly spend: Spend;
}

/** The value with all fields changed that the steps lead to, and their number. Throws Error where the path cannot be followed. */
export function changeFields(root: Json, steps: readonly string[], change: FieldChange): { readonly value: Json; readonly count: number } {
  const walker = new Walker(steps, change);
  const value = walker.into({ value: root, text: "" }, 0, []);
  return { value, count: walker.count };
}

/** A value without a tag: YAML reads it anew when it is written. */
export function readPlain(text: string): Json {
  return /^\s|\s$|\n/.test(text) ? text : readScalar(text, "kustomize"); // what cannot stand without quotes is text
}

class Walker {
  count = 0;
  readonly #steps: readonly string[];
  readonly #change: FieldChange;

  constructor(steps: readonly string[], change: FieldChange) {
    this.#steps = steps;
    this.#change = change;
  }

  /** The new form of a value; undefined in: a scalar that is being made. */
  into(found: Found | undefined, depth: number, path: Way): Json {
    this.#change.spend(1);
    const step = this.#steps[depth];
    if (step === undefined) {
      this.count += 1;
      return this.#change.leaf(found, path);
    }
    const value = found?.value ?? null;
    const position = positionOf(step);
    if (position !== undefined && position >= 0) return this.#position(value, position, depth, path);
    const condition = conditionOf(step);
    if (condition !== undefined) return this.#matching(value, condition, depth, path);
    return step === "*" ? this.#every(value, depth, path) : this.#member(value, step, depth, path);
  }

  #member(value: Json, name: string, depth: number, path: Way): Json {
    if (value === null) {
      if (this.#change.make !== undefined) this.count += 1; // what is made in null is lost
      return value;
    }
    if (!isJsonObject(value) || name === "") throw new Error(`"${name}" is looked for in ${kindOf(value)}`);
    const isThere = Object.hasOwn(value, name);
    if (!isThere && this.#change.make === undefined) return value;
    const found = isThere ? foundIn(value, name) : this.#made(depth + 1);
    const isText = isThere && found !== undefined && (found.value === null || typeof found.value !== "object");
    if (isText && depth + 1 < this.#steps.length) {
      this.#lookInto(found.text, depth + 1);
      return value;
    }
    const next = this.into(found, depth + 1, [...path, name]);
    if (isThere && next === found?.value) return value;
    this.#change.spend(Object.keys(value).length); // it is copied
    return withMember(value, name, next);
  }

  /** Fields in a text are found, and what is changed there is forgotten: texts that can be changed were changed before. */
  #lookInto(text: string, depth: number): void {
    const { count } = changeFields(this.#change.read(text), this.#steps.slice(depth), { ...this.#change, leaf: () => null });
    this.count += count;
  }

  /** What stands at a place that is made: what the step behind it needs. */
  #made(depth: number): Found | undefined {
    const step = this.#steps[depth];
    if (step === undefined || step === "") return this.#change.make === "" ? undefined : { value: this.#change.make ?? null, text: "" };
    return { value: (positionOf(step) ?? -1) >= 0 || conditionOf(step) !== undefined ? [] : {}, text: "" };
  }

  #position(value: Json, position: number, depth: number, path: Way): Json {
    const items = value === null ? [] : demandList(value, String(position));
    const isNew = position === items.length && this.#change.make !== undefined;
    if (position >= items.length && !isNew) throw new Error(`position ${position} is beyond the list of ${items.length}`);
    const next = this.into(isNew ? this.#made(depth + 1) : foundIn(items, position), depth + 1, [...path, position]);
    return value === null ? value : isNew ? [...items, next] : items.with(position, next);
  }

  #every(value: Json, depth: number, path: Way): Json {
    if (value === null) return value;
    const items = demandList(value, "*");
    return items.map((_item, index) => this.into(foundIn(items, index), depth + 1, [...path, index]));
  }

  #matching(value: Json, { key, text }: { readonly key: string; readonly text: string }, depth: number, path: Way): Json {
    const items = value === null ? [] : demandList(value, `[${key}=${text}]`);
    const pattern = compilePattern(text);
    const behind = key === "" ? this.#steps.length : depth + 1;
    const before = this.count;
    const changed = items.map((item, index) => {
      const written = key === "" ? foundIn(items, index) : isJsonObject(item) && Object.hasOwn(item, key) ? foundIn(item, key) : undefined;
      return written !== undefined && pattern.test(asWritten(written)) ? this.into(foundIn(items, index), behind, [...path, index]) : item;
    });
    if (this.count > before || this.#change.make === undefined) return value === null ? value : changed;
    if (!pattern.test(text)) throw new Error(`there is no item [${key}=${text}], and none can be made: the pattern does not fit itself`);
    const plain = readPlain(text);
    const made: Found = key === "" ? { value: plain, text, isNew: true } : { value: { [key]: plain }, text: "" };
    const next = this.into(made, behind, [...path, items.length]);
    return value === null ? value : [...changed, next];
  }
}

/** The text of a value as it would stand in YAML. */
function asWritten({ value, text }: Found): string {
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return typeof value === "string" && styleOfValue(value) !== "plain" ? JSON.stringify(value) : text.trim();
}
