/** Checks JSON against our own structural schemas as the API server does (OpenAPI v3 subset), and fills in defaults. */
import { canonicalJson, isJsonObject } from "../object/json.ts";
import type { Json, JsonObject } from "../object/json.ts";
import { checkedRules } from "./rules.ts";
import type { SchemaNode } from "./schema-node.ts";

/** One thing that is wrong, and where: `spec.ref.commit`, `spec.items[2].name`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Where problems are collected, and whether an unknown member is one or is dropped in silence. */
export interface CheckContext {
  readonly problems: Problem[];
  readonly unknownMembers: "refuse" | "drop";
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const SHOWN_VALUE = 60;

/** The value with defaults filled in; what is wrong is added to the context. The result counts only when nothing was. */
export function checkValue(schema: SchemaNode, value: Json, path: string, context: CheckContext): Json {
  if (schema.type === undefined) return checkCount(schema, value, path, context);
  switch (schema.type) {
    case "object":
      return isJsonObject(value) ? checkObject(schema, value, path, context) : wrongType("an object", value, path, context);
    case "array":
      return Array.isArray(value) ? checkArray(schema, value as readonly Json[], path, context) : wrongType("a list", value, path, context);
    case "string":
      return typeof value === "string" ? checkString(schema, value, path, context) : wrongType("a text", value, path, context);
    case "integer":
      return checkInteger(schema, value, path, context);
    case "boolean":
      return typeof value === "boolean" ? value : wrongType("true or false", value, path, context);
  }
}

function checkObject(schema: SchemaNode, value: JsonObject, path: string, context: CheckContext): Json {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return value;
  if (schema.additionalProperties !== undefined) return checkMap(schema, schema.additionalProperties, value, path, context);
  const before = context.problems.length;
  const members = schema.properties ?? {};
  const result: Record<string, Json> = {}; // only names of the schema get in
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue; // the API server prunes null where nothing is nullable
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member !== undefined) result[name] = checkValue(member, item, join(path, name), context);
    else if (context.unknownMembers === "refuse") report(context, join(path, name), unknownMessage(name, Object.keys(members)));
  }
  fillAbsent(schema, result, path, context);
  if (context.problems.length === before) checkRules(schema, result, path, context);
  return result;
}

function checkMap(schema: SchemaNode, item: SchemaNode, value: JsonObject, path: string, context: CheckContext): Json {
  const before = context.problems.length;
  const entries = Object.entries(value).flatMap(([name, each]) => (each === undefined || each === null ? [] : [[name, each] as const]));
  if (schema.maxProperties !== undefined && entries.length > schema.maxProperties) report(context, path, `has ${entries.length} members, at most ${schema.maxProperties} are allowed`);
  const result = Object.fromEntries(entries.map(([name, each]) => [name, checkValue(item, each, join(path, name), context)]));
  if (context.problems.length === before) checkRules(schema, result, path, context);
  return result;
}

function fillAbsent(schema: SchemaNode, result: Record<string, Json>, path: string, context: CheckContext): void {
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (result[name] !== undefined) continue;
    if (member.default !== undefined) result[name] = member.default;
    else if (schema.required?.includes(name) === true) report(context, join(path, name), "is required");
  }
}

function checkRules(schema: SchemaNode, value: JsonObject, path: string, context: CheckContext): void {
  for (const { rule } of schema["x-kubernetes-validations"] ?? []) {
    const checked = checkedRules.find((candidate) => candidate.rule === rule);
    if (checked === undefined) throw new TypeError(`rule of ${path} is not in src/api/rules.ts: ${rule}`);
    if (!checked.holds(value)) report(context, path, checked.message);
  }
}

function checkArray(schema: SchemaNode, value: readonly Json[], path: string, context: CheckContext): Json {
  const { maxItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems) {
    report(context, path, `has ${value.length} items, at most ${maxItems} are allowed`);
    return value;
  }
  if (items === undefined) throw new TypeError(`schema of ${path} does not say what its items are`);
  const result = value.map((item, index) => checkValue(items, item, `${path}[${index}]`, context));
  checkDistinct(schema, result, path, context);
  return result;
}

function checkDistinct(schema: SchemaNode, value: readonly Json[], path: string, context: CheckContext): void {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "map" && listType !== "set") return;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const identity = canonicalJson(listType === "set" ? item : keys.map((key) => (isJsonObject(item) ? (item[key] ?? null) : null)));
    if (seen.has(identity)) report(context, `${path}[${index}]`, "is there twice");
    seen.add(identity);
  }
}

function checkString(schema: SchemaNode, value: string, path: string, context: CheckContext): Json {
  const { minLength, maxLength, pattern, format, enum: words } = schema;
  const { length } = Array.from(value); // the API server counts characters, not UTF-16 units
  if (maxLength !== undefined && length > maxLength) report(context, path, `has ${length} characters, at most ${maxLength} are allowed`);
  else if (minLength !== undefined && length < minLength) report(context, path, "must not be empty");
  else if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) report(context, path, `${show(value)} does not fit ${pattern}`);
  else if (words?.includes(value) === false) report(context, path, `${show(value)} is not one of ${words.join(", ")}`);
  else if (format === "date-time" && !isDateTime(value)) report(context, path, `${show(value)} is not a time such as 2026-01-31T08:00:00Z`);
  return value;
}

/** A number or a percentage. */
function checkCount(schema: SchemaNode, value: Json, path: string, context: CheckContext): Json {
  return typeof value === "string" ? checkString(schema, value, path, context) : checkInteger({ ...schema, minimum: 0 }, value, path, context);
}

function checkInteger(schema: SchemaNode, value: Json, path: string, context: CheckContext): Json {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return wrongType("a whole number", value, path, context);
  const { minimum, maximum } = schema;
  if (minimum !== undefined && value < minimum) report(context, path, `must be at least ${minimum}, is ${value}`);
  if (maximum !== undefined && value > maximum) report(context, path, `must be at most ${maximum}, is ${value}`);
  return value;
}

function wrongType(expected: string, value: Json, path: string, context: CheckContext): Json {
  report(context, path, `must be ${expected}, is ${describe(value)}`);
  return value;
}

function describe(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "string") return `the text ${show(value)}`;
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return String(value);
}

function unknownMessage(name: string, known: readonly string[]): string {
  const near = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return near === undefined ? `is not a field here; known are ${[...known].sort().join(", ")}` : `is not a field here; did you mean ${near}?`;
}

const isDateTime = (text: string): boolean => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text));
const show = (text: string): string => JSON.stringify(text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text);
const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
const report = (context: CheckContext, path: string, message: string): void => void context.problems.push({ path, message });
