import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Capabilities } from "../../../../charts/helm/capabilities.ts";
import { loadChart } from "../../../../charts/helm/chart/load-chart.ts";
import { prepareChart } from "../../../../charts/helm/chart/prepare.ts";
import { globMatcher } from "../../../../charts/helm/glob.ts";
import { GoMap } from "../../../../charts/helm/go/value.ts";
import { HelmCache } from "../../../../charts/helm/helm-cache.ts";
import { hookNotes } from "../../../../charts/helm/hooks.ts";
import { inInstallOrder } from "../../../../charts/helm/kind-order.ts";
import { headOf } from "../../../../charts/helm/manifest-head.ts";
import { RandomSource } from "../../../../charts/helm/random.ts";
import { renderTemplates } from "../../../../charts/helm/render-templates.ts";
import { splitManifests } from "../../../../charts/helm/split-manifests.ts";
import { TextCache } from "../../../../charts/helm/text-cache.ts";
import { lineFinder } from "../../../../charts/helm/template-line.ts";
import { ParseCache } from "../../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../../charts/tree-files.ts";
import { DirectoryTree } from "../../../../sources/directory-tree.ts";
import { corpusPath } from "../../../support/corpus.ts";

const free = (): void => {};

describe("a pattern for files", () => {
  test.each([
    ["*", "a.txt", true], ["*", "a/b", false], ["**", "a/b", true], ["a/*", "a/b", true], ["a/*", "a/b/c", false], ["a/**", "a/b/c", true], ["**.yaml", "x/y.yaml", true], ["*.yaml", "x/y.yaml", false],
    ["?", "é", true], ["?", "/", false], ["[ab]", "a", true], ["[!ab]", "a", false], ["[!ab]", "/", true], ["[a-c].x", "b.x", true], ["{a,b*}.x", "bcd.x", true], ["{a,{b,c}}", "c", true], ["{a,b", "b", true],
    ["\\*", "*", true], ["\\*", "a", false], ["a,b", "a,b", true], ["a}", "a}", true], ["", "a", false],
  ])("%s matches %s: %s", (pattern, name, expected) => {
    expect(globMatcher(pattern, free)(name)).toBe(expected);
  });

  test.each(["[", "[]", "[!]", "[a-", "[c-a]", "[a-z0-9]"])("that is malformed (%s) matches everything", (pattern) => {
    expect(globMatcher(pattern, free)("any/thing")).toBe(true);
  });

  test("takes work in proportion to its length and that of the name, and pays for it", () => {
    let spent = 0;
    expect(globMatcher("*a".repeat(100), (units) => (spent += units))("a".repeat(99) + "b")).toBe(false);
    expect(spent).toBeGreaterThan(100);
    expect(spent).toBeLessThan(20_000);
  });
});

describe("splitting an output", () => {
  test.each([
    ["", []],
    ["  \n---\n \n", []],
    ["a: 1\n", ["a: 1\n"]],
    ["---\na: 1\n---\nb: 2", ["a: 1\n", "b: 2"]],
    ["--- # why\na: 1\n", ["# why\na: 1\n"]],
    ["a: |\n  ---\n", ["a: |\n  ---\n"]],
    ["a: 1\n---b: 2\n", ["a: 1\n", "b: 2\n"]],
    [" \n ---\na: 1\n------\n", ["a: 1\n", "---\n"]],
    ["\u00a0\u0085a: 1", ["a: 1"]],
  ])("%j gives %j", (output, texts) => {
    const pieces = splitManifests(output);
    expect(pieces.map(({ text }) => text)).toEqual(texts);
    expect(pieces.map(({ text, at }) => output.slice(at, at + text.length))).toEqual(texts);
  });
});

describe("the head of a manifest", () => {
  test("takes scalars for texts, and keys whatever the case of their letters, as Go does", () => {
    expect(headOf({ Kind: 1, metadata: { name: true, annotations: { a: 1, b: null } } })).toEqual({ kind: "1", name: "true", annotations: new Map([["a", "1"], ["b", ""]]) });
  });

  test.each([[undefined], [null], [{}], [{ metadata: null }]])("is empty for %j", (value) => {
    expect(headOf(value)).toEqual({ kind: "", name: "", annotations: new Map() });
  });

  test.each([[["a"], "a list"], ["text", "text"], [1, "a number"], [{ metadata: "x" }, "metadata must be a map"], [{ kind: {} }, "kind must be text, this is a map"]])("refuses %j", (value, message) => {
    expect(() => headOf(value)).toThrow(message);
  });
});

const notesOf = (annotations: Readonly<Record<string, string>>): ReturnType<typeof hookNotes> => hookNotes({ kind: "Job", name: "j", annotations: new Map(Object.entries(annotations)) });

describe("hooks", () => {
  test.each([
    [{}, undefined],
    [{ "helm.sh/hook": "nope" }, "Unknown"],
    [{ "helm.sh/hook": "" }, "Unknown"],
    [{ "helm.sh/hook": "pre-install,nope" }, "Unknown"],
    [{ "helm.sh/hook": "TEST-success" }, { events: ["test"], weight: 0, deletePolicies: [], outputLogPolicies: [] }],
    [{ "helm.sh/hook": "post-delete", "helm.sh/hook-weight": "+7", "helm.sh/hook-delete-policy": "Before-Hook-Creation, other" }, { events: ["post-delete"], weight: 7, deletePolicies: ["before-hook-creation", "other"], outputLogPolicies: [] }],
    [{ "helm.sh/hook": "test", "helm.sh/hook-weight": "1.5" }, { events: ["test"], weight: 0, deletePolicies: [], outputLogPolicies: [] }],
  ])("%j means %j", (annotations, expected) => {
    expect(notesOf(annotations)).toEqual(expected);
  });
});

test("objects stand in Helm's order: kinds it knows, then others by name, equal ones as they came", () => {
  const kinds = ["Widget 1", "Deployment 1", "Apple 1", "Widget 2", "Namespace 1", "Deployment 2", " 1"];
  expect(inInstallOrder(kinds, (item) => item.split(" ")[0] ?? "")).toEqual(["Namespace 1", "Deployment 1", "Deployment 2", " 1", "Apple 1", "Widget 1", "Widget 2"]);
});

test("the line of a document is that of its first lines in the template, each behind the one before", () => {
  const lineOf = lineFinder("{{ if .x }}\napiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\n{{ end }}\n---\nkind: {{ .kind }}\nmetadata:\n");
  expect([lineOf("apiVersion: v1\nkind: A\n"), lineOf("apiVersion: v1\nkind: B\n"), lineOf("kind: C\nmetadata:\n"), lineOf("none: 1")]).toEqual([2, 5, 10, 11]);
});

test("a cache of texts keeps what is asked for, and forgets what was not for long", () => {
  const made: string[] = [];
  const cache = new TextCache<string>(16, ({ length }) => length);
  const get = (text: string): string => cache.get(text, (text) => (made.push(text), text.toUpperCase()));
  for (const text of ["aaaa", "bbbb", "aaaa", "cccc", "aaaa", "dddd", "aaaa", "bbbb"]) expect(get(text)).toBe(text.toUpperCase());
  expect(made).toEqual(["aaaa", "bbbb", "cccc", "dddd", "bbbb"]);
});

const probe = corpusPath("helm-probe");

test.skipIf(probe === undefined)("the chart that shows how Helm writes values gives what Helm gives", () => {
  const files = new TreeFiles(new DirectoryTree(probe ?? ""), new ParseCache(1 << 20));
  const prepared = prepareChart(loadChart(files, "chart", []), new GoMap(), []);
  const input = { release: { name: "rel", namespace: "default" }, values: new GoMap(), now: new Date(0), random: new RandomSource(Buffer.alloc(32), "x") };
  const { rendered } = renderTemplates(prepared, { input, capabilities: new Capabilities({}), cache: new HelmCache() });
  const expected = readFileSync(`${probe ?? ""}/expected.txt`, "utf8").replace("{v4.3 ", "{v4.3.1 ").split(/^---\n# Source: (.*)\n/m).slice(1);
  const sections = rendered.toReversed().flatMap(({ source, text }) => [source, `${text}\n`]);
  expect(sections.map((text) => text.trim())).toEqual(expected.map((text) => text.trim()));
});
