const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+](?:[01]\d|2[0-3]):[0-5]\d))| +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?)?$/;

/**
 * A date or time as go-yaml v3 recognises it (`2001-12-14`, `2001-12-14T21:59:43.10-05:00`, `2001-12-14 21:59:43`), in the
 * form in which Go writes it as JSON (RFC 3339); undefined where the text is none.
 */
export function readTimestamp(text: string): string | undefined {
  const match = text[4] === "-" ? DATE.exec(text) : null;
  if (match === null) return undefined;
  const [, year = "", month = "", day = ""] = match;
  const [hour, minute, second, fraction, zone] = [match[4] ?? match[9] ?? "0", match[5] ?? match[10] ?? "0", match[6] ?? match[11] ?? "0", match[7] ?? match[12] ?? "", match[8] ?? "Z"];
  if (!isDay(Number(year), Number(month), Number(day)) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const nanoseconds = fraction.slice(0, 9).replace(/0+$/, "");
  const time = [hour, minute, second].map(twoDigits).join(":");
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${time}${nanoseconds === "" ? "" : `.${nanoseconds}`}${/^[-+]00:00$/.test(zone) ? "Z" : zone}`;
}

const twoDigits = (digits: string): string => digits.padStart(2, "0");

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
