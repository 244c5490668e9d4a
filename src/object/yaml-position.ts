import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Scalar } from "yaml";
import type { YamlChunk } from "./yaml-split.ts";

/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A document as a syntax tree: slow, so only where a position or a detail of notation is asked for. */
export interface LocatedDocument {
  readonly document: Document.Parsed;
  /** The place of an offset into the chunk, counted in the whole stream. */
  readonly placeAt: (offset: number) => Place;
}

/** Characters that are parsed for a position: about a second's work. */
const MAX_LOCATED = 2 * 1024 * 1024;

/** Parses one chunk with positions; undefined where it is too long for that. Never throws: a broken document gives the tree of what could be read. */
export function locateDocument(chunk: YamlChunk): LocatedDocument | undefined {
  if (chunk.text.length > MAX_LOCATED) return undefined;
  const lineCounter = new LineCounter();
  const document = parseDocument(chunk.text, { lineCounter, schema: "failsafe", uniqueKeys: false, logLevel: "silent", strict: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: line + chunk.startLine - 1, column: col };
  };
  return { document, placeAt };
}

/** The place of the value at a path (a map entry is placed at its key), or undefined where the path does not exist. */
export function placeOf(located: LocatedDocument | undefined, path: readonly (string | number)[]): Place | undefined {
  if (located === undefined) return undefined;
  let node: unknown = located.document.contents;
  let start = startOf(node);
  for (const step of path) {
    const next = stepInto(node, step);
    if (next === undefined) return undefined;
    ({ node, start } = next);
  }
  return start === undefined ? undefined : located.placeAt(start);
}

/** The members of the map at a path as they are written, before numbers and words are read; lists, maps and aliases are left out. */
export function textsOf(located: LocatedDocument | undefined, path: readonly (string | number)[]): Readonly<Record<string, string>> {
  const map = located?.document.getIn(path, true);
  if (!isMap(map)) return {};
  return Object.fromEntries(map.items.flatMap(({ key, value }) => (isScalar(key) && isScalar(value) ? [[writtenText(key), writtenText(value)]] : [])));
}

/** The text of a scalar of a document located here: its schema reads nothing, so that every scalar is text. */
export function writtenText({ value }: Scalar): string {
  return typeof value === "string" ? value : "";
}

function stepInto(node: unknown, step: string | number): { node: unknown; start: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { node: item, start: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.findLast((item) => isScalar(item.key) && writtenText(item.key) === String(step));
  return pair === undefined ? undefined : { node: pair.value, start: startOf(pair.key) };
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0]; // keys and items of a parsed document are nodes
