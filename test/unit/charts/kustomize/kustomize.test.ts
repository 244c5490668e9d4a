import { describe, expect, test } from "vitest";
import { render } from "../../../../charts/render.ts";
import { ReconcileError } from "../../../../src/errors.ts";
import { displayId, idOf } from "../../../../src/object/object-id.ts";
import { memoryTree, type Link } from "../../../support/memory-tree.ts";

type Files = Readonly<Record<string, string | Uint8Array | Link>>;

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const idsOf = (files: Files, path = "app"): string[] => render(memoryTree(files), { path }).objects.map(({ object }) => displayId(idOf(object)));

function linesOf(files: Files, path = "app"): string[] {
  try {
    idsOf(files, path);
  } catch (error) {
    if (error instanceof ReconcileError) return error.message.split("\n");
    throw error;
  }
  throw new Error("it rendered");
}

/** The problems of one kustomization beside a few files. */
const inApp = (kustomization: string, files: Files = {}): string[] => linesOf({ "app/kustomization.yaml": kustomization, "app/a.yaml": map("a"), ...files });

describe("kustomization.yaml", () => {
  test.each(["kustomization.yaml", "kustomization.yml", "Kustomization"])("may be called %s", (name) => {
    expect(idsOf({ [`app/${name}`]: "resources: [a.yaml]\n", "app/a.yaml": map("a"), "app/not-listed.yaml": map("b") })).toEqual(["ConfigMap a"]);
  });

  test("may leave out kind and lists, and spell fields as Go allows", () => {
    expect(idsOf({ "app/kustomization.yaml": "Resources: [a.yaml]\npatches:\nvars: []\nlabels:\n- Pairs: {a: b}\n", "app/a.yaml": map("a") })).toEqual(["ConfigMap a"]);
  });

  test("tells every malformed field with its place", () => {
    expect(inApp("resources: a.yaml\nnamePrefix: 7\nimages:\n  - name: x\n    tag: y\nreplicas:\n  - name: a\n    count: two\n")).toEqual([
      "app/kustomization.yaml:1:1: resources: must be a list",
      "app/kustomization.yaml:2:1: namePrefix: must be text (quote it)",
      'app/kustomization.yaml:5:5: images[0].tag: unknown field "tag"; known are name, newName, newTag, tagSuffix, digest',
      "app/kustomization.yaml:8:5: replicas[0].count: must be a whole number",
    ]);
  });

  test("inflates Helm charts only where somebody says how, and never by the old form", () => {
    const lines = inApp("resources: [a.yaml]\nhelmGlobals: {chartHome: charts}\nhelmCharts:\n  - name: chart\n");
    expect(lines).toEqual(['app/kustomization.yaml:4:5: chart "chart" is not vendored: there is no folder app/charts/chart, and charts are not pulled; run helm pull --untar --untardir charts, and commit it']);
    expect(inApp("resources: [a.yaml]\nhelmChartInflationGenerator:\n  - chartName: z\n")).toEqual(["app/kustomization.yaml:2:1: helmChartInflationGenerator: is the old form of helmCharts; write that (kustomize edit fix does it)"]);
  });

  test.each([
    ["kind: Kustomization\n", "app/kustomization.yaml:1:1: kustomization is empty"],
    ["kind: Deployment\nresources: []\n", "app/kustomization.yaml:1:1: kind: must be Kustomization or Component"],
    ["apiVersion: v1\nresources: []\n", "app/kustomization.yaml:1:1: apiVersion: of a Kustomization must be kustomize.config.k8s.io/v1beta1"],
    ["resources: [a.yaml\n", "app/kustomization.yaml:2:1: "],
    ["sortOptions: {order: alphabetical}\nresources: [a.yaml]\n", "app/kustomization.yaml: order must be legacy or fifo"],
  ])("is refused: %j", (text, message) => expect(inApp(text)[0]?.slice(0, message.length)).toBe(message));

  test("must be one", () => expect(inApp("resources: [a.yaml]\n", { "app/Kustomization": "resources: []\n" })).toEqual(["app: has both kustomization.yaml and Kustomization; keep one"]));
});

describe("resources", () => {
  const other = { "base/kustomization.yaml": "resources: [b.yaml]\n", "base/b.yaml": map("b"), "outside.yaml": map("o") };

  test.each([
    ["gone.yaml", '"gone.yaml" not found: there is no app/gone.yaml'],
    ["../../x", '"../../x" leads out of the repository'],
    ["../outside.yaml", '"../outside.yaml" is not in or below app; a kustomization reads files of its own folder only: move the file, or make its folder a base'],
    ["https://example.com/x.yaml", 'remote base "https://example.com/x.yaml" is not fetched; copy what it needs into the repository and list that path, or allow it with spec.render.kustomize.remoteBases: Fetch'],
    ["github.com/org/repo//path?ref=v1", 'remote base "github.com/org/repo//path?ref=v1" is not fetched; copy what it needs into the repository and list that path, or allow it with spec.render.kustomize.remoteBases: Fetch'],
    ["../plain", "plain has no kustomization.yaml; list its files, or add one"],
    [".", 'base "." is a cycle: app → app'],
    ["..", 'base ".." is a cycle: app → .'],
  ])("%s is refused with its line", (path, message) => {
    expect(inApp(`resources:\n  - a.yaml\n  - ${path}\n`, { ...other, "plain/x.txt": "" })).toEqual([`app/kustomization.yaml:3:5: ${message}`]);
  });

  test("a cycle of bases is shown", () => {
    const lines = linesOf({ "app/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../c]\n", "c/kustomization.yaml": "resources: [../app]\n" });
    expect(lines).toEqual(['c/kustomization.yaml:1:13: base "../app" is a cycle: app → b → c → app']);
  });

  test("problems of several files are told together", () => {
    expect(inApp("resources: [a.yaml, b.yaml, c.yaml, d.yaml, a.yaml]\n", { "app/b.yaml": "x: [1", "app/c.yaml": "kind: Pod\n" })).toEqual([
      expect.stringMatching(/^app\/b\.yaml:1:6: /),
      "app/c.yaml:1: Pod has no metadata.name",
      'app/kustomization.yaml:1:37: "d.yaml" not found: there is no app/d.yaml',
      "app/a.yaml:1: ConfigMap default/a (v1) is defined twice, first at app/a.yaml:1; remove or rename one",
    ]);
  });

  test("a base that two bases share may come through both under different names", () => {
    const files = {
      "base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": map("a"),
      "l/kustomization.yaml": "resources: [../base]\nnamePrefix: l-\n", "r/kustomization.yaml": "resources: [../base]\nnamePrefix: r-\n",
      "app/kustomization.yaml": "resources: [../l, ../r]\n",
    };
    expect(idsOf(files)).toEqual(["ConfigMap l-a", "ConfigMap r-a"]);
    expect(linesOf({ ...files, "r/kustomization.yaml": "resources: [../base]\n", "l/kustomization.yaml": "resources: [../base]\n" })[0]).toMatch(/ConfigMap default\/a \(v1\) is defined twice, first at base\/a\.yaml:1/);
  });

  test("a link out of the folder is refused, one within it is followed", () => {
    expect(inApp("resources: [l.yaml]\n", { "app/l.yaml": { link: "../outside.yaml" }, "outside.yaml": map("o") })[0]).toContain('"l.yaml" is not in or below app');
    expect(idsOf({ "app/kustomization.yaml": "resources: [l.yaml]\n", "app/l.yaml": { link: "sub/x.yaml" }, "app/sub/x.yaml": map("x") })).toEqual(["ConfigMap x"]);
  });

  test("a component and a base are not taken for each other", () => {
    const component = { "part/kustomization.yaml": "kind: Component\nnamePrefix: p-\n", "base/kustomization.yaml": "resources: []\n" };
    expect(inApp("resources: [../part]\n", component)).toEqual(['app/kustomization.yaml:1:13: "../part" is a Component; list it under components']);
    expect(inApp("components: [../base]\n", component)[0]).toContain('"../base" is no Component');
  });
});

describe("transformations", () => {
  test.each([
    ["patches:\n  - path: gone.yaml\n", 'app/kustomization.yaml:3:5: "gone.yaml" not found: there is no app/gone.yaml'],
    ["patches:\n  - target: {kind: ConfigMap}\n", "app/kustomization.yaml:3:5: has neither path nor patch"],
    ["patches:\n  - patch: '[{\"op\": \"add\", \"path\": \"/data\", \"value\": 1}]'\n", "app/kustomization.yaml:3:5: a JSON patch needs a target that says which objects it is for"],
    ["patches:\n  - target: {kind: '('}\n    patch: '[{}]'\n", 'app/kustomization.yaml:3:5: "(" is not a regular expression: '],
    ["patches:\n  - target: {kind: ConfigMap}\n    patch: '[{\"op\": \"remove\", \"path\": \"/data/x\"}]'\n", "app/kustomization.yaml:3:5: cannot patch ConfigMap default/a (v1): operation 1 (remove /data/x): "],
    ["patches:\n  - patch: |-\n      apiVersion: v1\n      kind: ConfigMap\n      metadata: {name: b}\n", "app/kustomization.yaml:3:5: no object matches patch for ConfigMap default/b (v1)"],
    ["patches:\n  - patch: |-\n      apiVersion: v2\n      kind: ConfigMap\n      metadata: {name: a}\n", "app/kustomization.yaml:3:5: no object matches patch for ConfigMap default/a (v2); there is ConfigMap default/a (v1)"],
    ["patches:\n  - patch: |-\n      a: [\n", "app/kustomization.yaml:3:5: patch:"],
    ["replicas:\n  - name: a\n    count: 2\n", 'app/kustomization.yaml:3:5: no Deployment, StatefulSet, ReplicaSet or ReplicationController is called "a"'],
    ["configMapGenerator:\n  - name: a\n    literals: [x=y]\n", "app/kustomization.yaml:3:5: ConfigMap default/a (v1) is there already, from app/a.yaml:1; say behavior: merge or replace"],
    ["configMapGenerator:\n  - name: b\n    behavior: merge\n", "app/kustomization.yaml:3:5: there is no ConfigMap default/b (v1) to merge"],
    ["secretGenerator:\n  - name: b\n    literals: [hunter2]\n", "app/kustomization.yaml:3:5: a literal has the form key=value"],
    ["secretGenerator:\n  - name: b\n    literals: [k=1, k=2]\n", 'app/kustomization.yaml:3:5: key "k" is given twice'],
  ])("that fail are told with their place: %j", (text, message) => {
    const [first = ""] = inApp(`resources: [a.yaml]\n${text}`);
    expect(first.slice(0, message.length)).toBe(message);
  });

  test("that make two objects the same name both files", () => {
    const two = { "app/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: other}\n" };
    expect(inApp("resources: [a.yaml, b.yaml]\nnamespace: one\n", two)).toEqual(["app/kustomization.yaml: makes two objects the same: ConfigMap one/a (v1) from app/a.yaml:1 and app/b.yaml:1"]);
  });
});

describe("hostile kustomizations end in an error", () => {
  test("components that include each other over and over", () => {
    const levels = Array.from({ length: 40 }, (_, level) => [`c${level}/kustomization.yaml`, `kind: Component\ncomponents: [../c${level + 1}, ../c${level + 1}]\n`]);
    const files = { ...Object.fromEntries(levels), "c40/kustomization.yaml": "kind: Component\nnamePrefix: x\n", "app/kustomization.yaml": "components: [../c0]\n" };
    expect(linesOf(files)[0]).toMatch(/too much work/);
  });

  test("JSON patches that double an object with each operation", () => {
    const operations = Array.from({ length: 60 }, (_, index) => `{"op": "copy", "from": "/data", "path": "/data/x${index}"}`).join(",");
    expect(inApp(`resources: [a.yaml]\npatches:\n  - target: {name: a}\n    patch: '[{"op": "add", "path": "/data", "value": {}},${operations}]'\n`)[0]).toMatch(/too much work/);
  });

  test("bases that double the objects at each level", () => {
    const levels = Array.from({ length: 20 }, (_, level) => [
      [`b${level + 1}/kustomization.yaml`, `resources: [../l${level}, ../r${level}]\n`],
      ...["l", "r"].map((side) => [`${side}${level}/kustomization.yaml`, `resources: [../b${level}]\nnamePrefix: ${side}\n`]),
    ]).flat();
    const files = { ...Object.fromEntries(levels), "b0/kustomization.yaml": "resources: [a.yaml]\n", "b0/a.yaml": map("a") };
    expect(linesOf(files, "b20")[0]).toMatch(/has more than 20000 objects|too much work/);
  });

  test("__proto__ as a name of anything", () => {
    const files = { "app/kustomization.yaml": "resources: [a.yaml]\nconfigMapGenerator:\n- name: g\n  literals: [__proto__=x]\npatches:\n- path: p.yaml\n", "app/a.yaml": map("a"), "app/p.yaml": `${map("a")}__proto__: {polluted: yes}\ndata: {__proto__: x}\n` };
    const rendered = render(memoryTree(files), { path: "app" });
    expect(JSON.stringify(rendered.objects.map(({ object }) => object["data"]))).toBe('[{"__proto__":"x"},{"__proto__":"x"}]');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});
