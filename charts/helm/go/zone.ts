import { type Abbreviation, zoneAbbreviations } from "./zone-names.ts";

/** A time zone, as Go's *time.Location: its offset from UTC in seconds and its abbreviation at a moment (seconds since 1970). */
export interface Zone {
  readonly name: string;
  readonly offsetAt: (seconds: number) => number;
  /** `CET`, or empty where there are only numbers; see zoneText. */
  readonly abbreviationAt: (seconds: number) => string;
}

export const UTC: Zone = { name: "UTC", offsetAt: () => 0, abbreviationAt: () => "UTC" };

/** The zone of the process. Ours is always UTC, whatever the machine: equal input gives equal output everywhere. */
export const LOCAL: Zone = { ...UTC, name: "Local" };

/** A zone with one offset for ever, as a date with `+0200` in it has. */
export const fixedZone = (name: string, offset: number): Zone => ({ name, offsetAt: () => offset, abbreviationAt: () => name });

/** The zone of a name of the IANA database (case matters), `Local`, or UTC for the empty name; undefined where there is none. */
export function findZone(name: string): Zone | undefined {
  if (name === "" || name === "UTC") return UTC;
  if (name === "Local") return LOCAL;
  const known = zones.get(name);
  if (known !== undefined) return known;
  const abbreviations = zoneAbbreviations(name);
  const zone = abbreviations === undefined ? undefined : readZone(name, abbreviations);
  if (zone !== undefined) zones.set(name, zone);
  return zone;
}

const zones = new Map<string, Zone>();

function readZone(name: string, abbreviations: readonly Abbreviation[]): Zone | undefined {
  const format = formatOf(name);
  if (format === undefined) return undefined;
  const offsetAt = (seconds: number): number => offsetIn(format, seconds);
  return {
    name,
    offsetAt,
    abbreviationAt: (seconds) => {
      const offset = offsetAt(seconds);
      return abbreviations.find((each) => each.offset === offset && seconds < each.until)?.name ?? numberedAbbreviation(offset);
    },
  };
}

/** Case has been checked, so that there are not more zones than the database has. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return undefined; // a zone that this build of JavaScript does not know
  }
}

/** 400 years, after which the calendar repeats. */
const CYCLE = 146_097 * 86_400;
/** The last moments that a JavaScript date holds, in seconds. */
const LAST = 8.64e12;
const OFFSET = /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/;

function offsetIn(format: Intl.DateTimeFormat, seconds: number): number {
  const within = Math.abs(seconds) > LAST ? ((seconds % CYCLE) + CYCLE) % CYCLE + (seconds > 0 ? 5 * CYCLE : -10 * CYCLE) : seconds;
  const [, sign, hours = "0", minutes = "0", rest = "0"] = OFFSET.exec(format.format(within * 1000)) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  return sign === "-" ? -size : size;
}

/** Zones without letters are called after their offset: `-03`, `+0530`. */
function numberedAbbreviation(offset: number): string {
  const [hours, minutes] = hoursAndMinutes(offset);
  return `${offset < 0 ? "-" : "+"}${hours}${minutes === "00" ? "" : minutes}`;
}

/** Hours and minutes of an offset, two digits each. */
export function hoursAndMinutes(offset: number): [hours: string, minutes: string] {
  const total = Math.trunc(Math.abs(offset) / 60);
  return [Math.trunc(total / 60).toString().padStart(2, "0"), (total % 60).toString().padStart(2, "0")];
}
