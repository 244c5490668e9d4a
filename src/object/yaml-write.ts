import { Document, isScalar, visit } from "yaml";
import { readScalar } from "./go-scalar.ts";
import type { Json } from "./json.ts";

/** YAML for people, as kubectl prints it: keys in order, lists not indented, long lines kept, text quoted where Go would read something else. Equal values give equal text. */
export function stringifyYaml(value: Json): string {
  const document = new Document(value, { version: "1.1", aliasDuplicateObjects: false, sortMapEntries: byCodeUnit });
  visit(document, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === "string" && needsQuotes(scalar.value)) scalar.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0, indentSeq: false, directives: false });
}

const byCodeUnit = (left: { key: unknown }, right: { key: unknown }): number => {
  const [a, b] = [textOf(left.key), textOf(right.key)];
  return a < b ? -1 : a > b ? 1 : 0;
};

const textOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

function needsQuotes(text: string): boolean {
  if (text === "<<") return true;
  try {
    return readScalar(text) !== text;
  } catch {
    return true;
  }
}
