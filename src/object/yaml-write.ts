import { Document, isScalar, visit } from "yaml";
import { readScalar } from "./go-scalar.ts";
import type { Json } from "./json.ts";

/** `1:30` is 90 to readers of YAML 1.1 other than Go's. */
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/;

/** YAML for people, as kubectl prints it: keys in order, lists not indented, long lines kept, text quoted where Go would read something else. Equal values give equal text. */
export function stringifyYaml(value: Json): string {
  const document = new Document(value, { schema: "core", aliasDuplicateObjects: false, sortMapEntries: byCodeUnit });
  visit(document, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === "string" && needsQuotes(scalar.value)) scalar.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0, indentSeq: false });
}

const byCodeUnit = (left: { key: unknown }, right: { key: unknown }): number => {
  const [a, b] = [textOf(left.key), textOf(right.key)];
  return a < b ? -1 : a > b ? 1 : 0;
};

const textOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

function needsQuotes(text: string): boolean {
  if (text === "<<" || text === "=" || BASE_60.test(text)) return true;
  try {
    return readScalar(text, "kubectl") !== text || readScalar(text, "kustomize") !== text;
  } catch {
    return true;
  }
}
