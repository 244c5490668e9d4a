/** What the clocks of a time zone show, minute by minute: the slow and plain way, for comparing with the fast one. */
export interface WallMinute {
  /** The instant, in milliseconds. */
  readonly at: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** The same was shown before, within the stretch. */
  readonly repeated: boolean;
}

const MINUTE = 60_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const stretches = new Map<string, readonly WallMinute[]>();

/** Every minute from `from` (a whole minute) on. */
export function wallMinutes(timeZone: string, from: Date, minutes: number): readonly WallMinute[] {
  const name = `${timeZone} ${from.toISOString()} ${minutes}`;
  const known = stretches.get(name) ?? read(timeZone, from.getTime(), minutes);
  stretches.set(name, known);
  return known;
}

function read(timeZone: string, from: number, minutes: number): WallMinute[] {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", weekday: "short" });
  const seen = new Set<string>();
  return Array.from({ length: minutes }, (_item, index) => {
    const at = from + index * MINUTE;
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const shown = [parts["month"], parts["day"], parts["hour"], parts["minute"]].join(" ");
    const repeated = seen.has(shown);
    seen.add(shown);
    return { at, repeated, minute: Number(parts["minute"]), hour: Number(parts["hour"]), day: Number(parts["day"]), month: Number(parts["month"]), weekday: WEEKDAYS.indexOf(parts["weekday"] ?? "") };
  });
}
