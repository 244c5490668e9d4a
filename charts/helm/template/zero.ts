import { ANY_LIST, ANY_MAP, GoList, GoMap, Integer, type GoValue, type IntegerType } from "../go/value.ts";

const INTEGER = /^(?:u?int(?:8|16|32|64)?|time\.(?:Duration|Month|Weekday))$/;
const ELEMENT = /^(?:map\[[^\]]*\]|\[\])(.*)$/;

/** Type of what a list or map of some type holds; named types hold anything. */
export const elementType = (type: string): string => ELEMENT.exec(type)?.[1] ?? "interface {}";

/** Whether what a value holds lies there in an `interface {}`; the fields of objects have types of their own. */
export const holdsAny = (holder: GoValue): boolean => (holder instanceof GoMap || holder instanceof GoList) && (holder.type === ANY_MAP || holder.type === ANY_LIST || elementType(holder.type) === "interface {}");

/** What a map of some type gives for a key that it does not have. */
export function zeroElement(mapType: string): GoValue {
  if (mapType === ANY_MAP) return null;
  const type = elementType(mapType);
  if (type === "string") return "";
  if (type === "bool") return false;
  if (type === "float64") return 0;
  if (INTEGER.test(type)) return new Integer(type as IntegerType, 0n); // the pattern lists them all
  if (type.startsWith("map[")) return new GoMap(new Map(), type);
  return type.startsWith("[]") ? new GoList([], type, true) : null;
}
