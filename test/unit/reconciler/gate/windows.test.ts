import * as fc from "fast-check";
import { parse } from "node-cron";
import { describe, expect, test } from "vitest";
import { parseDuration } from "../../../../src/api/duration.ts";
import type { SyncWindow } from "../../../../reconciler/gate/windows.ts";
import { windowProblems, windowState } from "../../../../reconciler/gate/windows.ts";
import { wallMinutes } from "../../../support/wall-clock.ts";

const allow = (name: string, schedule: string, duration: string, timeZone?: string): SyncWindow => ({ name, kind: "Allow", schedule, duration, ...(timeZone === undefined ? {} : { timeZone }) });
const deny = (name: string, schedule: string, duration: string, timeZone?: string): SyncWindow => ({ ...allow(name, schedule, duration, timeZone), kind: "Deny" });
const office = allow("office", "0 8 * * 1-5", "9h", "Europe/Berlin");
const at = (time: string): Date => new Date(time);

describe("windows", () => {
  test("none are open", () => {
    expect(windowState([], at("2026-01-01T00:00:00Z"))).toEqual({ kind: "Open" });
  });

  test("an Allow window opens and closes by the clocks of its zone", () => {
    expect(windowState([office], at("2026-03-30T05:59:59Z"))).toMatchObject({ kind: "Closed", opensAt: at("2026-03-30T06:00:00Z") });
    expect(windowState([office], at("2026-03-30T06:00:00Z"))).toEqual({ kind: "Open" });
    expect(windowState([office], at("2026-03-30T14:59:59Z"))).toEqual({ kind: "Open" });
    expect(windowState([office], at("2026-03-30T15:00:00Z"))).toMatchObject({ kind: "Closed", opensAt: at("2026-03-31T06:00:00Z") });
    expect(windowState([office], at("2026-01-05T07:00:00Z"))).toEqual({ kind: "Open" });
  });

  test("outside of all Allow windows the message names them and says when it opens", () => {
    expect(windowState([office, allow("night", "0 22 * * *", "1h")], at("2026-01-03T12:00:00Z"))).toEqual({
      kind: "Closed",
      opensAt: at("2026-01-03T22:00:00Z"),
      message: "no Allow window is open (office, night); opens at 2026-01-03T22:00:00Z",
    });
  });

  test("a Deny window closes what is allowed, and what follows it counts for the time of opening", () => {
    expect(windowState([office, deny("freeze", "0 0 20 12 *", "336h", "Europe/Berlin")], at("2026-12-21T10:00:00Z"))).toEqual({
      kind: "Closed",
      opensAt: at("2027-01-04T07:00:00Z"),
      message: "Deny window freeze is open; opens at 2027-01-04T07:00:00Z",
    });
  });

  test("Deny windows alone leave the rest of the time open", () => {
    const freeze = [deny("freeze", "0 0 20 12 *", "240h")];
    expect(windowState(freeze, at("2026-12-19T23:59:59Z"))).toEqual({ kind: "Open" });
    expect(windowState(freeze, at("2026-12-20T00:00:00Z"))).toMatchObject({ kind: "Closed", opensAt: at("2026-12-30T00:00:00Z") });
  });

  test("windows that touch or overlap are one", () => {
    const shifts = [deny("early", "0 6 * * *", "8h"), deny("late", "0 14 * * *", "8h"), deny("overlap", "0 21 * * *", "2h")];
    expect(windowState(shifts, at("2026-01-01T07:00:00Z"))).toMatchObject({ kind: "Closed", opensAt: at("2026-01-01T23:00:00Z") });
  });

  test("a window that follows itself without a gap has no end that is told", () => {
    expect(windowState([allow("always", "0 * * * *", "1h")], at("2026-01-01T07:20:00Z"))).toEqual({ kind: "Open" });
    expect(windowState([deny("never", "* * * * * *", "1s")], at("2026-01-01T07:20:00Z"))).toMatchObject({ kind: "Closed", opensAt: undefined, message: "Deny window never is open; when it opens is too far off to tell" });
  });

  test("a duration is time that passes, whatever clocks are changed to", () => {
    expect(windowState([deny("night", "0 1 * * *", "3h", "Europe/Berlin")], at("2026-03-29T00:30:00Z"))).toMatchObject({ kind: "Closed", opensAt: at("2026-03-29T03:00:00Z") });
  });
});

describe("windowProblems", () => {
  test("says nothing about windows that are right", () => {
    expect(windowProblems([office, deny("last Friday", "0 0 * * 5L", "1h30m", "America/New_York")])).toEqual([]);
  });

  test("names each window and each of its mistakes", () => {
    expect(windowProblems([allow("a", "0 8 * *", "9"), deny("b", "H 8 * * *", "0m", "Berlin"), allow("c", "0 0 * * *", "9000h")])).toEqual([
      'window a: schedule "0 8 * *" is no cron expression (expected 5 or 6 fields but got 4); write minute, hour, day of month, month and day of week, such as "0 8 * * 1-5"',
      'window a: duration "9" is no duration; write 30m or 9h',
      'window b: schedule "H 8 * * *" is no cron expression (H is a invalid expression for minute); write minute, hour, day of month, month and day of week, such as "0 8 * * 1-5"',
      'window b: duration "0m" opens no window; write 30m or 9h',
      'window b: there is no time zone "Berlin"; write an IANA name such as Europe/Berlin',
      'window c: duration "9000h" is longer than a year; write a Deny window for the rest of the time instead',
    ]);
  });
});

const MINUTE = 60_000;
const BEFORE = 2 * 1440;
const AFTER = 2 * 1440;
const BASES = ["2026-03-29T00:00:00Z", "2026-10-25T00:00:00Z", "2026-11-01T00:00:00Z"];
const ZONES = ["UTC", "Europe/Berlin", "America/New_York"];
const field = (min: number, max: number) => fc.oneof(fc.constant("*"), fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((list) => list.join(",")));
const windows = fc.array(
  fc.record({
    name: fc.constantFrom("a", "b", "c"),
    kind: fc.constantFrom<SyncWindow["kind"]>("Allow", "Deny"),
    schedule: fc.tuple(field(0, 59), field(0, 23), field(0, 6)).map(([minute, hour, weekday]) => `${minute} ${hour} * * ${weekday}`),
    duration: fc.integer({ min: 1, max: 1500 }).map((minutes) => `${minutes}m`),
    timeZone: fc.constantFrom(...ZONES),
  }),
  { minLength: 1, maxLength: 4 },
);

/** For each minute of the stretch whether changes may be applied, found out minute by minute. */
function openMinutes(all: readonly SyncWindow[], from: Date, minutes: number): boolean[] {
  const active = all.map((window) => {
    const { minute, hour, dayOfWeek } = parse(window.schedule);
    const lasts = parseDuration(window.duration) / MINUTE;
    let left = 0;
    return wallMinutes(window.timeZone ?? "UTC", from, minutes).map((wall) => {
      const starts = minute.includes(wall.minute) && hour.includes(wall.hour) && dayOfWeek.includes(wall.weekday) && (!wall.repeated || hour.length === 24);
      left = starts ? lasts : left - 1;
      return left > 0;
    });
  });
  const some = (kind: SyncWindow["kind"], index: number): boolean => all.some((window, which) => window.kind === kind && active[which]?.[index] === true);
  return Array.from({ length: minutes }, (_item, index) => !some("Deny", index) && (all.every(({ kind }) => kind === "Deny") || some("Allow", index)));
}

test("state and time of the next opening are those that a look at every minute finds", () => {
  fc.assert(
    fc.property(fc.constantFrom(...BASES), windows, fc.integer({ min: 0, max: 1440 }), (base, all, offset) => {
      const from = new Date(Date.parse(base) - BEFORE * MINUTE);
      const open = openMinutes(all, from, BEFORE + AFTER);
      const index = BEFORE + offset;
      const state = windowState(all, new Date(from.getTime() + index * MINUTE));
      expect(state.kind).toBe(open[index] === true ? "Open" : "Closed");
      const change = open.findIndex((value, later) => later > index && value !== open[index]);
      if (state.kind === "Open") return;
      const told = state.opensAt;
      if (change >= 0 && (told !== undefined || change - index < 600)) expect(told?.toISOString()).toBe(new Date(from.getTime() + change * MINUTE).toISOString());
      else if (change < 0 && told !== undefined) expect(told.getTime()).toBeGreaterThanOrEqual(from.getTime() + (BEFORE + AFTER) * MINUTE);
    }),
    { numRuns: 150, seed: 4 },
  );
}, 30_000);
