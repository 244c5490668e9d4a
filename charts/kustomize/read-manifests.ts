import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { parseManifests, writtenTexts, type ManifestDocument } from "../../src/object/yaml.ts";
import { metadataOf, scalarText, withMetadata } from "./resource.ts";

/** The objects of a text as kustomize reads them. Throws BUILD_FAILED with file, line and column. */
export function readManifests(text: string, file: string): ManifestDocument[] {
  return parseManifests(text, file, "kustomize").map((manifest) => ({ ...manifest, value: withWrittenAnnotations(manifest, text) }));
}

/** kustomize keeps annotations as they are written: `1.10` is the text 1.10, and `~` a tilde. */
function withWrittenAnnotations({ value, index, path }: ManifestDocument, text: string): JsonObject {
  const annotations = metadataOf(value)["annotations"];
  if (!isJsonObject(annotations) || Object.values(annotations).every(isAsWritten)) return value;
  const written = writtenTexts(text, index, [...path, "metadata", "annotations"]);
  const texts = Object.entries(annotations).map(([name, read]) => [name, isAsWritten(read) ? read : (written[name] ?? read)] as const);
  return withMetadata(value, { annotations: Object.fromEntries(texts) });
}

/** False for what was a word, a number or a date before it was read. */
function isAsWritten(value: Json | undefined): boolean {
  return typeof value === "string" && !/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[-+]\d\d:\d\d)$/.test(value);
}

/** The object as kustomize leaves it at the end: annotations are texts, and an empty map of them is dropped. */
export function withTextAnnotations(value: JsonObject): JsonObject {
  const annotations = metadataOf(value)["annotations"];
  if (!isJsonObject(annotations)) return annotations === null ? withMetadata(value, { annotations: undefined }) : value;
  const entries = Object.entries(annotations);
  if (entries.length === 0) return withMetadata(value, { annotations: undefined });
  if (entries.every(([, text]) => typeof text === "string")) return value;
  return withMetadata(value, { annotations: Object.fromEntries(entries.map(([name, text]) => [name, scalarText(text)])) });
}
