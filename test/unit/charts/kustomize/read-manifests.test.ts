import { describe, expect, test } from "vitest";
import { readManifests, withTextAnnotations } from "../../../../charts/kustomize/read-manifests.ts";
import { metadataOf } from "../../../../charts/kustomize/resource.ts";
import type { Json } from "../../../../src/object/json.ts";

const object = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
const list = (kind: string, ...items: string[]): string => `apiVersion: v1\nkind: ${kind}\nitems:\n${items.map((item) => `- ${item}\n`).join("")}`;
const stream = (...documents: string[]): string => documents.map((document) => `${document.trimEnd()}\n`).join("---\n");

const namesIn = (text: string): Json[] => readManifests(text, "file.yaml").map(({ value }) => metadataOf(value)["name"] ?? null);

/* As kustomize 5.8.1 reads them. */
describe("manifests", () => {
  test.each<readonly [string, string, readonly Json[]]>([
    ["documents without content count for nothing", stream("{}", "null", "# text", "[]", object("a"), ""), ["a"]],
    ["a list alone is its items", list("List", object("b"), object("c")), ["b", "c"]],
    ["items of lists follow all other documents", stream(list("List", object("b"), object("c")), object("a"), list("ConfigMapList", object("e")), object("d")), ["a", "d", "b", "c", "e"]],
    ["lists in lists are taken apart in place", stream(object("a"), list("List", list("List", object("y"), object("z")).replaceAll("\n", "\n  ").trimEnd(), object("b")), object("d")), ["a", "d", "y", "z", "b"]],
    ["other lists in lists come last", stream(list("List", `{kind: ConfigMapList, apiVersion: v1, items: [${object("z")}]}`, object("b")), object("d")), ["d", "b", "z"]],
    ["lists of nothing are nothing", stream(list("List").replace("items:", "items: []"), "{apiVersion: v1, kind: FooList, items: null}", object("a")), ["a"]],
    ["empty items are left out", stream(list("FooList", "null", "{}", object("b")), object("a")), ["a", "b"]],
    ["what has no items is an object", "{apiVersion: v1, kind: FooList, metadata: {name: x}, spec: {items: []}}", ["x"]],
    ["a byte order mark may stand before every document", `\uFEFF${stream(object("a"), `\uFEFF${object("b")}`)}`, ["a", "b"]],
  ])("%s", (_, text, names) => expect(namesIn(text)).toEqual(names));

  test.each<readonly [string, string]>([
    [stream(object("a"), "text"), "file.yaml:3: document is a string"],
    [stream("- a"), "file.yaml:1: document is a list"],
    [list("FooList", "text"), "file.yaml:4: item 0 of the list is a string"],
    ["{apiVersion: v1, kind: FooList, items: {a: b}}", "file.yaml:1: items of a list must be a list of objects"],
  ])("%j is refused", (text, message) => expect(() => readManifests(text, "file.yaml")).toThrow(message));

  test("items know their lines", () => expect(readManifests(stream(list("FooList", object("b"), object("c")), object("a")), "file.yaml").map(({ line }) => line)).toEqual([7, 4, 5]));
});

const NOTATIONS = "{a: 1.10, d: 2020-01-01, t: yes, n: ~, e: 1e3, h: 0x10, q: '1.10', m: {x: z}}";

const left = (text: string): Json | undefined => metadataOf(withTextAnnotations(readManifests(text, "file.yaml")[0]?.value ?? {}))["annotations"];

/* As kustomize 5.8.1 leaves them. */
describe("annotations", () => {
  const annotated = `{apiVersion: v1, kind: ConfigMap, metadata: {name: b, annotations: ${NOTATIONS}}}`;
  const asWritten = { a: "1.10", d: "2020-01-01", t: "yes", n: "~", e: "1e3", h: "0x10", q: "1.10", m: "" };
  const asRead = { a: "1.1", d: "2020-01-01T00:00:00Z", t: "yes", n: "null", e: "1000", h: "16", q: "1.10", m: "" };

  test.each<readonly [string, string, Json]>([
    ["stay as they are written", annotated, asWritten],
    ["stay as they are written in a list that is alone", list("List", annotated), asWritten],
    ["of items of other lists are what was read", list("ConfigMapList", annotated), asRead],
    ["of items of a list among others are what was read", stream(list("List", annotated), "# more"), asRead],
  ])("%s", (_, text, expected) => expect(left(text)).toEqual(expected));

  test.each(["{}", "null", "text"])("that are %s are dropped", (annotations) => expect(left(annotated.replace(NOTATIONS, annotations))).toBeUndefined());
});
