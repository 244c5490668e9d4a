import { readScalar } from "../../src/object/go-scalar.ts";
import { readTimestamp } from "../../src/object/go-timestamp.ts";
import type { Json, JsonObject } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { changeFields, readPlain, type FieldChange } from "./change-fields.ts";
import { updateAt } from "./follow-pointer.ts";
import { kindOf, lookUp, splitFieldPath, type Found } from "./replacement-path.ts";
import { DEFAULT_FIELD_PATH, type FieldOptions, type ReplacementTarget } from "./replacement-entry.ts";
import type { ReplacementValue } from "./replacement-source.ts";
import { withMember } from "./resource.ts";
import { changeText, readText } from "./text-fields.ts";

/** The object with the value in every field that a target names. Throws Error where a path leads to none, or the value does not fit. */
export function setTarget(object: JsonObject, { fieldPaths = [], options }: ReplacementTarget, value: ReplacementValue, spend: Spend): JsonObject {
  const paths = fieldPaths.length === 0 ? [DEFAULT_FIELD_PATH] : fieldPaths;
  return paths.reduce((current, path) => setField(current, path, changeOf(value, options, spend, isAnnotation(path)), value), object);
}

/** Annotations stay as they are written: `1.10` is the text 1.10 there. */
const isAnnotation = (path: string): boolean => path.startsWith("metadata.annotations.");

/** Characters of a path that an error shows. */
const MAX_SHOWN = 200;

/** Of a text that is taken apart and put together; reading it as YAML costs a unit each, see Budget. */
const CHARACTERS_A_UNIT = 5;

function changeOf(value: ReplacementValue, options: FieldOptions | undefined, spend: Spend, staysText: boolean): FieldChange {
  const make = Array.isArray(value.value) ? [] : typeof value.value === "object" && value.value !== null ? {} : "";
  return {
    make: options?.create === true ? make : undefined,
    leaf: (current) => {
      spend(((current?.text.length ?? 0) + value.text.length) / CHARACTERS_A_UNIT);
      return leafOf(current, value, options ?? {}, staysText);
    },
    read: (text) => {
      spend(text.length);
      return readText(text);
    },
    spend,
  };
}

function setField(object: JsonObject, path: string, change: FieldChange, value: ReplacementValue): JsonObject {
  try {
    const steps = splitFieldPath(path);
    const withText = changeInText(object, steps, change, value);
    if (withText !== undefined) return withText;
    const { value: changed, count } = changeFields(object, steps, change);
    if (count === 0) throw new Error(change.make === undefined ? "there is no such field; options.create makes one" : "there is no such field, and none could be made");
    return changed as JsonObject; // members of the object change, not the object itself
  } catch (error) {
    throw isPlain(error) ? new Error(`${path.slice(0, MAX_SHOWN)}: ${error.message}`, { cause: error }) : error;
  }
}

/** The object with a field changed within one of its texts (JSON or YAML), which the path leads into; undefined where nothing can be changed like that. */
function changeInText(object: JsonObject, steps: readonly string[], change: FieldChange, value: ReplacementValue): JsonObject | undefined {
  for (let end = 1; end < steps.length; end += 1) {
    const holder = quietly(() => lookUp(object, steps.slice(0, end)));
    if (holder === undefined) return undefined;
    if (typeof holder.value === "object" && holder.value !== null) continue;
    change.spend(holder.text.length);
    const text = quietly(() => changeText(holder.text, steps.slice(end), { ...change, text: value.text, leaf: (current) => leafOf(current, value, {}, false) }));
    if (text === undefined || typeof holder.value !== "string") return text === undefined ? undefined : object;
    return updateAt(object, holder.way.map(String), (container, key) => (Array.isArray(container) ? (container as Json[]).with(Number(key), text) : withMember(container as JsonObject, key, text))) as JsonObject; // the way leads through maps and lists, from an object on
  }
  return undefined;
}

function quietly<Result>(attempt: () => Result): Result | undefined {
  try {
    return attempt();
  } catch (error) {
    if (isPlain(error)) return undefined;
    throw error;
  }
}

const isPlain = (error: unknown): error is Error => error instanceof Error && error.name === "Error";

/** The new value of a field: a scalar keeps its type, and takes the text; anything else becomes the value. */
function leafOf(current: Found | undefined, { value, text }: ReplacementValue, { delimiter, index = 0 }: FieldOptions, staysText: boolean): Json {
  const isScalar = current === undefined || current.value === null || typeof current.value !== "object";
  if (delimiter && !isScalar) throw new Error(`a delimiter takes texts apart, and this is ${kindOf(current.value)}`);
  const next = delimiter ? withPart((current?.text ?? "").split(delimiter), Number(index), text).join(delimiter) : text;
  if (!isScalar) return value;
  if (current !== undefined && current.isNew !== true) return typed(current, next);
  return staysText ? next : readPlain(next);
}

/** A position before the first puts the part in front, one behind the last at the end. */
function withPart(parts: readonly string[], index: number, part: string): readonly string[] {
  if (index < 0) return [part, ...parts];
  return index >= parts.length ? [...parts, part] : parts.with(index, part);
}

/** What keeps its type is a number, a word, null or a date; a date is text by now, and tells by what it was written as. */
function typed({ value, text: before }: Found, text: string): Json {
  if (typeof value === "string" && before === value) return text;
  const read = readScalar(text, "kustomize");
  if (typeof value === "string") return demandDate(text);
  const isNumber = typeof read === "number" || typeof read === "bigint";
  const fits = value === null ? read === null : typeof value === "boolean" ? typeof read === "boolean" : isNumber && (isFloat(value, before) || !isFloat(read, text));
  if (!fits) throw new Error(`the field is ${kindOf(value)}, and what is put there is ${kindOf(read)}`);
  return read;
}

/** `3.0` is a float, which an integer does not become. */
const isFloat = (number: Json, written: string): boolean => typeof number === "number" && (!Number.isInteger(number) || (/[.eE]/.test(written) && !/^[-+]?0x/.test(written)));

function demandDate(text: string): Json {
  const date = readTimestamp(text);
  if (date === undefined) throw new Error("the field is a date, and what is put there is none");
  return date;
}
