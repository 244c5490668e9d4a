/**
 * Fields as people name them: a JSON pointer (RFC 6901, a list item by its position) or a path as a DriftReport prints it
 * (a list item by its keys: `/spec/template/spec/containers[name=web]/image`). A step `*` stands for any member or item.
 * A pattern covers the field and all that is below it.
 */
import { isJsonObject, jsonEqual } from "../src/object/json.ts";
import type { Json, JsonObject } from "../src/object/json.ts";
import { escapeStep, unescapeStep } from "../src/object/json-pointer.ts";
import { field, findItem, scalarText } from "./field-path.ts";
import type { FieldPath, PathElement } from "./field-path.ts";

/** One step of a pattern. */
export type PatternElement =
  | { readonly kind: "Any" }
  | { readonly kind: "Field"; readonly name: string }
  /** A list item by its keys, as text; it may name a part of them. */
  | { readonly kind: "Key"; readonly keys: ReadonlyMap<string, string> }
  | { readonly kind: "Value"; readonly text: string }
  /** An item by position, or a member whose name is a number. */
  | { readonly kind: "Index"; readonly index: number }
  /** The item that stood at that position when the pattern was placed on an object. */
  | { readonly kind: "Item"; readonly index: number; readonly item: Json };

/** Steps from the root of an object. */
export type FieldPattern = readonly PatternElement[];

/** A pattern, or what is wrong with its text. */
export type ParsedPattern = { readonly pattern: FieldPattern } | { readonly problem: string };

/** Deeper than any schema of Kubernetes. */
const MAX_STEPS = 64;
/** More would stand for nearly everything, and take long to find. */
const MAX_STARS = 8;
/** A member, then items: `containers[name=web]`. A value of a key has no `]`. */
const SEGMENT = /^([^[\]]*)((?:\[[^\]]*\])*)$/;
const KEY = /^([^=,]+)=(.*)$/s;

/** Reads a pattern from its text. */
export function parsePattern(text: string): ParsedPattern {
  if (!text.startsWith("/")) return { problem: 'a path begins with "/", such as /spec/replicas' };
  if (text.endsWith("…")) return { problem: "the path was cut off where it was copied from; write it in full" };
  const pattern: PatternElement[] = [];
  for (const segment of text.slice(1).split("/")) {
    const elements = parseSegment(segment);
    if (typeof elements === "string") return { problem: elements };
    pattern.push(...elements);
  }
  if (pattern.length > MAX_STEPS) return { problem: `the path has more than ${MAX_STEPS} steps` };
  return pattern.filter(({ kind }) => kind === "Any").length > MAX_STARS ? { problem: `the path has more than ${MAX_STARS} times *` } : { pattern };
}

function parseSegment(segment: string): readonly PatternElement[] | string {
  const [, name = "", brackets = ""] = SEGMENT.exec(segment) ?? [];
  if (name === "" && brackets === "") return `"${segment}" is no step; write a member, an item as [name=web], a position or *`;
  const items = [...brackets.matchAll(/\[([^\]]*)\]/g)].map(([, text = ""]) => parseItem(text));
  const bad = items.find((item) => typeof item === "string");
  if (bad !== undefined) return bad;
  const first = name === "" ? [] : parseMember(name);
  return typeof first === "string" ? first : [...first, ...items.filter((item) => typeof item !== "string")];
}

function parseMember(name: string): readonly PatternElement[] | string {
  if (name === "*") return [{ kind: "Any" }];
  if (name.includes("*")) return `"${name}": * stands for a whole step, not for a part of a name`;
  if (/~(?![01])/.test(name)) return `"${name}": write ~0 for ~ and ~1 for /`;
  return [/^\d{1,6}$/.test(name) ? { kind: "Index", index: Number(name) } : { kind: "Field", name: unescapeStep(name) }];
}

function parseItem(text: string): PatternElement | string {
  if (text === "*") return { kind: "Any" };
  if (/^\d{1,6}$/.test(text)) return { kind: "Index", index: Number(text) };
  if (text.startsWith("=")) return { kind: "Value", text: unescapeStep(text.slice(1)) };
  const keys = new Map<string, string>();
  for (const part of text.split(/,(?=[^=,]+=)/)) {
    const [, name, value = ""] = KEY.exec(part) ?? [];
    if (name === undefined) return `[${text}] names no item; write its keys, such as [name=web], or its position`;
    keys.set(name, unescapeStep(value));
  }
  return { kind: "Key", keys };
}

/** The pattern that stands for this very field and all that is below it. */
export function patternAt(path: FieldPath): FieldPattern {
  return path.map((element): PatternElement => {
    switch (element.kind) {
      case "Field":
      case "Index":
        return element;
      case "Key":
        return { kind: "Key", keys: new Map(Object.entries(element.key).map(([name, value]) => [name, plainText(value ?? null)])) };
      case "Value":
        return { kind: "Value", text: plainText(element.value) };
    }
  });
}

/** The text of a pattern; the reverse of parsePattern. */
export function formatPattern(pattern: FieldPattern): string {
  return pattern.map(elementText).join("");
}

function elementText(element: PatternElement): string {
  switch (element.kind) {
    case "Any":
      return "/*";
    case "Field":
      return `/${escapeStep(element.name)}`;
    case "Key":
      return `[${[...element.keys].map(([name, text]) => `${name}=${escapeStep(text)}`).join(",")}]`;
    case "Value":
      return `[=${escapeStep(element.text)}]`;
    case "Index":
    case "Item":
      return `/${element.index}`;
  }
}

/** True for a path that one of the patterns covers. */
export function isCovered(patterns: readonly FieldPattern[], path: FieldPath): boolean {
  return patterns.some((pattern) => pattern.length <= path.length && meets(pattern, path, pattern.length));
}

/** True for a path below which one of the patterns covers something, but not all. */
export function leadsBelow(patterns: readonly FieldPattern[], path: FieldPath): boolean {
  return patterns.some((pattern) => pattern.length > path.length && meets(pattern, path, path.length));
}

function meets(pattern: FieldPattern, path: FieldPath, length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    const [want, element] = [pattern[index], path[index]];
    if (want === undefined || element === undefined || !fits(want, element)) return false;
  }
  return true;
}

/** True where a step of a path is one that the step of a pattern speaks of. */
export function fits(want: PatternElement, element: PathElement): boolean {
  switch (want.kind) {
    case "Any":
      return true;
    case "Field":
      return element.kind === "Field" && element.name === want.name;
    case "Key":
      return element.kind === "Key" && [...want.keys].every(([name, text]) => hasText(element.key, name, text));
    case "Value":
      return element.kind === "Value" && plainText(element.value) === want.text;
    case "Index":
      return element.kind === "Index" ? element.index === want.index : element.kind === "Field" && element.name === String(want.index);
    case "Item":
      return isItem(want.item, want.index, element);
  }
}

function isItem(item: Json, index: number, element: PathElement): boolean {
  switch (element.kind) {
    case "Key":
      return findItem([item], element.key) !== undefined;
    case "Value":
      return jsonEqual(item, element.value);
    case "Index":
      return element.index === index;
    case "Field":
      return false;
  }
}

/** True for an item of a list that a step of a pattern speaks of; for lists whose keys nobody knows. */
export function fitsItem(want: PatternElement, item: Json, index: number): boolean {
  switch (want.kind) {
    case "Any":
      return true;
    case "Key":
      return isJsonObject(item) && [...want.keys].every(([name, text]) => hasText(item, name, text));
    case "Value":
      return plainText(item) === want.text;
    case "Index":
    case "Item":
      return want.index === index;
    case "Field":
      return false;
  }
}

/**
 * The patterns with positions in lists replaced by the items that stand there, so that they mean the same items in an
 * object whose lists are in another order or have gained some. Positions that the object does not have stay as they are.
 */
export function placed(patterns: readonly FieldPattern[], object: Json): readonly FieldPattern[] {
  return patterns.flatMap((pattern) => {
    if (!pattern.some(({ kind }) => kind === "Index")) return [pattern];
    const found = placeFrom(pattern, 0, object);
    // What * stands for in the live object may be more than there is here.
    return pattern.some(({ kind }) => kind === "Any") ? [pattern, ...found] : found;
  });
}

function placeFrom(pattern: FieldPattern, at: number, value: Json | undefined): FieldPattern[] {
  const want = pattern[at];
  if (want === undefined || value === undefined) return [pattern];
  const set = (element: PatternElement, below: Json | undefined): FieldPattern[] => placeFrom(pattern.with(at, element), at + 1, below);
  if (isJsonObject(value)) {
    const names = Object.keys(value).filter((name) => fits(want, field(name)));
    return names.length === 0 ? [pattern] : names.flatMap((name) => set({ kind: "Field", name }, value[name]));
  }
  if (!Array.isArray(value)) return [pattern];
  const items = [...(value as readonly Json[]).entries()].filter(([index, item]) => fitsItem(want, item, index));
  // An item that is named by its keys stays so: the name is the stronger word.
  const element = (index: number, item: Json): PatternElement => (want.kind === "Key" || want.kind === "Value" ? want : { kind: "Item", index, item });
  return items.length === 0 ? [pattern] : items.flatMap(([index, item]) => set(element(index, item), item));
}

function hasText(item: JsonObject, name: string, text: string): boolean {
  const value = Object.hasOwn(item, name) ? item[name] : name === "protocol" ? "TCP" : undefined;
  return value !== undefined && plainText(value) === text;
}

const plainText = (value: Json): string => unescapeStep(scalarText(value));
