import { type CallScope, GoList, GoMap, type GoValue } from "../go/value.ts";

/** Levels of a value; a map that was set into itself has no end. */
const MAX_DEPTH = 1000;

/** A copy that shares no map with the value. Throws Go's error for nil, and for a map that holds itself. */
export function deepCopyOf(value: GoValue, scope: CallScope): GoValue {
  if (value === null) throw new Error("reflect: call of reflect.Value.Type on zero Value");
  return copyAt(value, scope, 0);
}

/** Throws where values are nested beyond reason. */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`maps are nested deeper than ${MAX_DEPTH} levels: does one hold itself?`);
}

function copyAt(value: GoValue, scope: CallScope, depth: number): GoValue {
  if (value instanceof GoMap) {
    checkDepth(depth);
    scope.spend(value.entries.size * 2 + 4); // what it costs is memory
    const entries = new Map<string, GoValue>();
    for (const [key, item] of value.entries) entries.set(key, copyAt(item, scope, depth + 1));
    return new GoMap(entries, value.type);
  }
  if (!(value instanceof GoList)) return value;
  checkDepth(depth);
  scope.spend(value.items.length + 1);
  return new GoList(value.items.map((item) => copyAt(item, scope, depth + 1)), value.type, value.isNil);
}
