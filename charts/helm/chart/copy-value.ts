import { GoList, GoMap, type GoValue } from "../go/value.ts";

/** A copy whose maps and lists are its own; what cannot change is shared. */
export function copyValue(value: GoValue): GoValue {
  if (value instanceof GoMap) return copyMap(value);
  if (value instanceof GoList) return new GoList(value.items.map(copyValue), value.type, value.isNil);
  return value;
}

/** The same for a map. */
export function copyMap(map: GoMap): GoMap {
  const entries = new Map<string, GoValue>();
  for (const [key, value] of map.entries) entries.set(key, typeof value === "object" && value !== null ? copyValue(value) : value);
  return new GoMap(entries, map.type, map.isNil);
}
