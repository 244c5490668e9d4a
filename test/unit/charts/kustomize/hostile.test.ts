import { describe, expect, test } from "vitest";
import { render, type RenderOptions } from "../../../../charts/render.ts";
import { ReconcileError } from "../../../../src/errors.ts";
import { memoryTree, type Link } from "../../../support/memory-tree.ts";

type Files = Readonly<Record<string, string | Uint8Array | Link>>;

const map = (name: string, more = ""): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n${more}`;
const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_each, index) => text(index)).join("");
const objects = (count: number): string => times(count, (index) => `${map(`a${index}`)}---\n`);

function failure(files: Files, options: Partial<RenderOptions> = {}): ReconcileError {
  try {
    render(memoryTree(files), { path: "app", ...options });
  } catch (error) {
    if (error instanceof ReconcileError) return error;
    throw error;
  }
  throw new Error("it rendered");
}

/** A budget is spent in two seconds; a machine that is busy otherwise takes longer. */
const BUSY_MS = 60_000;

/** A kustomization beside one ConfigMap. */
const inApp = (kustomization: string, files: Files = {}): Files => ({ "app/kustomization.yaml": kustomization, "app/a.yaml": map("a"), ...files });

/** Every field that leads to a file or folder, with a path in it. */
const FIELDS: Readonly<Record<string, (path: string) => string>> = {
  resources: (path) => `resources:\n- ${path}\n`,
  bases: (path) => `bases:\n- ${path}\n`,
  components: (path) => `components:\n- ${path}\n`,
  patches: (path) => `patches:\n- path: ${path}\n`,
  patchesStrategicMerge: (path) => `patchesStrategicMerge:\n- ${path}\n`,
  patchesJson6902: (path) => `patchesJson6902:\n- {path: ${path}, target: {version: v1, kind: ConfigMap, name: a}}\n`,
  "files of a generator": (path) => `configMapGenerator:\n- {name: g, files: [${path}]}\n`,
  "envs of a generator": (path) => `secretGenerator:\n- {name: g, envs: [${path}]}\n`,
  configurations: (path) => `configurations:\n- ${path}\n`,
  crds: (path) => `crds:\n- ${path}\n`,
  openapi: (path) => `openapi:\n  path: ${path}\n`,
  replacements: (path) => `replacements:\n- path: ${path}\n`,
  generators: (path) => `generators:\n- ${path}\n`,
  transformers: (path) => `transformers:\n- ${path}\n`,
  validators: (path) => `validators:\n- ${path}\n`,
};

describe.each(Object.entries(FIELDS))("a path of %s", (_field, kustomization) => {
  test.each([
    ["above the repository", "../../../etc/passwd", {}, "leads out of the repository"],
    ["from the root of the machine", "/etc/passwd", {}, "leads out of the repository"],
    ["of a link that leads out", "out", { "app/out": { link: "../../etc/passwd" } }, "app/out: symbolic link leads out of the repository"],
    ["of a link to a path of the machine", "out", { "app/out": { link: "/etc/passwd" } }, "app/out: symbolic link leads out of the repository"],
    ["through a folder that is a link and leads out", "out/passwd", { "app/out": { link: "../../etc" } }, "app/out: symbolic link leads out of the repository"],
    ["of links in a circle", "out", { "app/out": { link: "back" }, "app/back": { link: "out" } }, "symbolic links lead in a circle"],
    ["of nothing", "gone.yaml", {}, '"gone.yaml" not found: there is no app/gone.yaml'],
  ])("%s is refused at its line", (_name, path, files, message) => {
    const error = failure(inApp(`namePrefix: x-\n${kustomization(path)}resources: [a.yaml]\n`.replace(/(resources:\n- .*\n)resources: .*\n/, "$1"), files));
    expect(error.code).toBe("BUILD_FAILED");
    expect(error.message).toMatch(/^app\/kustomization\.yaml:[23]:\d+: /);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain("\n");
  });
});

test.each(["PatchTransformer\npath: $", "ReplacementTransformer\nreplacements: [{path: $}]", "ValueAddTransformer\nvalue: x\ntargetFilePath: $"])("a path of the plugin %j cannot lead out", (plugin) => {
  const config = `apiVersion: builtin\nmetadata: {name: t}\nkind: ${plugin.replace("$", "../../etc/passwd")}\n`;
  expect(failure(inApp("resources: [a.yaml]\ntransformers: [t.yaml]\n", { "app/t.yaml": config })).message).toMatch(/^app\/t\.yaml:1: .*leads out of the repository/);
});

describe("a cycle", () => {
  const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";

  test.each<[string, Files]>([
    ["components", { "app/kustomization.yaml": "components: [../c]\n", "c/kustomization.yaml": `${component}components: [../d]\n`, "d/kustomization.yaml": `${component}components: [../c]\n` }],
    ["folders of transformers", inApp("transformers: [../t]\nresources: [a.yaml]\n", { "t/kustomization.yaml": "transformers: [../app]\n" })],
    ["folders of generators", inApp("generators: [../t]\n", { "t/kustomization.yaml": "generators: [../app]\n" })],
    ["folders of validators", inApp("validators: [../t]\nresources: [a.yaml]\n", { "t/kustomization.yaml": "validators: [../app]\n" })],
    ["a link to the folder itself", inApp("resources: [sub]\n", { "app/sub": { link: "../app" } })],
  ])("through %s is shown", (_name, files) => expect(failure(files).message).toMatch(/ is a cycle: app → /));
});

describe("a file that is no text of YAML", () => {
  const bomb = `a0: &a0 [${"x,".repeat(10)}]\n${times(9, (index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(10)}]\n`)}`;

  test.each<[string, string | Uint8Array, string]>([
    ["a bomb of aliases", map("a", bomb), "app/a.yaml:8:38: aliases expand to too many values"],
    ["lists in lists", map("a", `x: ${"[".repeat(100_000)}`), "app/a.yaml:4:103: is nested more than 100 deep"],
    ["maps below maps", map("a", times(3000, (index) => `${" ".repeat(index)}a:\n`)), "app/a.yaml:104:101: is nested more than 100 deep"],
    ["JSON in JSON", `{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, "app/a.yaml:1: is nested more than 100 deep"],
    ["far too many values", map("a", `x: [${"1,".repeat(1_000_001)}]\n`), "app/a.yaml:4:1999993: has more than 1000000 values, aliases expanded; split it"],
    ["too many items", `kind: List\nitems: [${"{},".repeat(20_001)}]\n`, "app/a.yaml:1: list has 20001 items, 20000 are the most; split it"],
    ["a tab", "apiVersion: v1\nmetadata:\n\tname: a\n", "app/a.yaml:3:1: a tab cannot indent; use spaces"],
    ["a NUL", map("a", "x: a\0b\n"), "app/a.yaml:4:5: control characters are not allowed; write them as escapes in double quotes"],
    ["UTF-16", new Uint8Array(Buffer.from(`\uFEFF${map("a")}`, "utf16le")), "app/a.yaml: is not UTF-8 text"],
    ["equal keys", map("a", "data: {a: b, a: c}\n"), 'app/a.yaml:4:14: key "a" is defined twice; remove one'],
    ["a list", "- a\n", "app/a.yaml:1: document is a list, an object with apiVersion and kind is needed"],
    ["more than 16 MiB", new Uint8Array(17 * 1024 * 1024), "app/a.yaml: is larger than 16 MiB"],
    ["a name that no server takes", map("a".repeat(1001)), "app/a.yaml:1: ConfigMap has a name or namespace longer than 1000 characters; Kubernetes takes 253"],
  ])("%s is told with its place", (_name, content, message) => expect(failure(inApp("resources: [a.yaml]\n", { "app/a.yaml": content })).message).toBe(message), BUSY_MS);

  test("a byte order mark and Windows line ends are read", () => {
    expect(render(memoryTree(inApp("\uFEFFresources:\r\n- a.yaml\r\n", { "app/a.yaml": `\uFEFF${map("a").replaceAll("\n", "\r\n")}` })), { path: "app" }).objects).toHaveLength(1);
  });

  test("a kustomization that is no map is told once", () => expect(failure(inApp("- a\n")).message).toBe("app/kustomization.yaml:1:1: must be a map"));
});

describe("work that multiplies ends with an error and its place:", () => {
  const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
  const doubling = Object.fromEntries(Array.from({ length: 30 }, (_each, index) => [`c${index}/kustomization.yaml`, `${component}components: [../c${index + 1}, ../c${index + 1}]\n`]));
  const diamond = Object.fromEntries(
    Array.from({ length: 30 }, (_each, index) => index === 0 ? "app" : `b${index}`).flatMap((folder, index) => [
      [`${folder}/kustomization.yaml`, "resources: [l, r]\n"],
      ...["l", "r"].map((side) => [`${folder}/${side}/kustomization.yaml`, `namePrefix: ${side}-\nresources: [../../b${index + 1}]\n`]),
    ]),
  );
  const labels = `{${times(20_000, (index) => `l${index}: v,`)}}`;

  test.each<[string, Files, RegExp]>([
    ["patches times objects", inApp(`resources: [a.yaml]\npatches:\n${"- {target: {kind: ConfigMap}, path: p.yaml}\n".repeat(1000)}`, { "app/a.yaml": objects(1000), "app/p.yaml": "kind: ConfigMap\nmetadata: {name: x}\nk: v\n" }), /^app\/kustomization\.yaml:\d+:3: rendering takes too much work/],
    ["patches times the size of an object", inApp(`resources: [a.yaml]\npatches:\n${"- {target: {kind: ConfigMap}, path: p.yaml}\n".repeat(100)}`, { "app/a.yaml": map("a", `x: [${"{a: b},".repeat(20_000)}]\n`), "app/p.yaml": "kind: ConfigMap\nmetadata: {name: x}\nk: v\n" }), /^app\/kustomization\.yaml:\d+:3: rendering takes too much work/],
    ["operations on a huge map", inApp("resources: [a.yaml]\npatches:\n- {target: {kind: ConfigMap}, path: p.yaml}\n", { "app/a.yaml": map("a", `data: {${times(50_000, (index) => `k${index}: v,`)}}\n`), "app/p.yaml": times(1000, (index) => `- {op: add, path: /data/n${index}, value: x}\n`) }), /^app\/kustomization\.yaml:3:3: rendering takes too much work/],
    ["copies that double", inApp("resources: [a.yaml]\npatches:\n- {target: {kind: ConfigMap}, path: p.yaml}\n", { "app/p.yaml": `- {op: add, path: /d, value: {}}\n${times(60, (index) => `- {op: copy, from: /d, path: /d/c${index}}\n`)}` }), /^app\/kustomization\.yaml:3:3: rendering takes too much work/],
    ["labels times objects", inApp(`resources: [a.yaml]\nlabels:\n- pairs: ${labels}\n`, { "app/a.yaml": objects(200) }), /^app\/kustomization\.yaml:3:3: rendering takes too much work/],
    ["annotations times objects", inApp(`resources: [a.yaml]\ncommonAnnotations: ${labels}\n`, { "app/a.yaml": objects(200) }), /^app\/kustomization\.yaml:2:1: rendering takes too much work/],
    ["images times a huge list", inApp(`resources: [a.yaml]\nimages:\n${"- {name: i, newTag: x}\n".repeat(500)}`, { "app/a.yaml": map("a", `containers: [${"{image: x},".repeat(40_000)}]\n`) }), /^app\/kustomization\.yaml:\d+:3: rendering takes too much work/],
    ["list items that are merged by key", inApp(`resources: [a.yaml]\npatches:\n${"- {target: {kind: Pod}, path: p.yaml}\n".repeat(30)}`, { "app/a.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [${times(500, (index) => `{name: c${index}},`)}]}\n`, "app/p.yaml": "kind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: d}]}\n" }), /^app\/kustomization\.yaml:\d+:3: rendering takes too much work/],
    ["components of components", { ...doubling, "app/kustomization.yaml": "components: [../c0]\n", "c30/kustomization.yaml": `${component}namePrefix: a-\n` }, /rendering takes too much work/],
    ["bases of bases", { ...diamond, "b30/kustomization.yaml": "resources: [a.yaml]\n", "b30/a.yaml": map("a") }, /^b\d+\/kustomization\.yaml: has more than 20000 objects/],
    ["a text that replacements double", inApp(`resources: [a.yaml]\nreplacements:\n${times(60, (index) => `- {source: {kind: ConfigMap, name: a, fieldPath: data.${index % 2 === 0 ? "a" : "b"}}, targets: [{select: {name: a}, fieldPaths: [data.${index % 2 === 0 ? "b" : "a"}], options: {delimiter: _, index: 99}}]}\n`)}`, { "app/a.yaml": map("a", "data: {a: xxxxxxxx, b: yyyyyyyy}\n") }), /^app\/kustomization\.yaml:\d+:3: rendering takes too much work/],
    ["a long value where a var stands often", inApp("resources: [p.yaml, a.yaml]\nvars: [{name: V, objref: {apiVersion: v1, kind: ConfigMap, name: a}, fieldref: {fieldpath: data.x}}]\n", { "app/a.yaml": map("a", `data: {x: ${"y".repeat(100_000)}}\n`), "app/p.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, args: ['${"$(V)".repeat(10_000)}']}]}\n` }), /^app\/kustomization\.yaml: rendering takes too much work/],
  ])("%s", (_name, files, message) => {
    const error = failure(files);
    expect(error.code).toBe("LIMIT_EXCEEDED");
    expect(error.message).toMatch(message);
  }, BUSY_MS);

  test("a doubling diamond of nothing is built once a folder", () => {
    expect(render(memoryTree({ ...diamond, "b30/kustomization.yaml": "buildMetadata: []\n" }), { path: "app" }).objects).toEqual([]);
  });

  test("more problems than anybody reads", () => {
    const error = failure({ "app/kustomization.yaml": `resources:\n${times(5000, (index) => `- f${index}.yaml\n`)}` });
    expect(error.message).toBe('app/kustomization.yaml: more than 1000 problems; the first is app/kustomization.yaml:2:3: "f0.yaml" not found: there is no app/f0.yaml');
  });
});

const select = (pattern: string): Files => inApp(`resources: [a.yaml]\npatches:\n- {target: {name: '${pattern}'}, path: p.yaml}\n`, { "app/p.yaml": "kind: ConfigMap\nmetadata: {name: x}\nk: v\n" });

describe("patterns", () => {
  test("that would take ages elsewhere are tried in no time", () => expect(render(memoryTree({ ...select("(a+)+b"), "app/a.yaml": map("a".repeat(253)) }), { path: "app" }).objects[0]?.object).not.toHaveProperty("k"));

  test.each([
    ["((a{1,30}){1,30}){1,1}.{1000}.{1000}.{1000}.{1000}.{1000}", /repeats so much that it is \d+ steps long, 5000 are the most; write a shorter pattern/],
    ["a".repeat(1001).concat(".*"), /pattern is longer than 1000 characters/],
    ["(", /"\(" is not a regular expression: /],
  ])("%j is refused", (pattern, message) => expect(failure(select(pattern)).message).toMatch(message));

  test("are not tried on texts of megabytes", () => {
    const files = inApp("resources: [a.yaml]\nimages:\n- {name: '(a?){500}', newTag: x}\n", { "app/a.yaml": map("a", `containers: [{image: ${"a".repeat(100_000)}}]\n`) });
    expect(failure(files).message).toMatch(/^app\/kustomization\.yaml:3:3: .*takes too long to be tried on a text of 100000 characters/);
  });
});

const objectOf = (files: Files, options: Partial<RenderOptions> = {}): unknown => render(memoryTree(files), { path: "app", ...options }).objects[0]?.object;

const withMembers = (members: string): unknown => JSON.parse(`{"apiVersion":"v1","kind":"ConfigMap",${members}}`) as unknown;

describe("__proto__ and constructor are names like any other", () => {
  test("in objects that go through every transformation", () => {
    const files = inApp("resources: [a.yaml]\ncommonLabels: {__proto__: l}\ncommonAnnotations: {constructor: c}\n", { "app/a.yaml": map("a", "data: {__proto__: x, constructor: y}\n__proto__: {polluted: yes}\n") });
    expect(objectOf(files)).toEqual(withMembers('"metadata":{"name":"a","labels":{"__proto__":"l"},"annotations":{"constructor":"c"}},"data":{"__proto__":"x","constructor":"y"},"__proto__":{"polluted":"yes"}'));
  });

  test("in generators and their merges", () => {
    const files = { "app/kustomization.yaml": "resources: [b]\nconfigMapGenerator:\n- {name: g, behavior: merge, literals: [__proto__=z], options: {disableNameSuffixHash: true}}\n", "app/b/kustomization.yaml": "configMapGenerator:\n- {name: g, literals: [__proto__=x, constructor=y]}\n" };
    expect(objectOf(files)).toEqual(withMembers('"metadata":{"name":"g"},"data":{"__proto__":"z","constructor":"y"}'));
  });

  test("in both kinds of patches", () => {
    const operations = "[{op: add, path: /__proto__, value: {polluted: 1}}, {op: add, path: /constructor, value: {}}, {op: add, path: /constructor/prototype, value: 1}]";
    const merge = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {__proto__: b, constructor: null}}";
    const files = inApp(`resources: [a.yaml]\npatches:\n- patch: '${merge}'\n- target: {name: a}\n  patch: '${operations}'\n`, { "app/a.yaml": map("a", "data: {__proto__: a, constructor: x}\n") });
    expect(objectOf(files)).toEqual(withMembers('"metadata":{"name":"a"},"data":{"__proto__":"b"},"__proto__":{"polluted":1},"constructor":{"prototype":1}'));
  });

  test("in variables and their values", () => {
    const variables = new Map([["P", { value: "__proto__", secret: false }]]);
    const files = inApp("resources: [a.yaml]\n", { "app/a.yaml": map("a", "data: {'${P}': '1', x: '${constructor:-c}'}\n") });
    expect(objectOf(files, { variables })).toEqual(withMembers('"metadata":{"name":"a"},"data":{"__proto__":"1","x":"c"}'));
  });

  test("nothing is left in the process", () => expect(({} as { polluted?: unknown }).polluted).toBeUndefined());
});
