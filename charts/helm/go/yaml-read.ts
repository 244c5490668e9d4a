import type { Json } from "../../../src/object/json.ts";
import { Cursor, YamlError } from "../../../src/object/yaml-cursor.ts";
import { readStream } from "../../../src/object/yaml-stream.ts";
import { goYamlProblem } from "./yaml-problem.ts";

/** Characters of one text. */
const MAX_TEXT = 16 * 1024 * 1024;
/** Keys that are no keys, one behind or within the other, after which no more are looked at. */
const MAX_TAKEN = 20;
const DOCUMENT_START = /^---(?=\s|$)/gm;
const DOCUMENT_END = /^\.\.\.(?=\s|$)/m;

/**
 * The first document of a text as sigs.k8s.io/yaml reads it; null where it is empty. What follows is not looked at. Throws
 * Error with Go's text, or one that says as much.
 */
export function readYaml(text: string): Json {
  return readPart(text, 0);
}

/** Reads a text, or what is left of one in which `taken` keys were no keys. */
function readPart(text: string, taken: number): Json {
  if (text.length > MAX_TEXT) throw new Error(`yaml: text is larger than ${MAX_TEXT / 1024 / 1024} MiB`);
  if (!text.isWellFormed()) throw new Error("yaml: invalid leading UTF-8 octet");
  let source = text;
  try {
    const cursor = new Cursor(text);
    source = cursor.text;
    for (const { value, at } of readStream(cursor, "kubectl")) return isFirst(source.slice(0, at)) ? value : null;
    return null;
  } catch (error) {
    const before = error instanceof YamlError ? beforeRest(error, source) : undefined;
    if (before !== undefined) return readPart(before, taken);
    const read = taken < MAX_TAKEN ? (part: string): Json => readPart(part, taken + 1) : undefined;
    throw error instanceof YamlError ? new Error(goYamlProblem(error, source, read), { cause: error }) : error;
  }
}

const REST = /^only one value may stand/;
/** What Go stumbles over when it looks for the end of a document: a sign that needs more behind it, or a key on the same line. */
const NO_REST = /^[@`%&*!'"]|:(?:\s|$)/;

/** The text up to what follows the value of the first document, where nothing should: Go does not look at that. */
function beforeRest({ message, at }: YamlError, text: string): string | undefined {
  if (!REST.test(message)) return undefined;
  const before = text.slice(0, at);
  const end = text.indexOf("\n", at);
  const isSameLine = !/\n[ \t]*$/.test(before);
  const rest = isSameLine ? text.slice(at, end < 0 ? undefined : end) : text.slice(at, at + 1);
  return NO_REST.test(rest) ? undefined : before;
}

/** Whether no empty document stands before the first content. */
function isFirst(before: string): boolean {
  if (before === "") return true;
  return (before.match(DOCUMENT_START)?.length ?? 0) < 2 && !DOCUMENT_END.test(before.replace(/^(?:\s*(?:#.*)?\n)*/, ""));
}
