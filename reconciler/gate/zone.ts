/**
 * The days of a time zone as stretches of seconds that the clocks there really show: 86,400 in a row on most days, two
 * stretches on a day on which the clocks are changed. From Intl's time-zone data.
 */

/** Seconds of one local day during which the clocks keep one distance to UTC. */
export interface DayPart {
  /** The instant (ms) at which this day's midnight would be, at that distance. */
  readonly zero: number;
  /** First second of the day that the clocks show, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Seconds before this one are shown for the second time that day; equal to `from` where none are. */
  readonly freshFrom: number;
}

/** A time zone. */
export interface Zone {
  /** The parts of a day, in order; day 0 is 1 January 1970. Empty for a day that the zone left out. */
  partsOf(day: number): readonly DayPart[];
}

const SECOND = 1000;
const DAY_SECONDS = 86_400;
/** No clock is further from UTC. */
const MARGIN_SECONDS = 15 * 3600;
/** Days kept per zone, and zones kept: more are asked for by nobody who is well. */
const MAX_DAYS = 8_192;
const MAX_ZONES = 640;

const zones = new Map<string, Zone>();

/** The zone of an IANA name, or undefined where there is none. Answers are remembered. */
export function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const format = formatOf(name);
  if (format === undefined) return undefined;
  const zone = new IntlZone(format);
  if (zones.size >= MAX_ZONES) zones.clear();
  zones.set(name, zone);
  return zone;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class IntlZone implements Zone {
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, readonly DayPart[]>();

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  partsOf(day: number): readonly DayPart[] {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const parts = this.#split(day);
    if (this.#days.size >= MAX_DAYS) this.#days.clear();
    this.#days.set(day, parts);
    return parts;
  }

  /** Clocks are not changed twice within the two days that are looked at. */
  #split(day: number): readonly DayPart[] {
    const midnight = day * DAY_SECONDS;
    const [low, high] = [midnight - MARGIN_SECONDS, midnight + DAY_SECONDS + MARGIN_SECONDS];
    const [before, after] = [this.#offset(low), this.#offset(high)];
    if (before === after) return [{ zero: (midnight - before) * SECOND, from: 0, to: DAY_SECONDS, freshFrom: 0 }];
    const change = this.#changeBetween(low, high, before);
    const [endsAt, startsAt] = [within(change + before - midnight), within(change + after - midnight)];
    const parts = [
      { zero: (midnight - before) * SECOND, from: 0, to: endsAt, freshFrom: 0 },
      { zero: (midnight - after) * SECOND, from: startsAt, to: DAY_SECONDS, freshFrom: Math.max(startsAt, endsAt) },
    ];
    return parts.filter(({ from, to }) => from < to);
  }

  /** The first second after a change of the clocks. */
  #changeBetween(low: number, high: number, before: number): number {
    let [still, changed] = [low, high];
    while (changed - still > 1) {
      const middle = Math.floor((still + changed) / 2);
      if (this.#offset(middle) === before) still = middle;
      else changed = middle;
    }
    return changed;
  }

  /** Seconds that the clocks are ahead of UTC. */
  #offset(second: number): number {
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.#format.formatToParts(second * SECOND)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, seconds) / SECOND - second;
  }
}

const within = (second: number): number => Math.min(DAY_SECONDS, Math.max(0, second));
