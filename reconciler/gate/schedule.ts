/**
 * When a cron expression fires: node-cron's grammar (five or six fields, names, nicknames, L, W, #), read by node-cron
 * itself, and its rules: day of month and day of week must both fit, a time that the clocks skip does not happen. A
 * time that they show twice counts once, the first time, save where the expression means every hour.
 */
import { parse, validateDetailed } from "node-cron";
import type { ParsedFields } from "node-cron";
import type { DayPart, Zone } from "./zone.ts";

/** A parsed expression. Every list is sorted. */
export interface Schedule {
  readonly second: readonly number[];
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly month: ReadonlySet<number>;
  readonly daysOfMonth: readonly (number | string)[];
  readonly daysOfWeek: readonly (number | string)[];
}

const DAY_MS = 86_400_000;
/** Local dates run at most this much ahead of UTC. */
const AHEAD_MS = 14 * 3_600_000;
/** How far a start is looked for: the leap day of 2104 comes eight years after the one before. */
const HORIZON_DAYS = 9 * 366;

/** What is wrong with an expression; undefined when nothing is. */
export function scheduleProblem(expression: string): string | undefined {
  const { valid, errors } = validateDetailed(expression);
  return valid ? undefined : (errors[0]?.message ?? "not a cron expression");
}

/** Reads an expression. Throws where scheduleProblem objects. */
export function parseSchedule(expression: string): Schedule {
  const { second, minute, hour, month, dayOfMonth, dayOfWeek }: ParsedFields = parse(expression);
  return { second: ascending(second), minute: ascending(minute), hour: ascending(hour), month: new Set(month), daysOfMonth: dayOfMonth, daysOfWeek: dayOfWeek };
}

/** The latest start at or before an instant (ms), or undefined where there is none within nine years. */
export function latestStart(schedule: Schedule, zone: Zone, at: number): number | undefined {
  const today = Math.floor((at + AHEAD_MS) / DAY_MS);
  for (let day = today; day > today - HORIZON_DAYS; day -= 1) {
    if (!fitsDay(schedule, day)) continue;
    for (const part of zone.partsOf(day).toReversed()) {
      const second = lastSecond(schedule, Math.min(part.to - 1, Math.floor((at - part.zero) / 1000)));
      if (second !== undefined && second >= firstOf(part, schedule)) return part.zero + second * 1000;
    }
  }
  return undefined;
}

/** The first start after an instant (ms), or undefined where there is none within nine years. */
export function nextStart(schedule: Schedule, zone: Zone, after: number): number | undefined {
  const today = Math.floor((after - AHEAD_MS) / DAY_MS);
  for (let day = today; day < today + HORIZON_DAYS; day += 1) {
    if (!fitsDay(schedule, day)) continue;
    for (const part of zone.partsOf(day)) {
      const second = firstSecond(schedule, Math.max(firstOf(part, schedule), Math.floor((after - part.zero) / 1000) + 1));
      if (second !== undefined && second < part.to) return part.zero + second * 1000;
    }
  }
  return undefined;
}

const EVERY_HOUR = 24;

const firstOf = (part: DayPart, { hour }: Schedule): number => (hour.length === EVERY_HOUR ? part.from : part.freshFrom);

/** The last second of the day that fits, at or before a given one. */
function lastSecond({ hour, minute, second }: Schedule, limit: number): number | undefined {
  if (limit < 0) return undefined;
  const [h, m, s] = split(limit);
  if (hour.includes(h)) {
    const sameMinute = minute.includes(m) ? atOrBefore(second, s) : undefined;
    if (sameMinute !== undefined) return join(h, m, sameMinute);
    const earlier = atOrBefore(minute, m - 1);
    if (earlier !== undefined) return join(h, earlier, second.at(-1));
  }
  const earlier = atOrBefore(hour, h - 1);
  return earlier === undefined ? undefined : join(earlier, minute.at(-1), second.at(-1));
}

/** The first second of the day that fits, at or after a given one. */
function firstSecond({ hour, minute, second }: Schedule, limit: number): number | undefined {
  const [h, m, s] = split(Math.max(0, limit));
  if (hour.includes(h)) {
    const sameMinute = minute.includes(m) ? atOrAfter(second, s) : undefined;
    if (sameMinute !== undefined) return join(h, m, sameMinute);
    const later = atOrAfter(minute, m + 1);
    if (later !== undefined) return join(h, later, second[0]);
  }
  const later = atOrAfter(hour, h + 1);
  return later === undefined ? undefined : join(later, minute[0], second[0]);
}

function fitsDay({ month, daysOfMonth, daysOfWeek }: Schedule, day: number): boolean {
  const date = new Date(day * DAY_MS);
  if (!month.has(date.getUTCMonth() + 1)) return false;
  const of: CalendarDay = { day: date.getUTCDate(), weekday: date.getUTCDay(), last: lastDayOf(date) };
  return daysOfWeek.some((rule) => fitsWeekday(rule, of)) && daysOfMonth.some((rule) => fitsDayOfMonth(rule, of));
}

/** A day of the calendar: its number in the month, its weekday from Sunday = 0, and the number of the month's last day. */
interface CalendarDay {
  readonly day: number;
  readonly weekday: number;
  readonly last: number;
}

/** `5`, `L` (the last day), `L-3` (three before it), `15W` and `LW` (the weekday nearest to it within the month). */
function fitsDayOfMonth(rule: number | string, date: CalendarDay): boolean {
  if (typeof rule === "number") return rule === date.day;
  const [, base = "", back = "0", nearest] = /^(\d{1,2}|L)(?:-(\d{1,2}))?(W)?$/.exec(rule) ?? [];
  const target = (base === "L" ? date.last : Number(base)) - Number(back);
  return (nearest === undefined ? target : nearestWeekday(target, date)) === date.day;
}

function nearestWeekday(target: number, { day, weekday, last }: CalendarDay): number | undefined {
  if (target < 1 || target > last) return undefined;
  switch ((((weekday + target - day) % 7) + 7) % 7) {
    case 6:
      return target === 1 ? 3 : target - 1;
    case 0:
      return target === last ? target - 2 : target + 1;
    default:
      return target;
  }
}

/** `5`, `5L` (the last Friday of the month), `5#2` (the second one). */
function fitsWeekday(rule: number | string, { day, weekday, last }: CalendarDay): boolean {
  if (typeof rule === "number") return rule === weekday;
  const [, base, nth] = /^([0-7])(?:L|#([1-5]))$/.exec(rule) ?? [];
  if (base === undefined || Number(base) % 7 !== weekday) return false;
  return nth === undefined ? day > last - 7 : Math.ceil(day / 7) === Number(nth);
}

const lastDayOf = (date: Date): number => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((left, right) => left - right);
const atOrBefore = (values: readonly number[], limit: number): number | undefined => values.findLast((value) => value <= limit);
const atOrAfter = (values: readonly number[], limit: number): number | undefined => values.find((value) => value >= limit);
const split = (second: number): [number, number, number] => [Math.floor(second / 3600), Math.floor((second % 3600) / 60), second % 60];
const join = (hour: number, minute = 0, second = 0): number => hour * 3600 + minute * 60 + second;
