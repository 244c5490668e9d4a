import { isCollection, isScalar, parseDocument, visit, type Document, type Scalar } from "yaml";
import { ReconcileError } from "../../src/errors.ts";
import { readScalar } from "../../src/object/go-scalar.ts";
import { styleOfValue } from "../../src/object/go-yaml-style.ts";
import { isJsonObject, valueAt, type Json } from "../../src/object/json.ts";
import { parseYaml } from "../../src/object/yaml.ts";
import { changeFields, type FieldChange } from "./change-fields.ts";
import type { Found, Way } from "./replacement-path.ts";

/*
 * Fields within a text that is JSON or YAML, such as a configuration file in a ConfigMap: kustomize 5.8 changes them and
 * writes the text anew. JSON gets sorted keys, and two spaces of indentation where it had line breaks; YAML keeps its order,
 * comments and quotes, and loses empty lines and what follows its first document.
 */

/** What is put into the fields of a text, and what becomes of a field by it. */
export interface TextChange extends FieldChange {
  readonly text: string;
}

interface Edit {
  readonly way: Way;
  readonly value: Json;
  /** The type that the field has, and that the value does not fit; kustomize writes it all the same. */
  readonly tag: string | undefined;
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

/** The text with the fields changed that the steps lead to. Throws Error where there are none, or the text cannot be read; in JSON also where the value does not fit. */
export function changeText(text: string, steps: readonly string[], change: TextChange): string {
  change.spend(text.length); // the editor of YAML is slow
  const isJson = /^\s*[{[]/.test(text);
  const edits: Edit[] = [];
  const leaf: FieldChange["leaf"] = (current, way) => {
    const edit = isJson ? { value: inFlow(current, change, way), tag: undefined } : editOf(current, change, way);
    edits.push({ way, ...edit });
    return edit.value;
  };
  const { value, count } = changeFields(readText(text), steps, { ...change, leaf });
  if (count === 0) throw new Error("there is no such field in the text");
  return isJson ? writeJson(value, text.includes("\n") && text.includes("  ") ? 2 : 0) : editYaml(text, { value, edits, written: change.text });
}

/** Between brackets even an empty text has quotes. */
function inFlow(current: Found | undefined, change: TextChange, way: Way): Json {
  const isMade = current === undefined || current.isNew === true;
  return isMade && change.text === "" ? "" : change.leaf(current, way);
}

function editOf(current: Found | undefined, change: TextChange, way: Way): Omit<Edit, "way"> {
  try {
    return { value: change.leaf(current, way), tag: undefined };
  } catch (error) {
    const tag = tagOf(current);
    if (tag === undefined) throw error;
    return { value: change.text, tag };
  }
}

/** The type of a field that is no text, as YAML names it. */
function tagOf(current: Found | undefined): string | undefined {
  const value = current?.value;
  if (value === undefined || current === undefined) return undefined;
  if (value === null) return "null";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "timestamp";
  return typeof value === "object" ? undefined : /[.eE]/.test(current.text) ? "float" : "int";
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

interface YamlChange {
  /** The whole value in its new form. */
  readonly value: Json;
  readonly edits: readonly Edit[];
  /** What plain values are written as. */
  readonly written: string;
}

function editYaml(text: string, change: YamlChange): string {
  const document = parseDocument(text.replace(/\n---[^\n]*\n[^]*$/, "\n"), { schema: "failsafe", uniqueKeys: false, logLevel: "silent" });
  const [flaw] = document.errors;
  if (flaw !== undefined) throw new ReconcileError("BUILD_FAILED", "a replacement leads into a text of YAML that cannot be edited", { cause: flaw });
  for (const edit of change.edits) applyEdit(document, edit, change);
  visit(document, { Node: (_key, node) => void (node.spaceBefore = false) });
  return document.toString({ lineWidth: 0, indentSeq: false, flowCollectionPadding: false, singleQuote: true }).trim();
}

function applyEdit(document: Document, { way, value, tag }: Edit, { value: whole, written }: YamlChange): void {
  const isList = typeof value === "object" && value !== null;
  const made = way.slice(0, way.findIndex((_step, index) => !document.hasIn(way.slice(0, index + 1))) + 1);
  if (made.length > 0) document.setIn(made, document.createNode(valueAt(whole, made)));
  else if (isList || !isScalar(document.getIn(way, true))) document.setIn(way, document.createNode(isList ? value : written));
  const node = document.getIn(way, true);
  if (!isScalar(node)) return;
  setScalar(node, written, tag ?? (typeof value === "string" ? "" : undefined));
  if (written === "" && way.some((_step, index) => isFlow(document.getIn(way.slice(0, index), true)))) node.type = "QUOTE_SINGLE"; // between brackets even an empty text has quotes
}

const isFlow = (node: unknown): boolean => isCollection(node) && node.flow === true;

/** `tag`: the field has that type, "" a text, which gets quotes where it would be read as something else. */
function setScalar(node: Scalar, text: string, tag: string | undefined): void {
  node.value = text;
  delete node.source;
  if (tag) node.tag = `tag:yaml.org,2002:${tag}`;
  if (node.type?.startsWith("BLOCK") === true || node.type?.startsWith("QUOTE") === true) return;
  const isMistaken = tag === "" && readScalar(text, "kustomize") !== text;
  node.type = text.includes("\n") ? "BLOCK_LITERAL" : isMistaken ? "QUOTE_DOUBLE" : styleOfValue(text) === "single" ? "QUOTE_SINGLE" : "PLAIN";
}
