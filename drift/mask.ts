/** Secret values never leave: a masked text says that there is a value, not what and not how long. */
import { isJsonObject, stringifyJson } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { asJson, isSecret } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { FieldPath } from "./field-path.ts";

/** What stands in the place of a Secret's value. */
export const MASK = "••• (secret value)";

/** Marks a place in a text where a value was; no message holds this character. */
const HOLE = "\u0000";

/** Values shorter than this occur in any text by chance; they are masked only where they stand as a word. */
const SHORTEST_ANYWHERE = 4;
/** A line of a longer value that says enough to be masked by itself. */
const SHORTEST_LINE = 8;
/** An annotation may hold a copy of the whole object, values included; shorter ones are words such as `enabled`. */
const SHORTEST_COPY = 16;

/** True for a path whose value must not be shown: data, stringData, and annotations, where kubectl, kapp and others keep copies of them. */
export function isSecretPath(object: { readonly apiVersion: string; readonly kind: string }, path: FieldPath): boolean {
  if (!isSecret(object)) return false;
  const names = path.flatMap((element) => (element.kind === "Field" ? [element.name] : []));
  const [first, second] = names;
  if (first === "metadata") return second === undefined || second === "annotations";
  return first === undefined || first === "data" || first === "stringData";
}

/** Every form in which the values of a Secret may turn up in a text: decoded, base64, quoted, line by line, in a copy. Else none. */
export function secretValues(object: KubeObject): readonly string[] {
  if (!isSecret(object)) return [];
  const json = asJson(object);
  const encoded = textsOf(json["data"]);
  const plain = [...textsOf(json["stringData"]), ...encoded.map((text) => Buffer.from(text, "base64").toString("utf8"))];
  const copies = textsOf(object.metadata.annotations).filter((text) => text.length >= SHORTEST_COPY);
  return [...new Set([...encoded, ...plain.flatMap(formsOf), ...copies.flatMap((text) => [text, quoted(text)])])].filter((text) => text !== "");
}

/** Every form in which values that were put into an object may turn up in a text about it; one in quotes is put in without. */
export function formsOfValues(values: readonly string[] = []): readonly string[] {
  const bare = values.flatMap((value) => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? []);
  return [...new Set([...values, ...bare].flatMap(formsOf))].filter((text) => text !== "");
}

/** True for a text that holds one of the values. */
export const holdsValue = (text: string, values: readonly string[]): boolean => values.length > 0 && maskText(text, values) !== text;

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
  return [plain, plain.trim(), quoted(plain), Buffer.from(plain, "utf8").toString("base64"), ...lines];
}

const quoted = (text: string): string => stringifyJson(text).slice(1, -1);

function escapePattern(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function textsOf(map: Json | undefined): readonly string[] {
  return isJsonObject(map) ? Object.values(map).filter((value) => typeof value === "string") : [];
}
