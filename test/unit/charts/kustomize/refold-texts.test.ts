import { describe, expect, test } from "vitest";
import { render } from "../../../../charts/render.ts";
import type { Json, JsonObject } from "../../../../src/object/json.ts";
import { refold } from "../../../../src/object/refold.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

describe("a text that is written below a > and read again", () => {
  test.each([
    ["a(\n  b\nc\n", "a(\n\n  b\nc\n"], ["a\nb\n", "a\nb\n"], ["a\n\nb", "a\n\nb"], ["a\n  b\n  c\nd", "a\n\n  b\n  c\nd"], ["a\n\n\tb\n", "a\n\n\n\tb\n"],
    [" lead\nb\nc\n", " lead\nb c\n"], [" lead\nb\n\nc\n", " lead\nb\nc\n"], ["\n lead\nb\nc\n", "\n lead\nb c\n"], ["\n\na\n b\n", "\n\na\n\n b\n"],
    ["a\n\n", "a\n\n\n"], ["a\n b\n\n", "a\n\n b\n\n"], ["a", "a"], ["", ""], ["\n", "\n"],
    ["a \n  b\nc\n", "a \n  b\nc\n"], ["a\n  b ", "a\n  b "], ["\u{1F600}\n  b\nc\n", "\u{1F600}\n  b\nc\n"], ["é\n  b\nc\n", "é\n\n  b\nc\n"],
  ])("%j becomes %j", (text, expected) => expect(refold(text)).toBe(expected));
});

const READ = "a(\n  b\nc\n";
const PRINTED = "a(\n\n  b\nc\n";
const folded = (margin: string): string => `>\n${margin}a(\n${margin}  b\n${margin}c\n`;
const MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n";
const OBJECT = `${MAP}  annotations:\n    t: ${folded("      ")}data:\n  t: ${folded("    ")}  plain: x\n`;
const indented = (text: string, margin: string): string => text.replaceAll(/^(?=.)/gm, margin);
const LIST = `kind: List\napiVersion: v1\nitems:\n-${indented(OBJECT, "  ").slice(1)}`;
const merge = (data: string): string => `patches:\n- patch: |\n${indented(`${MAP}data:\n${data}  z: end\n`, "    ")}`;
const JSON_PATCH = `patches:\n- target: {name: m}\n  patch: |\n    - op: add\n      path: /data/x\n      value: ${folded("        ")}    - {op: add, path: /data/z, value: end}\n`;

function objectOf(file: string, rest: string): JsonObject {
  const files = { "base/r.yaml": file, "base/kustomization.yaml": "resources: [r.yaml]\n", "kustomization.yaml": `resources: [base]\n${rest}` };
  const { objects } = render(memoryTree(files), { path: "" });
  return objects[0]?.object as unknown as JsonObject; // an object of Kubernetes is JSON
}

const textsOf = (object: JsonObject): Json[] => [(object["data"] as JsonObject)["t"], ((object["metadata"] as JsonObject)["annotations"] as JsonObject)["t"]] as Json[]; // as OBJECT has them

describe("a folded text of an object changes", () => {
  test.each<[string, string, string, string, string]>([
    ["once, but not in annotations", OBJECT, "", PRINTED, READ],
    ["once in two layers", OBJECT, "namePrefix: p-\ncommonLabels: {a: b}\n", PRINTED, READ],
    ["in a file that is one list", LIST, "", PRINTED, READ],
    ["not in a list among other documents", `${LIST}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n`, "", READ, READ],
    ["with its anchor and tag", OBJECT.replaceAll("t: >", "t: &a !!str >"), "", PRINTED, READ],
    ["before a JSON patch, in annotations too", OBJECT, JSON_PATCH, PRINTED, PRINTED],
    ["not where it is no longer folded", OBJECT.replaceAll("t: >", "t: |"), "", READ, READ],
    ["with the new text of a patch", OBJECT, merge('  t: "a(\\n  b\\nc\\n"\n'), PRINTED, READ],
    ["not where a patch folds what was not", OBJECT.replaceAll("t: >", "t: |"), merge(`  t: ${folded("    ")}`), READ, READ],
  ])("%s", (_, file, rest, data, annotation) => expect(textsOf(objectOf(file, rest))).toEqual([data, annotation]));

  test.each([[merge(`  x: ${folded("    ")}`), PRINTED], [JSON_PATCH, READ]])("as a new member of a patch: %j", (rest, expected) => {
    expect((objectOf(OBJECT, rest)["data"] as JsonObject)["x"]).toBe(expected); // a map
  });

  test("not where vars are looked for", () => {
    const vars = "vars: [{name: V, objref: {kind: ConfigMap, name: m, apiVersion: v1}}]\nconfigurations: [c.yaml]\n";
    const { objects } = render(memoryTree({ "r.yaml": OBJECT.replace("plain: x", "plain: $(V)"), "c.yaml": "varReference: [{kind: ConfigMap, path: data}]\n", "kustomization.yaml": `resources: [r.yaml]\n${vars}` }), { path: "" });
    expect(objects[0]?.object["data"]).toEqual({ t: READ, plain: "m" });
  });
});
