import { isEmpty } from "../go/types.ts";
import type { FunctionTable } from "../go/value.ts";
import { define, fn, variadic } from "./define.ts";

/** What a chart says itself, with `fail`: the engine shows the text alone, with its place. */
export class ChartFailure extends Error {}

const orDefault = variadic(["any"], "any", (fallback, [given]) => (given === undefined || isEmpty(given) ? fallback : given));
const empty = fn(["any"], (value) => isEmpty(value));
const coalesce = variadic([], "any", (values) => values.find((value) => !isEmpty(value)) ?? null);
const all = variadic([], "any", (values) => !values.some(isEmpty));
const any = variadic([], "any", (values) => !values.every(isEmpty));
const ternary = fn(["any", "any", "bool"], (whenTrue, whenFalse, condition) => (condition ? whenTrue : whenFalse));

const fail = fn(["string"], (message) => {
  throw new ChartFailure(message);
});

/** Sprig's functions on missing and empty values, and `fail`. */
export const DEFAULT_FUNCTIONS: FunctionTable = define({ default: orDefault, empty, coalesce, all, any, ternary, fail });
