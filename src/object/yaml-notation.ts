import { isAlias, isCollection, isScalar, visit, type Node, type Pair, type Scalar } from "yaml";
import { messageOf } from "../errors.ts";
import { readScalar, type Dialect } from "./go-scalar.ts";
import { locateDocument, writtenText, type Place } from "./yaml-position.ts";
import type { YamlChunk } from "./yaml-split.ts";

/** Something Go's reader refuses that the fast reader lets through. */
export interface NotationProblem extends Place {
  readonly message: string;
}

const NULLS = new Set(["", "~", "null", "Null", "NULL"]);

/** Cheap signs that a document may hold notation Go refuses: a list or map as key, an explicit key, `\/`. */
const SUSPECT = /^[ \t]*(?:-[ \t]+)*(?:\?(?:\s|$)|[[{][^\n]*[\]}][ \t]*:(?:\s|$))|"[^"\n]*\\\//m;

/** True where a second, slower look is due. */
export function isSuspect(text: string): boolean {
  return SUSPECT.test(text);
}

/** True for a key that may not have been text before it became a key: `null` to all, numbers and booleans to kustomize. */
export function isSuspectKey(key: string, dialect: Dialect): boolean {
  if (key === "[object Object]") return true; // what js-yaml makes of a map as key
  if (dialect === "kubectl" || !/^(?:[-+.\d]|null$|true$|false$)/.test(key)) return key === "null";
  try {
    return typeof readScalar(key, dialect) !== "string";
  } catch {
    return true;
  }
}

/** The first piece of notation that Go refuses although YAML allows it, or undefined. */
export function refusedNotation(chunk: YamlChunk, dialect: Dialect): NotationProblem | undefined {
  const located = locateDocument(chunk);
  if (located === undefined) return undefined;
  const { document, placeAt } = located;
  let found: NotationProblem | undefined;
  const report = (node: unknown, message: string): symbol => {
    found = { ...placeAt((node as Node | null)?.range?.[0] ?? 0), message };
    return visit.BREAK;
  };
  visit(document, {
    Pair: (_key, pair) => {
      const message = refusedKey(pair, dialect);
      return message === undefined ? undefined : report(pair.key ?? pair.value, message);
    },
    Scalar: (_key, scalar) => {
      const message = refusedScalar(scalar, chunk.text);
      return message === undefined ? undefined : report(scalar, message);
    },
  });
  return found;
}

function refusedKey({ key }: Pair, dialect: Dialect): string | undefined {
  if (isCollection(key)) return "a list or map cannot be a key; quote it if text is meant";
  if (isAlias(key)) return undefined;
  if (key === null) return "null cannot be a key; quote it if text is meant";
  if (!isScalar(key) || key.type !== "PLAIN" || key.tag !== undefined) return undefined;
  const text = writtenText(key);
  if (NULLS.has(text)) return "null cannot be a key; quote it if text is meant";
  const read = dialect === "kustomize" && text !== "<<" ? typeof readScalar(text, dialect) : "string";
  return read === "string" ? undefined : `a ${read} cannot be a key; quote it if text is meant`;
}

function refusedScalar(scalar: Scalar, text: string): string | undefined {
  if (hasEscapedSlash(scalar, text)) return 'unknown escape "\\/" in a double-quoted text';
  if (scalar.type !== "PLAIN" || scalar.tag !== undefined) return undefined;
  try {
    readScalar(writtenText(scalar));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function hasEscapedSlash(scalar: Scalar, text: string): boolean {
  if (scalar.type !== "QUOTE_DOUBLE" || !scalar.range) return false;
  return /(?<!\\)(?:\\\\)*\\\//.test(text.slice(scalar.range[0], scalar.range[1]));
}
