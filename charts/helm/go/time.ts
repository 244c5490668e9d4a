import { clampDuration, roundDuration, SECOND, truncateDuration } from "./duration.ts";
import { daysOfCivil, DAY } from "./civil.ts";
import { type ClockTime, clockTime, formatTime, type Moment } from "./format-time.ts";
import { parseTime } from "./parse-time.ts";
import { typeName } from "./types.ts";
import { type GoFunction, GoObject, type GoValue, Integer, int, int64, type ParamType } from "./value.ts";
import { LOCAL, UTC, type Zone } from "./zone.ts";

/** Seconds since 1970 of January 1st of the year 1, Go's zero time. */
const ZERO_SECONDS = -62_135_596_800;

/** Go's time.Time. Immutable. Without a monotonic clock: what it prints depends on the moment alone. */
export class GoTime extends GoObject implements Moment {
  readonly type = "time.Time";
  readonly kind = "struct";
  readonly seconds: number;
  readonly nanos: number;
  readonly zone: Zone;

  constructor({ seconds, nanos, zone }: Moment) {
    super();
    this.seconds = seconds;
    this.nanos = nanos;
    this.zone = zone;
  }

  member(name: string): GoFunction | undefined {
    const method = METHODS.get(name);
    if (method === undefined) return undefined;
    return { name, params: method.params, isVariadic: false, call: (args) => method.call(this, args) };
  }

  toText(): string {
    return this.format("2006-01-02 15:04:05.999999999 -0700 MST");
  }

  override toValue(): GoValue {
    return this.format("2006-01-02T15:04:05.999999999Z07:00");
  }

  /** In a layout of Go. */
  format(layout: string): string {
    return formatTime(this, layout);
  }

  /** The same moment on other clocks. */
  in(zone: Zone): GoTime {
    return new GoTime({ seconds: this.seconds, nanos: this.nanos, zone });
  }

  /** Later by so many nanoseconds. */
  add(duration: bigint): GoTime {
    const nanos = BigInt(this.nanos) + (duration % SECOND);
    const carry = nanos < 0n ? -1 : nanos >= SECOND ? 1 : 0;
    return new GoTime({ seconds: this.seconds + Number(duration / SECOND) + carry, nanos: Number(nanos) - carry * 1e9, zone: this.zone });
  }

  /** Nanoseconds since another moment, held within 64 bits. */
  since(other: GoTime): bigint {
    return clampDuration(BigInt(this.seconds - other.seconds) * SECOND + BigInt(this.nanos - other.nanos));
  }

  /** Negative where this comes first. */
  compare(other: GoTime): number {
    return this.seconds - other.seconds || this.nanos - other.nanos;
  }
}

/** Go's zero time. */
export const ZERO_TIME = new GoTime({ seconds: ZERO_SECONDS, nanos: 0, zone: UTC });

/** A moment of JavaScript on local clocks, which are UTC's. */
export function timeOf(date: Date): GoTime {
  const seconds = Math.floor(date.getTime() / 1000);
  return new GoTime({ seconds, nanos: (date.getTime() - seconds * 1000) * 1_000_000, zone: LOCAL });
}

/** So many seconds after 1970, on local clocks. */
export const unixTime = (seconds: bigint): GoTime => new GoTime({ seconds: Number(seconds), nanos: 0, zone: LOCAL });

/** Reads a text, see parseTime. */
export const readTime = (layout: string, text: string): GoTime => new GoTime(parseTime(layout, text));

/** An argument that must be a time. Throws where it is something else. */
export function asTime(value: GoValue): GoTime {
  if (value instanceof GoTime) return value;
  throw new Error(`wrong type for value; expected time.Time; got ${typeName(value)}`);
}

interface Method {
  readonly params: readonly ParamType[];
  readonly call: (time: GoTime, args: readonly GoValue[]) => GoValue;
}

const field = (read: (clock: ClockTime) => GoValue): Method => ({ params: [], call: (time) => read(clockTime(time)) });
const plain = (call: (time: GoTime) => GoValue): Method => ({ params: [], call });
const withTime = (call: (time: GoTime, other: GoTime) => GoValue): Method => ({ params: ["time.Time"], call: (time, [other = null]) => call(time, asTime(other)) });
const withDuration = (call: (time: GoTime, duration: bigint) => GoValue): Method => ({ params: ["time.Duration"], call: (time, [duration]) => call(time, duration instanceof Integer ? duration.value : 0n) });
const numberOf = (value: GoValue | undefined): number => (value instanceof Integer ? Number(value.value) : 0);

/** Nanoseconds since 1970, in 64 bits. */
const unixNanos = (time: GoTime): bigint => BigInt.asIntN(64, BigInt(time.seconds) * SECOND + BigInt(time.nanos));

function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const clock = clockTime(time);
  const month = clock.month - 1 + months;
  const date = daysOfCivil(clock.year + years + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, clock.day + days) * DAY;
  const local = date + clock.hour * 3600 + clock.minute * 60 + clock.second;
  const guess = time.zone.offsetAt(local - clock.offset);
  return new GoTime({ seconds: local - guess, nanos: time.nanos, zone: time.zone });
}

/** To a multiple since the zero time. */
function toMultiple(time: GoTime, multiple: bigint, change: (duration: bigint, multiple: bigint) => bigint): GoTime {
  if (multiple <= 0n) return time;
  const passed = BigInt(time.seconds - ZERO_SECONDS) * SECOND + BigInt(time.nanos);
  const over = ((passed % multiple) + multiple) % multiple;
  return time.add(change(over, multiple) - over);
}

/** The methods that a template can call: those with one result. */
const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["Format", { params: ["string"], call: (time, [layout]) => time.format(typeof layout === "string" ? layout : "") }],
  ["String", plain((time) => time.toText())],
  ["Year", field((clock) => int(clock.year))],
  ["Month", field((clock) => new Integer("time.Month", BigInt(clock.month)))],
  ["Day", field((clock) => int(clock.day))],
  ["Weekday", field((clock) => new Integer("time.Weekday", BigInt(clock.weekday)))],
  ["YearDay", field((clock) => int(clock.yearDay))],
  ["Hour", field((clock) => int(clock.hour))],
  ["Minute", field((clock) => int(clock.minute))],
  ["Second", field((clock) => int(clock.second))],
  ["Nanosecond", plain((time) => int(time.nanos))],
  ["Unix", plain((time) => int64(time.seconds))],
  ["UnixMilli", plain((time) => int64(BigInt(time.seconds) * 1000n + BigInt(Math.trunc(time.nanos / 1e6))))],
  ["UnixMicro", plain((time) => int64(BigInt(time.seconds) * 1_000_000n + BigInt(Math.trunc(time.nanos / 1000))))],
  ["UnixNano", plain((time) => int64(unixNanos(time)))],
  ["IsZero", plain((time) => time.seconds === ZERO_SECONDS && time.nanos === 0)],
  ["UTC", plain((time) => time.in(UTC))],
  ["Local", plain((time) => time.in(LOCAL))],
  ["Add", withDuration((time, duration) => time.add(duration))],
  ["Round", withDuration((time, multiple) => toMultiple(time, multiple, roundDuration))],
  ["Truncate", withDuration((time, multiple) => toMultiple(time, multiple, truncateDuration))],
  ["AddDate", { params: ["int", "int", "int"], call: (time, args) => addDate(time, numberOf(args[0]), numberOf(args[1]), numberOf(args[2])) }],
  ["Sub", withTime((time, other) => new Integer("time.Duration", time.since(other)))],
  ["After", withTime((time, other) => time.compare(other) > 0)],
  ["Before", withTime((time, other) => time.compare(other) < 0)],
  ["Equal", withTime((time, other) => time.compare(other) === 0)],
  ["Compare", withTime((time, other) => int(Math.sign(time.compare(other))))],
]);
