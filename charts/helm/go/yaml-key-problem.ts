import type { Json } from "../../../src/object/json.ts";
import type { YamlError } from "../../../src/object/yaml-cursor.ts";
import { sprintf } from "./format.ts";
import { GoList, GoMap, int, type GoValue } from "./value.ts";

/** Reads a text; throws Error with Go's words. */
export type ReadText = (text: string) => Json;

/** Go's word for the problem, before the key. */
const INVALID_KEY = "yaml: invalid map key: ";
const OURS = /^(?:"\{\{" begins a template|a list or map cannot be a key)/;
const MAX_TEXT = 1024 * 1024;
const MAP = "map[interface {}]interface {}";

/** What go-yaml says where a list or map in brackets is a key, as `{{ .Values.name }}` is to YAML; undefined for another problem. */
export function invalidKeyProblem({ message, at }: YamlError, text: string, read: ReadText): string | undefined {
  if (!OURS.test(message) || !/[[{]/.test(text[at] ?? "") || text.length > MAX_TEXT) return undefined;
  const end = endOfBrackets(text, at);
  if (end === undefined) return undefined;
  return problemOf(read, `${text.slice(0, at)}${placeholder(text.slice(at, end))}${text.slice(end)}`) ?? keyProblem(read, text.slice(at, end));
}

/** What else is wrong with the text around a key: Go says that first. A further key is not, the first one comes first. */
function problemOf(read: ReadText, text: string): string | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    const { message } = error as Error; // see ReadText
    return message.startsWith(INVALID_KEY) ? undefined : message;
  }
}

/** A key within the key comes before it. */
function keyProblem(read: ReadText, key: string): string {
  try {
    return INVALID_KEY + sprintf("%#v", [decoded(read(key))]);
  } catch (error) {
    return (error as Error).message; // see ReadText
  }
}

/** Stands where a key was, on as many lines. */
const placeholder = (key: string): string => `"${key.replaceAll(/[^\n]+/g, "")}"`;

/** The end of a list or map in brackets; undefined where it has none. */
function endOfBrackets(text: string, from: number): number | undefined {
  TOKEN.lastIndex = from;
  let depth = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (/^[[{]/.test(token[0])) depth += 1;
    else if (/^[\]}]/.test(token[0])) depth -= 1;
    if (depth === 0) return TOKEN.lastIndex;
  }
  return undefined;
}

/** A bracket, what parts values, a quoted text, or a plain one, in which quotes are letters. */
const TOKEN = /[[\]{}]|[,:\s]+|"(?:[^"\\]|\\[^])*"|'[^']*'|[^[\]{},:\s]+(?:[ \t]+[^[\]{},:\s]+)*/gy;

/** A value as go-yaml has it before it becomes JSON. */
function decoded(json: Json | undefined): GoValue {
  if (typeof json === "number") return Number.isInteger(json) ? int(json) : json;
  if (json === undefined || json === null || typeof json !== "object") return (json ?? null) as GoValue; // Go's values of the same kind
  if (Array.isArray(json)) return new GoList(json.map((item: Json) => decoded(item)));
  return new GoMap(new Map(Object.entries(json).map(([key, value]) => [key, decoded(value)])), MAP);
}
