import { isJsonObject, type Json, type JsonObject } from "../../../src/object/json.ts";
import { GoList, GoMap, type GoValue } from "../go/value.ts";
import { formatCheck } from "./schema-formats.ts";
import type { Place } from "./schema-place.ts";
import type { Check, Run } from "./schema-run.ts";
import type { Draft } from "./schema-shape.ts";
import { equalsJson, numberOf, typeOfValue, typeWords, valueKey } from "./schema-values.ts";

/** Holds a text against a pattern, and pays for it. */
export type Matches = (text: string, run: Run) => boolean;

/** Where a keyword stands, for the makers of checks. */
export interface KeywordPlace {
  readonly schema: JsonObject;
  readonly draft: Draft;
  /** JSON pointer of the keyword. */
  readonly rule: string;
  readonly matcher: (pattern: string) => Matches;
}

type Maker = (value: Json, at: KeywordPlace) => Check | undefined;

/** The check of a keyword that looks at a value and at nothing within it, or undefined where it is none of those. */
export const plainCheck = (keyword: string, value: Json, at: KeywordPlace): Check | undefined => (MAKERS.has(keyword) ? MAKERS.get(keyword)?.(value, at) : undefined);

const report = (run: Run, place: Place | undefined, rule: string, message: string): void => {
  run.violations.push({ place, rule, message });
};

/** A check of numbers, texts, lists or maps alone, out of the question that it asks; the answer is what is wrong. */
const onNumber = (rule: string, problem: (value: number) => string | undefined): Check => onValue(rule, numberOf, problem);
const onText = (rule: string, problem: (value: string, run: Run) => string | undefined): Check => onValue(rule, (value) => (typeof value === "string" ? value : undefined), problem);
const onList = (rule: string, problem: (value: GoList, run: Run) => string | undefined): Check => onValue(rule, (value) => (value instanceof GoList ? value : undefined), problem);
const onMap = (rule: string, problem: (value: GoMap) => string | undefined): Check => onValue(rule, (value) => (value instanceof GoMap ? value : undefined), problem);

function onValue<Kind>(rule: string, kind: (value: GoValue) => Kind | undefined, problem: (value: Kind, run: Run) => string | undefined): Check {
  return (value, place, run) => {
    const wanted = kind(value);
    const message = wanted === undefined ? undefined : problem(wanted, run);
    if (message !== undefined) report(run, place, rule, message);
  };
}

/** A length that must not be more, or less, than the schema says. */
const atMost =
  <Kind>(limit: Json, what: string, lengthOf: (value: Kind) => number) =>
  (value: Kind): string | undefined =>
    lengthOf(value) > Number(limit) ? `must have at most ${Number(limit)} ${what}, it has ${lengthOf(value)}` : undefined;

const atLeast =
  <Kind>(limit: Json, what: string, lengthOf: (value: Kind) => number) =>
  (value: Kind): string | undefined =>
    lengthOf(value) < Number(limit) ? `must have at least ${Number(limit)} ${what}, it has ${lengthOf(value)}` : undefined;

/** The length of a text in characters. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

const missingKeys = (map: GoMap, names: readonly string[]): readonly string[] => names.filter((name) => !map.entries.has(name));
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

/** What is allowed, cut short where it is much. */
function shown(values: readonly Json[]): string {
  const texts = values.slice(0, 12).map((value) => (typeof value === "bigint" ? String(value) : JSON.stringify(value)).slice(0, 60));
  return values.length > 12 ? `${texts.join(", ")}, …` : texts.join(", ");
}

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ["type", (value, { rule }) => typeCheck(Array.isArray(value) ? (value as readonly string[]) : [value as string], rule)], // its shape was looked at, as in all below
  ["enum", (value, { rule }) => enumCheck(value as readonly Json[], rule)],
  ["const", (value, { rule, draft }) => (draft < 6 ? undefined : enumCheck([value], rule))],
  ["multipleOf", (value, { rule }) => onNumber(rule, (number) => (isMultiple(number, Number(value)) ? undefined : `must be a multiple of ${Number(value)}`))],
  ["maximum", (value, { schema, draft, rule }) => limitCheck(rule, Number(value), draft === 4 && schema["exclusiveMaximum"] === true, -1)],
  ["minimum", (value, { schema, draft, rule }) => limitCheck(rule, Number(value), draft === 4 && schema["exclusiveMinimum"] === true, 1)],
  ["exclusiveMaximum", (value, { draft, rule }) => (draft === 4 ? undefined : limitCheck(rule, Number(value), true, -1))],
  ["exclusiveMinimum", (value, { draft, rule }) => (draft === 4 ? undefined : limitCheck(rule, Number(value), true, 1))],
  ["maxLength", (value, { rule }) => onText(rule, atMost(value, "characters", lengthOf))],
  ["minLength", (value, { rule }) => onText(rule, atLeast(value, "characters", lengthOf))],
  ["pattern", (value, { rule, matcher }) => patternCheck(value as string, matcher(value as string), rule)],
  ["format", (value, { rule, draft, matcher }) => (draft < 2019 ? formatMaker(value as string, rule, matcher) : undefined)],
  ["maxItems", (value, { rule }) => onList(rule, atMost(value, "items", ({ items }: GoList) => items.length))],
  ["minItems", (value, { rule }) => onList(rule, atLeast(value, "items", ({ items }: GoList) => items.length))],
  ["uniqueItems", (value, { rule }) => (value === true ? onList(rule, (list, run) => duplicateIn(list, run)) : undefined)],
  ["maxProperties", (value, { rule }) => onMap(rule, atMost(value, "keys", ({ entries }: GoMap) => entries.size))],
  ["minProperties", (value, { rule }) => onMap(rule, atLeast(value, "keys", ({ entries }: GoMap) => entries.size))],
  ["required", (value, { rule }) => requiredCheck(value as readonly string[], rule)],
  ["dependentRequired", (value, { rule, draft }) => (draft < 2019 ? undefined : dependencyCheck(value as JsonObject, rule))],
  ["dependencies", (value, { rule }) => dependencyCheck(value as JsonObject, rule)],
]);

function typeCheck(types: readonly string[], rule: string): Check {
  const wanted = new Set(types);
  return (value, place, run) => {
    const type = typeOfValue(value);
    if (wanted.has(type) || (type === "integer" && wanted.has("number"))) return;
    report(run, place, rule, `must be ${types.map(typeWords).join(" or ")}, it is ${typeWords(type)}`);
  };
}

function enumCheck(allowed: readonly Json[], rule: string): Check {
  return (value, place, run) => {
    run.spend(allowed.length >> 3);
    if (allowed.some((item) => equalsJson(value, item))) return;
    report(run, place, rule, allowed.length === 1 ? `must be ${shown(allowed)}` : `must be one of ${shown(allowed)}`);
  };
}

/** `sign`: 1 for a lower limit, -1 for an upper one. */
function limitCheck(rule: string, limit: number, isExclusive: boolean, sign: 1 | -1): Check {
  const words = isExclusive ? (sign > 0 ? "more than" : "less than") : sign > 0 ? "at least" : "at most";
  return onNumber(rule, (number) => (isExclusive ? sign * number > sign * limit : sign * number >= sign * limit) ? undefined : `must be ${words} ${limit}, it is ${number}`);
}

/** Whether a number is a multiple of another, read as the decimal numbers that both are written as. */
function isMultiple(number: number, of: number): boolean {
  const quotient = number / of;
  return Number.isFinite(quotient) && Math.abs(Math.round(quotient) - quotient) <= 1e-9 * Math.max(1, Math.abs(quotient) * 1e-6);
}

const patternCheck = (pattern: string, matches: Matches, rule: string): Check => onText(rule, (text, run) => (matches(text, run) ? undefined : `must match the pattern ${pattern}`));

function formatMaker(format: string, rule: string, matcher: KeywordPlace["matcher"]): Check | undefined {
  const isValid = format === "regex" ? (text: string) => isPattern(text, matcher) : formatCheck(format);
  return isValid === undefined ? undefined : onText(rule, (text) => (isValid(text) ? undefined : `must have the format ${format}`));
}

function isPattern(text: string, matcher: KeywordPlace["matcher"]): boolean {
  try {
    matcher(text);
    return true;
  } catch {
    return false;
  }
}

function duplicateIn({ items }: GoList, run: Run): string | undefined {
  const first = new Map<string, number>();
  run.spend(items.length);
  for (const [index, item] of items.entries()) {
    const key = valueKey(item);
    const same = first.get(key);
    if (same !== undefined) return `must have different items, items ${same} and ${index} are the same`;
    first.set(key, index);
  }
  return undefined;
}

function requiredCheck(names: readonly string[], rule: string): Check {
  return onMap(rule, (map) => {
    const missing = missingKeys(map, names);
    return missing.length === 0 ? undefined : `must have ${quoted(missing)}`;
  });
}

/** Names that are needed where another one is there; schemas among them are looked at elsewhere. */
function dependencyCheck(dependencies: JsonObject, rule: string): Check {
  const lists = Object.entries(dependencies).filter((entry): entry is [string, readonly string[]] => Array.isArray(entry[1]) && !isJsonObject(entry[1]));
  return onMap(rule, (map) => {
    for (const [key, names] of lists) {
      const missing = map.entries.has(key) ? missingKeys(map, names) : [];
      if (missing.length > 0) return `must have ${quoted(missing)}, because it has "${key}"`;
    }
    return undefined;
  });
}
