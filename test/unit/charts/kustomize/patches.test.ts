import { describe, expect, test } from "vitest";
import { render } from "../../../../charts/render.ts";
import { asJson } from "../../../../src/object/kube-object.ts";
import { valueAt, type Json, type JsonObject } from "../../../../src/object/json.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";
import { memoryTree } from "../../../support/memory-tree.ts";
import { filesOf, LISTS, MAPS, PATCHES, WRITTEN, type PatchCase } from "./patch-cases.ts";

const rendered = (files: Readonly<Record<string, string>>): JsonObject[] => render(memoryTree(files), { path: "" }).objects.map(({ object }) => asJson(object));

/* Expected objects are what kustomize 5.8.1 makes. */
describe.each<[string, readonly PatchCase[]]>([
  ["what is written how", WRITTEN],
  ["maps", MAPS],
  ["lists", LISTS],
  ["patches", PATCHES],
])("%s", (_group, cases) => {
  test.each(cases)("$name", (each) => {
    const { expected } = each;
    if (expected instanceof RegExp) expect(() => rendered(filesOf(each))).toThrow(expected);
    else expect(rendered(filesOf(each))).toEqual(parseYaml(expected, "expected.yaml", "kustomize").map(({ value }) => value));
  });
});

const generated = (patch: string, target = ""): Json | undefined => {
  const files = { "kustomization.yaml": `configMapGenerator: [{name: g, literals: [a=b]}]\nnamePrefix: p-\npatches:\n- path: patch.yaml\n${target}`, "patch.yaml": patch };
  return valueAt(rendered(files)[0], ["metadata", "name"]);
};
const metadata = (text: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: ${text}\n`;

describe("the name of a generated object", () => {
  test.each([
    ["gets the hash of the patched data", `${metadata("{name: g}")}data: {x: "y"}\n`, "p-g-ff5c62bg4g"],
    ["loses its hash with its annotations", metadata("{name: g, annotations: null}"), "p-g"],
    ["loses its hash with replaced annotations", metadata("{name: g, annotations: {$patch: replace, a: b}}"), "p-g"],
    ["loses its hash with replaced metadata", metadata("{name: g, $patch: replace}"), "p-g"],
    ["keeps its hash where the whole object is to be replaced", `$patch: replace\n${metadata("{name: g}")}`, "p-g-4h2mbtbbt6"],
  ])("%s", (_name, patch, expected) => expect(generated(patch)).toBe(expected));

  test("keeps its hash where null annotations are for selected objects", () => expect(generated(metadata("{name: g, annotations: null}"), "  target: {kind: ConfigMap}\n")).toBe("p-g-4h2mbtbbt6"));

  test("keeps its hash under operations", () => expect(generated("- {op: add, path: /metadata/annotations, value: {a: b}}", "  target: {kind: ConfigMap}\n")).toBe("p-g-4h2mbtbbt6"));
});

const map = metadata("{name: m}");

describe("names and kinds", () => {
  test.each([
    ["change where the patch may", "options: {allowNameChange: true, allowKindChange: true}\n  target: {kind: ConfigMap}", "Secret z"],
    ["change one by one", "options: {allowKindChange: true}\n  target: {kind: ConfigMap}", "Secret m"],
    ["stay otherwise", "target: {kind: ConfigMap}", "ConfigMap m"],
  ])("%s", (_name, entry, expected) => {
    const [object] = rendered({ "r.yaml": map, "p.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: z}\n", "kustomization.yaml": `resources: [r.yaml]\npatches:\n- path: p.yaml\n  ${entry}\n` });
    expect([object?.["kind"], valueAt(object, ["metadata", "name"])]).toEqual(expected.split(" "));
  });

  test("of former layers are found, unless a patch took the annotations away", () => {
    const files = { "base/r.yaml": map, "base/kustomization.yaml": "namePrefix: b-\nresources: [r.yaml]\n", "p.yaml": `${map}data: {a: b}\n`, "q.yaml": metadata("{name: m, annotations: null}") };
    expect(valueAt(rendered({ ...files, "kustomization.yaml": "resources: [base]\npatches: [{path: p.yaml}]\n" })[0], ["data"])).toEqual({ a: "b" });
    expect(() => rendered({ ...files, "kustomization.yaml": "resources: [base]\npatches: [{path: q.yaml}, {path: p.yaml}]\n" })).toThrow(/kustomization\.yaml:2:\d+: no object matches patch for ConfigMap default\/m \(v1\)/);
  });
});

describe("targets", () => {
  const files = { "base/r.yaml": `${map}---\n${metadata("{name: n, namespace: shop, labels: {app: web}, annotations: {v: 1.10}}")}---\n${metadata("{name: mn}")}`, "base/kustomization.yaml": "nameSuffix: -x\nresources: [r.yaml]\n" };
  const selected = (target: string): unknown[] =>
    rendered({ ...files, "kustomization.yaml": `resources: [base]\npatches:\n- target: ${target}\n  patch: '[{"op": "add", "path": "/hit", "value": 1}]'\n` })
      .filter((object) => object["hit"] === 1)
      .map((object) => valueAt(object, ["metadata", "name"]));

  test.each([
    ["{name: m}", ["m-x"]], ["{name: m-x}", ["m-x"]], ["{name: m.*}", ["m-x", "mn-x"]], ["{name: m|n}", ["m-x", "n-x"]], ["{name: m$}", ["m-x"]],
    ["{namespace: default}", ["m-x", "mn-x"]], ["{namespace: s.op}", ["n-x"]], ["{kind: Config}", []], ["{kind: .*Map}", ["m-x", "mn-x", "n-x"]],
    ["{version: v1}", ["m-x", "mn-x", "n-x"]], ["{group: apps}", []], ['{group: ""}', ["m-x", "mn-x", "n-x"]], ["{}", ["m-x", "mn-x", "n-x"]],
    ["{labelSelector: app=web}", ["n-x"]], ["{labelSelector: '!app'}", ["m-x", "mn-x"]], ["{annotationSelector: v=1.10}", ["n-x"]], ["{name: 'n', labelSelector: app!=web}", []],
  ])("%s", (target, expected) => expect(new Set(selected(target))).toEqual(new Set(expected)));
});

describe("patchesStrategicMerge", () => {
  const files = { "r.yaml": map, "p.yaml": `${map}data: {a: b}\n`, "empty.yaml": "# nothing\n" };
  const data = (sources: string): Json | undefined => valueAt(rendered({ ...files, "kustomization.yaml": `resources: [r.yaml]\npatchesStrategicMerge: ${sources}\n` })[0], ["data"]);

  test("may have files that say nothing", () => expect(data("[empty.yaml, p.yaml]")).toEqual({ a: "b" }));

  test.each(["'{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: c}}'", '["{\\"apiVersion\\": \\"v1\\", \\"kind\\": \\"ConfigMap\\", \\"metadata\\": {\\"name\\": \\"m\\"}, \\"data\\": {\\"a\\": \\"c\\"}}"]'])("may be the patch itself in one line: %s", (source) => {
    expect(data(source.startsWith("[") ? source : `[${source}]`)).toEqual({ a: "c" });
  });

  test("has to say something", () => expect(() => data("[empty.yaml]")).toThrow(/kustomization\.yaml:2:1: patch is empty/));
});

const annotated = (text: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, annotations: ${text}}\n`;

const annotations = (change: string, options: string): Json | undefined =>
  valueAt(rendered({ "r.yaml": annotated("{k: x, l: x, m: x}"), "p.yaml": annotated(change), "kustomization.yaml": `resources: [r.yaml]\npatches: [{path: p.yaml, options: {${options}}}]\n` })[0], ["metadata", "annotations"]);

describe("annotations of a strategic merge without a target", () => {
  test.each([
    ["allowNameChange: true", "{l: null, m: ~, n: null, o: 1.10, p: }", { k: "x", l: "null", m: "~", n: "null", o: "1.10", p: "" }],
    ["allowKindChange: true", "{l: null, m: ~, n: null, o: 1.10, p: }", { k: "x", l: "null", m: "~", n: "null", o: "1.10", p: "" }],
    ["allowNameChange: false", "{l: null, m: ~, n: null, o: 1.10, p: }", { k: "x", o: "1.10" }],
    ["allowNameChange: true", "null", { k: "x", l: "x", m: "x" }],
    ["allowNameChange: false", "null", undefined],
  ])("%s: %s", (options, change, expected) => expect(annotations(change, options)).toEqual(expected));
});
