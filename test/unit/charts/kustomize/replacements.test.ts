import { describe, expect, test } from "vitest";
import { applyReplacements } from "../../../../charts/kustomize/replacements.ts";
import { splitFieldPath } from "../../../../charts/kustomize/replacement-path.ts";
import { newResource } from "../../../../charts/kustomize/resource.ts";
import { render } from "../../../../charts/render.ts";
import { asJson } from "../../../../src/object/kube-object.ts";
import { valueAt, type JsonObject } from "../../../../src/object/json.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";
import { memoryTree } from "../../../support/memory-tree.ts";
import { CREATED, filesOf, PARTS, PATHS, SELECTIONS, SOURCES, TEXTS, TYPES, type ReplacementCase } from "./replacement-cases.ts";

const rendered = (files: Readonly<Record<string, string>>): JsonObject[] => render(memoryTree(files), { path: "" }).objects.map(({ object }) => asJson(object));

/* Expected values are what kustomize 5.8.1 makes. */
describe.each<[string, readonly ReplacementCase[]]>([
  ["a target's path leads to", PATHS],
  ["create makes", CREATED],
  ["by the type of the field", TYPES],
  ["of a text is taken or put", PARTS],
  ["the value comes from", SOURCES],
  ["in a text", TEXTS],
])("%s", (_group, cases) => {
  test.each(cases.filter((each) => each.expected !== undefined))("$name", (each) => {
    const target = rendered(filesOf(each)).find(({ kind }) => kind === "Target");
    expect({ spec: target?.["spec"] }).toEqual(parseYaml(`spec: ${each.expected}`, "expected.yaml", "kustomize")[0]?.value);
  });

  test.each(cases.filter((each) => each.expected === undefined))("no: $name", (each) => {
    expect(() => rendered(filesOf(each))).toThrow(each.error);
  });
});

describe("objects are selected by", () => {
  test.each(SELECTIONS)("$name", ({ files, expected }) => {
    const changed = (): unknown[] => rendered(files).filter((object) => object["kind"] === "ConfigMap" && valueAt(object, ["data", "v"]) === "new").map((object) => valueAt(object, ["metadata", "name"]));
    if (expected instanceof RegExp) expect(changed).toThrow(expected);
    else expect(new Set(changed())).toEqual(new Set(expected));
  });
});

describe("replacements", () => {
  const origin = { file: "a.yaml", line: 1, overlays: [] };
  const source = newResource({ apiVersion: "v1", kind: "Source", metadata: { name: "s" }, spec: { v: { a: [1] } } }, origin);
  const target = newResource({ apiVersion: "v1", kind: "Target", metadata: { name: "t" }, spec: { l: [{ v: 1 }] } }, origin);

  test("leave what they read and change as it was, and share what they put", () => {
    const before = structuredClone([source, target]);
    const [, changed] = applyReplacements([source, target], [{ source: { kind: "Source", fieldPath: "spec.v" }, targets: [{ select: { kind: "Target" }, fieldPaths: ["spec.w"], options: { create: true } }] }], () => undefined);
    expect([source, target]).toEqual(before);
    expect(valueAt(changed?.value, ["spec", "w"])).toBe(valueAt(source.value, ["spec", "v"]));
    expect(valueAt(changed?.value, ["spec", "l"])).toBe(valueAt(target.value, ["spec", "l"]));
  });

  test("make annotations that are the text as it stands, and other fields that YAML reads in it", () => {
    const [changed] = applyReplacements([target], [{ sourceValue: "1.10", targets: [{ select: {}, fieldPaths: ["metadata.annotations.version", "spec.version"], options: { create: true } }] }], () => undefined);
    expect(changed?.value).toMatchObject({ metadata: { annotations: { version: "1.10" } }, spec: { version: 1.1 } });
  });

  test("are paid for by every field", () => {
    const wide = newResource({ ...target.value, spec: { l: Array.from({ length: 100 }, () => ({ m: Array.from({ length: 100 }, () => 1) })) } }, origin);
    let paid = 0;
    applyReplacements([wide], [{ sourceValue: "1", targets: [{ select: {}, fieldPaths: ["spec.l.*.m.*"] }] }], (units) => void (paid += units));
    expect(paid).toBeGreaterThan(10_000);
  });

  test("have paths of a bounded length", () => expect(() => splitFieldPath("a.".repeat(1000))).toThrow("more than 200 steps"));

  test.each([
    ["a.b.c", ["a", "b", "c"]], [".a.b", ["a", "b"]], ["a\\.b.c", ["a.b", "c"]], ["a.[b.c/d].e", ["a", "b.c/d", "e"]], ["l.[name=a.b].c", ["l", "[name=a.b]", "c"]],
    ["l.[=x]", ["l", "[=x]"]], ["a.[b]", ["a", "[b]"]], ["a.[b.c", ["a", "b.c"]], ["", [""]],
  ])("split the path %j", (path, steps) => expect(splitFieldPath(path)).toEqual(steps));

  test("treat __proto__ as a name like any other", () => {
    const entry = { sourceValue: "new", targets: [{ select: {}, fieldPaths: ["spec.__proto__.polluted"], options: { create: true } }] };
    const [changed] = applyReplacements([target], [entry], () => undefined);
    expect(Object.keys(valueAt(changed?.value, ["spec"]) ?? {})).toEqual(["l", "__proto__"]);
    expect(valueAt(changed?.value, ["spec", "__proto__"])).toEqual({ polluted: "new" });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
