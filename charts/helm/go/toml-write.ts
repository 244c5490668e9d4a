import { sortText } from "./bytes.ts";
import { formatShortest } from "./format-float.ts";
import { ITEM_COST, Meter, type SpendText } from "./format-meter.ts";
import { MarshalError } from "./json.ts";
import { GoTime } from "./time.ts";
import { timeText } from "./time-text.ts";
import { GoList, GoMap, GoObject, Integer, type GoValue } from "./value.ts";

/**
 * TOML as Go's BurntSushi/toml encodes a value: Helm's `toToml`. Values of a table before its sub-tables, each sorted;
 * lists of tables as `[[name]]`, tables within other lists inline. Throws its text for what TOML cannot hold.
 */
export function writeToml(value: GoValue, spend?: SpendText): string {
  const writer = new Writer(new Meter(spend));
  if (value === null) throw new Error("reflect: call of reflect.Value.Type on zero Value");
  writer.value([], value);
  return writer.text;
}

const BARE_KEY = /^[\w-]+$/;
/** Layouts of times without a zone, by the name of the zone that fromToml gives them. */
const LOCAL_LAYOUTS: ReadonlyMap<string, string> = new Map([["datetime-local", "2006-01-02T15:04:05.999999999"], ["date-local", "2006-01-02"], ["time-local", "15:04:05.999999999"]]);
const ESCAPED = /["\\\x7F]|[^ -\uFFFF]/g;
const SHORT: ReadonlyMap<string, string> = new Map([['"', '\\"'], ["\\", "\\\\"], ["\b", "\\b"], ["\t", "\\t"], ["\n", "\\n"], ["\f", "\\f"], ["\r", "\\r"]]);

class Writer {
  text = "";
  readonly #meter: Meter;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** A value under the keys that lead to it. */
  value(path: readonly string[], value: GoValue): void {
    this.#meter.checkDepth(path.length);
    const shown = shownOf(value);
    if (shown instanceof GoMap) {
      if (!shown.isNil) this.#table(path, shown);
    } else if (shown instanceof GoList && isTableList(shown, this.#meter)) this.#tableList(path, shown);
    else if (path.length === 0) this.#write(this.#inline(shown, 0));
    else this.#write(`${indentOf(path)}${keyText(path.at(-1) ?? "")} = ${this.#inline(shown, path.length)}\n`);
  }

  #table(path: readonly string[], map: GoMap): void {
    if (path.length === 1) this.#newline();
    if (path.length > 0) this.#write(`${indentOf(path)}[${path.map(keyText).join(".")}]\n`);
    this.#members(path, map);
  }

  #tableList(path: readonly string[], list: GoList): void {
    if (path.length === 0) throw new MarshalError("toml: top-level values must be Go maps or structs");
    for (const item of list.items) {
      const map = shownOf(item);
      if (!(map instanceof GoMap) || map.isNil) continue;
      this.#newline();
      this.#write(`${indentOf(path)}[[${path.map(keyText).join(".")}]]\n`);
      this.#members(path, map);
    }
  }

  #members(path: readonly string[], map: GoMap): void {
    const { values, tables } = membersOf(map, this.#meter);
    for (const key of [...values, ...tables]) {
      const value = map.entries.get(key) ?? null;
      if (!isNil(value)) this.value([...path, key], value);
    }
  }

  /** A value on one line. */
  #inline(value: GoValue, depth: number): string {
    this.#meter.checkDepth(depth);
    if (value instanceof GoList) return `[${value.items.map((item) => this.#inline(shownOf(item), depth + 1)).join(", ")}]`;
    if (value instanceof GoMap) return this.#inlineTable(value, depth);
    return this.#meter.count(scalarText(value));
  }

  /** What is nil is left out, its comma is not. */
  #inlineTable(map: GoMap, depth: number): string {
    const { values, tables } = membersOf(map, this.#meter);
    const part = (keys: readonly string[], isLast: boolean): string =>
      keys.map((key, index) => {
        const value = map.entries.get(key) ?? null;
        if (isNil(value)) return "";
        return `${keyText(key)} = ${this.#inline(shownOf(value), depth + 1)}${isLast && index === keys.length - 1 ? "" : ", "}`;
      }).join("");
    return `{${part(values, tables.length === 0)}${part(tables, true)}}`;
  }

  #newline(): void {
    if (this.text !== "") this.#write("\n");
  }

  #write(text: string): void {
    this.text += this.#meter.count(text);
  }
}

/** The keys of a table: those of values, then those of tables and lists of tables. */
function membersOf(map: GoMap, meter: Meter): { values: readonly string[]; tables: readonly string[] } {
  const keys = sortText(Array.from(map.entries.keys()));
  const isTable = (key: string): boolean => {
    const value = shownOf(map.entries.get(key) ?? null);
    return (value instanceof GoMap && !value.isNil) || (value instanceof GoList && isTableList(value, meter));
  };
  const tables = new Set(keys.filter(isTable));
  return { values: keys.filter((key) => !tables.has(key)), tables: [...tables] };
}

const isNil = (value: GoValue): boolean => value === null || ((value instanceof GoMap || value instanceof GoList) && value.isNil);

/** True for a list of tables only. Throws for nil in a list. */
function isTableList(list: GoList, meter: Meter, depth = 0): boolean {
  if (list.isNil || list.items.length === 0) return false;
  meter.checkDepth(depth);
  let isAll = true;
  for (const item of list.items) {
    meter.add(ITEM_COST);
    if (isNil(item)) throw new MarshalError("toml: cannot encode array with nil element");
    const shown = shownOf(item);
    if (shown instanceof GoList) isTableList(shown, meter, depth + 1);
    if (!(shown instanceof GoMap)) isAll = false;
  }
  return isAll;
}

/** An object as the fields it has; a time stays. */
function shownOf(value: GoValue): GoValue {
  if (!(value instanceof GoObject) || value instanceof GoTime) return value;
  const shown = value.toValue();
  return shown instanceof GoObject ? shown.toText() : shown;
}

function scalarText(value: GoValue): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return floatText(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Integer) return value.type === "time.Duration" ? quoted(timeText(value) ?? "") : value.value.toString();
  if (value instanceof GoTime) return value.format(LOCAL_LAYOUTS.get(value.zone.name) ?? "2006-01-02T15:04:05.999999999Z07:00");
  throw new MarshalError("toml: cannot encode array with nil element");
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const text = formatShortest(value);
  return text.includes("e") || text.includes(".") ? text : `${text}.0`;
}

const indentOf = (path: readonly string[]): string => "  ".repeat(Math.max(path.length - 1, 0));

const keyText = (key: string): string => (BARE_KEY.test(key) ? key : quoted(key));

const quoted = (text: string): string => `"${text.replace(ESCAPED, (character) => SHORT.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
