import { isAlias, isCollection, isScalar, visit, type Node, type Pair, type Scalar } from "yaml";
import { messageOf } from "../errors.ts";
import { readScalar } from "./go-scalar.ts";
import { locateDocument, type Place } from "./yaml-position.ts";
import type { YamlChunk } from "./yaml-split.ts";

/** Something Go's reader refuses that the fast reader lets through. */
export interface NotationProblem extends Place {
  readonly message: string;
}

const NULLS = new Set(["", "~", "null", "Null", "NULL"]);

/** Cheap signs that a document may hold notation Go refuses: a list or map as key, an explicit key, `\/` in quotes. */
const SUSPECT = /[\]}]\s*:(?:\s|$)|^\s*(?:-\s+)*\?(?:\s|$)|\\\//m;

/** True where a second, slower look is due. `hasNullKey`: the value read has a key spelled `null`. */
export function isSuspect(text: string, hasNullKey: boolean): boolean {
  return hasNullKey || SUSPECT.test(text);
}

/** The first piece of notation that Go's sigs.k8s.io/yaml refuses although YAML allows it, or undefined. */
export function refusedNotation(chunk: YamlChunk): NotationProblem | undefined {
  const { document, placeAt } = locateDocument(chunk);
  let found: NotationProblem | undefined;
  const report = (node: unknown, message: string): symbol => {
    found = { ...placeAt((node as Node | null)?.range?.[0] ?? 0), message };
    return visit.BREAK;
  };
  visit(document, {
    Pair: (_key, pair) => {
      const message = refusedKey(pair);
      return message === undefined ? undefined : report(pair.key ?? pair.value, message);
    },
    Scalar: (_key, scalar) => {
      const message = refusedScalar(scalar, chunk.text);
      return message === undefined ? undefined : report(scalar, message);
    },
  });
  return found;
}

function refusedKey({ key }: Pair): string | undefined {
  if (isCollection(key)) return "a list or map cannot be a key; quote it if text is meant";
  if (isAlias(key)) return undefined;
  const isNull = key === null || (isScalar(key) && key.type === "PLAIN" && key.tag === undefined && NULLS.has(String(key.value ?? "")));
  return isNull ? "null cannot be a key; quote it if text is meant" : undefined;
}

function refusedScalar(scalar: Scalar, text: string): string | undefined {
  if (hasEscapedSlash(scalar, text)) return 'unknown escape "\\/" in a double-quoted text';
  if (scalar.type !== "PLAIN" || scalar.tag !== undefined) return undefined;
  try {
    readScalar(String(scalar.value));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function hasEscapedSlash(scalar: Scalar, text: string): boolean {
  if (scalar.type !== "QUOTE_DOUBLE" || !scalar.range) return false;
  return /(?<!\\)(?:\\\\)*\\\//.test(text.slice(scalar.range[0], scalar.range[1]));
}
