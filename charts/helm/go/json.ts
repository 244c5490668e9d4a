import { isJsonObject, type Json } from "../../../src/object/json.ts";
import { bytesOf, type SpendText } from "./format.ts";
import { ITEM_COST, Meter } from "./format-meter.ts";
import { GoList, GoMap, Integer, type GoValue } from "./value.ts";

/** What JSON, YAML or TOML cannot hold, in Go's words. */
export class MarshalError extends Error {}

/** A value read from YAML or JSON as encoding/json gives it to templates: every number a float64. */
export function fromJson(json: Json | undefined): GoValue {
  if (typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  if (json === null || json === undefined) return null;
  if (typeof json === "bigint") return Number(json);
  if (isJsonObject(json)) return mapFromJson(json);
  return new GoList(json.map(fromJson));
}

/** A map likewise; keys keep their order and mean nothing, `__proto__` included. */
export function mapFromJson(json: Readonly<Record<string, Json | undefined>>): GoMap {
  const entries = new Map<string, GoValue>();
  for (const key of Object.keys(json)) entries.set(key, fromJson(json[key]));
  return new GoMap(entries);
}

/** A value as JSON without its Go types, as encoding/json marshals it. Throws Go's text for NaN, infinities and values that contain themselves. */
export function toJson(value: GoValue, spend?: SpendText): Json {
  return convert(value, new Meter(spend), 0);
}

function convert(value: GoValue, meter: Meter, depth: number): Json {
  const shown = plainOf(value, depth);
  if (shown instanceof Map) {
    const object: Record<string, Json> = {};
    for (const [key, item] of shown) {
      meter.add(key.length + ITEM_COST);
      setOwn(object, key.toWellFormed(), convert(item, meter, depth + 1));
    }
    return object;
  }
  if (Array.isArray(shown)) {
    meter.add(shown.length * ITEM_COST);
    return (shown as readonly GoValue[]).map((item) => convert(item, meter, depth + 1)); // what plainOf gives
  }
  if (typeof shown === "string") return meter.count(shown.toWellFormed());
  return shown as null | boolean | number | bigint; // all that is left
}

/** What JSON sees of a value, one level deep: bytes as base64, an object as what stands for it. */
export type Plain = null | boolean | number | bigint | string | readonly GoValue[] | ReadonlyMap<string, GoValue>;

/** Deeper values are taken for ones that contain themselves, as Go does. */
const MAX_DEPTH = 1000;

/** One level of a value as encoding/json sees it. Throws Go's text for what JSON cannot hold. */
export function plainOf(value: GoValue, depth: number): Plain {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return finite(value);
  if (value instanceof Integer) return value.value;
  if (depth > MAX_DEPTH) throw new MarshalError(`json: unsupported value: encountered a cycle via ${value.type}`);
  if (value instanceof GoMap) return value.isNil ? null : value.entries;
  if (value instanceof GoList) return plainList(value);
  const shown = value.toValue();
  return shown === value ? value.toText() : plainOf(shown, depth + 1);
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new MarshalError(`json: unsupported value: ${Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf"}`);
}

function plainList(list: GoList): Plain {
  if (list.isNil) return null;
  return list.type === "[]uint8" || list.type === "[]byte" ? Buffer.from(bytesOf(list)).toString("base64") : list.items;
}

/** Sets a key that may be called `__proto__`. */
function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

