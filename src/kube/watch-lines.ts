/** A watch's body (one JSON document per line) → its events. Does not contact the cluster. */
import { KubeApiError } from "../errors.ts";
import type { Json } from "../object/json.ts";
import { isJsonObject, parseJson } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { asKubeObject } from "../object/kube-object.ts";
import type { WatchEvent } from "../ports.ts";
import { statusToError } from "./errors.ts";

const NEWLINE = 0x0a;
/** No object of a cluster comes near this many bytes; a longer line is a broken or hostile peer. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** The lines of a stream of chunks, cut at newlines, each decoded once. What follows the last newline is dropped. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts).toString("utf8");
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > MAX_LINE_BYTES) throw new KubeApiError(0, "WatchLineTooLong", `a watch line is longer than ${MAX_LINE_BYTES} bytes`);
  }
}

/** One line as an event; undefined for an empty line or a type we do not know. Throws KubeApiError for an ERROR event. */
export function parseWatchLine(line: string): WatchEvent | undefined {
  if (line === "") return undefined;
  const event = parseLine(line);
  const type = isJsonObject(event) ? event["type"] : undefined;
  const object = isJsonObject(event) ? event["object"] : undefined;
  if (type === "ERROR") throw statusToError(object);
  return typeof type === "string" && isEventType(type) ? { type, object: objectOf(object) } : undefined;
}

function isEventType(type: string): type is WatchEvent["type"] {
  return type === "ADDED" || type === "MODIFIED" || type === "DELETED" || type === "BOOKMARK";
}

function parseLine(line: string): Json {
  try {
    return parseJson(line);
  } catch (error) {
    throw new KubeApiError(0, "WatchLineInvalid", "a watch line is not JSON", { cause: error });
  }
}

function objectOf(value: Json | undefined): KubeObject {
  if (!isJsonObject(value) || !isJsonObject(value["metadata"])) {
    throw new KubeApiError(0, "WatchLineInvalid", "a watch event carries no object with metadata");
  }
  return asKubeObject(value);
}
