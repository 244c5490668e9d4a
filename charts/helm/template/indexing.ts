import { byteAt, byteLength, byteSlice } from "../go/bytes.ts";
import { typeName } from "../go/types.ts";
import { GoList, GoMap, GoObject, int, Integer, type GoValue } from "../go/value.ts";
import { zeroElement } from "./zero.ts";

/** `index item key key …`. Throws Error with Go's text. */
export function indexInto(start: GoValue, keys: readonly GoValue[]): GoValue {
  if (start === null) throw new Error("index of untyped nil");
  let item: GoValue = start;
  for (const key of keys) item = element(contentOf(item), key);
  return item;
}

/** `slice item from to`. Throws Error with Go's text. A list ends where its items do: it has no capacity beyond them. */
export function sliceOf(value: GoValue, bounds: readonly GoValue[]): GoValue {
  const item = contentOf(value);
  if (item === null) throw new Error("slice of untyped nil");
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  if (typeof item !== "string" && !(item instanceof GoList)) throw new Error(`can't slice item of type ${typeName(value)}`);
  if (typeof item === "string" && bounds.length === 3) throw new Error("cannot 3-index slice a string");
  const length = typeof item === "string" ? byteLength(item) : item.items.length;
  const [from = 0, to = length, limit = length] = bounds.map((bound) => offset(bound, length));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > limit) throw new Error(`invalid slice index: ${to} > ${limit}`);
  return typeof item === "string" ? byteSlice(item, from, to) : new GoList(item.items.slice(from, to), item.type, item.isNil);
}

/** `len`. Throws Error with Go's text. */
export function lengthOf(value: GoValue): Integer {
  const item = contentOf(value);
  if (item === null) throw new Error("reflect: call of reflect.Value.Type on zero Value");
  if (typeof item === "string") return int(byteLength(item));
  if (item instanceof GoList) return int(item.items.length);
  if (item instanceof GoMap) return int(item.entries.size);
  throw new Error(`len of type ${pointedAt(value)}`);
}

function element(item: GoValue, key: GoValue): GoValue {
  if (item === null) throw new Error("index of nil pointer");
  if (item instanceof GoMap) return entry(item, key);
  if (typeof item === "string") return new Integer("uint8", BigInt(byteAt(item, within(key, byteLength(item), "string")) ?? 0));
  if (item instanceof GoList) return item.items[within(key, item.items.length, "slice")] ?? null;
  throw new Error(`can't index item of type ${pointedAt(item)}`);
}

/** Go looks through a pointer before it names the type. */
const pointedAt = (value: GoValue): string => typeName(value).replace(/^\*/, "");

function entry(map: GoMap, key: GoValue): GoValue {
  if (key === null) throw new Error("value is nil; should be of type string");
  if (typeof key !== "string") throw new Error(`value has type ${typeName(key)}; should be string`);
  const value = map.entries.get(key);
  return value === undefined ? zeroElement(map.type) : value;
}

function within(key: GoValue, length: number, kind: string): number {
  const at = offset(key, length);
  if (at === length) throw new Error(`reflect: ${kind} index out of range`);
  return at;
}

function offset(key: GoValue, most: number): number {
  if (key === null) throw new Error("cannot index slice/array with nil");
  if (!(key instanceof Integer)) throw new Error(`cannot index slice/array with type ${typeName(key)}`);
  if (key.value < 0n || key.value > BigInt(most)) throw new Error(`index out of range: ${String(BigInt.asIntN(64, key.value))}`);
  return Number(key.value);
}

/** What a named map or list holds, any other value itself. */
export function contentOf(value: GoValue): GoValue {
  return value instanceof GoObject && (value.kind === "map" || value.kind === "slice") ? value.toValue() : value;
}
