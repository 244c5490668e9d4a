import { GoMap } from "../go/value.ts";

/** Helm's merge of values files: maps are merged, of anything else the second wins, be it null. Neither is changed; parts of both are shared. */
export function mergeMaps(first: GoMap, second: GoMap): GoMap {
  const entries = new Map(first.entries);
  for (const [key, value] of second.entries) {
    const known = value instanceof GoMap ? entries.get(key) : undefined;
    entries.set(key, value instanceof GoMap && known instanceof GoMap ? mergeMaps(known, value) : value);
  }
  return new GoMap(entries);
}
