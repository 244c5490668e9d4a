import { isJsonObject, type JsonObject } from "../../src/object/json.ts";
import { writtenText } from "../../src/object/written.ts";
import { metadataOf, scalarText, withMember, withMetadata } from "./resource.ts";

/** The object with its annotations as texts, as they are written; null stays. Itself where they are texts. */
export function withAnnotationTexts(value: JsonObject): JsonObject {
  const annotations = metadataOf(value)["annotations"];
  if (!isJsonObject(annotations)) return value;
  let texts = annotations;
  for (const [name, each] of Object.entries(annotations)) {
    if (typeof each !== "string" && typeof each !== "object") texts = withMember(texts, name, writtenText(annotations, name) ?? scalarText(each));
  }
  return texts === annotations ? value : withMetadata(value, { annotations: texts });
}
