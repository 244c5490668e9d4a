import type { CallScope, FunctionTable, GoFunction, GoList, GoMap, GoValue, Integer, ParamType } from "../go/value.ts";

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
}

type Arguments<Params extends readonly ParamType[]> = { readonly [Index in keyof Params]: Given[Params[Index]] };

/** A plain JavaScript value or a Go value; a function's `boolean`, text and float64 are the same in both. */
type Result = GoValue;

/** A function with these parameters: `fn(["string", "int"], (text, count) => …)`. */
export function fn<const Params extends readonly ParamType[]>(params: Params, call: (...args: [...Arguments<Params>, CallScope]) => Result): Omit<GoFunction, "name"> {
  return { params, isVariadic: false, call: (args, scope) => call(...(args.map((arg, index) => given(arg, params[index] ?? "any")) as unknown as Arguments<Params>), scope) }; // the template has checked them
}

/** A function whose last parameter repeats: `variadic(["string"], "any", (head, rest) => …)`. */
export function variadic<const Params extends readonly ParamType[], Last extends ParamType>(params: Params, last: Last, call: (...args: [...Arguments<Params>, readonly Given[Last][], CallScope]) => Result): Omit<GoFunction, "name"> {
  const head = params.length;
  return {
    params: [...params, last],
    isVariadic: true,
    call: (args, scope) => call(...([...args.slice(0, head).map((arg, index) => given(arg, params[index] ?? "any")), args.slice(head).map((arg) => given(arg, last)), scope] as unknown as [...Arguments<Params>, readonly Given[Last][], CallScope])), // the template has checked them
  };
}

/** A table of functions; the key is the name. */
export const define = (functions: Readonly<Record<string, Omit<GoFunction, "name">>>): FunctionTable => new Map(Object.entries(functions).map(([name, rest]) => [name, { name, ...rest }]));

function given(value: GoValue, type: ParamType): unknown {
  if (type === "int") return clamp((value as Integer).value); // checked by the template
  if (type === "int64" || type === "time.Duration") return (value as Integer).value; // likewise
  return value;
}

const clamp = (value: bigint): number => Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : value < BigInt(Number.MIN_SAFE_INTEGER) ? Number.MIN_SAFE_INTEGER : value);

