import { ReconcileError } from "../../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { locateDocuments, parseYaml, type ManifestDocument, type YamlDocument } from "../../src/object/yaml.ts";
import { placeOf, textsOf, type LocatedDocument } from "../../src/object/yaml-position.ts";
import { forgetWritten } from "../../src/object/written.ts";
import { metadataOf, withMetadata } from "./resource.ts";

/** A document, or an item of a list, not yet known to be an object. */
interface Piece extends YamlDocument {
  readonly path: readonly (string | number)[];
  /** It went through JSON, as kustomize takes the items of lists: nothing is left of how it was written. */
  readonly isRewritten: boolean;
}

/** Items of one list; no build takes more objects. */
const MAX_ITEMS = 20_000;

const SEPARATOR = /\n---[^\n]*\n/;
const MARKS = /(^|\n---[^\n]*\n)\uFEFF/g;

/**
 * The objects of a text as kustomize reads them: empty documents count for nothing, and the items of lists (`kind: List`,
 * `ConfigMapList`, …) follow after all other documents. Throws BUILD_FAILED with file, line and column.
 */
export function readManifests(text: string, file: string): ManifestDocument[] {
  const stream = text.includes("\uFEFF") ? text.replaceAll(MARKS, "$1") : text;
  const documents: Piece[] = parseYaml(stream, file, "kustomize").map((document) => ({ ...document, path: [], isRewritten: false }));
  const [first] = documents;
  const isAlone = first !== undefined && isWrapping(first.value) && !SEPARATOR.test(stream.replaceAll("\r\n", "\n"));
  let located: readonly LocatedDocument[] | undefined;
  const locate: Locate = (index) => (located ??= locateDocuments(stream))[index];
  const itemsOf = itemReader(locate, file);
  return expandLists(isAlone ? itemsOf(first) : documents, itemsOf, file).map((manifest) => withTexts(manifest, locate));
}

type ItemReader = (list: Piece) => Piece[];

/** Reads the text once more to know where things stand, at the first time that it is asked. */
type Locate = (index: number) => LocatedDocument | undefined;

function expandLists(pieces: readonly Piece[], itemsOf: ItemReader, file: string): (Piece & ManifestDocument)[] {
  const queue = [...pieces];
  const manifests: (Piece & ManifestDocument)[] = [];
  for (const piece of queue) { // grows while it is walked, by what its lists hold
    const { value, line } = piece;
    if (isEmpty(value)) continue;
    if (!isJsonObject(value)) throw failure(`${whatIs(piece)}, an object with apiVersion and kind is needed`, file, line);
    if (!isList(value)) manifests.push({ ...piece, value });
    else for (const item of itemsOf(piece)) for (const each of isWrapping(item.value) ? itemsOf(item) : [item]) queue.push({ ...each, value: forgetWritten(each.value), isRewritten: true });
  }
  return manifests;
}

function itemReader(locate: Locate, file: string): ItemReader {
  const lineOf = ({ index, line }: Piece, path: Piece["path"]): number => placeOf(locate(index), path)?.line ?? line;
  return (list) => {
    const items = isJsonObject(list.value) ? list.value["items"] : undefined;
    if (items === null || items === undefined) return [];
    if (!Array.isArray(items)) throw failure("items of a list must be a list of objects", file, list.line);
    if (items.length > MAX_ITEMS) throw new ReconcileError("LIMIT_EXCEEDED", `list has ${items.length} items, ${MAX_ITEMS} are the most; split it`, { position: { file, line: list.line } });
    return (items as Json[]).map((value, index) => {
      const path = [...list.path, "items", index];
      return { ...list, value, path, line: lineOf(list, path) };
    });
  };
}

const isEmpty = (value: Json): boolean => value === null || (typeof value === "object" && Object.keys(value).length === 0);

const isList = (value: JsonObject): boolean => typeof value["kind"] === "string" && value["kind"].endsWith("List") && Object.hasOwn(value, "items");

/** A list that kustomize's reader itself takes apart: as the only document of a text, and as an item of another list. */
const isWrapping = (value: Json): boolean => isJsonObject(value) && (value["kind"] === "List" || value["kind"] === "ResourceList") && Object.hasOwn(value, "items");

const whatIs = ({ value, path }: Piece): string => `${path.length === 0 ? "document" : `item ${path.at(-1)} of the list`} is ${Array.isArray(value) ? "a list" : `a ${typeof value}`}`;

const failure = (message: string, file: string, line: number): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position: { file, line } });

/** kustomize keeps annotations as they are written: `1.10` is the text 1.10, and `~` a tilde. */
function withTexts(manifest: Piece & ManifestDocument, locate: Locate): ManifestDocument {
  const { value, line, index, path, isRewritten } = manifest;
  const annotations = metadataOf(value)["annotations"];
  if (!isJsonObject(annotations) || Object.values(annotations).every((each) => (isRewritten ? typeof each === "string" : isAsWritten(each)))) return { value, line, index, path };
  const written = isRewritten ? {} : textsOf(locate(index), [...path, "metadata", "annotations"]);
  const texts = Object.entries(annotations).map(([name, read]) => [name, isAsWritten(read) ? read : (written[name] ?? textOf(read))] as const);
  return { value: withMetadata(value, { annotations: Object.fromEntries(texts) }), line, index, path };
}

/** False for what was a word, a number or a date before it was read. */
function isAsWritten(value: Json | undefined): boolean {
  return typeof value === "string" && !/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[-+]\d\d:\d\d)$/.test(value);
}

const textOf = (value: Json | undefined): string => (typeof value === "object" && value !== null ? "" : String(value));

/** The object as kustomize leaves it at the end: annotations are texts, and what is no map of them, or an empty one, is dropped. */
export function withTextAnnotations(value: JsonObject): JsonObject {
  const annotations = metadataOf(value)["annotations"];
  if (annotations === undefined || Array.isArray(annotations)) return value;
  const entries = isJsonObject(annotations) ? Object.entries(annotations) : [];
  if (entries.length === 0) return withMetadata(value, { annotations: undefined });
  if (entries.every(([, text]) => typeof text === "string")) return value;
  return withMetadata(value, { annotations: Object.fromEntries(entries.map(([name, text]) => [name, textOf(text)])) });
}
