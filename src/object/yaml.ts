import { ReconcileError, type Position } from "../errors.ts";
import type { Dialect } from "./go-scalar.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "./json.ts";
import { Cursor, YamlError } from "./yaml-cursor.ts";
import { Lines, MarkRecorder, placeAt, placeOf, type LocatedDocument, type Place } from "./yaml-position.ts";
import { readStream } from "./yaml-stream.ts";

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
const MAX_JSON_DEPTH = 100;

/** Reads all documents of a YAML or JSON text. Throws BUILD_FAILED with file, line and column. */
export function parseYaml(text: string, file: string, dialect: Dialect = "kubectl"): YamlDocument[] {
  if (text.length > MAX_TEXT) throw failure(`is larger than ${MAX_TEXT / 1024 / 1024} MiB; split it`, { file });
  const json = readJson(text, file);
  if (json !== undefined) return [json];
  let source = text;
  try {
    const cursor = new Cursor(text);
    source = cursor.text;
    let line = 1;
    let counted = 0;
    return Array.from(readStream(cursor, dialect), ({ value, at }, index) => {
      line += countLines(source, counted, at);
      counted = at;
      return { value, line, index };
    });
  } catch (error) {
    throw error instanceof YamlError ? failure(error.message, { file, ...placeAt(source, error.at) }, error) : error;
  }
}

/** Reads the objects of a manifest file; the items of lists (`kind: List`, `ConfigMapList`, …) are taken one by one. Throws BUILD_FAILED with file, line and column. */
export function parseManifests(text: string, file: string, dialect: Dialect = "kubectl"): ManifestDocument[] {
  const manifests: ManifestDocument[] = [];
  let located: readonly LocatedDocument[] | undefined;
  const locate = (): readonly LocatedDocument[] => (located ??= locateDocuments(text));
  for (const document of parseYaml(text, file, dialect)) {
    if (document.value === null) continue;
    if (!isJsonObject(document.value)) throw failure(`is ${nameOf(document.value)}, an object with apiVersion and kind is needed`, { file, line: document.line });
    const whole = { ...document, value: document.value, path: [] };
    if (!isList(whole.value)) manifests.push(whole);
    else for (const item of itemsOf(whole, locate()[document.index], file)) manifests.push(item);
  }
  return manifests;
}

/** The documents of a text with the means to say where things stand in them, see placeOf. Reads anew: for origins and error texts only. Never throws: of a broken text comes what could be read. */
export function locateDocuments(text: string): readonly LocatedDocument[] {
  const recorders: MarkRecorder[] = [];
  let source = text;
  try {
    const cursor = new Cursor(text);
    source = cursor.text;
    const marks = (): MarkRecorder => recorders[recorders.push(new MarkRecorder()) - 1] as MarkRecorder; // the one just pushed
    for (const { at } of readStream(cursor, "kubectl", marks)) void at;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
  }
  const lines = new Lines(source);
  return recorders.map(({ root }) => ({ lines, root }));
}

/** Where the value at a path of a document stands, or undefined where there is none. Reads the text anew: for error texts only. */
export function locateField(text: string, index: number, path: readonly (string | number)[]): Place | undefined {
  return placeOf(locateDocuments(text)[index], path);
}

/** JSON is YAML, and read several times faster as what it is; undefined where it is not JSON. */
function readJson(text: string, file: string): YamlDocument | undefined {
  const [space] = /^\s*/.exec(text) ?? [""];
  if (text[space.length] !== "{") return undefined;
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  const line = countLines(text, 0, space.length) + 1;
  checkJson(value, 0, { file, line });
  return { value, line, index: 0 };
}

function checkJson(value: Json | undefined, depth: number, position: Position): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw failure("number is too large", position);
  if (typeof value !== "object" || value === null) return;
  if (depth >= MAX_JSON_DEPTH) throw failure(`is nested more than ${MAX_JSON_DEPTH} deep`, position);
  for (const member of Object.values(value as Readonly<Record<string, Json>>)) checkJson(member, depth + 1, position); // a list has members, too
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

const isList = (value: JsonObject): boolean => typeof value["kind"] === "string" && value["kind"].endsWith("List") && "items" in value;

function itemsOf(list: ManifestDocument, located: LocatedDocument | undefined, file: string): ManifestDocument[] {
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
