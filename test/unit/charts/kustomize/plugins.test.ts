import { describe, expect, test } from "vitest";
import { Budget } from "../../../../charts/budget.ts";
import { layerFiles } from "../../../../charts/kustomize/layer-files.ts";
import type { PluginContext } from "../../../../charts/kustomize/plugin-context.ts";
import { insertPart } from "../../../../charts/kustomize/plugin-value-add.ts";
import { generatorOf, transformerOf } from "../../../../charts/kustomize/plugins.ts";
import { readManifests, withTextAnnotations } from "../../../../charts/kustomize/read-manifests.ts";
import { newResource, type Resource } from "../../../../charts/kustomize/resource.ts";
import { ParseCache } from "../../../../charts/parse-cache.ts";
import { render } from "../../../../charts/render.ts";
import { TreeFiles } from "../../../../charts/tree-files.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../../src/object/json.ts";
import { asJson } from "../../../../src/object/kube-object.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";
import { memoryTree } from "../../../support/memory-tree.ts";
import { PLUGIN_CASES } from "./plugin-cases.ts";

type Files = Readonly<Record<string, string>>;

function contextWith(files: Files): PluginContext {
  const tree = memoryTree({ "outside.yaml": "{}", ...Object.fromEntries(Object.entries({ "kustomization.yaml": "", ...files }).map(([path, text]) => [`root/${path}`, text])) });
  const reading = { files: new TreeFiles(tree, new ParseCache(1_000_000)), restriction: "RootOnly", schema: { isChosen: false, definitions: undefined }, spend: new Budget().spend } as const;
  return { folder: "root", files: layerFiles(reading, "root") };
}

const objectOf = (yaml: string): JsonObject => (readManifests(yaml, "object.yaml")[0] ?? { value: {} }).value;
const resourceOf = (yaml: string): Resource => newResource(objectOf(yaml), { file: "object.yaml", line: 1, overlays: [] });

/** Maps are joined, everything else is replaced. */
function joined(value: Json | undefined, change: Json): Json {
  if (!isJsonObject(value) || !isJsonObject(change)) return change;
  return { ...value, ...Object.fromEntries(Object.entries(change).map(([name, member]) => [name, joined(value[name], member ?? null)])) };
}

const pluginOf = (kind: string, config: string, metadata = "{}"): JsonObject => {
  const [own, more] = [config, metadata].map((yaml) => parseYaml(yaml, "config.yaml", "kustomize")[0]?.value as JsonObject); // the tables hold maps
  return { ...own, apiVersion: "builtin", kind, metadata: { name: "t", ...more } };
};

const programOf = (apiVersion: string, annotations: JsonObject = {}): JsonObject => ({ apiVersion, kind: "Any", metadata: { name: "t", annotations } });

describe("built-in transformers", () => {
  test.each(PLUGIN_CASES)("$kind: $name", ({ kind, config, metadata, files = {}, objects, changes }) => {
    const transform = transformerOf(pluginOf(kind, config, metadata), contextWith(files));
    const expected = objects.flatMap((object, index) => {
      const change = changes[index] ?? "";
      return change === "gone" ? [] : [change === "" ? objectOf(object) : joined(objectOf(object), parseYaml(change, "change.yaml")[0]?.value ?? {})];
    });
    expect(transform(objects.map(resourceOf)).map(({ value }) => withTextAnnotations(value))).toEqual(expected);
  });

  const MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: v}}";

  test.each<readonly [string, string, RegExp]>([
    ["LabelTransformer", "{labels: {n: [1]}, fieldSpecs: [{group: 1}, x]}", /^LabelTransformer "t": labels\.n: must be text; fieldSpecs\[0\]\.group: must be text \(quote it\); fieldSpecs\[1\]: must be a map$/],
    ["LabelTransformer", "{labels: {n: x}, fieldSpecs: [{path: data/k}]}", /^LabelTransformer "t": .*data\/k: is not a map$/],
    ["LabelTransformer", "{labels: {n: x}, fieldSpecs: [{path: metadata/labels/, create: true}]}", /empty step/],
    ["LabelTransformer", `{labels: {n: x}, fieldSpecs: [{path: ${"a/".repeat(600)}b, create: true}]}`, /fieldSpecs\[0\]\.path: is longer than 1000 characters$/],
    ["PrefixTransformer", "{prefix: p-}", /fieldSpecs: is missing/],
    ["PrefixTransformer", "{prefix: p-, fieldSpecs: [{path: data}]}", /a map is there, text is expected/],
    ["NamespaceTransformer", "{setRoleBindingSubjects: some}", /must be defaultOnly, allServiceAccounts or none/],
    ["ReplicaCountTransformer", "{replica: {name: m, count: '3'}}", /replica\.count: must be a whole number/],
    ["ReplicaCountTransformer", "{replica: {name: m, count: 3}}", /"m"/],
    ["PatchTransformer", "{}", /has neither path nor patch$/],
    ["PatchTransformer", "{path: a, patch: b}", /has both path and patch/],
    ["PatchTransformer", "{path: ../outside.yaml}", /is not in or below root/],
    ["PatchTransformer", "{path: none.yaml}", /"none\.yaml" not found/],
    ["PatchStrategicMergeTransformer", "{}", /has neither paths nor patches$/],
    ["PatchStrategicMergeTransformer", "{patches: '# nothing'}", /patch is empty/],
    ["PatchJson6902Transformer", "{jsonOp: '[]'}", /has no target\.name$/],
    ["PatchJson6902Transformer", "{target: {name: m}, jsonOp: '[]'}", /has no list of operations$/],
    ["ReplacementTransformer", "{replacements: [{path: r.yaml, source: {kind: Any}}]}", /has both the path r\.yaml and a replacement in place/],
    ["ReplacementTransformer", "{replacements: [{source: {kind: 1}}]}", /replacements\[0\]\.source\.kind: must be text/],
    ["ReplacementTransformer", "{replacements: [{path: text.yaml}]}", /text\.yaml holds neither a replacement nor a list of them/],
    ["ReplacementTransformer", "{replacements: [{path: bad.yaml}]}", /bad\.yaml: \[0\]\.targets: must be a list/],
    ["ValueAddTransformer", "{value: x}", /targets: at least one is needed$/],
    ["ValueAddTransformer", "{value: x, targets: [{}]}", /fieldPath is missing$/],
    ["ValueAddTransformer", "{value: x, targets: [{fieldPath: a, filePathPosition: -1}]}", /must not be negative$/],
    ["ValueAddTransformer", `{value: x, targets: [{fieldPath: ${"a/".repeat(100)}b}]}`, /a fieldPath has at most 100 steps$/],
    ["ValueAddTransformer", "{value: x, targets: [{fieldPath: data}]}", /a map is there, text is expected/],
    ["ValueAddTransformer", "{value: x, targets: [{fieldPath: data/k/deeper}]}", /"deeper" is looked for in a plain value/],
    ["ValueAddTransformer", "{value: x, targets: [{fieldPath: data/0}]}", /"0" is looked for in a map, a list is needed/],
    ["ValueAddTransformer", "{value: x, targets: [{fieldPath: 'made/[k:v]'}]}", /is not of the form \[key=value\]/],
    ["SortOrderTransformer", "{}", /cannot be listed; say sortOptions/],
    ["LegacyOrderTransformer", "{}", /cannot be listed; say sortOptions/],
    ["ConfigMapGenerator", "{}", /^ConfigMapGenerator makes objects; list it under generators$/],
    ["labelTransformer", "{}", /^there is no built-in plugin "labelTransformer" for this list; known are AnnotationsTransformer, /],
  ])("%s %s is refused", (kind, config, message) => expect(() => transformerOf(pluginOf(kind, config), contextWith({ "text.yaml": "text", "bad.yaml": "[{targets: 1}]" }))([resourceOf(MAP)])).toThrow(message));

  test("what is no built-in is refused, whatever it is", () => {
    expect(() => transformerOf(programOf("example.com/v1"), contextWith({}))).toThrow("Any (example.com/v1) is a plugin that is not built in; Driftless runs no programs from Git");
    expect(() => generatorOf(programOf("v1", { "config.kubernetes.io/function": "container: {image: any}" }), contextWith({}))).toThrow("Any (v1) is a function in a container, an executable or a script; Driftless runs no programs from Git");
  });
});

const configMap = (metadata: JsonObject, data: JsonObject, more: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { annotations: {}, ...metadata }, data, ...more });

test("more field specs than any honest configuration has are too much work", () => {
  const specs = `[${"{path: metadata/labels}, ".repeat(2000)}]`;
  const labels = Array.from({ length: 100 }, (_, index) => `l${index}: x`).join(", ");
  const transform = transformerOf(pluginOf("LabelTransformer", `{labels: {${labels}}, fieldSpecs: ${specs}}`), contextWith({}));
  expect(() => transform(Array.from({ length: 200 }, () => resourceOf("{apiVersion: v1, kind: ConfigMap, metadata: {name: m}}")))).toThrow(/too much work/);
});

describe("built-in generators", () => {
  const files: Files = { "a.env": "A=1\n", "f.txt": "text\n" };
  const made = (kind: string, config: string, metadata?: string): unknown => generatorOf(pluginOf(kind, config, metadata), contextWith(files));

  test.each<readonly [string, string | undefined, JsonObject, boolean, string | undefined]>([
    ["{literals: [a=b], envs: [a.env], files: [k=f.txt], env: a.env}", undefined, configMap({ name: "t" }, { A: "1", a: "b", k: "text\n" }), true, undefined],
    ["{name: other, namespace: ns, behavior: merge, literals: [a=b]}", "{namespace: own}", configMap({ name: "other", namespace: "ns" }, { a: "b" }), true, "merge"],
    ["{literals: [a=b], options: {labels: {q: w}, annotations: {x: z}, immutable: true, disableNameSuffixHash: true}}", "{namespace: own}", configMap({ name: "t", namespace: "own", labels: { q: "w" }, annotations: { x: "z" } }, { a: "b" }, { immutable: true }), false, undefined],
  ])("a ConfigMap of %s", (config, metadata, value, needsHash, behavior) => expect(made("ConfigMapGenerator", config, metadata)).toEqual([{ value, needsHash, behavior }]));

  test("a Secret of any type", () =>
    expect(made("SecretGenerator", "{literals: [a=b], type: example.com/any}")).toEqual([
      { value: { apiVersion: "v1", kind: "Secret", metadata: { name: "t", annotations: {} }, data: { a: "Yg==" }, type: "example.com/any" }, needsHash: true, behavior: undefined },
    ]));

  test.each([
    ["{cloud: gke, kubernetesService: {namespace: ns, name: sa}, serviceAccount: {name: g, projectId: p}}", { name: "sa", namespace: "ns", annotations: { "iam.gke.io/gcp-service-account": "g@p.iam.gserviceaccount.com" } }],
    ["{cloud: gke, kubernetesService: {name: '1'}, serviceAccount: {name: g, projectId: p}}", { name: 1, annotations: { "iam.gke.io/gcp-service-account": "g@p.iam.gserviceaccount.com" } }],
  ])("a ServiceAccount of %s", (config, metadata) => expect(made("IAMPolicyGenerator", config)).toEqual([{ value: { apiVersion: "v1", kind: "ServiceAccount", metadata }, needsHash: false, behavior: undefined }]));

  test.each<readonly [string, string, RegExp]>([
    ["ConfigMapGenerator", "{name: 1, literals: [2], options: {labels: {a: 3}}}", /^ConfigMapGenerator "t": name: must be text \(quote it\); literals\[0\]: .*; options\.labels\.a: /],
    ["ConfigMapGenerator", "{envs: [../outside.yaml]}", /is not in or below root/],
    ["SecretGenerator", "{type: 5}", /type: must be text/],
    ["IAMPolicyGenerator", "{cloud: other}", /cloud: "other" is not known; gke is$/],
    ["IAMPolicyGenerator", "{cloud: gke}", /names and project do not make YAML/],
    ["HelmChartInflationGenerator", "{name: chart}", /^HelmChartInflationGenerator "t": inflates a Helm chart, which plugins do not do here; list it under helmCharts/],
    ["LabelTransformer", "{}", /^LabelTransformer makes no objects; list it under transformers$/],
    ["Any", "{}", /^there is no built-in plugin "Any" for this list; known are ConfigMapGenerator, /],
  ])("%s %s is refused", (kind, config, message) => expect(() => made(kind, config)).toThrow(message));
});

const rendered = (files: Files): JsonObject[] => render(memoryTree({ ...files }), { path: "" }).objects.map(({ object }) => asJson(object));
const map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}}\n";
const labels = (text: string): string => `{apiVersion: builtin, kind: LabelTransformer, metadata: {name: ${text}}, labels: {by: ${text}}, fieldSpecs: [{path: metadata/labels, create: true}]}`;
const validated = (pair: string): Files => ({ "kustomization.yaml": `resources: [m.yaml]\nvalidators: ['${labels("any").replace("{by: any}", pair)}']\n`, "m.yaml": map });

/* As kustomize 5.8.1 renders them. */
describe("trees with plugins", () => {
  test("those written in the kustomization come first, wherever they stand", () => {
    const objects = rendered({ "kustomization.yaml": `resources: [m.yaml]\ntransformers:\n- file.yaml\n- '${labels("inline")}'\n`, "m.yaml": map, "file.yaml": labels("file") });
    expect(objects).toEqual([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", labels: { by: "file" } } }]);
  });

  test("a folder of configurations is a kustomization, which changes them", () => {
    const generator = "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: m}, literals: [a=b]}";
    const objects = rendered({ "kustomization.yaml": "generators: [folder]\ngeneratorOptions: {disableNameSuffixHash: true}\n", "folder/kustomization.yaml": "resources: [g.yaml]\nnamePrefix: pre-\nnamespace: ns\n", "folder/g.yaml": generator });
    expect(objects).toEqual([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "pre-m-4h2mbtbbt6", namespace: "ns" }, data: { a: "b" } }]);
  });

  test("a hash that a transformer adds gets another one at the end", () => {
    const objects = rendered({ "kustomization.yaml": "configMapGenerator: [{name: m, literals: [a=b]}]\ntransformers: ['{apiVersion: builtin, kind: HashTransformer, metadata: {name: t}}']\n" });
    expect(objects.map(({ metadata }) => metadata)).toEqual([{ name: "m-4h2mbtbbt6-4h2mbtbbt6" }]);
  });

  test("a validator may leave its label and nothing else", () => {
    expect(rendered(validated("{validated-by: me}"))).toEqual([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m", labels: { "validated-by": "me" } } }]);
    expect(() => rendered(validated("{other: label}"))).toThrow(/list it under transformers/);
  });

  test("a flaw is told with the file of the configuration", () =>
    expect(() => rendered({ "kustomization.yaml": "resources: [m.yaml]\ntransformers: [t.yaml]\n", "m.yaml": map, "t.yaml": "# any\n{apiVersion: example.com/v1, kind: Any, metadata: {name: t}}\n" })).toThrow(/^t\.yaml:2: Any \(example\.com\/v1\) is a plugin/));
});

test.each([
  ["", 0, "P"], ["/", 0, "/P"], ["/", 5, "/P"], ["pie", 0, "P/pie"], ["/pie", 0, "/P/pie"], ["raw", 1, "raw/P"], ["/raw", 1, "/raw/P"],
  ["a/nice/warm/pie", 3, "a/nice/warm/P/pie"], ["/a/nice/warm/pie", 3, "/a/nice/warm/P/pie"], ["a/b", 9998, "a/b/P"], ["a//b/", 1, "a/P/b"], ["../a", 1, "../P/a"],
])("a part inserted into %j at %i gives %j", (path, position, expected) => expect(insertPart(path, position, "P")).toBe(expected));
