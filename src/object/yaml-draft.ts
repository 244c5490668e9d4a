import type { Dialect } from "./go-scalar.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { YamlError } from "./yaml-cursor.ts";
import { MERGE, type Key } from "./yaml-key.ts";
import { noteWritten, writtenText } from "./written.ts";

/** What is known of the value that was read last, see Composer. */
export interface LastValue {
  readonly written: string | undefined;
  readonly isAlias: boolean;
}

/** A map while it is read. kubectl takes the last of equal keys and lets merged members win over those before; kustomize refuses equal keys and merges last. */
export class MapDraft {
  readonly #value: Record<string, Json> = {};
  readonly #dialect: Dialect;
  #texts: Record<string, string> | undefined;
  #merged: Json | undefined;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Takes in a member. */
  add(key: Key, value: Json, { written, isAlias }: LastValue, at: number): void {
    if (key === MERGE) return this.#merge(value, isAlias, at);
    if (this.#dialect === "kustomize" && Object.hasOwn(this.#value, key)) throw new YamlError(`key "${key}" is defined twice; remove one`, at);
    this.#set(key, value, written);
  }

  finish(): JsonObject {
    for (const map of mapsIn(this.#merged)) this.#takeIn(map, false);
    if (this.#texts !== undefined) noteWritten(this.#value, this.#texts);
    return this.#value;
  }

  #merge(value: Json, isAlias: boolean, at: number): void {
    if (!isMergeable(value) || (isAlias && Array.isArray(value))) throw new YamlError("<< needs a map, or a list of maps", at);
    if (this.#dialect === "kubectl") for (const map of mapsIn(value).toReversed()) this.#takeIn(map, true);
    else if (this.#merged === undefined) this.#merged = value;
    else throw new YamlError('key "<<" is defined twice; write one with a list', at);
  }

  #takeIn(map: JsonObject, overrides: boolean): void {
    for (const [key, value = null] of Object.entries(map)) {
      if (overrides || !Object.hasOwn(this.#value, key)) this.#set(key, value, writtenText(map, key));
    }
  }

  #set(key: string, value: Json, written: string | undefined): void {
    if (key === "__proto__") Object.defineProperty(this.#value, key, { value, enumerable: true, configurable: true, writable: true });
    else this.#value[key] = value;
    if (written !== undefined) (this.#texts ??= {})[key] = written;
  }
}

const isMergeable = (value: Json): boolean => isJsonObject(value) || (Array.isArray(value) && value.every((item) => isJsonObject(item)));

const mapsIn = (merged: Json | undefined): readonly JsonObject[] => (Array.isArray(merged) ? (merged as readonly JsonObject[]) : isJsonObject(merged) ? [merged] : []); // isMergeable has looked at the items

/** A list while it is read. */
export class ListDraft {
  readonly #items: Json[] = [];
  #texts: Record<string, string> | undefined;

  get length(): number {
    return this.#items.length;
  }

  /** Takes in an item. */
  add(item: Json, { written }: LastValue): void {
    if (written !== undefined) (this.#texts ??= {})[this.#items.length] = written;
    this.#items.push(item);
  }

  finish(): readonly Json[] {
    if (this.#texts !== undefined) noteWritten(this.#items, this.#texts);
    return this.#items;
  }
}
