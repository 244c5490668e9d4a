import { DAY, daysInMonth, daysOfCivil } from "./civil.ts";
import type { Moment } from "./format-time.ts";
import { layoutParts } from "./time-layout.ts";
import { quoteInError } from "./time-error.ts";
import { fixedZone, LOCAL, UTC, type Zone } from "./zone.ts";
import { NO_MATCH, type ParsedFields, readElement } from "./parse-time-element.ts";

/**
 * Reads a text in a layout of Go, as time.ParseInLocation with our local zone (UTC). Throws Go's error:
 * `parsing time "x" as "2006": cannot parse "x" as "2006"`.
 */
export function parseTime(layout: string, text: string): Moment {
  const fields = readFields(layout, text);
  const hour = fields.isPm && fields.hour < 12 ? fields.hour + 12 : fields.isAm && fields.hour === 12 ? 0 : fields.hour;
  const { month, day } = dateOf(fields, text);
  if (day < 1 || day > daysInMonth(fields.year, month)) throw failure(text, ": day out of range");
  const seconds = daysOfCivil(fields.year, month, day) * DAY + hour * 3600 + fields.minute * 60 + fields.second;
  return { seconds: seconds - (fields.isUtc ? 0 : (fields.offset ?? 0)), nanos: fields.nanos, zone: zoneOf(fields) };
}

function readFields(layout: string, text: string): ParsedFields {
  const fields: ParsedFields = { year: 0, month: -1, day: -1, yearDay: -1, hour: 0, minute: 0, second: 0, nanos: 0, isAm: false, isPm: false, isUtc: false, offset: undefined, zoneName: "" };
  const parts = layoutParts(layout);
  let rest = text;
  for (const [index, part] of parts.entries()) {
    const [left, matched] = skipLiteral(rest, part.literal);
    if (!matched) throw mismatch(layout, text, part.literal, left);
    if (part.element === "") {
      if (left !== "") throw failure(text, `: extra text: ${quoteInError(left)}`);
      break;
    }
    const read = readElement(fields, part, left, parts[index + 1]?.element ?? "");
    if (read === NO_MATCH) throw mismatch(layout, text, part.text, left);
    if (typeof read === "string") throw failure(text, `: ${read} out of range`);
    rest = left.slice(read);
  }
  return fields;
}

/** What is left of a text behind a literal, and whether it was there; a run of spaces stands for any number of them. */
function skipLiteral(text: string, literal: string): [left: string, matched: boolean] {
  let at = 0;
  for (let inLiteral = 0; inLiteral < literal.length; ) {
    if (literal[inLiteral] === " ") {
      if (at < text.length && text[at] !== " ") return [text.slice(at), false];
      while (literal[inLiteral] === " ") inLiteral += 1;
      while (text[at] === " ") at += 1;
    } else {
      if (text[at] !== literal[inLiteral]) return [text.slice(at), false];
      at += 1;
      inLiteral += 1;
    }
  }
  return [text.slice(at), true];
}

function dateOf({ year, month, day, yearDay }: ParsedFields, text: string): { month: number; day: number } {
  if (yearDay < 0) return { month: month < 0 ? 1 : month, day: day < 0 ? 1 : day };
  const last = daysInMonth(year, 2) === 29 ? 366 : 365;
  if (yearDay < 1 || yearDay > last) throw failure(text, ": day-of-year out of range");
  let counted = yearDay;
  let reached = 1;
  while (counted > daysInMonth(year, reached)) {
    counted -= daysInMonth(year, reached);
    reached += 1;
  }
  if (month >= 0 && month !== reached) throw failure(text, ": day-of-year does not match month");
  if (day >= 0 && day !== counted) throw failure(text, ": day-of-year does not match day");
  return { month: reached, day: counted };
}

/**
 * An offset of 0 is our local zone, unless the text gives it another name. A zone known by name alone has offset 0, except
 * `GMT+3`; Go takes the clock's time for UTC there as well.
 */
function zoneOf({ isUtc, offset, zoneName }: ParsedFields): Zone {
  if (isUtc) return UTC;
  if (offset !== undefined) return offset === 0 && zoneName === "" ? LOCAL : fixedZone(zoneName, offset);
  if (zoneName === "") return LOCAL;
  return fixedZone(zoneName, zoneName.startsWith("GMT") ? Number(zoneName.slice(3)) * 3600 : 0);
}

const failure = (text: string, problem: string): Error => new Error(`parsing time ${quoteInError(text)}${problem}`);

function mismatch(layout: string, text: string, element: string, found: string): Error {
  return failure(text, ` as ${quoteInError(layout)}: cannot parse ${quoteInError(found)} as ${quoteInError(element)}`);
}
