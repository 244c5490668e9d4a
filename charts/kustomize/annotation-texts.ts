import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { carryWritten, writtenText } from "../../src/object/written.ts";
import { metadataOf, scalarText, withMetadata } from "./resource.ts";

/** The object with its annotations as texts, as they are written; null stays. Itself where they are texts. */
export function withAnnotationTexts(value: JsonObject): JsonObject {
  const annotations = metadataOf(value)["annotations"];
  if (!isJsonObject(annotations)) return value;
  const entries = Object.entries(annotations);
  if (entries.every(([, each]) => isText(each))) return value;
  const texts = entries.map(([name, each]): [string, Json | undefined] => [name, isText(each) ? each : (writtenText(annotations, name) ?? scalarText(each))]);
  return withMetadata(value, { annotations: carryWritten(annotations, Object.fromEntries(texts)) });
}

const isText = (each: Json | undefined): boolean => typeof each === "string" || typeof each === "object";
