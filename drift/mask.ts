/** Secret values never leave: a masked text says that there is a value, not what and not how long. */
import { isJsonObject, stringifyJson } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { asJson, isSecret } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { FieldPath } from "./field-path.ts";

/** What stands in the place of a Secret's value. */
export const MASK = "••• (secret value)";

/** kubectl keeps a copy of all it applied here, a Secret's values included. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Marks a place in a text where a value was; no message holds this character. */
const HOLE = "\u0000";

/** Values shorter than this occur in any text by chance; they are masked only where they stand as a word. */
const SHORTEST_ANYWHERE = 4;
/** A line of a longer value that says enough to be masked by itself. */
const SHORTEST_LINE = 8;

/** True for a path whose value must not be shown: data, stringData and kubectl's copy of them. */
export function isSecretPath(object: { readonly apiVersion: string; readonly kind: string }, path: FieldPath): boolean {
  if (!isSecret(object)) return false;
  const names = path.flatMap((element) => (element.kind === "Field" ? [element.name] : []));
  const [first, second, third] = names;
  if (first === "metadata") return second === "annotations" && (third === undefined || third === LAST_APPLIED);
  return first === undefined || first === "data" || first === "stringData";
}

/** Every form in which the values of a Secret may turn up in a text: decoded, base64, quoted, line by line. Else none. */
export function secretValues(object: KubeObject): readonly string[] {
  if (!isSecret(object)) return [];
  const json = asJson(object);
  const encoded = textsOf(json["data"]);
  const plain = [...textsOf(json["stringData"]), ...encoded.map((text) => Buffer.from(text, "base64").toString("utf8"))];
  const lastApplied = object.metadata.annotations?.[LAST_APPLIED];
  return [...new Set([...encoded, ...plain.flatMap(formsOf), ...(lastApplied === undefined ? [] : [lastApplied])])].filter((text) => text !== "");
}

/** The text with every one of the values replaced by the mask; values that contain others go first. */
export function maskText(text: string, values: readonly string[]): string {
  const known = [...new Set(values)].filter((value) => value !== "").sort((left, right) => right.length - left.length);
  // The mask goes in last, so that no value is looked for inside it.
  return known.reduce(replaceValue, text).replaceAll(HOLE, MASK);
}

function replaceValue(text: string, value: string): string {
  if (value.length >= SHORTEST_ANYWHERE) return text.split(value).join(HOLE);
  return text.replaceAll(new RegExp(String.raw`(?<![\p{L}\p{N}])${escapePattern(value)}(?![\p{L}\p{N}])`, "gu"), HOLE);
}

function formsOf(plain: string): readonly string[] {
  const lines = plain.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE);
  return [plain, plain.trim(), stringifyJson(plain).slice(1, -1), Buffer.from(plain, "utf8").toString("base64"), ...lines];
}

function escapePattern(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function textsOf(map: Json | undefined): readonly string[] {
  return isJsonObject(map) ? Object.values(map).filter((value) => typeof value === "string") : [];
}
