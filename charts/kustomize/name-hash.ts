import { createHash } from "node:crypto";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { textAt } from "./resource.ts";

/** Digits that could spell words are replaced: kubectl's and kustomize's alphabet of name hashes. */
const SAFE: Readonly<Record<string, string>> = { 0: "g", 1: "h", 3: "k", a: "m", e: "t" };

/**
 * The ten characters that kustomize appends to the name of a generated ConfigMap or Secret: of its kind, type and data.
 * A name is hashed too, but kustomize looks for it under a key that is never there and so always hashes an empty one.
 */
export function nameHash(object: JsonObject): string {
  const hex = createHash("sha256").update(goJson(contentOf(object))).digest("hex");
  return hex.slice(0, 10).replaceAll(/[013ae]/g, (digit) => SAFE[digit] ?? digit);
}

function contentOf(object: JsonObject): JsonObject {
  const name = "";
  const map = (member: string): Record<string, Json> => (isJsonObject(object[member]) ? { [member]: object[member] } : {});
  if (object["kind"] === "ConfigMap") return { kind: "ConfigMap", name, data: "", ...map("data"), ...map("binaryData") };
  if (object["kind"] === "Secret") return { kind: "Secret", name, type: textAt(object, "type"), data: "", ...map("data"), ...map("stringData") };
  throw new Error("only ConfigMaps and Secrets get a hash");
}

/** JSON as Go's encoding/json writes it: keys sorted, and some characters escaped that others leave alone. */
function goJson(value: Json): string {
  return canonicalJson(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
