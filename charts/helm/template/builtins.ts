import { isTrue } from "../go/types.ts";
import type { FunctionTable, GoFunction, GoValue, ParamType } from "../go/value.ts";
import { isEqualToAny, isLess } from "./compare.ts";
import { indexInto, lengthOf, sliceOf } from "./indexing.ts";
import { CALL } from "./call-value.ts";

const ANY: ParamType = "any";

/** A function that takes at least `least` values and any number of further ones. */
const atLeast = (name: string, least: number, call: (args: readonly GoValue[]) => GoValue): GoFunction => ({ name, params: Array.from({ length: least + 1 }, () => ANY), isVariadic: true, call });

/** A function that takes exactly as many values as it has parameters. */
const exactly = (name: string, count: number, call: (first: GoValue, second: GoValue) => GoValue): GoFunction => ({
  name,
  params: Array.from({ length: count }, () => ANY),
  isVariadic: false,
  call: ([first = null, second = null]) => call(first, second),
});

/** `and`; a template decides it itself, because what is not needed is not evaluated. */
export const AND: GoFunction = atLeast("and", 1, (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1) ?? null);
/** `or`, likewise. */
export const OR: GoFunction = atLeast("or", 1, (args) => args.find(isTrue) ?? args.at(-1) ?? null);
/** `len` */
export const LEN: GoFunction = exactly("len", 1, lengthOf);

const lessOrEqual = (left: GoValue, right: GoValue): boolean => isLess(left, right) || isEqualToAny(left, [right]);

/** The functions that text/template has of itself, but those that print (see functions/format.ts). A caller's own take precedence. */
export const builtinFunctions: FunctionTable = new Map(
  [
    AND,
    OR,
    LEN,
    CALL,
    exactly("not", 1, (value) => !isTrue(value)),
    atLeast("index", 1, ([item = null, ...keys]) => indexInto(item, keys)),
    atLeast("slice", 1, ([item = null, ...bounds]) => sliceOf(item, bounds)),
    atLeast("eq", 1, ([left = null, ...others]) => isEqualToAny(left, others)),
    exactly("ne", 2, (left, right) => !isEqualToAny(left, [right])),
    exactly("lt", 2, isLess),
    exactly("le", 2, lessOrEqual),
    exactly("gt", 2, (left, right) => !lessOrEqual(left, right)),
    exactly("ge", 2, (left, right) => !isLess(left, right)),
  ].map((called) => [called.name, called]),
);
