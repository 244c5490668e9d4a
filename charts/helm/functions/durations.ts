import { parseDuration, roundDuration, SECOND, truncateDuration } from "../go/duration.ts";
import { inUnits } from "../go/integer-methods.ts";
import { textOf } from "../go/format.ts";
import { parseFloat, parseInt, quote } from "../go/strconv.ts";
import { durationText } from "../go/time-text.ts";
import { GoTime, timeOf } from "../go/time.ts";
import { kindName, typeName } from "../go/types.ts";
import { type CallScope, type FunctionTable, type GoFunction, type GoValue, int64, Integer } from "../go/value.ts";
import { define, fn } from "./define.ts";

const MAX_SECONDS = (2n ** 63n - 1n) / SECOND;
const MAX_SECONDS_FLOAT = 2 ** 63 / 1e9;
const [MINUTE, HOUR, DAY] = [60n * SECOND, 3600n * SECOND, 86_400n * SECOND] as const;
const SPACE = /^[\s\u0085]+|[\s\u0085]+$/g;

/** What Helm takes for a duration: one, a text of Go, or a number of seconds (also as a text). Throws Helm's error. */
function asDuration(value: GoValue): bigint {
  if (typeof value === "string") return durationOfText(value);
  if (typeof value === "number") return ofFloatSeconds(value);
  if (value === null) throw new Error("invalid duration");
  if (!(value instanceof Integer)) throw new Error(`unsupported duration type ${typeName(value)}`);
  return value.type === "time.Duration" ? value.value : ofSeconds(value.value, kindName(value).startsWith("uint"));
}

function durationOfText(value: string): bigint {
  const text = value.replace(SPACE, "");
  if (text === "") throw new Error("empty duration");
  const parsed = orUndefined(() => parseDuration(text));
  if (parsed !== undefined) return parsed;
  const seconds = parseFloat(text);
  if (seconds.error !== undefined) throw new Error(`could not parse duration ${quote(value)}`);
  return ofFloatSeconds(seconds.value);
}

function ofSeconds(seconds: bigint, isUnsigned: boolean): bigint {
  if (seconds > MAX_SECONDS || (seconds < -MAX_SECONDS && !isUnsigned)) throw new Error(`duration seconds overflow: ${seconds}`);
  return seconds * SECOND;
}

function ofFloatSeconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw new Error(`invalid duration seconds: ${textOf(seconds)}`);
  if (Math.abs(seconds) > MAX_SECONDS_FLOAT) throw new Error(`duration seconds overflow: ${textOf(seconds)}`);
  return BigInt.asIntN(64, BigInt(Math.trunc(seconds * 1e9)));
}

type Measure = (duration: bigint) => GoValue;

/** 0 where the argument is no duration. */
function measure(read: Measure): Omit<GoFunction, "name"> {
  return fn(["any"], (value, scope) => {
    const given = paid(value, scope);
    return read(orUndefined(() => asDuration(given)) ?? 0n);
  });
}

/** The argument; a text of any length can be one. */
function paid(value: GoValue, scope: CallScope): GoValue {
  scope.spend(typeof value === "string" ? 1 + value.length / 10 : 1);
  return value;
}

function toMultiple(change: (duration: bigint, multiple: bigint) => bigint): Omit<GoFunction, "name"> {
  return fn(["any", "any"], (value, multiple, scope) => {
    const [given, by] = [paid(value, scope), paid(multiple, scope)];
    const duration = orUndefined(() => asDuration(given));
    const step = orUndefined(() => asDuration(by));
    return new Integer("time.Duration", duration === undefined ? 0n : step === undefined ? duration : change(duration, step));
  });
}

const duration = fn(["any"], (value, scope) => durationText(BigInt.asIntN(64, secondsOf(paid(value, scope)) * SECOND)));

/** Whole seconds of a text or an int64, at most the largest there are; sprig takes everything else for 0. */
function secondsOf(value: GoValue): bigint {
  if (typeof value === "string") return parseInt(value).value;
  return value instanceof Integer && value.type === "int64" ? value.value : 0n;
}

const durationRound = fn(["any"], (value, scope) => {
  const nanos = roundable(paid(value, scope), scope.now);
  const size = nanos < 0n ? -nanos : nanos;
  const [unit, name] = STEPS.find(([each]) => size > each) ?? [size + 1n, "s"];
  return `${size / unit}${name}`;
});

function roundable(value: GoValue, now: Date): bigint {
  if (typeof value === "string") return orUndefined(() => parseDuration(value)) ?? 0n;
  if (value instanceof GoTime) return timeOf(now).since(value);
  return value instanceof Integer && value.type === "int64" ? value.value : 0n;
}

const STEPS: readonly (readonly [unit: bigint, name: string])[] = [
  [365n * DAY, "y"],
  [30n * DAY, "mo"],
  [DAY, "d"],
  [HOUR, "h"],
  [MINUTE, "m"],
  [SECOND, "s"],
];

/** Sprig's `duration` and `durationRound`, and the functions on durations that Helm 4 adds. */
export const DURATION_FUNCTIONS: FunctionTable = define({
  duration,
  durationRound,
  mustToDuration: fn(["any"], (value, scope) => new Integer("time.Duration", asDuration(paid(value, scope)))),
  durationNanoseconds: measure((nanos) => int64(nanos)),
  durationMicroseconds: measure((nanos) => int64(nanos / 1000n)),
  durationMilliseconds: measure((nanos) => int64(nanos / 1_000_000n)),
  durationSeconds: measure((nanos) => inUnits(nanos, SECOND)),
  durationMinutes: measure((nanos) => inUnits(nanos, MINUTE)),
  durationHours: measure((nanos) => inUnits(nanos, HOUR)),
  durationDays: measure((nanos) => inUnits(nanos, HOUR) / 24),
  durationWeeks: measure((nanos) => inUnits(nanos, HOUR) / 24 / 7),
  durationRoundTo: toMultiple(roundDuration),
  durationTruncateTo: toMultiple(truncateDuration),
});

/** Undefined where Go's function gives its zero value because of an error. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // as documented: the error is dropped
  }
}
