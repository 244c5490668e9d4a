import { roundDuration, SECOND, truncateDuration } from "./duration.ts";
import { durationText, timeText } from "./time-text.ts";
import { type GoFunction, type GoValue, int64, Integer, type ParamType } from "./value.ts";

/** A part of a duration as Go gives it in float64: whole units and what is left, added. */
export const inUnits = (duration: bigint, unit: bigint): number => Number(duration / unit) + Number(duration % unit) / Number(unit);

/** A method of an integer of package time, or undefined where its type has none of that name. */
export function integerMethod(integer: Integer, name: string): GoFunction | undefined {
  if (integer.type === "time.Duration") return durationMethod(integer.value, name);
  return name === "String" && integer.type.startsWith("time.") ? method(name, [], () => timeText(integer) ?? "") : undefined;
}

const MINUTE = 60n * SECOND;
const LARGEST = 2n ** 63n - 1n;
const duration = (nanos: bigint): Integer => new Integer("time.Duration", nanos);
const method = (name: string, params: readonly ParamType[], call: GoFunction["call"]): GoFunction => ({ name, params, isVariadic: false, call });
const nanosOf = (value: GoValue | undefined): bigint => (value instanceof Integer ? value.value : 0n);

function durationMethod(nanos: bigint, name: string): GoFunction | undefined {
  if (name === "Round") return method(name, ["time.Duration"], ([multiple]) => duration(roundDuration(nanos, nanosOf(multiple))));
  if (name === "Truncate") return method(name, ["time.Duration"], ([multiple]) => duration(truncateDuration(nanos, nanosOf(multiple))));
  const read = READINGS.get(name);
  return read === undefined ? undefined : method(name, [], () => read(nanos));
}

const READINGS: ReadonlyMap<string, (nanos: bigint) => GoValue> = new Map<string, (nanos: bigint) => GoValue>([
  ["String", durationText],
  ["Abs", (nanos) => duration(nanos >= 0n ? nanos : -nanos > LARGEST ? LARGEST : -nanos)],
  ["Nanoseconds", (nanos) => int64(nanos)],
  ["Microseconds", (nanos) => int64(nanos / 1000n)],
  ["Milliseconds", (nanos) => int64(nanos / 1_000_000n)],
  ["Seconds", (nanos) => inUnits(nanos, SECOND)],
  ["Minutes", (nanos) => inUnits(nanos, MINUTE)],
  ["Hours", (nanos) => inUnits(nanos, 60n * MINUTE)],
]);
