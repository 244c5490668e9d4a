import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";

/** Digits that could spell words are replaced: kubectl's and kustomize's alphabet of name hashes. */
const SAFE: Readonly<Record<string, string>> = { 0: "g", 1: "h", 3: "k", a: "m", e: "t" };

/**
 * The ten characters that kustomize appends to the name of a generated ConfigMap or Secret: of its kind, type and data.
 * A name is hashed too, but kustomize looks for it in a member called `metadata/name`, and so nearly always hashes an empty one.
 */
export function nameHash(object: JsonObject): string {
  const hex = createHash("sha256").update(goJson(contentOf(object))).digest("hex");
  return hex.slice(0, 10).replaceAll(/[013ae]/g, (digit) => SAFE[digit] ?? digit);
}

function contentOf(object: JsonObject): JsonObject {
  const kind = object["kind"];
  const content = { kind, name: contentAt(object, "metadata/name"), data: contentAt(object, "data") };
  if (kind === "ConfigMap") return { ...content, ...collectionAt(object, "binaryData") };
  if (kind === "Secret") return { ...content, type: contentAt(object, "type"), ...collectionAt(object, "stringData") };
  throw new Error("only ConfigMaps and Secrets get a hash");
}

/** A map, or the text of a plain value; a list counts as nothing. */
function contentAt(object: JsonObject, member: string): Json {
  const value = Object.hasOwn(object, member) ? (object[member] ?? null) : "";
  if (typeof value !== "object") return String(value);
  if (value === null) return "null";
  return isJsonObject(value) ? value : null;
}

function collectionAt(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return typeof value === "object" && value !== null ? { [member]: contentAt(object, member) } : {};
}

/** JSON as Go's encoding/json writes it: keys in the order of their UTF-8 bytes, integers rounded to doubles, some characters escaped that others leave alone. */
function goJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${(value as Json[]).map(goJson).join(",")}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined).sort(compareBytes);
    return `{${keys.map((key) => `${goText(key)}:${goJson(value[key])}`).join(",")}}`;
  }
  if (typeof value === "string") return goText(value);
  return typeof value === "bigint" ? String(Number(value)) : JSON.stringify(value ?? null);
}

const goText = (text: string): string => JSON.stringify(text).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** UTF-16 order differs from that of UTF-8 only where surrogates meet the characters above them. */
function compareBytes(left: string, right: string): number {
  return /[\uD800-\uFFFF]/.test(left + right) ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : left < right ? -1 : left > right ? 1 : 0;
}
