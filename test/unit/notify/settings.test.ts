import { describe, expect, it } from "vitest";
import { settingsOf, settingsProblems } from "../../../src/notify/episode/settings.ts";

const at = (text: string): number => Date.parse(text);

describe("the times of a Notifier", () => {
  it("are by default a digest every hour, reminders after 4 and at most 24 hours, and no quiet hours", () => {
    const times = settingsOf({});
    expect(times.reminders).toEqual({ firstMs: 14_400_000, maxMs: 86_400_000 });
    expect(times.nextDigest(at("2026-01-01T08:10:00Z"))).toBe(at("2026-01-01T09:00:00Z"));
    expect(times.quietUntil(at("2026-01-01T03:00:00Z"))).toBeUndefined();
  });

  it("are read in their time zones", () => {
    const times = settingsOf({ digest: { schedule: "0 9 * * 1-5", timeZone: "Europe/Berlin" }, quietHours: [{ schedule: "0 22 * * *", duration: "8h", timeZone: "Europe/Berlin" }], reminders: { off: true } });
    expect(times.reminders).toBeUndefined();
    expect(times.nextDigest(at("2026-01-02T09:00:00Z"))).toBe(at("2026-01-05T08:00:00Z"));
    expect(times.quietUntil(at("2026-01-02T20:59:00Z"))).toBeUndefined();
    expect(times.quietUntil(at("2026-01-02T21:00:00Z"))).toBe(at("2026-01-03T05:00:00Z"));
  });

  it("say what is wrong with them", () => {
    expect(settingsProblems({ digest: { schedule: "every hour", timeZone: "Mars/Base" }, quietHours: [{ schedule: "0 22 * * *", duration: "0s" }] })).toEqual([
      expect.stringContaining('digest.schedule "every hour" is no cron expression'),
      expect.stringContaining('digest.timeZone: there is no time zone "Mars/Base"'),
      expect.stringContaining('quietHours[0]: duration "0s" opens no window'),
    ]);
    expect(settingsProblems({})).toEqual([]);
  });
});
