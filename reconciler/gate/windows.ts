import { timestamp } from "../../src/api/conditions.ts";
import { parseDuration } from "../../src/api/duration.ts";
import type { Schedule } from "./schedule.ts";
import { latestStart, nextStart, parseSchedule, scheduleProblem } from "./schedule.ts";
import type { Zone } from "./zone.ts";
import { zoneOf } from "./zone.ts";

/** A span of time that comes again and again: `spec.sync.windows[]` of an Application. */
export interface SyncWindow {
  readonly name: string;
  readonly kind: "Allow" | "Deny";
  /** A cron expression as node-cron reads it. */
  readonly schedule: string;
  /** How long it stays open after each start, in time that passes, whatever the clocks are changed to. */
  readonly duration: string;
  /** Default: UTC. */
  readonly timeZone?: string;
}

/** Whether changes may be applied now, and if not, from when on. */
export type WindowState =
  | { readonly kind: "Open" }
  /** `opensAt`: undefined when that is further off than is looked. */
  | { readonly kind: "Closed"; readonly opensAt: Date | undefined; readonly message: string };

const DEFAULT_ZONE = "UTC";
const LONGEST_MS = 366 * 24 * 3_600_000;
/**
 * How far is looked: openings and closings, and starts that follow each other without a gap, of all windows together: a
 * window that opens every second must not stop the operator.
 */
const MAX_STEPS = 200;
const MAX_HOPS = 3_000;

/** What is wrong with windows: one sentence for each mistake, naming the window. */
export function windowProblems(windows: readonly SyncWindow[]): string[] {
  return windows.flatMap(({ name, schedule, duration, timeZone = DEFAULT_ZONE }) => {
    const mistake = scheduleProblem(schedule);
    const length = durationProblem(duration);
    return [
      ...(mistake === undefined ? [] : [`window ${name}: schedule "${schedule}" is no cron expression (${mistake}); write minute, hour, day of month, month and day of week, such as "0 8 * * 1-5"`]),
      ...(length === undefined ? [] : [`window ${name}: duration "${duration}" ${length}`]),
      ...(zoneOf(timeZone) === undefined ? [`window ${name}: there is no time zone "${timeZone}"; write an IANA name such as Europe/Berlin`] : []),
    ];
  });
}

/**
 * Whether changes may be applied at `now`: not while a Deny window is open; where there are Allow windows, only while
 * one of them is. Pure. Throws for windows that windowProblems objects to.
 */
export function windowState(windows: readonly SyncWindow[], now: Date): WindowState {
  const spans = windows.map((window) => new Span(window, Math.floor(MAX_HOPS / windows.length)));
  if (isOpen(spans, now.getTime())) return { kind: "Open" };
  const opensAt = nextOpening(spans, now.getTime());
  return { kind: "Closed", opensAt, message: closedMessage(spans, now.getTime(), opensAt) };
}

/** Whether a window is open, and up to when that is certain. */
interface Activity {
  readonly active: boolean;
  readonly until: number | undefined;
}

/** One window, remembering its last answer: looking ahead asks all windows about the same stretches of time. */
class Span {
  readonly window: SyncWindow;
  readonly #schedule: Schedule;
  readonly #zone: Zone;
  readonly #duration: number;
  #hops: number;
  #known: (Activity & { readonly from: number }) | undefined;

  constructor(window: SyncWindow, hops: number) {
    const zone = zoneOf(window.timeZone ?? DEFAULT_ZONE);
    if (zone === undefined) throw new RangeError(`there is no time zone "${window.timeZone ?? ""}"`);
    this.window = window;
    this.#hops = hops;
    this.#schedule = parseSchedule(window.schedule);
    this.#zone = zone;
    this.#duration = parseDuration(window.duration);
  }

  /** The answer for an instant; instants are asked for in ascending order. */
  at(instant: number): Activity {
    if (this.#known === undefined || instant < this.#known.from || instant >= (this.#known.until ?? Infinity)) this.#known = { ...this.#look(instant), from: instant };
    return this.#known;
  }

  #look(instant: number): Activity {
    const start = latestStart(this.#schedule, this.#zone, instant);
    if (start === undefined || start + this.#duration <= instant) return { active: false, until: nextStart(this.#schedule, this.#zone, instant) };
    let end = start + this.#duration;
    while (this.#hops > 0) {
      this.#hops -= 1;
      const following = latestStart(this.#schedule, this.#zone, end) ?? start;
      if (following + this.#duration <= end) return { active: true, until: end };
      end = following + this.#duration;
    }
    return { active: true, until: undefined };
  }
}

function isOpen(spans: readonly Span[], instant: number): boolean {
  const active = (kind: SyncWindow["kind"]): boolean => spans.some((span) => span.window.kind === kind && span.at(instant).active);
  return !active("Deny") && (active("Allow") || spans.every(({ window }) => window.kind === "Deny"));
}

function nextOpening(spans: readonly Span[], from: number): Date | undefined {
  let instant = from;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = Math.min(...spans.map((span) => span.at(instant).until ?? Infinity));
    if (next === Infinity) return undefined;
    if (isOpen(spans, next)) return new Date(next);
    instant = next;
  }
  return undefined;
}

function closedMessage(spans: readonly Span[], instant: number, opensAt: Date | undefined): string {
  const names = (kind: SyncWindow["kind"], active: boolean): string[] => spans.filter((span) => span.window.kind === kind && span.at(instant).active === active).map(({ window }) => window.name);
  const denying = names("Deny", true);
  const why = denying.length > 0 ? `${plural("Deny window", denying)} open` : `no Allow window is open (${names("Allow", false).join(", ")})`;
  return `${why}; ${opensAt === undefined ? "when it opens is too far off to tell" : `opens at ${timestamp(opensAt)}`}`;
}

const plural = (noun: string, names: readonly string[]): string => `${noun}${names.length === 1 ? "" : "s"} ${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;

function durationProblem(text: string): string | undefined {
  let duration: number;
  try {
    duration = parseDuration(text);
  } catch {
    return "is no duration; write 30m or 9h";
  }
  if (duration === 0) return "opens no window; write 30m or 9h";
  return duration > LONGEST_MS ? "is longer than a year; write a Deny window for the rest of the time instead" : undefined;
}
