import { posix } from "node:path";
import { readScalar } from "../../src/object/go-scalar.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { parseYaml } from "../../src/object/yaml.ts";
import { integer, listOf, type Decoded } from "./decode.ts";
import { setNamespace } from "./namespace.ts";
import { looseRecord, looseText, readPlugin, selector } from "./plugin-config.ts";
import type { PluginContext, Transformation } from "./plugin-context.ts";
import { plainText, replaceScalar } from "./replace-scalar.ts";
import { withMember, withValue, type Resource } from "./resource.ts";
import { compileTarget } from "./selector.ts";

const target = looseRecord({ selector, fieldPath: looseText, filePathPosition: integer });
const targets = looseRecord({ targets: listOf(target) });
const valueAdd = looseRecord({ value: looseText, targets: listOf(target), targetFilePath: looseText });

type Target = Decoded<typeof target>;

const MAX_STEPS = 100;
/** What it costs to look for the objects of a target, see Budget. */
const TARGET_UNITS = 50;

/** Writes a text, by default the name of the kustomization's folder, into a field or into a file path that a field holds. */
export function addValue(config: JsonObject, context: PluginContext): Transformation {
  const { value: given = "", targets: own = [], targetFilePath } = readPlugin(config, valueAdd);
  const value = given.trim() || baseName(context.folder);
  const shared = targetFilePath ? (readPlugin(mapIn(context.files.data(targetFilePath), targetFilePath), targets).targets ?? []) : [];
  const steps = [...own, ...shared].map((each) => {
    context.files.spend(TARGET_UNITS);
    return stepOf(each, value);
  });
  if (steps.length === 0) throw new Error("targets: at least one is needed");
  return (resources) => steps.reduce<Resource[]>((current, step) => {
    context.files.spend(current.length);
    return current.map(step);
  }, [...resources]);
}

function mapIn(bytes: Uint8Array, path: string): JsonObject {
  const value = parseYaml(Buffer.from(bytes).toString(), path)[0]?.value ?? {};
  if (!isJsonObject(value)) throw new Error(`${path} holds no map`);
  return value;
}

function baseName(folder: string): string {
  if (folder === "") throw new Error("value is missing, and the root of the repository has no name to stand for it");
  return posix.basename(folder);
}

function stepOf({ selector: selected, fieldPath, filePathPosition = 0 }: Target, value: string): (resource: Resource) => Resource {
  if (!fieldPath) throw new Error("targets: fieldPath is missing");
  if (filePathPosition < 0) throw new Error("targets: filePathPosition must not be negative");
  const isMeant = selected === undefined ? () => true : compileTarget(selected);
  const path = splitSteps(fieldPath);
  const change = (current: Json | undefined): Json => replaceScalar(current, filePathPosition > 0 ? insertPart(plainText(current), Number(filePathPosition) - 1, value) : value);
  const add = (resource: Resource): JsonObject => (fieldPath === "metadata/namespace" ? namespaced(resource, value) : (edit(resource.value, path, change) as JsonObject)); // an object stays one
  return (resource) => (isMeant(resource) ? withValue(resource, add(resource)) : resource);
}

/** As the namespace transformation, but nothing remembers where the object was. */
const namespaced = (resource: Resource, value: string): JsonObject => setNamespace([resource], value, { specs: [] })[0]?.value ?? resource.value;

function splitSteps(path: string): string[] {
  const steps = path.split(/(?<!\\)\//).map((step) => step.replaceAll("\\/", "/").trim()).filter((step) => step !== "");
  if (steps.length > MAX_STEPS) throw new Error(`targets: a fieldPath has at most ${MAX_STEPS} steps`);
  return steps;
}

/** Follows a path and makes what is missing of it; an index that a list does not have leads nowhere. */
function edit(value: Json | undefined, steps: readonly string[], change: (current: Json | undefined) => Json): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return change(value);
  if (value === null) return null;
  if (step === "*") throw new Error('"*" cannot be followed; give an index or [key=value]');
  if (isIndex(step) || isCondition(step)) return editItem(value ?? [], step, (item) => edit(item, rest, change));
  const map = value ?? {};
  if (!isJsonObject(map)) throw new Error(`"${step}" is looked for in ${Array.isArray(map) ? "a list" : "a plain value"}, a map is needed`);
  const member = Object.hasOwn(map, step) ? map[step] : undefined;
  const edited = edit(member, rest, change);
  return edited === member ? map : withMember(map, step, edited);
}

const isIndex = (step: string): boolean => step === "-" || /^[+-]?\d+$/.test(step);
const isCondition = (step: string): boolean => step.startsWith("[") && step.endsWith("]");

function editItem(list: Json, step: string, change: (item: Json) => Json | undefined): Json {
  if (!Array.isArray(list)) throw new Error(`"${step}" is looked for in ${isJsonObject(list) ? "a map" : "a plain value"}, a list is needed`);
  const items = list as Json[];
  const found = isCondition(step) ? indexOf(items, step.slice(1, -1)) : step === "-" ? items.length - 1 : Number(step);
  if (found < 0 && !isCondition(step)) throw new Error(`index ${step} is not in the list`);
  if (found >= items.length) return items;
  const item = found < 0 ? newItem(step.slice(1, -1)) : items[found];
  const edited = item === undefined ? undefined : change(item);
  if (edited === undefined) return items;
  return found < 0 ? [...items, edited] : items.with(found, edited);
}

/** The first item that a condition `key=text` fits, or `=text` where items are plain values; -1 where there is none. */
function indexOf(items: readonly Json[], condition: string): number {
  const [key, text] = splitCondition(condition);
  return items.findIndex((item) => (key === "" ? isText(item, text) : isJsonObject(item) && Object.hasOwn(item, key) && isText(item[key], text)));
}

const isText = (value: Json | undefined, text: string): boolean => value !== undefined && (typeof value !== "object" || value === null) && plainText(value) === text;

function newItem(condition: string): Json {
  const [key, text] = splitCondition(condition);
  const value = readScalar(text, "kustomize");
  return key === "" ? value : withMember({}, key, value);
}

function splitCondition(condition: string): readonly [string, string] {
  const equals = condition.indexOf("=");
  if (equals < 0) throw new Error(`"[${condition}]" is not of the form [key=value]`);
  return [condition.slice(0, equals), condition.slice(equals + 1)];
}

/** A file path with a part inserted; positions count from 0, those beyond the end mean the end, an absolute path stays one. */
export function insertPart(path: string, position: number, part: string): string {
  const parts = splitPath(path);
  const isAbsolute = parts[0] === "";
  const at = Math.min(position, parts.length);
  const joined = parts.toSpliced(isAbsolute && at < parts.length ? at + 1 : at, 0, part);
  return isAbsolute ? `/${joinParts(joined.slice(1))}` : joinParts(joined);
}

const joinParts = (parts: readonly string[]): string => posix.join(...parts).replace(/(?<=.)\/$/, "");

/** A first empty part stands for the root. */
function splitPath(path: string): string[] {
  if (/^\/*$/.test(path)) return path === "" ? [] : [""];
  const [leading = ""] = /^\/*/.exec(path) ?? [];
  return [...(leading === "" ? [] : [""]), ...path.slice(leading.length).split("/")];
}
