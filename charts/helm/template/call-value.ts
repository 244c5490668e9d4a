import { typeName } from "../go/types.ts";
import { GoObject, Integer, type CallScope, type GoFunction, type GoValue, type ParamType } from "../go/value.ts";
import { goName, isAssignable, nilOf } from "./check-type.ts";
import type { Call } from "./invoke.ts";

/** `call`: calls a value that is a function, which is an object of kind `func` whose member `call` is that function. */
export const CALL: GoFunction = { name: "call", params: ["any", "any"], isVariadic: true, call: (args, scope) => callValue("", args, scope) };

/** True for `call`, whose errors name the word that it was given. */
export const isCallByName = (called: GoFunction): boolean => called === CALL;

/** `call`, with the function named as the template writes it. Throws Error with Go's text. */
export function callByName({ words, final }: Call, args: readonly GoValue[], scope: CallScope): GoValue {
  const [, callee] = words;
  return callValue(callee === undefined ? shown(final ?? null) : String(callee), args, scope);
}

function callValue(name: string, [callee = null, ...args]: readonly GoValue[], scope: CallScope): GoValue {
  if (callee === null) throw new Error("call of nil");
  const called = callee instanceof GoObject && callee.kind === "func" ? callee.member("call") : undefined;
  if (typeof called !== "object" || called === null || !("params" in called)) throw new Error(`non-function ${name} of type ${typeName(callee)}`);
  const { params, isVariadic } = called;
  const least = params.length - 1;
  if (isVariadic && args.length < least) throw new Error(`wrong number of args for ${name}: got ${args.length} want at least ${least}`);
  if (!isVariadic && args.length !== params.length) throw new Error(`wrong number of args for ${name}: got ${args.length} want ${params.length}`);
  return called.call(args.map((arg, at) => prepared(arg, params[Math.min(at, least)] ?? "any", at)), scope);
}

/** An argument as the function takes it; integers become its type of integer. */
function prepared(value: GoValue, type: ParamType, at: number): GoValue {
  if (value === null) {
    const nil = nilOf(type);
    if (nil === undefined) throw new Error(`arg ${at}: value is nil; should be of type ${goName(type)}`);
    return nil;
  }
  if (isAssignable(value, type)) return value;
  if (value instanceof Integer && (type === "int" || type === "int64" || type === "time.Duration")) return new Integer(type, BigInt.asIntN(64, value.value));
  throw new Error(`arg ${at}: value has type ${typeName(value)}; should be ${goName(type)}`);
}

/** reflect.Value.String: a text itself, of anything else its type. */
const shown = (value: GoValue): string => (typeof value === "string" ? value : `<${typeName(value)} Value>`);
