import { isScalar, parseDocument, visit, type Document, type Scalar } from "yaml";
import { readScalar } from "../../src/object/go-scalar.ts";
import { styleOfValue } from "../../src/object/go-yaml-style.ts";
import { isJsonObject, type Json } from "../../src/object/json.ts";
import { parseYaml } from "../../src/object/yaml.ts";
import { changeFields, type FieldChange } from "./change-fields.ts";
import type { Way } from "./replacement-path.ts";

/*
 * Fields within a text that is JSON or YAML, such as a configuration file in a ConfigMap: kustomize 5.8 changes them and
 * writes the text anew. JSON gets sorted keys, and two spaces of indentation where it had line breaks; YAML keeps its order,
 * comments and quotes, and loses empty lines and what follows its first document.
 */

interface Edit {
  readonly way: Way;
  readonly value: Json;
}

/** The value of a text. Throws Error where it holds none. */
export function readText(text: string): Json {
  try {
    const [first] = parseYaml(text, "text", "kustomize");
    if (first !== undefined) return first.value;
  } catch (error) {
    throw new Error("the path leads into a text that is neither JSON nor YAML", { cause: error });
  }
  throw new Error("the path leads into an empty text");
}

/** The text with the fields changed that the steps lead to. Throws Error where there are none, or the text cannot be read. */
export function changeText(text: string, steps: readonly string[], change: FieldChange): string {
  const edits: Edit[] = [];
  const leaf: FieldChange["leaf"] = (current, way) => {
    const value = change.leaf(current, way);
    edits.push({ way, value });
    return value;
  };
  const { value, count } = changeFields(readText(text), steps, { ...change, leaf });
  if (count === 0) throw new Error("there is no such field in the text");
  return /^\s*[{[]/.test(text) ? writeJson(value, text.includes("\n") && text.includes("  ") ? 2 : 0) : editYaml(text, edits);
}

/** JSON as Go writes it: keys sorted, `<`, `>` and `&` escaped. */
function writeJson(value: Json, indent: number): string {
  const integers: string[] = [];
  const prepared = JSON.stringify(sorted(value), (_key, member: unknown) => (typeof member === "bigint" ? `\0${integers.push(member.toString()) - 1}` : member), indent);
  const text = prepared.replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return integers.length === 0 ? text : text.replaceAll(/"\\u0000(\d+)"/g, (_found, index: string) => integers[Number(index)] ?? "");
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as Json[]).map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key] ?? null)]));
}

function editYaml(text: string, edits: readonly Edit[]): string {
  const [document] = [parseDocument(text, { schema: "failsafe", uniqueKeys: false, logLevel: "silent" })];
  for (const edit of edits) applyEdit(document, edit);
  visit(document, { Node: (_key, node) => void (node.spaceBefore = false) });
  return document.toString({ lineWidth: 0, indentSeq: false, flowCollectionPadding: false, singleQuote: true }).trim();
}

function applyEdit(document: Document, { way, value }: Edit): void {
  const node = document.getIn(way, true);
  const isPlainValue = value === null || typeof value !== "object";
  if (isScalar(node) && isPlainValue) setScalar(node, value);
  else if (isPlainValue) {
    const made = document.createNode("") as Scalar; // a text gives a scalar
    setScalar(made, value);
    document.setIn(way, made);
  } else document.setIn(way, document.createNode(value));
}

/** A text that would be read as something else gets quotes. */
function setScalar(node: Scalar, value: Json): void {
  const text = value === null ? "null" : String(value as string | number | bigint | boolean); // no map or list, see above
  node.value = text;
  delete node.source;
  if (node.type !== "PLAIN" && node.type !== undefined) return;
  node.type = typeof value === "string" && readScalar(text, "kustomize") !== text ? "QUOTE_DOUBLE" : styleOfValue(text) === "single" ? "QUOTE_SINGLE" : "PLAIN";
}
