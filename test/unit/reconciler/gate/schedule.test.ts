import * as fc from "fast-check";
import { createTask, parse } from "node-cron";
import { describe, expect, test } from "vitest";
import { latestStart, nextStart, parseSchedule, scheduleProblem } from "../../../../reconciler/gate/schedule.ts";
import { zoneOf } from "../../../../reconciler/gate/zone.ts";
import type { Zone } from "../../../../reconciler/gate/zone.ts";
import { wallMinutes } from "../../../support/wall-clock.ts";

const zone = (name: string): Zone => zoneOf(name) ?? expect.unreachable(`no zone ${name}`);
const iso = (instant: number | undefined): string | undefined => (instant === undefined ? undefined : new Date(instant).toISOString().replace(".000", ""));
const startsBetween = (expression: string, timeZone: string, from: string, to: string): (string | undefined)[] => {
  const starts: (string | undefined)[] = [];
  const schedule = parseSchedule(expression);
  for (let at = nextStart(schedule, zone(timeZone), Date.parse(from)); at !== undefined && at < Date.parse(to); at = nextStart(schedule, zone(timeZone), at)) starts.push(iso(at));
  return starts;
};

describe("a schedule", () => {
  test.each([
    ["a time that clocks skip in spring does not happen", "30 2 * * *", "America/New_York", "2026-03-07T05:00:00Z", "2026-03-10T05:00:00Z", ["2026-03-07T07:30:00Z", "2026-03-09T06:30:00Z"]],
    ["a time that clocks show twice in autumn happens once, the first time", "30 1 * * *", "America/New_York", "2026-10-31T04:00:00Z", "2026-11-03T04:00:00Z", ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]],
    ["every hour means the repeated one too", "30 * * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T08:00:00Z", ["2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"]],
    ["clocks may change by half an hour", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-06T00:00:00Z", ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]],
    ["a day that a zone left out has no times", "0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z", ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"]],
    ["clocks may skip midnight", "0 0 * * *", "America/Sao_Paulo", "2018-11-03T00:00:00Z", "2018-11-06T00:00:00Z", ["2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z"]],
    ["a leap day comes every four years", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2033-01-01T00:00:00Z", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]],
    ["day of month and day of week must both fit", "0 0 13 * FRI", "UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", ["2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z", "2026-11-13T00:00:00Z"]],
    ["a sixth field counts seconds", "15,45 0 12 1 1 *", "UTC", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", ["2026-01-01T12:00:15Z", "2026-01-01T12:00:45Z"]],
  ])("%s", (_name, expression, timeZone, from, to, starts) => {
    expect(startsBetween(expression, timeZone, from, to)).toEqual(starts);
  });

  test("that never comes within nine years has no start", () => {
    const schedule = parseSchedule("0 0 29 2 MON#1");
    expect([nextStart(schedule, zone("UTC"), 0), latestStart(schedule, zone("UTC"), 0)]).toEqual([undefined, undefined]);
  });

  test.each(["0 0 L * *", "0 0 L-3 * *", "0 0 15W * *", "0 0 1W * *", "0 0 31W * *", "0 0 LW * *", "0 0 * * 5L", "0 0 * * 7L", "0 0 * * 5#2", "0 0 * * SUN#5", "0 0 1,L * MON-FRI", "0 0 */10 JAN-MAR *", "0 0 ? * 6#1,2L", "@weekly", "@monthly"])("%s is on the days that node-cron says", (expression) => {
    const task = createTask(expression, () => undefined, { timezone: "UTC" });
    const days = Array.from({ length: 800 }, (_day, index) => Date.UTC(2027, 0, 1 + index));
    const schedule = parseSchedule(expression);
    const ours = days.filter((day) => latestStart(schedule, zone("UTC"), day) === day).map(iso);
    const theirs = days.filter((day) => task.match(new Date(day))).map(iso);
    void task.destroy();
    expect(ours).toEqual(theirs);
    expect(ours.length).toBeGreaterThan(0);
  });

  test.each(["", "x", "H * * * *", "* * * *", "60 * * * *", "0 0 31 2 *", "CRON_TZ=UTC 0 0 * * *", "@reboot"])('"%s" is refused with a reason', (expression) => {
    expect(scheduleProblem(expression)).toMatch(/\w/);
  });
});

const DAYS = 6;
const CHANGES = [
  ["Europe/Berlin", "2026-03-29"], ["Europe/Berlin", "2026-10-25"], ["America/New_York", "2026-03-08"], ["America/New_York", "2026-11-01"], ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"], ["Africa/Casablanca", "2026-02-15"], ["America/Sao_Paulo", "2018-11-04"], ["America/Havana", "2026-11-01"], ["Asia/Kathmandu", "2026-05-01"], ["Pacific/Apia", "2011-12-30"],
] as const;
const values = (min: number, max: number) => fc.oneof(fc.constant("*"), fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }).map((list) => list.join(",")), fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([from, to]) => `${Math.min(from, to)}-${Math.max(from, to)}`));
const expressions = fc.record({ minute: values(0, 59), hour: values(0, 23), weekday: values(0, 6) }).map(({ minute, hour, weekday }) => `${minute} ${hour} * * ${weekday}`);

test("starts are those that a look at the clock in every minute finds, also where clocks change", () => {
  fc.assert(
    fc.property(fc.constantFrom(...CHANGES), expressions, fc.integer({ min: 2 * 1440, max: 4 * 1440 }), ([timeZone, date], expression, offset) => {
      const from = new Date(Date.parse(`${date}T00:00:00Z`) - 3 * 86_400_000);
      const { minute, hour, dayOfWeek } = parse(expression);
      const fits = wallMinutes(timeZone, from, DAYS * 1440).filter((wall) => minute.includes(wall.minute) && hour.includes(wall.hour) && dayOfWeek.includes(wall.weekday) && (!wall.repeated || hour.length === 24));
      const at = from.getTime() + offset * 60_000;
      const schedule = parseSchedule(expression);
      const [before, after] = [fits.findLast((wall) => wall.at <= at)?.at, fits.find((wall) => wall.at > at)?.at];
      if (before !== undefined) expect(iso(latestStart(schedule, zone(timeZone), at))).toBe(iso(before));
      if (after !== undefined) expect(iso(nextStart(schedule, zone(timeZone), at))).toBe(iso(after));
      if (before === undefined) expect(latestStart(schedule, zone(timeZone), at) ?? 0).toBeLessThan(from.getTime());
    }),
    { numRuns: 300, seed: 4 },
  );
}, 30_000);
