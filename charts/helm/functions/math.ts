import { int, int64, type CallScope, type FunctionTable, type GoValue } from "../go/value.ts";
import { toFloat64, toInt64 } from "./cast.ts";
import { add, decimalOf, divide, floatOf, multiply, subtract, type Decimal } from "./decimal.ts";
import { define, fn, variadic } from "./define.ts";
import { powerOfTen } from "./power-of-ten.ts";

/** Sprig's arithmetic: int64 that wraps round, or decimals that come out as float64. */
export const mathFunctions: FunctionTable = define({
  add: variadic([], "any", (values) => int64(values.reduce<bigint>((sum, value) => wrapped(sum + toInt64(value)), 0n))),
  add1: fn(["any"], (value) => int64(wrapped(toInt64(value) + 1n))),
  sub: fn(["any", "any"], (left, right) => int64(wrapped(toInt64(left) - toInt64(right)))),
  mul: variadic(["any"], "any", (first, rest) => int64(rest.reduce<bigint>((product, value) => wrapped(product * toInt64(value)), toInt64(first)))),
  div: fn(["any", "any"], (left, right) => int64(wrapped(toInt64(left) / divisor(right)))),
  mod: fn(["any", "any"], (left, right) => int64(toInt64(left) % divisor(right))),
  add1f: fn(["any"], (value) => floatOf(add(decimal(value), decimalOf(1)))),
  addf: variadic([], "any", (values, scope) => folded(0, values, add, scope)),
  subf: variadic(["any"], "any", (first, rest, scope) => folded(first, rest, subtract, scope)),
  mulf: variadic(["any"], "any", (first, rest, scope) => folded(first, rest, multiply, scope)),
  divf: variadic(["any"], "any", (first, rest, scope) => folded(first, rest, divide, scope)),
  max: variadic(["any"], "any", greatest),
  biggest: variadic(["any"], "any", greatest),
  min: variadic(["any"], "any", (first, rest) => int64(rest.reduce<bigint>((least, value) => (toInt64(value) < least ? toInt64(value) : least), toInt64(first)))),
  maxf: variadic(["any"], "any", (first, rest) => rest.reduce<number>((most, value) => larger(most, toFloat64(value)), toFloat64(first))),
  minf: variadic(["any"], "any", (first, rest) => rest.reduce<number>((least, value) => -larger(-least, -toFloat64(value)), toFloat64(first))),
  ceil: fn(["any"], (value) => Math.ceil(toFloat64(value))),
  floor: fn(["any"], (value) => Math.floor(toFloat64(value))),
  round: variadic(["any", "int"], "float64", (value, places, threshold) => rounded(toFloat64(value), places, threshold[0] ?? 0.5)),
  randInt: fn(["int", "int"], (from, to, scope) => int(randomBetween(from, to, scope))),
});

const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value);
const decimal = (value: GoValue): Decimal => decimalOf(toFloat64(value));

function greatest(first: GoValue, rest: readonly GoValue[]): GoValue {
  return int64(rest.reduce<bigint>((most, value) => (toInt64(value) > most ? toInt64(value) : most), toInt64(first)));
}

/** Go's math.Max: an infinity beats what is no number. */
function larger(left: number, right: number): number {
  return left === Infinity || right === Infinity ? Infinity : Math.max(left, right);
}

function divisor(value: GoValue): bigint {
  const number = toInt64(value);
  if (number === 0n) throw new Error("runtime error: integer divide by zero");
  return number;
}

function folded(first: GoValue, rest: readonly GoValue[], step: (left: Decimal, right: Decimal) => Decimal, scope: CallScope): number {
  let result = decimal(first);
  for (const value of rest) {
    result = step(result, decimal(value));
    scope.spend(1);
  }
  return floatOf(result);
}

/** To some digits behind the point (before it where negative); from the threshold on away from the floor. */
function rounded(value: number, places: number, threshold: number): number {
  const power = powerOfTen(places);
  const shifted = power * value;
  const fraction = Number.isFinite(shifted) ? shifted % 1 : Number.isNaN(shifted) ? shifted : Number.NaN;
  return (fraction >= threshold ? Math.ceil(shifted) : Math.floor(shifted)) / power;
}

function randomBetween(from: number, to: number, scope: CallScope): bigint {
  const span = BigInt(to) - BigInt(from);
  if (span <= 0n) throw new Error("invalid argument to Intn");
  const bytes = scope.random(16);
  return BigInt(from) + (bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n) % span);
}
