import { expect, test } from "vitest";
import { crdFiles } from "../../../../../charts/helm/chart/crds.ts";
import { metadataValue } from "../../../../../charts/helm/chart/metadata-value.ts";
import { toJson } from "../../../../../charts/helm/go/json.ts";
import { chartYaml, pathsOf, prepare, problemOf, within, type Files } from "./chart-fixture.ts";

const S = within("charts/s", { "Chart.yaml": chartYaml("s"), "values.yaml": "x: 1\n" });
const app = (dependency: string, values = ""): Files => ({ "Chart.yaml": chartYaml("app", `dependencies:\n- {name: s, version: 1.x, ${dependency}}\n`), "values.yaml": values, ...S });

test.each<[string, string, string, boolean]>([
  ["no condition and no tag", "repository: x", "", true],
  ["a condition that is false", "condition: s.ok", "s: {ok: false}", false],
  ["the first path that leads to a boolean", 'condition: "a.b,s.ok,c"', "a: {b: text}\ns: {ok: false}\nc: true\n", false],
  ["a condition that leads nowhere", "condition: s.ok", "", true],
  ["a condition that leads to a map", "condition: s", "s: {}", true],
  ["a tag that is false", "tags: [t]", "tags: {t: false}", false],
  ["one tag of several that is true", "tags: [t, u]", "tags: {t: false, u: true}", true],
  ["a tag that is no boolean", "tags: [t]", "tags: {t: text}", true],
  ["a condition that wins over a tag", "tags: [t], condition: s.ok", "tags: {t: false}\ns: {ok: true}\n", true],
])("a dependency with %s", (_name, dependency, values, isEnabled) => {
  const { chart } = prepare(app(dependency, values));
  expect([chart.dependencies.length, chart.metadata.dependencies.length]).toEqual(isEnabled ? [1, 1] : [0, 0]);
});

test("the user's values decide about conditions, and a dependency that is disabled keeps its values in the chart's own", () => {
  const { chart, values } = prepare(app("condition: s.ok", "s: {ok: true}"), { set: ["s.ok=false"] });
  expect([pathsOf(chart), values]).toEqual([["app"], { s: { ok: false } }]);
});

test("conditions of dependencies are paths below theirs", () => {
  const t = within("charts/s/charts/t", { "Chart.yaml": chartYaml("t") });
  const files = { ...app("repository: x", "s: {t: {ok: false}}"), ...t, "charts/s/Chart.yaml": chartYaml("s", "dependencies:\n- {name: t, version: 1.x, condition: t.ok}\n") };
  expect(pathsOf(prepare(files).chart)).toEqual(["app", "app/charts/s"]);
});

test("one chart under two aliases takes part twice", () => {
  const files = { ...S, "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x, alias: a}\n- {name: s, version: 1.x, alias: b, condition: b.ok}\n- {name: s, version: 1.x}\n"), "values.yaml": "a: {x: 2}\n" };
  const { chart, values } = prepare(files);
  expect(pathsOf(chart)).toEqual(["app", "app/charts/a", "app/charts/b", "app/charts/s"]);
  expect(values).toEqual({ a: { global: {}, x: 2 }, b: { global: {}, x: 1 }, s: { global: {}, x: 1 } });
  expect(chart.metadata.dependencies.map(({ name, alias }) => [name, alias])).toEqual([["a", "a"], ["b", "b"], ["s", ""]]);
});

test.each<["v3" | "v4", string[]]>([
  ["v4", ["app", "app/charts/a", "app/charts/a/charts/u", "app/charts/a/charts/t1", "app/charts/b", "app/charts/b/charts/u", "app/charts/b/charts/t1"]],
  ["v3", ["app", "app/charts/a", "app/charts/b/charts/u", "app/charts/a/charts/t1", "app/charts/b", "app/charts/b/charts/t", "app/charts/b/charts/u"]],
])("charts below one under two aliases are copies in Helm 4, and one and the same in Helm 3: %s", (version, expected) => {
  const files = {
    "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x, alias: a}\n- {name: s, version: 1.x, alias: b}\n"),
    ...within("charts/s", { "Chart.yaml": chartYaml("s", "dependencies:\n- {name: t, version: 1.x, alias: t1}\n"), "charts/t/Chart.yaml": chartYaml("t"), "charts/u/Chart.yaml": chartYaml("u") }),
  };
  expect(pathsOf(prepare(files, { version }).chart)).toEqual(expected);
});

test("vendored charts that nobody declared come first, then the declared ones in their order", () => {
  const files = { ...S, ...within("charts/a", { "Chart.yaml": chartYaml("a") }), ...within("charts/z", { "Chart.yaml": chartYaml("z") }), "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x}\n- {name: a, version: 1.x}\n") };
  expect(pathsOf(prepare(files).chart)).toEqual(["app", "app/charts/z", "app/charts/s", "app/charts/a"]);
});

test("a vendored chart of another version is rendered under its own name, with a warning", () => {
  const warnings: string[] = [];
  const files = { ...S, "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 2.x, alias: z}\n") };
  expect(pathsOf(prepare(files, {}, warnings).chart)).toEqual(["app", "app/charts/s"]);
  expect(warnings).toEqual(['charts/s: is version 1.2.0, and . asks for 2.x; it is rendered all the same, and not as z; run "helm dependency update"']);
});

test("everything that is declared and not vendored is told, with what to do", () => {
  const files = { "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x, repository: 'https://charts.example.com'}\n- {name: t}\n") };
  expect(problemOf(() => prepare(files))).toBe(
    'Chart.yaml: dependency "s" (version 1.x) of https://charts.example.com is not in charts/; run "helm dependency build" and commit what it puts there\n' +
      'Chart.yaml: dependency "t" is not in charts/; run "helm dependency build" and commit what it puts there',
  );
});

test("values are imported from exports by name and from anywhere by path, below the chart's own", () => {
  const files = {
    ...S,
    "charts/s/values.yaml": "exports: {d: {e: 1, f: 2}}\nx: {q: 1}\n",
    "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x, import-values: [d, {child: x, parent: v.z}, nothing]}\n"),
    "values.yaml": "f: own\n",
  };
  const warnings: string[] = [];
  const { chart, values } = prepare(files, {}, warnings);
  expect(values).toMatchObject({ e: 1, f: "own", v: { z: { q: 1 } } });
  expect(warnings).toEqual(['.: import-values: dependency "s" has no map exports.nothing in its values; nothing is imported']);
  expect(toJson(metadataValue(chart.metadata))).toMatchObject({ Dependencies: [{ Name: "s", Enabled: true, ImportValues: [{ child: "exports.d", parent: "." }, { child: "x", parent: "v.z" }, { child: "exports.nothing", parent: "." }] }] });
});

test("crds/ of a chart come before those of its dependencies", () => {
  const files = { ...app("alias: z"), "crds/b.yaml": "x", "crds/README.md": "x", "charts/s/crds/a.JSON": "x" };
  expect(crdFiles(prepare(files).chart).map(({ fullPath, file }) => `${fullPath} ${file.path}`)).toEqual(["app/crds/b.yaml crds/b.yaml", "app/charts/z/crds/a.JSON charts/s/crds/a.JSON"]);
});
