/** JSON values as the store keeps them: frozen, shared between versions, without members that are undefined or null. */
import { isJsonObject } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";

/** A JSON object under construction. */
export type Members = Record<string, Json>;

/** A frozen copy of what a client sent, as it would come out of a request body: undefined members are left out. Frozen input is taken as it is. */
export function received(value: unknown): Json {
  if (typeof value !== "object" || value === null) return value as Json; // clients send JSON
  if (Array.isArray(value)) return freeze(value.map((item: unknown) => received(item)));
  const copy: Members = {};
  for (const [name, member] of Object.entries(value)) if (member !== undefined) copy[name] = received(member);
  return freeze(copy);
}

/** The same value without null members of objects: the server does not store them. Shares what holds none. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return mapItems(value as readonly Json[], withoutNulls);
  if (!isJsonObject(value)) return value;
  let changed = false;
  const copy: Members = {};
  for (const [name, member] of Object.entries(value)) {
    const clean = member === undefined || member === null ? undefined : withoutNulls(member);
    changed ||= clean !== member;
    if (clean !== undefined) copy[name] = clean;
  }
  return changed ? freeze(copy) : value;
}

/** The items mapped, or the very list when none changed. */
export function mapItems(items: readonly Json[], map: (item: Json) => Json): readonly Json[] {
  const mapped = items.map(map);
  return mapped.every((item, index) => item === items[index]) ? items : freeze(mapped);
}

/** Freezes this value (not what it holds, which is frozen already) and gives it back. */
export function freeze<T extends object>(value: T): T {
  return Object.freeze(value);
}

/** Freezes a value with all it holds; stops at what is frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

/** The object with this member; undefined takes it away. The very object where nothing changes. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (object[name] === value) return object;
  const { [name]: _before, ...rest } = object;
  return freeze(value === undefined ? rest : { ...object, [name]: value });
}

/** The value with another one at this path of member names; objects on the way are made where there are none. */
export function withValueAt(object: JsonObject, [name = "", ...rest]: readonly string[], value: Json | undefined): JsonObject {
  if (rest.length === 0) return withMember(object, name, value);
  const below = object[name];
  return withMember(object, name, withValueAt(isJsonObject(below) ? below : {}, rest, value));
}

/** A member that is an object, or an empty object. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  let current = value;
  for (const name of path) current = isJsonObject(current) ? current[name] : undefined;
  return isJsonObject(current) ? current : {};
}

/** A member that is a list, or an empty list. */
export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const name = path.at(-1) ?? "";
  const list = objectAt(value, ...path.slice(0, -1))[name];
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

/** A member that is a text, or undefined. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const text = objectAt(value, ...path.slice(0, -1))[path.at(-1) ?? ""];
  return typeof text === "string" ? text : undefined;
}
