import { GoList, GoMap, Integer, type GoObject, type GoValue, type IntegerType } from "./value.ts";

/** The type as `%T` and `typeOf` print it: `float64`, `int`, `<nil>`, `[]interface {}`. */
export function typeName(value: GoValue): string {
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  return value === null ? "<nil>" : value.type;
}

/** reflect.Kind as `kindOf` prints it: `float64`, `int`, `slice`, `map`, `invalid` for nil. */
export function kindName(value: GoValue): string {
  if (value === null || typeof value !== "object") return value === null ? "invalid" : typeName(value);
  if (value instanceof Integer) return integerKind(value.type);
  if (value instanceof GoMap) return "map";
  return value instanceof GoList ? "slice" : value.kind;
}

/** The kind of an integer type: that of a duration is int64. */
export function integerKind(type: IntegerType): string {
  if (type === "time.Duration") return "int64";
  return type.startsWith("time.") ? "int" : type;
}

/** Whether `if`, `with`, `and` and `or` take a value for true: no nil, zero, empty text, list or map. */
export function isTrue(value: GoValue): boolean {
  if (typeof value === "string") return value !== "";
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  return value !== null && isTrueObject(value);
}

/** What sprig's `empty`, `default`, `coalesce` and `ternary` take for nothing. */
export const isEmpty = (value: GoValue): boolean => !isTrue(value);

function isTrueObject(value: Integer | GoList | GoMap | GoObject): boolean {
  if (value instanceof Integer) return value.value !== 0n;
  if (value instanceof GoMap) return value.entries.size > 0;
  return value instanceof GoList ? value.items.length > 0 : value.isTrue;
}
