import { expect, test } from "vitest";
import { metadataValue } from "../../../../../charts/helm/chart/metadata-value.ts";
import { toJson } from "../../../../../charts/helm/go/json.ts";
import { chartYaml, load, prepare, problemOf, within, type Files } from "./chart-fixture.ts";

const TEMPLATE = { "templates/a.yaml": "a: 1" };

test("a chart has its templates, its files, its values and the charts in charts/", () => {
  const chart = load({
    "Chart.yaml": chartYaml("app"),
    "values.yaml": "a: 1",
    ...TEMPLATE,
    "templates/_helpers.tpl": "x",
    "crds/crd.yaml": "x",
    "README.md": "x",
    "charts/a.tgz.prov": "signature",
    ...within("charts/sub", { "Chart.yaml": chartYaml("sub"), "x.txt": "1" }),
  });
  expect(chart.templates.map(({ name }) => name)).toEqual(["templates/_helpers.tpl", "templates/a.yaml"]);
  expect(chart.files.map(({ name }) => name)).toEqual(["README.md", "charts/a.tgz.prov", "crds/crd.yaml"]);
  expect(toJson(chart.values)).toEqual({ a: 1 });
  expect(chart.dependencies.map(({ metadata, files }) => [metadata.name, files.map(({ name, path }) => `${name} ${path}`)])).toEqual([["sub", ["x.txt charts/sub/x.txt"]]]);
});

test("texts of Chart.yaml may be numbers, keys may have any case, and what cannot be printed is left out", () => {
  const { metadata } = load({ "Chart.yaml": 'apiVersion: v2\nname: app\nversion: 1.20\nAppVersion: 2024.0115\ndescription: "a\\tb\\x07c"\nkeywords: [a, 1, true, null]\nannotations: {a: 1, b: null}\n' });
  expect(metadata).toMatchObject({ version: "1.2", appVersion: "2024.0115", description: "a bc", keywords: ["a", "1", "true", ""] });
  expect([...(metadata.annotations ?? [])]).toEqual([["a", "1"], ["b", ""]]);
});

test("templates see Chart.yaml with Go's field names", () => {
  expect(toJson(metadataValue(load({ "Chart.yaml": chartYaml("app", "maintainers: [{name: nn}]\n") }).metadata))).toEqual({
    APIVersion: "v2", Annotations: null, AppVersion: "", Condition: "", Dependencies: [], Deprecated: false, Description: "", Home: "", Icon: "", Keywords: [],
    KubeVersion: "", Maintainers: [{ Email: "", Name: "nn", URL: "" }], Name: "app", Sources: [], Tags: "", Type: "", Version: "1.2.0",
  });
});

const REFUSED: Readonly<Record<string, readonly [Files, string]>> = {
  "a folder without Chart.yaml": [{ "chart.yaml": chartYaml("app") }, ".: Chart.yaml is missing, written exactly so; this is no chart"],
  "a name that is missing": [{ "Chart.yaml": "apiVersion: v2\nversion: 1.0.0\n" }, "Chart.yaml:1: name is required"],
  "a name that is a path": [{ "Chart.yaml": "apiVersion: v2\nname: a/b\nversion: 1.0.0\n" }, 'Chart.yaml:2: name "a/b" is not allowed: it names a folder'],
  "a version that is none": [{ "Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.x\n" }, 'Chart.yaml:3: version "1.x" is no semantic version such as 1.0.0'],
  "a kind of chart that Helm does not know": [{ "Chart.yaml": chartYaml("app", "type: foo\n") }, 'Chart.yaml:4: type "foo" is not known; it must be application or library'],
  "another format of charts": [{ "Chart.yaml": "apiVersion: v9\nname: a\nversion: 1.0.0\n" }, 'Chart.yaml: apiVersion "v9" is not supported; it must be v1 or v2'],
  "a list where text is needed": [{ "Chart.yaml": chartYaml("app", "home: [a]\n") }, "Chart.yaml:4: home must be text"],
  "an empty maintainer": [{ "Chart.yaml": chartYaml("app", "maintainers: [null]\n") }, "Chart.yaml:4: maintainers must not contain empty or null nodes"],
  "two dependencies of one name": [{ "Chart.yaml": chartYaml("app", "dependencies:\n- {name: a}\n- {name: a}\n") }, 'more than one dependency with name or alias "a"; give one an alias'],
  "an alias with a dot": [{ "Chart.yaml": chartYaml("app", "dependencies:\n- {name: a, alias: b.c}\n") }, 'alias "b.c" of dependency "a" must consist of letters, digits, _ and -'],
  "values that are a list": [{ "Chart.yaml": chartYaml("app"), "values.yaml": "- a" }, "values.yaml:1: values must be a map, this is a list"],
  "values that are no YAML, with the line of a later document": [{ "Chart.yaml": chartYaml("app"), "values.yaml": "a: 1\n---\nb: 1\n\tc: 1\n" }, "values.yaml:4:"],
  "values that are no UTF-8": [{ "Chart.yaml": chartYaml("app"), "values.yaml": Buffer.from([0x61, 0x3a, 0x20, 0xff]) }, "values.yaml: is not UTF-8 text"],
  "text behind a separator": [{ "Chart.yaml": chartYaml("app"), "values.yaml": "a: 1\n---b\n" }, 'values.yaml:2: "b" stands behind the separator ---'],
  "a lock file with a time that is none": [{ "Chart.yaml": chartYaml("app"), "Chart.lock": "generated: yesterday\n" }, "Chart.lock:1: generated must be a time"],
  "a file in charts/ that is no chart": [{ "Chart.yaml": chartYaml("app"), "charts/README.md": "x" }, "charts/README.md: Chart.yaml is missing"],
  "a link that leads nowhere": [{ "Chart.yaml": chartYaml("app"), x: { link: "nowhere" } }, "x: symbolic link leads nowhere"],
  "a link that leads to its own folder": [{ "Chart.yaml": chartYaml("app"), "d/x": { link: "../d" } }, "look for a symbolic link that leads upwards"],
  "a library as a chart of its own": [{ "Chart.yaml": chartYaml("app", "type: library\n") }, 'chart "app" is a library: it is not installable by itself'],
};

test.each(Object.entries(REFUSED))("%s is refused", (_name, [files, message]) => {
  expect(problemOf(() => prepare(files))).toContain(message);
});

test("everything that is wrong is told at once, of dependencies, too", () => {
  const text = problemOf(() => load({ "Chart.yaml": "version: x\n", "values.yaml": "[", ...within("charts/sub", { "Chart.yaml": chartYaml("sub", "deprecated: maybe\n") }) }));
  expect(text.split("\n").map((line) => line.slice(0, line.indexOf(": ")))).toEqual(["Chart.yaml:1", "Chart.yaml:1", "values.yaml:2:1", "charts/sub/Chart.yaml:4"]);
});

test("requirements.yaml names the dependencies of the first chart format and stays a file; in the second it wins over Chart.yaml with a warning", () => {
  const sub = within("charts/s", { "Chart.yaml": chartYaml("s") });
  const requirements = "dependencies:\n- name: s\n  version: 1.x\n";
  const first = load({ "Chart.yaml": "name: app\nversion: 1.0.0\n", "requirements.yaml": requirements, ...sub });
  expect([first.metadata.apiVersion, first.metadata.dependencies.map(({ name }) => name), first.files.map(({ name }) => name)]).toEqual(["v1", ["s"], ["requirements.yaml"]]);
  const warnings: string[] = [];
  const second = load({ "Chart.yaml": chartYaml("app", "dependencies:\n- {name: s, version: 1.x, alias: q}\n"), "requirements.yaml": requirements, ...sub }, warnings);
  expect([second.metadata.dependencies.map(({ alias }) => alias), second.files]).toEqual([["q"], []]);
  expect(warnings).toEqual(["requirements.yaml: dependencies belong in Chart.yaml since apiVersion v2; move them there"]);
});

test("byte order marks are taken off, and links within the repository are followed", () => {
  const mark = Buffer.from([0xef, 0xbb, 0xbf]);
  const marked = (text: string): Uint8Array => Buffer.concat([mark, Buffer.from(text)]);
  const chart = load({ "Chart.yaml": marked(chartYaml("app")), "values.yaml": marked("a: 1"), "b.txt": marked("é"), "shared/s/Chart.yaml": chartYaml("s"), "charts/s": { link: "../shared/s" } });
  expect([toJson(chart.values), chart.files[0]?.text, chart.dependencies.map(({ metadata }) => metadata.name)]).toEqual([{ a: 1 }, "é", ["s"]]);
});

test("documents of values.yaml are merged, numbers are floats, keys mean nothing", () => {
  const { values } = prepare({ "Chart.yaml": chartYaml("app"), "values.yaml": "a: {x: 1}\n--- # more\na: {z: 12345678901234567890}\n__proto__: {z: 1}\n" });
  expect(JSON.stringify(values)).toBe('{"a":{"x":1,"z":12345678901234567000},"__proto__":{"z":1}}');
});

const IGNORED: Readonly<Record<string, readonly [string, readonly string[], readonly string[]]>> = {
  "a name without a slash matches in every folder": ["*.md", ["a.md", "d/b.md", "c.txt"], ["c.txt"]],
  "a rule with a slash matches the whole path": ["sub/*.txt", ["sub/a.txt", "sub/d/b.txt"], ["sub/d/b.txt"]],
  "a leading slash means the top": ["/x", ["x", "d/x"], ["d/x"]],
  "a trailing slash means folders": ["dir/", ["dir/a", "e/dir/b", "f/dirx"], ["f/dirx"]],
  "a trailing slash leaves files alone": ["foo/", ["foo"], ["foo"]],
  "comments, spaces and line ends do not count": ["# x\n  y  \r\n\n", ["x", "y"], ["x"]],
  "classes and escapes": ["\\*x\n[a-c]1\n[^a-c]2\n?3", ["*x", "ax", "a1", "d1", "a2", "d2", "x3", "xx3"], ["a2", "ax", "d1", "xx3"]],
  "a negated rule leaves out what it does not match": ["!*.txt\n", ["a.txt"], ["a.txt"]],
};

test.each(Object.entries(IGNORED))(".helmignore: %s", (_name, [rules, names, left]) => {
  const files = Object.fromEntries(names.map((name) => [name, "x"]));
  const isNegated = rules.startsWith("!");
  const act = (): string[] => load({ "Chart.yaml": chartYaml("app"), ".helmignore": rules, ...files }).files.map(({ name }) => name).filter((name) => name !== ".helmignore");
  if (isNegated) expect(problemOf(act)).toContain("Chart.yaml is missing");
  else expect(act()).toEqual(left);
});

test("templates that begin with a dot are never taken, those of dependencies are", () => {
  const chart = load({ "Chart.yaml": chartYaml("app"), "templates/.a.yaml": "x", "templates/.d/b.yaml": "x", ...within("charts/s", { "Chart.yaml": chartYaml("s"), "templates/.c.yaml": "x" }) });
  expect([chart.templates, chart.dependencies.flatMap(({ templates }) => templates.map(({ name }) => name))]).toEqual([[], ["templates/.c.yaml"]]);
});

test.each([["a/**", '.helmignore:1: rule "a/**": ** is not supported by Helm'], ["x\n[a", '.helmignore:2: rule "[a" is not a pattern'], ["x\\", '.helmignore:1: rule "x\\" is not a pattern']])(".helmignore with %j is refused", (rules, message) => {
  expect(problemOf(() => load({ "Chart.yaml": chartYaml("app"), ".helmignore": rules }))).toContain(message);
});
