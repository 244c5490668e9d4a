import { parse, TomlDate, TomlError } from "smol-toml";
import { GoTime } from "./time.ts";
import { tomlProblem } from "./toml-problem.ts";
import { GoList, GoMap, int64, type GoValue } from "./value.ts";
import { fixedZone, UTC, type Zone } from "./zone.ts";

const TABLE_LIST = "[]map[string]interface {}";
const MAX_DEPTH = 1000;

/**
 * Reads TOML as Go's BurntSushi/toml decodes it into a map: int64, float64, times, `[[name]]` as a list of maps. Throws
 * Error with its text, or one that says as much.
 */
export function readToml(text: string): GoMap {
  try {
    const hasTableLists = text.includes("[[");
    return mapOf(parse(text.toWellFormed(), { integersAsBigInt: true, maxDepth: MAX_DEPTH }), hasTableLists);
  } catch (error) {
    throw error instanceof TomlError ? new Error(tomlProblem(error, text), { cause: error }) : error;
  }
}

function mapOf(table: Readonly<Record<string, unknown>>, hasTableLists: boolean): GoMap {
  const entries = new Map<string, GoValue>();
  for (const key of Object.keys(table)) entries.set(key, valueOf(table[key], hasTableLists));
  return new GoMap(entries);
}

function valueOf(value: unknown, hasTableLists: boolean): GoValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return int64(value);
  if (value instanceof TomlDate) return timeOf(value);
  if (!Array.isArray(value)) return mapOf(value as Readonly<Record<string, unknown>>, hasTableLists); // all that is left
  const items = value.map((item) => valueOf(item, hasTableLists));
  return new GoList(items, hasTableLists && items.length > 0 && items.every((item) => item instanceof GoMap) ? TABLE_LIST : undefined);
}

/** A time; one without a zone has one of a telling name, as in Go. */
function timeOf(date: TomlDate): GoTime {
  const milliseconds = date.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  const text = date.toISOString();
  if (date.isTime()) {
    const [hours = 0, minutes = 0, rest = 0] = text.split(":").map(Number);
    return new GoTime({ seconds: YEAR_ZERO + hours * 3600 + minutes * 60 + Math.floor(rest), nanos: Math.round((rest % 1) * 1000) * 1e6, zone: fixedZone("time-local", 0) });
  }
  const zone = date.isDate() ? fixedZone("date-local", 0) : date.isLocal() ? fixedZone("datetime-local", 0) : zoneOf(text);
  return new GoTime({ seconds, nanos: (milliseconds - seconds * 1000) * 1e6, zone });
}

/** January 1st of the year 0. */
const YEAR_ZERO = -62_167_219_200;

function zoneOf(text: string): Zone {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  if (sign === undefined) return UTC;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  return fixedZone("", sign === "-" ? -offset : offset);
}
