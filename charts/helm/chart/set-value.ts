import { runeOf } from "../go/bytes.ts";
import { quote, quoteRune } from "../go/quote.ts";
import { parseInt as parseGoInt } from "../go/parse-number.ts";
import { typeName } from "../go/types.ts";
import { ANY_LIST, ANY_MAP, GoList, GoMap, type GoValue } from "../go/value.ts";
import { readJsonPrefix } from "./json-prefix.ts";
import { SetReader } from "./set-reader.ts";
import { typedValue } from "./typed-value.ts";

/*
 * The language of Helm's `--set` flags: `a.b=1,c[0].d={x,y}`. A backslash takes the next character as it is, a name that is
 * empty sets nothing, and a flag that ends early is at times an error and at times not: as Helm has it, which charts rely on.
 */

/** What becomes of the text behind `=`. `typed`: true, false, null and integers are what they look like; `literal`: nothing has a meaning. */
export type SetMode = "typed" | "string" | "file" | "json" | "literal";

/** Reads the text that is to stand in for the name of a file. */
export type ReadFile = (path: string) => string;

/** Highest index of a list, and levels of names, as Helm has them. */
const MAX_INDEX = 65_536;
const MAX_LEVELS = 30;
/** Lists within lists, and items of all lists that flags make. */
const MAX_LISTS = 100;
const MAX_ITEMS = 1_000_000;

/** Items of lists that flags have made so far. */
export interface Made {
  items: number;
}

/** Puts what a flag says into values, which it changes. `made`: shared by all flags of one render, default for this one alone. Throws Error with Helm's text. */
export function setValue(flag: string, values: GoMap, mode: SetMode, readFile: ReadFile, made: Made = { items: 0 }): void {
  const setter = new Setter(flag, mode, readFile, made);
  while (setter.readKey(values, 0) !== "end");
}

/** `end`: the flag ended, and where Helm finds nothing wrong with that. */
type Progress = "more" | "end";

class Setter {
  readonly #reader: SetReader;
  readonly #mode: SetMode;
  readonly #readFile: ReadFile;
  readonly #made: Made;

  constructor(flag: string, mode: SetMode, readFile: ReadFile, made: Made) {
    this.#reader = new SetReader(flag);
    this.#mode = mode;
    this.#readFile = readFile;
    this.#made = made;
  }

  /** Reads one `name=value` into a map. */
  readKey(into: GoMap, level: number): Progress {
    const { text: key, stop } = this.#until(this.#mode === "literal" ? "=[." : "=[,.");
    switch (stop) {
      case "=":
        return this.#readValue((value) => setKey(into, key, value));
      case "[":
        return this.#readIndexed(into, key, level);
      case ".":
        return this.#readInner(into, key, level + 1);
      case ",":
        throw new Error(`key ${quote(key)} has no value (cannot end with ,)`);
      case undefined:
      default:
        if (key !== "") throw new Error(`key ${quote(key)} has no value`);
        return "end";
    }
  }

  #until(stops: string): ReturnType<SetReader["until"]> {
    return this.#reader.until(stops, this.#mode !== "literal");
  }

  #readInner(into: GoMap, key: string, level: number): Progress {
    if (level > MAX_LEVELS) throw new Error(`value name nested level is greater than maximum supported nested level of ${MAX_LEVELS}`);
    const known = into.entries.get(key);
    if (known !== undefined && !(known instanceof GoMap)) throw mismatch(known, ANY_MAP);
    const inner = known ?? new GoMap();
    const progress = this.readKey(inner, level);
    if (progress === "more" && inner.entries.size === 0) throw new Error(`key map ${quote(key)} has no value`);
    if (inner.entries.size > 0) setKey(into, key, inner);
    return progress;
  }

  #readIndexed(into: GoMap, key: string, level: number): Progress {
    const index = this.#readIndex();
    if (index === undefined) return "end";
    const known = into.entries.get(key);
    if (known !== undefined && !(known instanceof GoList)) throw mismatch(known, ANY_LIST);
    const { list, progress } = this.#readItem(known ?? new GoList([]), index, level, 1);
    setKey(into, key, list);
    return progress;
  }

  /** The number before `]`, or undefined where the flag ends. */
  #readIndex(): number | undefined {
    const { text, stop } = this.#until("]");
    if (stop === undefined) return undefined;
    const { value, error } = parseGoInt(text);
    if (error !== undefined) throw new Error(`error parsing index: strconv.Atoi: parsing ${quote(text)}: ${error}`);
    if (value < 0n) throw new Error(`negative ${value} index not allowed`);
    return Number(value);
  }

  /** Reads what stands behind `[1]` into a list, which is another one where it grew. */
  #readItem(list: GoList, index: number, level: number, depth: number): { readonly list: GoList; readonly progress: Progress } {
    if (depth > MAX_LISTS) throw new Error(`lists are nested more than ${MAX_LISTS} deep`);
    const { text, stop } = this.#until("[.=");
    if (text !== "") throw new Error(`unexpected data at end of array index: [${Array.from(text, (character) => quoteRune(runeOf(character))).join(" ")}]`);
    if (stop === undefined) return { list, progress: "end" };
    let result = list;
    const keep = (value: GoValue): void => {
      result = this.#setIndex(list, index, value);
    };
    if (stop === "=") this.#readValue(keep);
    else if (stop === "[") return this.#readNested(list, index, level, depth);
    else {
      const inner = innerMap(list, index);
      if (this.readKey(inner, level) === "end") return { list, progress: "end" };
      keep(inner);
    }
    return { list: result, progress: "more" };
  }

  #readNested(list: GoList, index: number, level: number, depth: number): { readonly list: GoList; readonly progress: Progress } {
    const next = this.#readIndex();
    if (next === undefined) return { list, progress: "end" };
    const known = list.items[index] ?? null;
    if (known !== null && !(known instanceof GoList)) throw mismatch(known, ANY_LIST);
    const inner = this.#readItem(known ?? new GoList([]), next, level, depth + 1);
    if (inner.progress === "end") return { list, progress: "end" };
    return { list: this.#setIndex(list, index, inner.list), progress: "more" };
  }

  /** Reads what stands behind `=`. */
  #readValue(set: (value: GoValue) => void): Progress {
    const reader = this.#reader;
    if (this.#mode === "json") return this.#readJson(set);
    if (this.#mode === "literal") {
      set(this.#until("").text);
      return "more";
    }
    const next = reader.peek();
    if (next === "{") {
      reader.at += 1;
      set(this.#readList());
      return "more";
    }
    set(next === undefined ? "" : this.#valueOf(this.#until(",").text));
    return next === undefined ? "end" : "more";
  }

  #readJson(set: (value: GoValue) => void): Progress {
    const reader = this.#reader;
    if (reader.skipToValue()) {
      set(null);
      return "more";
    }
    const { value, end } = readJsonPrefix(reader.text, reader.at);
    set(value);
    reader.at = end;
    reader.skipToValue();
    return "more";
  }

  /** The items up to `}`; a comma behind it belongs to it. */
  #readList(): GoList {
    const items: GoValue[] = [];
    for (;;) {
      const { text, stop } = this.#until(",}");
      if (stop === undefined) throw new Error("list must terminate with '}'");
      this.#count(1);
      items.push(this.#valueOf(text));
      if (stop === ",") continue;
      if (this.#reader.peek() === ",") this.#reader.at += 1;
      return new GoList(items);
    }
  }

  #valueOf(text: string): GoValue {
    if (this.#mode === "file") return this.#readFile(text);
    return this.#mode === "typed" ? typedValue(text) : text;
  }

  #count(items: number): void {
    this.#made.items += items;
    if (this.#made.items > MAX_ITEMS) throw new Error(`lists of more than ${MAX_ITEMS} items are made`);
  }

  #setIndex(list: GoList, index: number, value: GoValue): GoList {
    if (index > MAX_INDEX) throw new Error(`index of ${index} is greater than maximum supported index of ${MAX_INDEX}`);
    if (index < list.items.length) {
      ownItems(list)[index] = value;
      return list;
    }
    this.#count(index + 1);
    const items: GoValue[] = [...list.items];
    while (items.length < index) items.push(null);
    items.push(value);
    return new GoList(items);
  }
}

/** A map at an index of a list; where something else is, a new one takes its place. */
function innerMap(list: GoList, index: number): GoMap {
  const known = list.items[index];
  if (known instanceof GoMap) return known;
  const inner = new GoMap();
  if (index < list.items.length) ownItems(list)[index] = inner;
  return inner;
}

/** Items of a list of values that nobody else has, see setValue. */
const ownItems = (list: GoList): GoValue[] => list.items as GoValue[]; // they are arrays, made by copyValue or above

function setKey(into: GoMap, key: string, value: GoValue): void {
  if (key !== "") into.entries.set(key, value);
}

const mismatch = (value: GoValue, wanted: string): Error => new Error(`unable to parse key: interface conversion: interface {} is ${value === null ? "nil" : typeName(value)}, not ${wanted}`);
