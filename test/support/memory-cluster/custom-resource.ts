/** Custom resources under their structural schema: unknown members pruned, defaults filled in, values checked. CEL rules are not run. */
import { canonicalJson, isJsonObject } from "../../../src/object/json.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";
import type { FieldProblem } from "./api-errors.ts";
import { freeze, listAt, mapItems, objectAt, textAt } from "./plain.ts";
import type { Members } from "./plain.ts";

const ROOT = new Set(["apiVersion", "kind", "metadata"]);

/** The object as the server stores it. */
export function pruned(object: JsonObject, schema: JsonObject): JsonObject {
  const { apiVersion, kind, metadata, ...rest } = object;
  const clean = prune(freeze(rest), schema) as JsonObject; // an object stays one
  const same = clean === rest || Object.keys(rest).every((name) => clean[name] === rest[name]) && Object.keys(clean).length === Object.keys(rest).length;
  return same ? object : freeze({ apiVersion, kind, metadata, ...clean });
}

function prune(value: Json, schema: JsonObject): Json {
  if (Array.isArray(value)) return mapItems(value as readonly Json[], (item) => prune(item, objectAt(schema, "items")));
  if (!isJsonObject(value)) return value;
  const properties = objectAt(schema, "properties");
  const { additionalProperties } = schema;
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const clean: Members = {};
  let changed = false;
  for (const [name, member] of Object.entries(value)) {
    const below = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const kept = member === undefined ? undefined : isJsonObject(below) ? prune(member, below) : keepsUnknown || below === true ? member : undefined;
    changed ||= kept !== member;
    if (kept !== undefined) clean[name] = kept;
  }
  for (const [name, below] of Object.entries(properties)) {
    const value = objectAt(below)["default"];
    if (clean[name] !== undefined || value === undefined) continue;
    clean[name] = value;
    changed = true;
  }
  return changed ? freeze(clean) : value;
}

/** What is wrong with an object, in the words of the server. */
export function customProblems(object: JsonObject, schema: JsonObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  check(object, schema, "", problems, true);
  return problems;
}

function check(value: Json, schema: JsonObject, path: string, problems: FieldProblem[], root = false): void {
  const wanted = textAt(schema, "type");
  if (wanted !== undefined && !hasType(value, wanted)) {
    problems.push({ field: path, reason: "FieldValueTypeInvalid", message: `Invalid value: "${typeName(value)}": ${path} in body must be of type ${wanted}: "${typeName(value)}"` });
    return;
  }
  if (Array.isArray(value)) checkItems(value as readonly Json[], schema, path, problems);
  else if (isJsonObject(value)) checkMembers(value, schema, path, problems, root);
  else checkScalar(value, schema, path, problems);
}

function checkMembers(value: JsonObject, schema: JsonObject, path: string, problems: FieldProblem[], root: boolean): void {
  for (const name of listAt(schema, "required").map(String)) if (value[name] === undefined) problems.push({ field: join(path, name), reason: "FieldValueRequired", message: "Required value" });
  const properties = objectAt(schema, "properties");
  for (const [name, member] of Object.entries(value)) {
    const below = Object.hasOwn(properties, name) ? properties[name] : schema["additionalProperties"];
    if (member !== undefined && isJsonObject(below) && !(root && ROOT.has(name))) check(member, below, join(path, name), problems);
  }
}

function checkItems(items: readonly Json[], schema: JsonObject, path: string, problems: FieldProblem[]): void {
  const { maxItems } = schema;
  if (typeof maxItems === "number" && items.length > maxItems) problems.push({ field: path, reason: "FieldValueInvalid", message: `Too many: ${items.length}: must have at most ${maxItems} items` });
  const keys = listAt(schema, "x-kubernetes-list-map-keys").map(String);
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    check(item, objectAt(schema, "items"), `${path}[${index}]`, problems);
    if (keys.length === 0) continue;
    const key = canonicalJson(keys.map((name) => objectAt(item)[name] ?? null));
    if (seen.has(key)) problems.push({ field: `${path}[${index}]`, reason: "FieldValueInvalid", message: `Duplicate value: ${key}` });
    seen.add(key);
  }
}

function checkScalar(value: Json, schema: JsonObject, path: string, problems: FieldProblem[]): void {
  const say = (reason: FieldProblem["reason"], message: string): void => void problems.push({ field: path, reason, message });
  const words = listAt(schema, "enum");
  if (words.length > 0 && !words.includes(value)) say("FieldValueNotSupported", `Unsupported value: ${canonicalJson(value)}: supported values: ${words.map((word) => canonicalJson(word)).join(", ")}`);
  if (typeof value === "string") {
    const { maxLength, minLength, pattern } = schema;
    const { length } = Array.from(value);
    if (typeof maxLength === "number" && length > maxLength) say("FieldValueInvalid", `Too long: may not be more than ${maxLength} bytes`);
    if (typeof minLength === "number" && length < minLength) say("FieldValueInvalid", `Invalid value: "": ${path} in body should be at least ${minLength} chars long`);
    if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) say("FieldValueInvalid", `Invalid value: ${canonicalJson(value)}: ${path} in body should match '${pattern}'`);
  }
  const { minimum, maximum } = schema;
  if (typeof value === "number" && typeof minimum === "number" && value < minimum) say("FieldValueInvalid", `Invalid value: ${value}: ${path} in body should be greater than or equal to ${minimum}`);
  if (typeof value === "number" && typeof maximum === "number" && value > maximum) say("FieldValueInvalid", `Invalid value: ${value}: ${path} in body should be less than or equal to ${maximum}`);
}

function hasType(value: Json, type: string): boolean {
  if (type === "integer") return typeof value === "bigint" || Number.isInteger(value);
  if (type === "number") return typeof value === "bigint" || typeof value === "number";
  return typeName(value) === type;
}

function typeName(value: Json): string {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  return typeof value === "number" || typeof value === "bigint" ? "integer" : typeof value;
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
