import { typeName } from "../go/types.ts";
import { ANY_LIST, ANY_MAP, GoList, GoMap, Integer, type GoValue, type ParamType } from "../go/value.ts";
import type { State } from "./state.ts";

const GO_NAMES: ReadonlyMap<string, string> = new Map([["any", "interface {}"], ["[]any", ANY_LIST], ["map[string]any", ANY_MAP]]);

/** A parameter's type as Go writes it. */
export const goName = (type: ParamType): string => GO_NAMES.get(type) ?? type;

/** The value where a parameter of the type takes it; fails the execution where not. Nothing is converted, but nil becomes a nil list or map. */
export function checked(state: State, value: GoValue, type: ParamType): GoValue {
  if (value === null) return checkedNil(state, type);
  if (isAssignable(value, type)) return value;
  return state.fail(`wrong type for value; expected ${goName(type)}; got ${typeName(value)}`);
}

/** Whether Go assigns a value to a variable of the type. */
export function isAssignable(value: Exclude<GoValue, null>, type: ParamType): boolean {
  const name: string = type;
  switch (name) {
    case "any":
      return true;
    case "string":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "float64":
      return typeof value === "number";
    case "map[string]any":
      return value instanceof GoMap && (value.type === ANY_MAP || !value.type.startsWith("map["));
    case "[]any":
      return value instanceof GoList && (value.type === ANY_LIST || !value.type.startsWith("["));
    case "[]string":
    case "int":
    case "int64":
    case "time.Duration":
      return (value instanceof Integer || value instanceof GoList) && value.type === type;
    default:
      return typeName(value) === type;
  }
}

/** What nil is for a parameter, or undefined where it cannot be nil. */
export function nilOf(type: ParamType): GoValue | undefined {
  if (type === "any") return null;
  if (type === "map[string]any") return new GoMap(new Map(), ANY_MAP, true);
  return type === "[]any" || type === "[]string" ? new GoList([], goName(type), true) : undefined;
}

function checkedNil(state: State, type: ParamType): GoValue {
  const zero = nilOf(type);
  if (zero === null) return null;
  if (state.isNilBoxed) return state.fail(`wrong type for value; expected ${goName(type)}; got interface {}`);
  return zero === undefined ? state.fail(`invalid value; expected ${goName(type)}`) : zero;
}
