import { describe, expect, test } from "vitest";
import type { ReconcileError } from "../../../../src/errors.ts";
import { renderFiles, type ChartFiles } from "./render-files.ts";

const CHART = "apiVersion: v2\nname: app\nversion: 1.2.3\n";
const SUB = "apiVersion: v2\nname: s\nversion: 1.0.0\n";

/** The error that a chart with one template ends in. */
function problemOf(template: string, files: ChartFiles = {}, values = ""): ReconcileError {
  try {
    renderFiles({ "templates/a.yaml": template, ...files }, values);
  } catch (error) {
    return error as ReconcileError; // all that rendering throws
  }
  throw new Error("nothing was thrown");
}

const forever = (body: string): string => `{{ range 9000000000000000000 }}${body}{{ end }}`;
const doubled = (expression: string): string => `{{ $s := "ab<" }}{{ range until 60 }}{{ $s = ${expression} }}{{ end }}`;
const nested = (use: string): string => `{{ $l := list 1 }}{{ $m := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ $m = list $m $m }}{{ end }}{{ ${use} }}`;

describe("a template without an end is stopped, at its line", { timeout: 60_000 }, () => {
  test.each<readonly [string, string]>([
    ["a loop that does nothing", forever("")],
    ["a loop of many actions that write nothing", `{{ $e := "" }}${forever("{{ $e }}".repeat(20_000))}`],
    ["a function on a long text, again and again", `{{ $s := repeat 1000000 "a" }}${forever('{{ $x := contains "z" $s }}')}`],
    ["a comparison of long texts, again and again", `{{ $a := list (repeat 1000000 "a") }}{{ $b := list (repeat 1000000 "a") }}${forever("{{ $x := deepEqual $a $b }}")}`],
    ["the order of a large map, again and again", `{{ $d := dict }}{{ range until 10000 }}{{ $_ := set $d (print .) 1 }}{{ end }}${forever("{{ range $d }}{{ break }}{{ end }}")}`],
    ["patterns with classes of Unicode", forever('{{ $x := regexMatch (printf "%d(\\\\p{L}\\\\pN)" .) "a" }}')],
    ["lines of one character", '{{ wrap 1 (repeat 10000000 "a ") }}'],
    ["a long layout of a date", '{{ date (repeat 10000000 "Jan") now }}'],
    ["many tables of TOML", '{{ fromToml (repeat 300000 "[[a]]\\n") }}'],
    ...["cat $s $s", "squote $s $s", "join $s (list $s $s)"].map((expression) => [`a text that ${expression} doubles`, doubled(expression)] as const),
    ["a list that concat doubles", "{{ $l := list 1 }}{{ range until 60 }}{{ $l = concat $l $l }}{{ end }}"],
    ...["$l", "toJson $l", "toYaml $l", "quote $l", 'printf "%#v" $l', "deepEqual $l $m", "uniq (list $l $m)", 'toToml (dict "a" $l)'].map((use) => [`lists within lists that ${use} goes through`, nested(use)] as const),
  ])("%s", (_what, template) => {
    const { code, position } = problemOf(template);
    expect([code, position?.file, position?.line]).toEqual(["LIMIT_EXCEEDED", "c/templates/a.yaml", 1]);
  });
});

describe("what is too large is refused with its file", () => {
  test.each<[string, string, ChartFiles, string]>([
    ["templates of very many actions", "{{/**/}}{{.}}".repeat(400_000), {}, "c/templates/a.yaml: the templates of the chart have too many actions"],
    ["rules of .helmignore", "", { ".helmignore": "x\n".repeat(2000) }, "c/.helmignore:1001: has more than 1000 rules"],
    ["a long .helmignore", "", { ".helmignore": "x".repeat(200_000) }, "c/.helmignore: is longer than 100000 characters"],
    ["dependencies", "", { "Chart.yaml": `${CHART}dependencies:\n${'- {name: s, version: "*"}\n'.repeat(2000)}` }, "more than 1000 dependencies"],
    ["import-values that take a map into itself", "", { "Chart.yaml": `${CHART}dependencies: [{name: s, version: "*", import-values: [data, {child: exports, parent: a}]}]\n`, "charts/s/Chart.yaml": SUB, "charts/s/values.yaml": "exports: {data: {a: {y: 1}}}" }, "values nest too deep"],
    ["a deep path of import-values", "", { "Chart.yaml": `${CHART}dependencies: [{name: s, version: "*", import-values: [{child: x, parent: "${"a.".repeat(5000)}b"}]}]\n`, "charts/s/Chart.yaml": SUB, "charts/s/values.yaml": "x: {y: 1}" }, "has more than 100 levels"],
    ["globals of many dependencies", "", { "values.yaml": `global:\n${Array.from({ length: 6000 }, (_, index) => `  k${index}: v\n`).join("")}`, ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`charts/s${index}/Chart.yaml`, `apiVersion: v2\nname: s${index}\nversion: 1.0.0\n`])) }, "global values are handed down"],
  ])("%s", (_what, template, files, message) => {
    expect(problemOf(template, files).message).toContain(message);
  });
});

describe("an error does not tell a value that a function was given", () => {
  test.each([
    ["a date", '{{ mustToDate "2006-01-02" .Values.p }}', 'parsing time "…" as "2006-01-02"'],
    ["a duration", "{{ mustDateModify .Values.p now }}", "invalid duration"],
    ["the name of a template", "{{ include .Values.p . }}", 'no template "…"'],
    ["what range is given", "{{ range .Values.p }}{{ end }}", "at <.Values.p>: range can't iterate over …"],
    ["an address", "{{ urlParse (print `http://u:` .Values.p `@[`) }}", 'unable to parse url: parse "…": missing'],
    ["the user of an address", "{{ urlJoin (dict `userinfo` (print .Values.p ` `)) }}", 'unable to parse userinfo in dict: parse "…": net/url: invalid userinfo'],
    ["maps that are compared", "{{ eq .Values.m .Values.m }}", "non-comparable type map[string]interface {}"],
  ])("%s", (_what, template, message) => {
    const problem = problemOf(template, {}, 'p: s3cr3t\nm: {a: s3cr3t}\n').message;
    expect(problem).toContain(message);
    expect(problem).not.toContain("s3cr3t");
  });

  test("the repository of a dependency is told without its password", () => {
    const files = { "Chart.yaml": `${CHART}dependencies: [{name: x, version: "1", repository: "https://user:s3cr3t@example.com/"}]\n` };
    expect(problemOf("", files).message).toContain("of https://example.com/ is not in charts/");
  });

  test("a literal of the template is told", () => {
    expect(problemOf('{{ mustToDate "2006-01-02" "nonsense" }}').message).toContain('"nonsense"');
  });
});

test("a value that contains itself is refused where it is printed", () => {
  const { message } = problemOf('\n{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $d }}');
  expect(message).toBe("c/templates/a.yaml:2:48: value is nested more than 1000 deep: it may contain itself");
});

test("one render leaves nothing behind for the next", () => {
  const files = { "values.yaml": "a: {b: 1}\nglobal: {g: {x: 1}}\n", "templates/a.yaml": '{{ $_ := set .Values.a "c" (add (default 0 .Values.a.c) 1) }}{{ $_ := set .Values.global.g "y" 1 }}{{ $_ := merge .Chart (dict "name" "x") }}a: {{ toJson .Values }}' };
  expect(renderFiles(files).manifests[0]?.text).toBe(renderFiles(files).manifests[0]?.text);
});
