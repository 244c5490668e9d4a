import { type LayoutPart, MONTHS, WEEKDAYS } from "./time-layout.ts";

/** What was read of a time so far; -1 where a date's part was not there. */
export interface ParsedFields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  isAm: boolean;
  isPm: boolean;
  isUtc: boolean;
  /** Seconds east of UTC. */
  offset: number | undefined;
  zoneName: string;
}

/** The text does not begin with the element. */
export const NO_MATCH = -1;

/** Reads one element: how many characters it took, NO_MATCH, or the name of what is out of range. `next`: the element behind it. */
export function readElement(fields: ParsedFields, part: LayoutPart, text: string, next: string): number | string {
  return READERS.get(part.element)?.(fields, text, part, next) ?? NO_MATCH;
}

type Reader = (fields: ParsedFields, text: string, part: LayoutPart, next: string) => number | string;
type NumberField = "year" | "month" | "day" | "yearDay" | "hour" | "minute" | "second";

function number(field: NumberField, pattern: RegExp, from: number, to: number): Reader {
  return (fields, text) => {
    const digits = pattern.exec(text)?.[0];
    if (digits === undefined) return NO_MATCH;
    fields[field] = Number(digits);
    return fields[field] < from || fields[field] > to ? field : digits.length;
  };
}

/** A number with spaces in front of it, at most so many. */
function padded(spaces: RegExp, reader: Reader): Reader {
  return (fields, text, part, next) => {
    const skipped = spaces.exec(text)?.[0].length ?? 0;
    const read = reader(fields, text.slice(skipped), part, next);
    return typeof read === "string" || read === NO_MATCH ? read : skipped + read;
  };
}

/** A name of a list, in any case, its first `length` letters. */
function name(names: readonly string[], length: number | undefined, keep: (fields: ParsedFields, index: number) => void): Reader {
  const known = names.map((each) => each.slice(0, length).toLowerCase());
  return (fields, text) => {
    const index = known.findIndex((each) => lowerAscii(text.slice(0, each.length)) === each);
    if (index < 0) return NO_MATCH;
    keep(fields, index);
    return known[index]?.length ?? 0;
  };
}

/** Only ASCII letters: U+212A is no k. */
const lowerAscii = (text: string): string => text.replace(UPPER, (letter) => letter.toLowerCase());
const UPPER = /[A-Z]+/g;

const shortYear: Reader = (fields, text) => {
  const digits = /^(?:\d\d|[+-]\d)/.exec(text)?.[0];
  if (digits === undefined) return NO_MATCH;
  fields.year = Number(digits) + (Number(digits) >= 69 ? 1900 : 2000);
  return 2;
};

/** A second takes a fraction with it, also where the layout has none. */
function seconds(pattern: RegExp): Reader {
  const whole = number("second", pattern, 0, 59);
  return (fields, text, part, next) => {
    const read = whole(fields, text, part, next);
    if (typeof read === "string" || read === NO_MATCH || next === ".0" || next === ".9") return read;
    return read + fraction(fields, text.slice(read));
  };
}

function fraction(fields: ParsedFields, text: string): number {
  const found = /^[.,](\d+)/.exec(text);
  if (found === null) return 0;
  fields.nanos = Number((found[1] ?? "").slice(0, 9).padEnd(9, "0"));
  return found[0].length;
}

/** As many digits as the layout has; from the tenth on Go does not look at them. */
const fixedFraction: Reader = (fields, text, { text: { length } }) => {
  const piece = text.slice(0, length);
  if (piece.length < length || !/^[.,]\d+$/.test(piece.slice(0, 10))) return NO_MATCH;
  fraction(fields, piece);
  return length;
};

function halfOfDay(am: string, pm: string): Reader {
  return (fields, text) => {
    if (text.startsWith(pm)) fields.isPm = true;
    else if (text.startsWith(am)) fields.isAm = true;
    else return NO_MATCH;
    return 2;
  };
}

function offset(pattern: RegExp, takesZ: boolean): Reader {
  return (fields, text) => {
    if (takesZ && text.startsWith("Z")) {
      fields.isUtc = true;
      return 1;
    }
    const [found, sign, ...pairs] = pattern.exec(text) ?? [];
    if (found === undefined) return NO_MATCH;
    const size = offsetSize(pairs);
    if (typeof size !== "number") return size ?? NO_MATCH;
    if (sign !== "+" && sign !== "-") return NO_MATCH;
    fields.offset = sign === "-" ? 0 - size : size;
    return found.length;
  };
}

const OFFSET_PARTS = [["hour", 24, 3600], ["minute", 60, 60], ["second", 60, 1]] as const;

/** Seconds of hours, minutes and seconds of two digits each; the name of what is out of range, or undefined where one is no number. */
function offsetSize(pairs: readonly string[]): number | string | undefined {
  let size = 0;
  for (const [index, [part, most, seconds]] of OFFSET_PARTS.entries()) {
    const pair = pairs[index] ?? "00";
    if (!/^\d\d$/.test(pair)) return undefined;
    if (Number(pair) > most) return `time zone offset ${part}`;
    size += Number(pair) * seconds;
  }
  return size;
}

const zoneName: Reader = (fields, text) => {
  if (text.startsWith("UTC")) {
    fields.isUtc = true;
    return 3;
  }
  const found = abbreviation(text);
  if (found === "") return NO_MATCH;
  fields.zoneName = found;
  return found.length;
};

/** `GMT` with an offset, an offset alone, or three to five capital letters of which the last of more than three is a T. */
function abbreviation(text: string): string {
  if (text.length < 3) return "";
  const special = /^(?:ChST|MeST)/.exec(text)?.[0];
  if (special !== undefined) return special;
  if (text.startsWith("GMT")) return `GMT${signedHours(text.slice(3))}`;
  if (/^[+-]/.test(text)) return signedHours(text);
  const letters = /^[A-Z]{0,6}/.exec(text)?.[0] ?? "";
  if (letters.length === 3) return letters;
  if (letters.length === 4) return letters.endsWith("T") || letters === "WITA" ? letters : "";
  return letters.length === 5 && letters.endsWith("T") ? letters : "";
}

function signedHours(text: string): string {
  const found = /^[+-](\d+)/.exec(text);
  return found !== null && Number(found[1]) <= 23 ? found[0] : "";
}

const ONE_OR_TWO = /^\d\d?/;
const TWO = /^\d\d/;
const keepMonth = (fields: ParsedFields, index: number): void => void (fields.month = index + 1);
const ignore = (): void => undefined;
const zone = (pattern: RegExp): Reader => offset(pattern, false);
const zoneOrZ = (pattern: RegExp): Reader => offset(pattern, true);

const SHORT = /^([^])([^]{2})/;
const PLAIN = /^([^])([^]{2})([^]{2})/;
const COLON = /^([^])([^]{2}):([^]{2})/;
const PLAIN_SECONDS = /^([^])([^]{2})([^]{2})([^]{2})/;
const COLON_SECONDS = /^([^])([^]{2}):([^]{2}):([^]{2})/;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["2006", number("year", /^\d{4}/, 0, 9999)],
  ["06", shortYear],
  ["January", name(MONTHS, undefined, keepMonth)],
  ["Jan", name(MONTHS, 3, keepMonth)],
  ["1", number("month", ONE_OR_TWO, 1, 12)],
  ["01", number("month", TWO, 1, 12)],
  ["Monday", name(WEEKDAYS, undefined, ignore)],
  ["Mon", name(WEEKDAYS, 3, ignore)],
  ["2", number("day", ONE_OR_TWO, 0, 99)],
  ["_2", padded(/^ ?/, number("day", ONE_OR_TWO, 0, 99))],
  ["02", number("day", TWO, 0, 99)],
  ["__2", padded(/^ {0,2}/, number("yearDay", /^\d{1,3}/, 0, 999))],
  ["002", number("yearDay", /^\d{3}/, 0, 999)],
  ["15", number("hour", ONE_OR_TWO, 0, 23)],
  ["3", number("hour", ONE_OR_TWO, 0, 12)],
  ["03", number("hour", TWO, 0, 12)],
  ["4", number("minute", ONE_OR_TWO, 0, 59)],
  ["04", number("minute", TWO, 0, 59)],
  ["5", seconds(ONE_OR_TWO)],
  ["05", seconds(TWO)],
  ["PM", halfOfDay("AM", "PM")],
  ["pm", halfOfDay("am", "pm")],
  ["MST", zoneName],
  ["-07", zone(SHORT)],
  ["-0700", zone(PLAIN)],
  ["-07:00", zone(COLON)],
  ["-070000", zone(PLAIN_SECONDS)],
  ["-07:00:00", zone(COLON_SECONDS)],
  ["Z07", zoneOrZ(SHORT)],
  ["Z0700", zoneOrZ(PLAIN)],
  ["Z07:00", zoneOrZ(COLON)],
  ["Z070000", zoneOrZ(PLAIN_SECONDS)],
  ["Z07:00:00", zoneOrZ(COLON_SECONDS)],
  [".0", fixedFraction],
  [".9", (fields, text) => fraction(fields, text)],
]);
