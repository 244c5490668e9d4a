import type { CallScope, FunctionTable, GoFunction, GoList, GoMap, GoObject, GoValue, Integer, ParamType } from "../go/value.ts";

/** What a parameter is given as. An `int` comes as a safe JavaScript number (clamped), an `int64` as bigint. */
interface Given {
  readonly any: GoValue;
  readonly string: string;
  readonly bool: boolean;
  readonly int: number;
  readonly int64: bigint;
  readonly float64: number;
  readonly "[]any": GoList;
  readonly "[]string": GoList;
  readonly "map[string]any": GoMap;
  readonly "time.Duration": bigint;
  readonly "time.Time": GoObject;
  readonly "sprig.certificate": GoObject;
}

type Arguments<Params extends readonly ParamType[]> = { readonly [Index in keyof Params]: Given[Params[Index]] };

/** A plain JavaScript value or a Go value; a function's `boolean`, text and float64 are the same in both. */
type Result = GoValue;

/** A function that takes its arguments as they are given. */
type Callee = (...args: unknown[]) => Result;
type Call = GoFunction["call"];
type Give = (value: GoValue) => unknown;

/** A function with these parameters: `fn(["string", "int"], (text, count) => …)`. */
export function fn<const Params extends readonly ParamType[]>(params: Params, call: (...args: [...Arguments<Params>, CallScope]) => Result): Omit<GoFunction, "name"> {
  return { params, isVariadic: false, call: fixed(params.map(giver), call as Callee) }; // the template has checked the arguments
}

/** A function whose last parameter repeats: `variadic(["string"], "any", (head, rest) => …)`. */
export function variadic<const Params extends readonly ParamType[], Last extends ParamType>(params: Params, last: Last, call: (...args: [...Arguments<Params>, readonly Given[Last][], CallScope]) => Result): Omit<GoFunction, "name"> {
  return { params: [...params, last], isVariadic: true, call: repeating(params.map(giver), giver(last), call as Callee) }; // likewise
}

/** A table of functions; the key is the name. */
export const define = (functions: Readonly<Record<string, Omit<GoFunction, "name">>>): FunctionTable => new Map(Object.entries(functions).map(([name, rest]) => [name, { name, ...rest }]));

/** A call without a list of arguments in between for the short ones, which are called most. */
function fixed(give: readonly Give[], call: Callee): Call {
  const [first = same, second = same, third = same] = give;
  switch (give.length) {
    case 0:
      return (_, scope) => call(scope);
    case 1:
      return (args, scope) => call(first(args[0] ?? null), scope);
    case 2:
      return (args, scope) => call(first(args[0] ?? null), second(args[1] ?? null), scope);
    case 3:
      return (args, scope) => call(first(args[0] ?? null), second(args[1] ?? null), third(args[2] ?? null), scope);
    default:
      return (args, scope) => call(...give.map((each, index) => each(args[index] ?? null)), scope);
  }
}

function repeating(give: readonly Give[], last: Give, call: Callee): Call {
  const count = give.length;
  const convert = last === same ? (args: readonly GoValue[]): readonly unknown[] => args : (args: readonly GoValue[]): readonly unknown[] => args.map(last);
  if (count === 0) return (args, scope) => call(convert(args), scope);
  return (args, scope) => call(...give.map((each, index) => each(args[index] ?? null)), convert(args.slice(count)), scope);
}

const same: Give = (value) => value;

function giver(type: ParamType): Give {
  if (type === "int") return (value) => clamp((value as Integer).value); // checked by the template
  return type === "int64" || type === "time.Duration" ? (value) => (value as Integer).value : same; // likewise
}

const clamp = (value: bigint): number => Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : value < BigInt(Number.MIN_SAFE_INTEGER) ? Number.MIN_SAFE_INTEGER : value);
