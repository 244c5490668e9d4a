import { parseDuration, roundDuration, SECOND } from "../go/duration.ts";
import { durationText } from "../go/time-text.ts";
import { asTime, GoTime, readTime, timeOf, unixTime, ZERO_TIME } from "../go/time.ts";
import { type CallScope, type FunctionTable, type GoValue, Integer } from "../go/value.ts";
import { findZone, LOCAL, UTC, type Zone } from "../go/zone.ts";
import { define, fn } from "./define.ts";

const HTML = "2006-01-02";

/** The types that count as seconds since 1970; of all others sprig takes the present moment. */
function momentOf(value: GoValue, now: Date, types: ReadonlySet<string>): GoTime {
  if (value instanceof GoTime) return value;
  return value instanceof Integer && types.has(value.type) ? unixTime(value.value) : timeOf(now);
}

const DATE_TYPES: ReadonlySet<string> = new Set(["int", "int32", "int64"]);
const AGO_TYPES: ReadonlySet<string> = new Set(["int", "int64"]);
const zoneOf = (name: string): Zone => findZone(name) ?? UTC;

/** Layouts and texts may be long. */
const pay = (scope: CallScope, ...texts: readonly string[]): void => scope.spend(texts.reduce((units, { length }) => units + length / 10, 2));

/** A layout that is worth counting, and what taking it apart costs for each of its characters, in characters. */
const LONG_LAYOUT = 100;
const LAYOUT_COST = 64;

function format(time: GoTime, layout: string, scope: CallScope): string {
  pay(scope, layout);
  if (layout.length > LONG_LAYOUT) scope.spendText(layout.length * LAYOUT_COST);
  return time.format(layout);
}

const date = fn(["string", "any"], (layout, value, scope) => format(momentOf(value, scope.now, DATE_TYPES).in(LOCAL), layout, scope));
const htmlDate = fn(["any"], (value, scope) => momentOf(value, scope.now, DATE_TYPES).in(LOCAL).format(HTML));
const dateInZone = fn(["string", "any", "string"], (layout, value, zone, scope) => format(momentOf(value, scope.now, DATE_TYPES).in(zoneOf(zone)), layout, scope));
const htmlDateInZone = fn(["any", "string"], (value, zone, scope) => momentOf(value, scope.now, DATE_TYPES).in(zoneOf(zone)).format(HTML));

const dateModify = fn(["string", "time.Time"], (duration, value, scope) => {
  pay(scope, duration);
  const time = asTime(value);
  const parsed = orUndefined(() => parseDuration(duration));
  return parsed === undefined ? time : time.add(parsed);
});

const mustDateModify = fn(["string", "time.Time"], (duration, value, scope) => {
  pay(scope, duration);
  return asTime(value).add(parseDuration(duration));
});

const toDate = fn(["string", "string"], (layout, text, scope) => {
  pay(scope, layout, text);
  return orUndefined(() => readTime(layout, text)) ?? ZERO_TIME;
});

const mustToDate = fn(["string", "string"], (layout, text, scope) => {
  pay(scope, layout, text);
  return readTime(layout, text);
});

const unixEpoch = fn(["time.Time"], (value) => `${asTime(value).seconds}`);

const ago = fn(["any"], (value, scope) => {
  const moment = momentOf(value, scope.now, AGO_TYPES);
  return durationText(roundDuration(timeOf(scope.now).since(moment), SECOND));
});

/**
 * Sprig's functions on dates. `now` is the moment of the render, the same in all of it. The local zone, which `date`,
 * `htmlDate` and `toDate` use, is always UTC: output must not depend on the machine that renders.
 */
export const DATE_FUNCTIONS: FunctionTable = define({
  now: fn([], (scope) => timeOf(scope.now)),
  date,
  htmlDate,
  dateInZone,
  date_in_zone: dateInZone,
  htmlDateInZone,
  dateModify,
  date_modify: dateModify,
  mustDateModify,
  must_date_modify: mustDateModify,
  toDate,
  mustToDate,
  unixEpoch,
  ago,
});

/** Undefined where Go's function gives its zero value because of an error. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // as documented: sprig drops the error
  }
}
