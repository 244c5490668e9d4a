import type { SyncWindow } from "../../../reconciler/gate/windows.ts";
import { windowProblems, windowState } from "../../../reconciler/gate/windows.ts";
import { nextStart, parseSchedule, scheduleProblem } from "../../../reconciler/gate/schedule.ts";
import { zoneOf } from "../../../reconciler/gate/zone.ts";
import { parseDuration } from "../../api/duration.ts";
import type { NotifierSpec } from "../../api/notifier.ts";

/** What a Notifier's spec says about when something is told; instants in milliseconds since 1970. */
export interface EpisodeSettings {
  /** Absent: no reminders. */
  readonly reminders: { readonly firstMs: number; readonly maxMs: number } | undefined;
  /** The first digest after an instant. */
  nextDigest(after: number): number;
  /** When the quiet hours end that an instant lies in; undefined where it lies in none. */
  quietUntil(at: number): number | undefined;
}

const DAY_MS = 86_400_000;
const DEFAULT_DIGEST = "0 * * * *";
/** Quiet hours whose end cannot be told are looked at again after this. */
const UNKNOWN_END_MS = 3_600_000;

type Times = Pick<NotifierSpec, "digest" | "reminders" | "quietHours">;

/** What is wrong with the times of a spec: one sentence for each mistake. */
export function settingsProblems({ digest, quietHours = [] }: Times): string[] {
  const { schedule = DEFAULT_DIGEST, timeZone = "UTC" } = digest ?? {};
  const mistake = scheduleProblem(schedule);
  return [
    ...(mistake === undefined ? [] : [`digest.schedule "${schedule}" is no cron expression (${mistake}); write minute, hour, day of month, month and day of week, such as "0 9 * * *"`]),
    ...(zoneOf(timeZone) === undefined ? [`digest.timeZone: there is no time zone "${timeZone}"; write an IANA name such as Europe/Berlin`] : []),
    ...windowProblems(windowsOf(quietHours)).map((problem) => problem.replace(/^window (\d+)/, "quietHours[$1]")),
  ];
}

/** The times of a spec. Throws for one that settingsProblems objects to. */
export function settingsOf({ digest, reminders, quietHours = [] }: Times): EpisodeSettings {
  const schedule = parseSchedule(digest?.schedule ?? DEFAULT_DIGEST);
  const zone = zoneOf(digest?.timeZone ?? "UTC");
  if (zone === undefined) throw new RangeError(`there is no time zone "${digest?.timeZone}"`);
  const windows = windowsOf(quietHours);
  const firstMs = parseDuration(reminders?.first ?? "4h");
  return {
    reminders: reminders?.off === true || firstMs === 0 ? undefined : { firstMs, maxMs: Math.max(firstMs, parseDuration(reminders?.max ?? "24h")) },
    nextDigest: (after) => nextStart(schedule, zone, after) ?? after + DAY_MS,
    quietUntil: (at) => {
      if (windows.length === 0) return undefined;
      const state = windowState(windows, new Date(at));
      return state.kind === "Open" ? undefined : (state.opensAt?.getTime() ?? at + UNKNOWN_END_MS);
    },
  };
}

/** Quiet hours are windows in which telling is denied. */
const windowsOf = (quietHours: NonNullable<Times["quietHours"]>): SyncWindow[] =>
  quietHours.map(({ schedule, duration, timeZone = "UTC" }, index) => ({ name: String(index), kind: "Deny", schedule, duration, timeZone }));
