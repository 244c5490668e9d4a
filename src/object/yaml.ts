import { load, YAMLException } from "js-yaml";
import { ReconcileError, type Position } from "../errors.ts";
import { ScalarError, type Dialect } from "./go-scalar.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "./json.ts";
import { isSuspect, isSuspectKey, refusedNotation } from "./yaml-notation.ts";
import { locateDocument, placeOf, textsOf, type Place } from "./yaml-position.ts";
import { GO_SCHEMAS } from "./yaml-schema.ts";
import { splitYaml, type YamlChunk } from "./yaml-split.ts";

/** One document of a file, read as Go reads it. The value may be shared: never change it. */
export interface YamlDocument {
  readonly value: Json;
  /** Line of its first content, from 1. */
  readonly line: number;
  /** Position among the documents of the file that have content, from 0. */
  readonly index: number;
}

/** One object of a manifest file. */
export interface ManifestDocument extends YamlDocument {
  readonly value: JsonObject;
  /** Where the object stands in its document: empty, or the way into the items of a list. */
  readonly path: readonly (string | number)[];
}

/** Characters of one file. */
const MAX_TEXT = 16 * 1024 * 1024;
const MAX_DEPTH = 100;
/** Without aliases a document has fewer values than characters; with them it may have this many more. */
const MAX_ALIASED = 100_000;

/** Reads all documents of a YAML or JSON text. Throws BUILD_FAILED with file, line and column. */
export function parseYaml(text: string, file: string, dialect: Dialect = "kubectl"): YamlDocument[] {
  if (text.length > MAX_TEXT) throw failure(`is larger than ${MAX_TEXT / 1024 / 1024} MiB; split it`, { file });
  return splitYaml(text).map((chunk, index) => ({ value: readChunk(chunk, file, dialect), line: chunk.line, index }));
}

/** Reads the objects of a manifest file; the items of lists (`kind: List`, `ConfigMapList`, …) are taken one by one. Throws BUILD_FAILED with file, line and column. */
export function parseManifests(text: string, file: string, dialect: Dialect = "kubectl"): ManifestDocument[] {
  const manifests: ManifestDocument[] = [];
  for (const document of parseYaml(text, file, dialect)) {
    if (document.value === null) continue;
    if (!isJsonObject(document.value)) throw failure(`is ${nameOf(document.value)}, an object with apiVersion and kind is needed`, { file, line: document.line });
    const whole = { ...document, value: document.value, path: [] };
    manifests.push(...(isList(whole.value) ? itemsOf(whole, splitYaml(text)[document.index], file) : [whole]));
  }
  return manifests;
}

/** Where the value at a path of a document stands, or undefined where there is none. Parses the document anew: for error texts only. */
export function locateField(text: string, index: number, path: readonly (string | number)[]): Place | undefined {
  const chunk = splitYaml(text)[index];
  return chunk === undefined ? undefined : placeOf(locateDocument(chunk), path);
}

/** The members of the map at a path of a document as they are written: `1.10` stays `1.10`. Parses the document anew. */
export function writtenTexts(text: string, index: number, path: readonly (string | number)[]): Readonly<Record<string, string>> {
  const chunk = splitYaml(text)[index];
  return chunk === undefined ? {} : textsOf(locateDocument(chunk), path);
}

function readChunk(chunk: YamlChunk, file: string, dialect: Dialect): Json {
  const json = readJson(chunk);
  const value = json ?? readYaml(chunk, file, dialect);
  const hasSuspectKey = checkBounds(value, { chunk, file, dialect });
  if (json === undefined && (hasSuspectKey || isSuspect(chunk.text))) {
    const problem = refusedNotation(chunk, dialect);
    if (problem !== undefined) throw failure(problem.message, { file, ...problem });
  }
  return value;
}

/** JSON is YAML, and read an order of magnitude faster as what it is; undefined where it is not JSON. */
function readJson(chunk: YamlChunk): Json | undefined {
  if (!/^\s*\{/.test(chunk.text)) return undefined;
  try {
    return parseJson(chunk.text);
  } catch {
    return undefined;
  }
}

function readYaml(chunk: YamlChunk, file: string, dialect: Dialect): Json {
  checkDirective(chunk, file);
  try {
    // kubectl takes the last of equal keys, kustomize refuses them
    const value = load(chunk.text, { schema: GO_SCHEMAS[dialect], json: dialect === "kubectl" }) as Json; // the schema constructs nothing but JSON
    return chunk.text.endsWith("\n") ? value : withoutAddedBreak(value, chunk.text);
  } catch (error) {
    throw explain(error, chunk, file, dialect);
  }
}

/** A block text that ends with the file and without a line break has none in Go; js-yaml adds one. */
function withoutAddedBreak(value: Json, text: string): Json {
  if (typeof value === "string") {
    const lastLine = text.slice(text.lastIndexOf("\n") + 1).trimStart();
    return lastLine !== "" && value.endsWith(`${lastLine}\n`) ? value.slice(0, -1) : value;
  }
  if (Array.isArray(value)) return (value as Json[]).map((item, index) => (index === value.length - 1 ? withoutAddedBreak(item, text) : item));
  if (!isJsonObject(value)) return value;
  const last = Object.keys(value).at(-1);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === last && item !== undefined ? withoutAddedBreak(item, text) : item]));
}

function checkDirective(chunk: YamlChunk, file: string): void {
  const version = /^%YAML[ \t]+(\S+)/m.exec(chunk.text);
  if (chunk.text.startsWith("%") && version !== null && version[1] !== "1.1") {
    throw failure(`document says YAML ${version[1]}, manifests are YAML 1.1; remove the %YAML line`, { file, line: chunk.startLine });
  }
}

function explain(error: unknown, chunk: YamlChunk, file: string, dialect: Dialect): ReconcileError {
  if (error instanceof YAMLException) {
    const { line, column } = error.mark;
    return failure(error.reason, { file, line: chunk.startLine + line, column: column + 1 }, error);
  }
  if (error instanceof ScalarError || error instanceof RangeError) return failure(error.message, { file, line: chunk.line, ...refusedNotation(chunk, dialect) }, error);
  throw error;
}

/** Counts the values with aliases expanded, and the depth. Says whether some key calls for a second look. */
function checkBounds(root: Json, { chunk, file, dialect }: { chunk: YamlChunk; file: string; dialect: Dialect }): boolean {
  const limit = chunk.text.length + MAX_ALIASED;
  let count = 0;
  let hasSuspectKey = false;
  const walk = (value: Json | undefined, depth: number): void => {
    if (++count > limit) throw failure("aliases expand to too many values", { file, line: chunk.line });
    if (typeof value === "number" && !Number.isFinite(value)) throw failure("number is too large", { file, line: chunk.line });
    if (typeof value !== "object" || value === null) return;
    if (depth > MAX_DEPTH) throw failure(`is nested more than ${MAX_DEPTH} deep`, { file, line: chunk.line });
    if (Array.isArray(value)) for (const item of value as Json[]) walk(item, depth + 1);
    else for (const key of Object.keys(value)) {
      if (isSuspectKey(key, dialect)) hasSuspectKey = true;
      walk((value as JsonObject)[key], depth + 1); // no list, see above
    }
  };
  walk(root, 0);
  return hasSuspectKey;
}

const isList = (value: JsonObject): boolean => typeof value["kind"] === "string" && value["kind"].endsWith("List") && "items" in value;

function itemsOf(list: ManifestDocument, chunk: YamlChunk | undefined, file: string): ManifestDocument[] {
  const located = chunk === undefined ? undefined : locateDocument(chunk);
  const expand = (manifest: ManifestDocument): ManifestDocument[] => {
    if (!isList(manifest.value)) return [manifest];
    const items = manifest.value["items"];
    if (items === null) return [];
    if (!Array.isArray(items)) throw failure("items of a list must be a list of objects", { file, line: manifest.line });
    return items.flatMap((value: Json, index) => {
      const path = [...manifest.path, "items", index];
      const line = placeOf(located, path)?.line ?? list.line;
      if (!isJsonObject(value)) throw failure(`item ${index} of the list is ${nameOf(value)}, an object is needed`, { file, line });
      return expand({ value, line, index: list.index, path });
    });
  };
  return expand(list);
}

const nameOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`);

const failure = (message: string, position: Position, cause?: unknown): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position, cause });
