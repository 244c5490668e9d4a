import type { Integer } from "./value.ts";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SECOND = 1_000_000_000n;

/** The name that an integer of package time prints as, or undefined for a plain one. */
export function timeText({ type, value }: Integer): string | undefined {
  if (type === "time.Duration") return durationText(value);
  if (type === "time.Month") return MONTHS[Number(value) - 1] ?? `%!Month(${value})`;
  if (type === "time.Weekday") return WEEKDAYS[Number(value)] ?? `%!Weekday(${value})`;
  return undefined;
}

/** Nanoseconds as time.Duration prints them: `1h0m0.5s`, `1.5ms`, `0s`. */
export function durationText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "0s";
  const sign = nanoseconds < 0n ? "-" : "";
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return sign + (magnitude < SECOND ? belowSecond(magnitude) : fromSecond(magnitude));
}

function belowSecond(nanoseconds: bigint): string {
  if (nanoseconds < 1000n) return `${nanoseconds}ns`;
  return nanoseconds < 1_000_000n ? `${withFraction(nanoseconds, 3)}\u00B5s` : `${withFraction(nanoseconds, 6)}ms`;
}

function fromSecond(nanoseconds: bigint): string {
  const minutes = nanoseconds / (60n * SECOND);
  const seconds = `${withFraction(nanoseconds % (60n * SECOND), 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A number divided by a power of ten, without zeros at the end. */
function withFraction(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}
