/*
 * What the keywords of JSON Schema may hold, by draft, as the meta-schemas have it (https://json-schema.org/specification).
 * Helm refuses a schema that breaks its meta-schema.
 */
import { isJsonObject, type Json, type JsonObject } from "../../../src/object/json.ts";

/** The draft of a schema: 4, 6, 7, 2019 or 2020. */
export type Draft = 4 | 6 | 7 | 2019 | 2020;

type Shape = "schema" | "schemaOrFlag" | "schemas" | "schemaMap" | "schemaOrList" | "dependencies" | "count" | "number" | "text" | "flag" | "texts" | "textMap" | "types" | "list";

/** Keyword → shape, where it is the same in all drafts that have it. */
const SHAPES: Readonly<Record<string, Shape>> = {
  $ref: "text",
  $schema: "text",
  $comment: "text",
  title: "text",
  description: "text",
  format: "text",
  pattern: "text",
  type: "types",
  enum: "list",
  multipleOf: "number",
  maximum: "number",
  exclusiveMaximum: "number",
  minimum: "number",
  exclusiveMinimum: "number",
  maxLength: "count",
  minLength: "count",
  maxItems: "count",
  minItems: "count",
  uniqueItems: "flag",
  maxProperties: "count",
  minProperties: "count",
  required: "texts",
  properties: "schemaMap",
  patternProperties: "schemaMap",
  additionalProperties: "schemaOrFlag",
  definitions: "schemaMap",
  dependencies: "dependencies",
  items: "schemaOrList",
  allOf: "schemas",
  anyOf: "schemas",
  oneOf: "schemas",
  not: "schema",
};

const SINCE_6: Readonly<Record<string, Shape>> = { $id: "text", propertyNames: "schema", contains: "schema" };
const SINCE_7: readonly (readonly [string, Shape])[] = ["if", "then", "else"].map((keyword) => [keyword, "schema"]);
const SINCE_2019: Readonly<Record<string, Shape>> = {
  $anchor: "text",
  $defs: "schemaMap",
  maxContains: "count",
  minContains: "count",
  dependentRequired: "textMap",
  dependentSchemas: "schemaMap",
  unevaluatedProperties: "schema",
  unevaluatedItems: "schema",
};

/** Keywords of a draft that are looked at, and their shapes. */
export function shapesOf(draft: Draft): ReadonlyMap<string, Shape> {
  const known = byDraft.get(draft);
  if (known !== undefined) return known;
  const shapes: Record<string, Shape> = { ...SHAPES };
  if (draft === 4) Object.assign(shapes, { id: "text", exclusiveMaximum: "flag", exclusiveMinimum: "flag" });
  if (draft < 2020) shapes["additionalItems"] = "schemaOrFlag";
  else Object.assign(shapes, { items: "schema", prefixItems: "schemas", $dynamicRef: "text", $dynamicAnchor: "text" });
  if (draft === 2019) shapes["$recursiveRef"] = "text";
  if (draft >= 6) Object.assign(shapes, SINCE_6);
  if (draft >= 2019) Object.assign(shapes, SINCE_2019);
  const map = new Map([...Object.entries(shapes), ...(draft >= 7 ? SINCE_7 : [])]);
  byDraft.set(draft, map);
  return map;
}

const byDraft = new Map<Draft, ReadonlyMap<string, Shape>>();

const TYPE_NAMES = ["array", "boolean", "integer", "null", "number", "object", "string"];
const TYPES: ReadonlySet<Json> = new Set(TYPE_NAMES);

/** What a value of this shape has to be, where it is something else. */
export function shapeProblem(shape: Shape, value: Json, draft: Draft): string | undefined {
  if (!isOfShape(shape, value, draft === 4 ? isJsonObject : isSchema)) return `must be ${WORDS[shape]}`;
  const isEmptyRefused = (draft === 4 && shape === "texts") || (draft <= 6 && shape === "list");
  return isEmptyRefused && isList(value) && value.length === 0 ? "must not be empty" : undefined;
}

/** What is wrong with keywords that need another one beside them. */
export const missingKeyword = (schema: JsonObject, draft: Draft): string | undefined => (draft === 4 ? [["exclusiveMaximum", "maximum"], ["exclusiveMinimum", "minimum"]] : []).find(([keyword = "", other = ""]) => Object.hasOwn(schema, keyword) && !Object.hasOwn(schema, other))?.join(" needs ");

const WORDS: Readonly<Record<Shape, string>> = {
  schema: "a schema: an object (true or false since draft 6)",
  schemaOrFlag: "a schema, true or false",
  schemas: "a list of schemas that is not empty",
  schemaMap: "an object of schemas",
  schemaOrList: "a schema or a list of schemas",
  dependencies: "an object of schemas or lists of names",
  count: "a whole number of 0 or more",
  number: "a number",
  text: "text",
  flag: "true or false",
  texts: "a list of different names",
  textMap: "an object of lists of names",
  types: `a type or a list of different types: ${TYPE_NAMES.join(", ")}`,
  list: "a list",
};

function isOfShape(shape: Shape, value: Json, isSchema: (value: Json) => boolean): boolean {
  switch (shape) {
    case "schema":
      return isSchema(value);
    case "schemaOrFlag":
      return typeof value === "boolean" || isJsonObject(value);
    case "schemas":
      return isList(value) && value.length > 0 && value.every((item) => isSchema(item));
    case "schemaMap":
      return isJsonObject(value) && Object.values(value).every((item) => isSchema(item ?? null));
    case "schemaOrList":
      return isSchema(value) || (isList(value) && value.every((item) => isSchema(item)));
    case "dependencies":
      return isJsonObject(value) && Object.values(value).every((item = null) => isSchema(item) || isTexts(item));
    case "count":
      return (typeof value === "number" && Number.isInteger(value) && value >= 0) || typeof value === "bigint";
    case "number":
      return typeof value === "number" || typeof value === "bigint";
    case "text":
      return typeof value === "string";
    case "flag":
      return typeof value === "boolean";
    case "texts":
      return isTexts(value);
    case "textMap":
      return isJsonObject(value) && Object.values(value).every((item) => isTexts(item ?? null));
    case "types":
      return TYPES.has(value) || (isList(value) && value.length > 0 && value.every((item) => TYPES.has(item)) && new Set(value).size === value.length);
    case "list":
      return isList(value);
  }
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isSchema = (value: Json): value is JsonObject | boolean => typeof value === "boolean" || isJsonObject(value);
const isTexts = (value: Json): boolean => isList(value) && value.every((item) => typeof item === "string") && new Set(value).size === value.length;

/** The schemas in a value of this shape, and the keys that lead to them. */
export function schemasIn(shape: Shape, value: Json): readonly (readonly [readonly (string | number)[], Json])[] {
  if (shape === "schema" || shape === "schemaOrFlag") return [[[], value]];
  if (shape === "schemas" || shape === "schemaOrList") return isList(value) ? value.map((item, index) => [[index], item]) : [[[], value]];
  if (shape !== "schemaMap" && shape !== "dependencies") return [];
  return Object.entries(value as JsonObject).flatMap(([key, item = null]) => (isSchema(item) ? [[[key], item] as const] : [])); // its shape was looked at
}
