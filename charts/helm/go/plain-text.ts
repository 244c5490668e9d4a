import { sortText } from "./bytes.ts";
import { formatShortest } from "./format-float.ts";
import { ITEM_COST, type Meter } from "./format-meter.ts";
import { timeText } from "./time-text.ts";
import { GoList, GoMap, Integer, type GoObject, type GoValue } from "./value.ts";

/** A value as `%v` prints it without flags: `map[a:1 b:[x <nil>]]`. */
export function plainText(value: GoValue, meter: Meter, depth = 0): string {
  if (value instanceof GoMap || value instanceof GoList) {
    meter.checkDepth(depth);
    return value instanceof GoMap ? mapText(value, meter, depth) : listText(value, meter, depth);
  }
  return meter.count(leafText(value));
}

function leafText(value: null | boolean | number | string | Integer | GoObject): string {
  if (typeof value === "string") return value;
  if (value === null) return "<nil>";
  if (typeof value === "number") return formatShortest(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  return value instanceof Integer ? (timeText(value) ?? value.value.toString()) : value.toText();
}

function mapText(map: GoMap, meter: Meter, depth: number): string {
  meter.add(ITEM_COST * 4);
  let text = "map[";
  let gap = "";
  for (const key of sortedKeys(map)) {
    text += `${gap}${key}:${plainText(map.entries.get(key) ?? null, meter, depth + 1)}`;
    meter.add(key.length + ITEM_COST);
    gap = " ";
  }
  return `${text}]`;
}

function listText(list: GoList, meter: Meter, depth: number): string {
  let text = "[";
  let gap = "";
  for (const item of list.items) {
    text += gap + plainText(item, meter, depth + 1);
    meter.add(ITEM_COST);
    gap = " ";
  }
  return `${text}]`;
}

/** The keys of a map in the order of Go's printing and of its JSON: byte by byte. */
export function sortedKeys(map: GoMap): string[] {
  return sortText(Array.from(map.entries.keys()));
}
