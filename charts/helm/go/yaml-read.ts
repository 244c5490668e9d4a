import type { Json } from "../../../src/object/json.ts";
import { Cursor, YamlError } from "../../../src/object/yaml-cursor.ts";
import { readStream } from "../../../src/object/yaml-stream.ts";
import { goYamlProblem } from "./yaml-problem.ts";

/** Characters of one text. */
const MAX_TEXT = 16 * 1024 * 1024;
const DOCUMENT_START = /^---(?=\s|$)/gm;
const DOCUMENT_END = /^\.\.\.(?=\s|$)/m;

/**
 * The first document of a text as sigs.k8s.io/yaml reads it; null where it is empty. What follows is not looked at. Throws
 * Error with Go's text, or one that says as much.
 */
export function readYaml(text: string): Json {
  if (text.length > MAX_TEXT) throw new Error(`yaml: text is larger than ${MAX_TEXT / 1024 / 1024} MiB`);
  if (!text.isWellFormed()) throw new Error("yaml: invalid leading UTF-8 octet");
  let source = text;
  try {
    const cursor = new Cursor(text);
    source = cursor.text;
    for (const { value, at } of readStream(cursor, "kubectl")) return isFirst(source.slice(0, at)) ? value : null;
    return null;
  } catch (error) {
    throw error instanceof YamlError ? new Error(goYamlProblem(error, source), { cause: error }) : error;
  }
}

/** Whether no empty document stands before the first content. */
function isFirst(before: string): boolean {
  if (before === "") return true;
  return (before.match(DOCUMENT_START)?.length ?? 0) < 2 && !DOCUMENT_END.test(before.replace(/^(?:\s*(?:#.*)?\n)*/, ""));
}
