import { expect, test } from "vitest";
import { copyMap } from "../../../../../charts/helm/chart/copy-value.ts";
import { mergeUserValues } from "../../../../../charts/helm/chart/user-values.ts";
import { prepareChart } from "../../../../../charts/helm/chart/prepare.ts";
import { toJson } from "../../../../../charts/helm/go/json.ts";
import { GoMap } from "../../../../../charts/helm/go/value.ts";
import { chartYaml, load, prepare, problemOf } from "./chart-fixture.ts";

const valuesOf = (own: string, sub: string, user = "", warnings: string[] = []): unknown =>
  prepare({ "Chart.yaml": chartYaml("app"), "values.yaml": own, "charts/s/Chart.yaml": chartYaml("s"), "charts/s/values.yaml": sub }, { files: [{ name: "user.yaml", text: user }] }, warnings).values;

// what Helm v4.3.1 prints for the same chart
test.each<[string, string, string, string, unknown]>([
  ["the user wins over the chart, the chart over its dependency", "s: {a: chart, b: chart}", "{a: sub, b: sub, c: sub}", "s: {a: user}", { s: { a: "user", b: "chart", c: "sub", global: {} } }],
  ["null of the user deletes a default", "a: 1\nb: {c: 1, d: 2}", "", "a: null\nb: {c: null}", { b: { d: 2 }, s: { global: {} } }],
  ["null of the user deletes a default of a dependency", "", "{a: 1, b: {c: 1}}", "s: {a: null, b: null}", { s: { global: {} } }],
  ["null among the defaults is dropped", "a: null\nb: {c: null}", "d: null", "", { b: {}, s: { global: {} } }],
  ["null of the user for a key that is no default stays", "", "", "x: null", { x: null, s: { global: {} } }],
  ["lists are replaced, maps are merged", "a: [1, 2]\nb: {c: 1}", "", "a: [3]\nb: {d: 2}", { a: [3], b: { c: 1, d: 2 }, s: { global: {} } }],
  ["a map gives way to something else", "a: {b: 1}", "", "a: 3", { a: 3, s: { global: {} } }],
  ["something else gives way to a map", "a: 3", "", "a: {b: 1}", { a: { b: 1 }, s: { global: {} } }],
  ["globals are passed on and win over those of the dependency", "global: {a: 1, m: {x: 1}}", "global: {a: 2, b: 2, m: {x: 2, w: 2}}", "", { global: { a: 1, m: { x: 1 } }, s: { global: { a: 1, b: 2, m: { x: 1, w: 2 } } } }],
  ["maps deep in globals are shared with the dependency", "global: {m: {o: {x: 1}}}", "global: {m: {o: {w: 2}}}", "", { global: { m: { o: { x: 1, w: 2 } } }, s: { global: { m: { o: { x: 1, w: 2 } } } } }],
  ["globals that are no map are not passed on", "global: 3", "a: 1", "", { global: 3, s: { a: 1 } }],
  ["a dependency that is null in the chart has its own values", "s: null", "a: 1", "", { s: { a: 1, global: {} } }],
])("%s", (_name, own, sub, user, expected) => {
  expect(valuesOf(own, sub, user)).toEqual(expected);
});

// what Helm v3.22.0 prints for the same chart
test.each<[string, string, string, string, unknown]>([
  ["null among the defaults of the chart stays", "a: null\nb: {c: null}", "", "", { a: null, b: { c: null }, s: { global: {} } }],
  ["null among the defaults of a dependency stays", "", "d: null", "", { s: { d: null, global: {} } }],
  ["null of the user deletes a default", "a: 1\nb: {c: 1, d: 2}", "", "a: null\nb: {c: null}", { b: { d: 2 }, s: { global: {} } }],
  ["the first document of values counts, and a last line has no line break of its own", "a: |\n  x\n---\nb: 1", "t: |\n  x", "c: 1\n---\nd: 1", { a: "x\n", c: 1, s: { global: {}, t: "x" } }],
])("in Helm 3, %s", (_name, own, sub, user, expected) => {
  const files = { "Chart.yaml": chartYaml("app"), "values.yaml": own, "charts/s/Chart.yaml": chartYaml("s"), "charts/s/values.yaml": sub };
  expect(prepare(files, { version: "v3", files: [{ name: "user.yaml", text: user }] }).values).toEqual(expected);
});

test("values that do not fit together are warned of, once, without showing texts", () => {
  const warnings: string[] = [];
  valuesOf("a: {b: 1}\nc: 3\nd: {e: {f: 1}, g: 1}", "", "a: hidden\nc: {d: 1}\nd: {e: hidden, g: {h: 1}}", warnings);
  expect(warnings).toEqual([
    "values: app.c is a map; the default of the chart is none and is ignored",
    "values: app.d.e is a map by default and is overwritten by something else (a text)",
    "values: app.d.g is a map; the default, which is none (1), is ignored",
  ]);
});

test("values of a dependency that are no map are refused", () => {
  expect(problemOf(() => valuesOf("s: text", ""))).toBe('values: app.s must be a map, because "s" is a dependency of chart app: its values stand there');
});

test("values of a render are its own: a change of them changes no other", () => {
  const chart = load({ "Chart.yaml": chartYaml("app"), "values.yaml": "a: {b: {c: 1}}\nl: [{x: 1}]" });
  const values = (): GoMap => prepareChart(chart, mergeUserValues({}), []).values;
  const first = values();
  const copy = copyMap(first);
  for (const map of [first, copy]) {
    const inner = map.entries.get("a");
    if (inner instanceof GoMap) inner.entries.clear();
  }
  expect([toJson(first), toJson(copy), toJson(values())]).toEqual([{ a: {}, l: [{ x: 1 }] }, { a: {}, l: [{ x: 1 }] }, { a: { b: { c: 1 } }, l: [{ x: 1 }] }]);
});
