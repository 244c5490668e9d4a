import { describe, expect, test } from "vitest";
import { render } from "../../../../charts/render.ts";
import { messageOf } from "../../../../src/errors.ts";
import { displayId, idOf } from "../../../../src/object/object-id.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

type Files = Readonly<Record<string, string>>;

const MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const GATEWAY = "apiVersion: example.com/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {ref: {title: a}, text: x}\n";

function outcomeOf(files: Files): string {
  try {
    const { objects } = render(memoryTree({ "a.yaml": MAP, "g.yaml": GATEWAY, ...files }), { path: "" });
    return objects.map(({ object }) => displayId(idOf(object))).join(", ");
  } catch (error) {
    return messageOf(error);
  }
}

const configured = (config: string, rest = ""): Files => ({ "kustomization.yaml": `resources: [a.yaml, g.yaml]\nconfigurations: [config.yaml]\n${rest}`, "config.yaml": config });

describe("a file of configurations", () => {
  test.each([
    ["namePrefixes: []\n", "", /^config\.yaml:1:1: namePrefixes: unknown field "namePrefixes"; known are namePrefix, nameSuffix, /],
    ["images:\n  - {path: spec/x, creat: true}\n", "", /^config\.yaml:2:\d+: images\[0\]\.creat: unknown field "creat"; known are group, version, kind, path, create/],
    ["images: {}\n", "", /^config\.yaml:1:1: images: must be a list/],
    ["[]\n", "", /^config\.yaml:1:1: : must be a map|^config\.yaml:1:\d+: .*must be a map/],
    ["images: [\n", "", /^config\.yaml:2:1: /],
    ["commonLabels:\n  - {path: metadata/labels, kind: Gateway}\n", "", /^kustomization\.yaml:2:1: commonLabels: "metadata\/labels" of any kind is given with create: true and without; say the same everywhere/],
    ["nameReference:\n  - {kind: ConfigMap, fieldSpecs: [{kind: Gateway, path: spec/ref}]}\n", "", /^g\.yaml:1: Gateway default\/g \(example\.com\/v1\): spec\/ref: reference has no name; write one, or correct the path of the nameReference/],
    ["nameReference:\n  - {kind: ConfigMap, fieldSpecs: [{kind: Gateway, path: spec/text/x}]}\n", "", /^g\.yaml:1: .*: spec\/text\/x: field "x" is looked for in text, a list or map is needed/],
    ["namespace:\n  - {kind: Gateway, path: spec/ref}\n", "namespace: ns\n", /^kustomization\.yaml:3:1: Gateway default\/g \(example\.com\/v1\): spec\/ref: a map is there, text is expected/],
    ["namePrefix:\n  - {kind: Gateway, path: spec//x}\n", "namePrefix: p-\n", /^kustomization\.yaml:3:1: .*: spec\/\/x: path has an empty step/],
  ])("is refused: %j", (config, rest, message) => expect(outcomeOf(configured(config, rest))).toMatch(message));

  test.each([["", ""], ["# nothing\n", ""], ["namePrefix:\nimages: []\n", ""], ["NamePrefix: []\n", ""]])("may be empty or spelt as Go allows: %j", (config) => {
    expect(outcomeOf(configured(config))).toBe("ConfigMap a, Gateway.example.com g");
  });

  test("must be there, and within reach", () => {
    expect(outcomeOf({ "kustomization.yaml": "resources: [a.yaml]\nconfigurations: [x.yaml, ../y.yaml]\ncrds: [g.yaml]\n" }).split("\n")).toEqual([
      'kustomization.yaml:2:18: "x.yaml" not found: there is no x.yaml',
      'kustomization.yaml:2:26: "../y.yaml" leads out of the repository',
      "kustomization.yaml:3:8: is no file of OpenAPI definitions, which crds takes; list a CustomResourceDefinition under resources",
    ]);
  });
});

const plugin = (kind: string, name: string, rest: string): string => `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: ${name}}\n${rest}`;
const prefix = (name: string): string => plugin("PrefixTransformer", name, "prefix: p-\nfieldSpecs: [{path: metadata/name}]\n");
const inline = (field: string, text: string): string => `resources: [a.yaml]\n${field}:\n  - |\n${text.replaceAll(/^(?=.)/gm, "    ")}`;

describe("an entry of generators, transformers or validators", () => {
  test.each<[string, Files, string | RegExp]>([
    ["that changes objects as a validator", { "kustomization.yaml": inline("validators", prefix("x")) }, /^kustomization\.yaml:3: .*changes objects, which a validator must not; list it under transformers/],
    ["that leads nowhere", { "kustomization.yaml": "resources: [a.yaml]\ntransformers: [x.yaml]\n" }, 'kustomization.yaml:2:16: "x.yaml" not found: there is no x.yaml'],
    ["that is a text of several lines but no object", { "kustomization.yaml": inline("transformers", "kind: X\nprefix: p-\n") }, /^kustomization\.yaml:3:\d+: cannot be read as a configuration: X has no metadata\.name/],
    ["that is a map but no object", { "kustomization.yaml": "resources: [a.yaml]\ntransformers: ['{kind: X}']\n" }, /^kustomization\.yaml:2:16: cannot be read as a configuration: /],
    ["that repeats another", { "kustomization.yaml": inline("transformers", `${prefix("x")}---\n${prefix("x")}`) }, /^kustomization\.yaml:3: PrefixTransformer default\/x \(builtin\) is defined twice, first at kustomization\.yaml:3/],
    ["that makes what is there", { "kustomization.yaml": inline("generators", plugin("ConfigMapGenerator", "a", "literals: [x=y]\n")) }, /ConfigMap default\/a \(v1\) is there already, from a\.yaml:1; say behavior: merge or replace/],
    ["that is a program", { "kustomization.yaml": "resources: [a.yaml]\ntransformers: [t.yaml]\n", "t.yaml": "apiVersion: example.com/v1\nkind: Custom\nmetadata: {name: x}\n" }, /^t\.yaml:1: Custom \(example\.com\/v1\) is a plugin that is not built in; Driftless runs no programs from Git/],
    ["whose folder includes itself", { "kustomization.yaml": "resources: [a.yaml]\ntransformers: [../]\n" }, 'kustomization.yaml:2:16: "../" leads out of the repository'],
    ["whose folder is this one", { "kustomization.yaml": "resources: [a.yaml]\ntransformers: [.]\n" }, 'kustomization.yaml:2:16: base "." is a cycle: . → .'],
  ])("%s is refused", (_name, files, message) => {
    const outcome = outcomeOf(files);
    expect(outcome).toMatch(typeof message === "string" ? new RegExp(`^${RegExp.escape(message)}$`) : message);
  });

  test("may be empty", () => expect(outcomeOf({ "kustomization.yaml": 'resources: [a.yaml]\ntransformers: [""]\n' })).toBe("ConfigMap a"));

  test("says where the objects come from that it makes", () => {
    const files = { "k/kustomization.yaml": "generators: [map.yaml]\n", "k/map.yaml": `# one\n${plugin("ConfigMapGenerator", "made", "literals: [x=y]\n")}` };
    const { objects } = render(memoryTree(files), { path: "k" });
    expect(objects.map(({ origin }) => origin)).toEqual([{ file: "k/map.yaml", line: 2, overlays: ["k/kustomization.yaml"] }]);
  });
});

const replaced = (entry: string, files: Files): string => outcomeOf({ "kustomization.yaml": `resources: [a.yaml]\nreplacements:\n  - ${entry}\n`, ...files });

describe("an entry of replacements", () => {
  const rule = "source: {kind: ConfigMap, fieldPath: metadata.name}\ntargets: [{select: {kind: ConfigMap}, fieldPaths: [data.x], options: {create: true}}]\n";

  test.each<[string, Files, RegExp]>([
    ["{path: r.yaml, source: {kind: ConfigMap}}", { "r.yaml": rule }, /^kustomization\.yaml:3:5: has both path and a replacement; leave out one$/],
    ["{path: none.yaml}", {}, /^kustomization\.yaml:3:5: "none\.yaml" not found/],
    ["{path: r.yaml}", { "r.yaml": "text\n" }, /^r\.yaml(:1:1)?: must be a map$/],
    ["{path: r.yaml}", { "r.yaml": "source: 5\n" }, /^r\.yaml:1:1: source: must be a map$/],
    ["{sources: {}}", {}, /^kustomization\.yaml:3:6: replacements\[0\]\.sources: unknown field "sources"/],
  ])("is refused: %s", (entry, files, message) => expect(replaced(entry, files)).toMatch(message));

  test.each([rule, `- ${rule.trim().replaceAll("\n", "\n  ")}\n`, `${rule}unheard: of\n---\nmore: text\n`])("may be a file with one or several: %j", (text) => {
    const { objects } = render(memoryTree({ "a.yaml": MAP, "kustomization.yaml": "resources: [a.yaml]\nreplacements: [{path: r.yaml}]\n", "r.yaml": text }), { path: "" });
    expect(objects.map(({ object }) => object["data"])).toEqual([{ x: "a" }]);
  });
});

const gateway = (rules: string): string => `apiVersion: example.com/v1\nkind: Gateway\nmetadata: {name: g}\nspec: {rules: ${rules}}\n`;

describe("openapi", () => {
  const schema = JSON.stringify({
    definitions: {
      Gateway: { type: "object", properties: { spec: { type: "object", properties: { rules: { type: "array", items: {}, "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name" } } } }, "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "Gateway" }] },
    },
  });
  const patched = "patches:\n  - path: patch.yaml\n";
  const rulesOf = (files: Files): unknown => render(memoryTree({ "schema.json": schema, "g.yaml": gateway("[{name: a, at: 1}]"), "patch.yaml": gateway("[{name: b}]"), ...files }), { path: "" }).objects.map(({ object }) => object["spec"]);
  const merged = [{ rules: [{ name: "b" }, { name: "a", at: 1 }] }];

  test("says how lists of other kinds are merged", () => {
    expect(rulesOf({ "kustomization.yaml": `resources: [g.yaml]\nopenapi: {path: schema.json}\n${patched}` })).toEqual(merged);
    expect(rulesOf({ "kustomization.yaml": `resources: [g.yaml]\n${patched}` })).toEqual([{ rules: [{ name: "b" }] }]);
  });

  test("of a base counts for its overlays, and the first one counts", () => {
    const base = { "base/kustomization.yaml": "resources: [g.yaml]\nopenapi: {path: schema.json}\n", "base/schema.json": schema, "base/g.yaml": gateway("[{name: a, at: 1}]") };
    expect(rulesOf({ ...base, "kustomization.yaml": `resources: [base]\n${patched}` })).toEqual(merged);
    expect(rulesOf({ ...base, "kustomization.yaml": `resources: [base]\nopenapi: {version: v1.21.2}\n${patched}` })).toEqual([{ rules: [{ name: "b" }] }]);
  });

  test.each([
    ["{path: none.json}", /^kustomization\.yaml:2:1: "none\.json" not found/],
    ["{path: schema.json, version: v1.21.2}", /^kustomization\.yaml:2:1: has both path and version; leave out one/],
    ["{version: v1.30.0}", /^kustomization\.yaml:2:1: version v1\.30\.0 of the Kubernetes API is not built in; v1\.21\.2 is, or name a file with path/],
    ["{path: list.yaml}", /^kustomization\.yaml:2:1: list\.yaml is no OpenAPI description/],
  ])("is refused: %s", (field, message) => {
    const outcome = outcomeOf({ "kustomization.yaml": `resources: [a.yaml]\nopenapi: ${field}\n`, "schema.json": schema, "list.yaml": "- x\n" });
    expect(outcome).toMatch(message);
  });
});

describe("objects that share a name", () => {
  const files = {
    "a.yaml": MAP,
    "kustomization.yaml": `resources: [a.yaml]\nconfigMapGenerator: [{name: made, literals: [x=y]}]\npatches:\n  - target: {kind: ConfigMap}\n    patch: '[{"op": "replace", "path": "/metadata/name", "value": "same"}]'\n`,
  };

  test("may be told apart by a hash at the end", () => expect(outcomeOf(files)).toMatch(/^ConfigMap same, ConfigMap same-[a-z0-9]{10}$/));

  test("are refused in a base", () => {
    const base = Object.fromEntries(Object.entries(files).map(([path, text]) => [`base/${path}`, text]));
    expect(outcomeOf({ ...base, "kustomization.yaml": "resources: [base]\n" })).toMatch(/^base\/kustomization\.yaml: makes two objects the same: ConfigMap default\/same/);
  });
});

describe("buildMetadata", () => {
  const annotated = MAP.replace("{name: a}", '{name: a, annotations: {config.kubernetes.io/origin: "path: x\\n", config.kubernetes.io/index: "1", internal.config.kubernetes.io/path: p, kept: k}}');

  test.each<[string, object]>([
    ["", { annotations: { kept: "k" } }],
    ["buildMetadata: [managedByLabel, unheard-of]\n", { labels: { "app.kubernetes.io/managed-by": "kustomize-v5.8.1" }, annotations: { kept: "k" } }],
    ["buildMetadata: [originAnnotations]\n", { annotations: { kept: "k", "config.kubernetes.io/origin": "path: sub/a.yaml\n" } }],
  ])("of the built kustomization counts, and what is not wanted goes: %j", (metadata, expected) => {
    const files = { "kustomization.yaml": `resources: [sub]\n${metadata}`, "sub/kustomization.yaml": "resources: [./a.yaml]\nbuildMetadata: [originAnnotations, transformerAnnotations]\n", "sub/a.yaml": annotated };
    const { objects } = render(memoryTree(files), { path: "" });
    expect(objects.map(({ object }) => object.metadata)).toEqual([{ name: "a", ...expected }]);
  });
});

test("the configurations of a component count for the layer that lists it, as if they were its only ones", () => {
  const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nconfigurations: [config.yaml]\n";
  const files = { "kustomization.yaml": "resources: [a.yaml, g.yaml]\ncomponents: [c]\nnamePrefix: p-\n", "c/kustomization.yaml": component, "c/config.yaml": "namePrefix:\n  - {kind: Gateway, path: metadata/name}\n" };
  expect(outcomeOf(files)).toBe("ConfigMap a, Gateway.example.com p-g");
});

test("an account that a RoleBinding names without a namespace is none of another namespace", () => {
  const binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: s}]\n";
  const files = { "kustomization.yaml": "resources: [binding.yaml, account.yaml]\nnamePrefix: p-\n", "binding.yaml": binding, "account.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s}\n" };
  const { objects } = render(memoryTree(files), { path: "" });
  expect(objects.find(({ object }) => object.kind === "RoleBinding")?.object).toMatchObject({ metadata: { name: "p-b" }, subjects: [{ kind: "ServiceAccount", name: "s" }] });
});
