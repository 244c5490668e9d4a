import { ReconcileError, type Position } from "../../../src/errors.ts";
import { formatGoNumber } from "../../../src/object/go-number.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../src/object/json.ts";
import { locateField } from "../../../src/object/yaml.ts";

/**
 * Reads the fields of a document as sigs.k8s.io/yaml fills a Go struct: names in any case, numbers and booleans as text where
 * text is wanted, null as absent. A value of a wrong kind becomes a problem, and the field stays empty.
 */
export class GoFields {
  readonly #value: JsonObject;
  readonly #path: readonly (string | number)[];
  readonly #source: FieldSource;
  #names: ReadonlyMap<string, string> | undefined;

  constructor(value: JsonObject, source: FieldSource, path: readonly (string | number)[] = []) {
    this.#value = value;
    this.#source = source;
    this.#path = path;
  }

  /** Takes note of a problem, at a field or at the whole. */
  flaw(message: string, field?: string): void {
    this.#flawAt(field === undefined ? this.#path : [...this.#path, this.#nameOf(field)], message);
  }

  /** True where the document has the field, be it null. */
  has(field: string): boolean {
    return Object.hasOwn(this.#value, this.#nameOf(field));
  }

  /** True where the field has a value. */
  isGiven(field: string): boolean {
    return this.#get(field) !== null;
  }

  text(field: string): string {
    return this.#textOf(this.#get(field), [this.#nameOf(field)]);
  }

  flag(field: string): boolean {
    const value = this.#get(field);
    if (typeof value === "boolean") return value;
    if (value !== null) this.flaw(`${field} must be true or false`, field);
    return false;
  }

  texts(field: string): readonly string[] {
    return this.list(field).map((item, index) => this.#textOf(item, [this.#nameOf(field), index]));
  }

  /** The items of a list as they are. */
  list(field: string): readonly Json[] {
    const value = this.#get(field);
    if (Array.isArray(value)) return value as readonly Json[];
    if (value !== null) this.flaw(`${field} must be a list`, field);
    return [];
  }

  /** The maps of a list; `null` among them is a problem, as Helm has it. */
  structs(field: string): readonly GoFields[] {
    const found: GoFields[] = [];
    for (const [index, item] of this.list(field).entries()) {
      const path = [...this.#path, this.#nameOf(field), index];
      if (isJsonObject(item)) found.push(new GoFields(item, this.#source, path));
      else this.#flawAt(path, `${field} must not contain ${item === null ? "empty or null nodes" : "anything but maps"}`);
    }
    return found;
  }

  /** A map of texts, or undefined where there is none. */
  textMap(field: string): ReadonlyMap<string, string> | undefined {
    const value = this.#get(field);
    if (value === null) return undefined;
    if (isJsonObject(value)) return new Map(Object.entries(value).map(([key, item = null]) => [key, this.#textOf(item, [this.#nameOf(field), key])]));
    this.flaw(`${field} must be a map of texts`, field);
    return undefined;
  }

  #textOf(value: Json, path: readonly (string | number)[]): string {
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "bigint") return numberText(value);
    if (typeof value === "boolean") return String(value);
    if (value !== null) this.#flawAt([...this.#path, ...path], `${path.join(".")} must be text`);
    return "";
  }

  #get(field: string): Json {
    const name = this.#nameOf(field);
    return Object.hasOwn(this.#value, name) ? (this.#value[name] ?? null) : null;
  }

  /** The key that fills a field: Go takes the last in byte order of those that differ in case alone. */
  #nameOf(field: string): string {
    this.#names ??= new Map(Object.keys(this.#value).sort().map((key) => [key.toLowerCase(), key]));
    return this.#names.get(field.toLowerCase()) ?? field;
  }

  #flawAt(path: readonly (string | number)[], message: string): void {
    this.#source.problems.push(new ReconcileError("BUILD_FAILED", message, { position: positionOf(this.#source, path) }));
  }
}

/** Where fields come from, and where their problems go. */
export interface FieldSource {
  readonly file: string;
  readonly text: string;
  readonly problems: ReconcileError[];
}

function positionOf(source: FieldSource, path: readonly (string | number)[]): Position {
  const place = locateField(source.text, 0, path);
  return { file: source.file, ...(place === undefined ? {} : { line: place.line }) };
}

/** sigs.k8s.io/yaml writes floats with the digits of a float32. */
function numberText(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isInteger(value)) return formatGoNumber(value);
  const single = Math.fround(value);
  for (let digits = 1; digits < 10; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === single) return formatGoNumber(short);
  }
  return formatGoNumber(value);
}
