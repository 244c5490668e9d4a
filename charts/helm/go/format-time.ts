import { type CivilDate, civilOfDays, DAY, dayOfYear } from "./civil.ts";
import { type LayoutPart, layoutParts, MONTHS, WEEKDAYS } from "./time-layout.ts";
import { hoursAndMinutes, type Zone } from "./zone.ts";

/** A moment: seconds since 1970 in UTC and nanoseconds of the second. */
export interface Moment {
  readonly seconds: number;
  readonly nanos: number;
  readonly zone: Zone;
}

/** A moment as the clocks of its zone show it. */
export interface ClockTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
  /** 0 for Sunday. */
  readonly weekday: number;
  readonly yearDay: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly abbreviation: string;
}

/** Takes a moment apart. */
export function clockTime({ seconds, nanos, zone }: Moment): ClockTime {
  const offset = zone.offsetAt(seconds);
  const local = seconds + offset;
  const days = Math.floor(local / DAY);
  const rest = local - days * DAY;
  const date = civilOfDays(days);
  return {
    ...date,
    hour: Math.trunc(rest / 3600),
    minute: Math.trunc(rest / 60) % 60,
    second: rest % 60,
    nanos,
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: dayOfYear(date.year, date.month, date.day),
    offset,
    abbreviation: zone.abbreviationAt(seconds),
  };
}

/** A moment in a layout of Go, see time-layout.ts. */
export function formatTime(moment: Moment, layout: string): string {
  const time = clockTime(moment);
  return layoutParts(layout)
    .map((part) => part.literal + (FORMATS.get(part.element)?.(time, part) ?? ""))
    .join("");
}

type Format = (time: ClockTime, part: LayoutPart) => string;

const pad = (value: number, width: number, filler = "0"): string => (value < 0 ? `-${(-value).toString().padStart(width, filler)}` : value.toString().padStart(width, filler));
const hour12 = ({ hour }: ClockTime): number => hour % 12 || 12;
const orZ =
  (format: Format): Format =>
  (time, part) =>
    time.offset === 0 ? "Z" : format(time, part);

const shortOffset: Format = ({ offset }) => `${sign(offset)}${hoursAndMinutes(offset)[0]}`;
const plainOffset: Format = ({ offset }) => `${sign(offset)}${hoursAndMinutes(offset).join("")}`;
const colonOffset: Format = ({ offset }) => `${sign(offset)}${hoursAndMinutes(offset).join(":")}`;
const plainSeconds: Format = (time, part) => plainOffset(time, part) + pad(time.offset < 0 ? -time.offset % 60 : time.offset % 60, 2);
const colonSeconds: Format = (time, part) => `${colonOffset(time, part)}:${pad(time.offset < 0 ? -time.offset % 60 : time.offset % 60, 2)}`;

/** Go counts whole minutes first: less than one minute west of UTC is `+`. */
const sign = (offset: number): string => (offset <= -60 ? "-" : "+");

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["2006", ({ year }) => pad(year, 4)],
  ["06", ({ year }) => pad(Math.abs(year) % 100, 2)],
  ["January", ({ month }) => MONTHS[month - 1] ?? ""],
  ["Jan", ({ month }) => (MONTHS[month - 1] ?? "").slice(0, 3)],
  ["1", ({ month }) => `${month}`],
  ["01", ({ month }) => pad(month, 2)],
  ["Monday", ({ weekday }) => WEEKDAYS[weekday] ?? ""],
  ["Mon", ({ weekday }) => (WEEKDAYS[weekday] ?? "").slice(0, 3)],
  ["2", ({ day }) => `${day}`],
  ["_2", ({ day }) => pad(day, 2, " ")],
  ["02", ({ day }) => pad(day, 2)],
  ["__2", ({ yearDay }) => pad(yearDay, 3, " ")],
  ["002", ({ yearDay }) => pad(yearDay, 3)],
  ["15", ({ hour }) => pad(hour, 2)],
  ["3", (time) => `${hour12(time)}`],
  ["03", (time) => pad(hour12(time), 2)],
  ["4", ({ minute }) => `${minute}`],
  ["04", ({ minute }) => pad(minute, 2)],
  ["5", ({ second }) => `${second}`],
  ["05", ({ second }) => pad(second, 2)],
  ["PM", ({ hour }) => (hour >= 12 ? "PM" : "AM")],
  ["pm", ({ hour }) => (hour >= 12 ? "pm" : "am")],
  ["MST", (time, part) => (time.abbreviation === "" ? plainOffset(time, part) : time.abbreviation)],
  ["-07", shortOffset],
  ["-0700", plainOffset],
  ["-07:00", colonOffset],
  ["-070000", plainSeconds],
  ["-07:00:00", colonSeconds],
  ["Z07", orZ(shortOffset)],
  ["Z0700", orZ(plainOffset)],
  ["Z07:00", orZ(colonOffset)],
  ["Z070000", orZ(plainSeconds)],
  ["Z07:00:00", orZ(colonSeconds)],
  [".0", ({ nanos }, { text }) => text.charAt(0) + pad(nanos, 9).slice(0, text.length - 1)],
  [".9", ({ nanos }, { text }) => trimFraction(text.charAt(0) + pad(nanos, 9).slice(0, text.length - 1))],
]);

const trimFraction = (text: string): string => text.replace(TRAILING_ZEROS, "");
const TRAILING_ZEROS = /[.,]?0*$/;
