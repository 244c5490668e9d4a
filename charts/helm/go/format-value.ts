import { fromBytes } from "./bytes.ts";
import type { Directive } from "./format-directive.ts";
import { ITEM_COST, type Meter } from "./format-meter.ts";
import { formatFloatVerb, formatInteger } from "./format-number.ts";
import { formatText, inHex, padded } from "./format-text.ts";
import { sortedKeys } from "./plain-text.ts";
import { timeText } from "./time-text.ts";
import { typeName } from "./types.ts";
import { GoList, GoMap, GoObject, Integer, type GoValue } from "./value.ts";

/** A verb with its flags, and what printing may cost. */
export interface Verb {
  readonly verb: string;
  readonly directive: Directive;
  readonly meter: Meter;
  /** True while the text of a wrong verb is made, which asks no value for its own text. */
  readonly isComplaint?: boolean;
}

/** Go's types of bytes, which some verbs print as text. */
const BYTE_LISTS = new Set(["[]uint8", "[]byte"]);
/** Verbs that ask a value for its own text. */
const TEXT_VERBS = new Set(["v", "s", "x", "X", "q"]);
/** Go prints an address; the same one for everything, so that nothing depends on chance. */
const ADDRESS = "0xc000000000";

/** An argument as its verb prints it. */
export function formatArgument(value: GoValue, how: Verb): string {
  const { verb, directive, meter } = how;
  if (value === null) return verb === "T" || verb === "v" ? meter.count(padded("<nil>", directive)) : `%!${verb}(<nil>)`;
  if (verb === "T") return meter.count(formatText(typeName(value), "s", directive) ?? "");
  if (verb === "p") return isPointer(value) ? meter.count(padded(ADDRESS, directive)) : wrongVerb(value, how, 0);
  return formatValue(value, how, 0);
}

const isPointer = (value: GoValue): boolean => value instanceof GoMap || value instanceof GoList || (value instanceof GoObject && value.kind === "ptr");

function formatValue(value: GoValue, how: Verb, depth: number): string {
  if (value === null) return how.directive.isGoSyntax ? "interface {}(nil)" : "<nil>";
  if (how.verb === "w" && (value instanceof GoMap || (value instanceof GoList && (depth > 0 || !BYTE_LISTS.has(value.type))))) return wrongVerb(value, how, depth);
  if (value instanceof GoMap) return formatMap(value, how, depth);
  if (value instanceof GoList) return formatList(value, how, depth);
  if (value instanceof GoObject && (how.verb !== "v" || how.directive.isGoSyntax) && (value.kind === "map" || value.kind === "slice")) return formatValue(value.toValue(), how, depth);
  const text = formatScalar(value, how);
  return text === undefined ? wrongVerb(value, how, depth) : how.meter.count(text);
}

function formatScalar(value: string | number | boolean | Integer | GoObject, how: Verb): string | undefined {
  const { verb, directive } = how;
  if (typeof value === "string") return formatText(value, verb, directive);
  if (typeof value === "number") return formatFloatVerb(value, verb, directive);
  if (typeof value === "boolean") return verb === "t" || verb === "v" ? padded(String(value), directive) : undefined;
  const own = TEXT_VERBS.has(verb) && !directive.isGoSyntax && how.isComplaint !== true ? ownText(value) : undefined;
  if (own !== undefined) return formatText(own, verb, directive);
  if (value instanceof Integer) return formatInteger(value, verb, directive);
  return verb === "v" || !TEXT_VERBS.has(verb) ? padded(value.toText(), directive) : undefined;
}

const ownText = (value: Integer | GoObject): string | undefined => (value instanceof Integer ? timeText(value) : value.toText());

function wrongVerb(value: GoValue, how: Verb, depth: number): string {
  return `%!${how.verb}(${typeName(value)}=${formatValue(value, { ...how, verb: "v", isComplaint: true }, depth)})`;
}

function formatMap(map: GoMap, how: Verb, depth: number): string {
  how.meter.checkDepth(depth);
  const { isGoSyntax } = how.directive;
  if (isGoSyntax && map.isNil && map.entries.size === 0) return `${map.type}(nil)`;
  const entries = sortedKeys(map).map((key) => `${formatValue(key, how, depth + 1)}:${formatValue(map.entries.get(key) ?? null, how, depth + 1)}`);
  how.meter.add((entries.length + 4) * ITEM_COST);
  return isGoSyntax ? `${map.type}{${entries.join(", ")}}` : `map[${entries.join(" ")}]`;
}

function formatList(list: GoList, how: Verb, depth: number): string {
  how.meter.checkDepth(depth);
  const { isGoSyntax } = how.directive;
  if (BYTE_LISTS.has(list.type)) {
    const text = formatBytes(bytesOf(list), how);
    if (text !== undefined) return how.meter.count(text);
  }
  const type = depth === 0 && how.verb !== "w" && BYTE_LISTS.has(list.type) ? "[]byte" : list.type;
  if (isGoSyntax && list.isNil) return `${type}(nil)`;
  const items = list.items.map((item) => formatValue(item, how, depth + 1));
  how.meter.add(items.length * ITEM_COST + type.length * 2);
  return isGoSyntax ? `${type}{${items.join(", ")}}` : `[${items.join(" ")}]`;
}

function formatBytes(bytes: Uint8Array, { verb, directive }: Verb): string | undefined {
  if (verb === "x" || verb === "X") return inHex(bytes, verb, directive);
  return verb === "s" || verb === "q" ? formatText(fromBytes(bytes), verb, directive) : undefined;
}

/** The bytes of a `[]byte`. */
export function bytesOf(list: GoList): Uint8Array {
  return Uint8Array.from(list.items, (item) => (item instanceof Integer ? Number(item.value) : 0));
}
