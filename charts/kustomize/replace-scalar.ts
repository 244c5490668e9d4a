import { readScalar } from "../../src/object/go-scalar.ts";
import type { Json } from "../../src/object/json.ts";
import { demandScalar } from "./field-path.ts";
import { scalarText } from "./resource.ts";

/** The text of a plain value as kustomize sees it; a null is the word, what is not there is nothing. */
export const plainText = (value: Json | undefined): string => (value === null ? "null" : scalarText(value));

/**
 * A text in place of a plain value, or of nothing. kustomize keeps the quotes of what was there, so that a text which reads
 * like a number or true becomes one unless it replaces something that had to be quoted. Throws Error where a map or list is.
 */
export function replaceScalar(current: Json | undefined, text: string): Json {
  demandScalar(current);
  const isQuoted = typeof current === "string" && readScalar(current, "kustomize") !== current;
  return isQuoted ? text : readScalar(text, "kustomize");
}
