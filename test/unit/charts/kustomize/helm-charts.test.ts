import { describe, expect, test } from "vitest";
import type { HelmOptions } from "../../../../charts/helm-options.ts";
import { render } from "../../../../charts/render.ts";
import type { Rendered } from "../../../../charts/rendered.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

const helm: HelmOptions = { spec: {}, release: { name: "web", namespace: "shop" }, random: { secret: new Uint8Array(32), identity: "uid" }, clock: 0, asksCluster: true };
const map = (name: string, text: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name}"}\ndata: {text: "${text}"}\n`;
const chartAt = (folder: string): Readonly<Record<string, string>> => ({
  [`${folder}/Chart.yaml`]: "apiVersion: v2\nname: app\nversion: 1.0.0\n",
  [`${folder}/values.yaml`]: "a: default\nb: {c: default, gone: null}\n",
  [`${folder}/templates/a.yaml`]: map("{{ .Release.Name }}-a", "{{ .Release.Namespace }} {{ .Values.a }} {{ .Values.b.c }} {{ hasKey .Values.b \\\"gone\\\" }} {{ .Values.d }}").replaceAll('\\"', "'").replaceAll("'gone'", "`gone`"),
  [`${folder}/crds/c.yaml`]: "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
  [`${folder}/templates/h.yaml`]: 'apiVersion: v1\nkind: Pod\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\n',
});
const built = (kustomization: string, files: Readonly<Record<string, string>> = {}): Rendered => render(memoryTree({ "k/kustomization.yaml": kustomization, ...chartAt("k/charts/app"), ...files }), { path: "k", helm });
const names = ({ objects }: Rendered): string[] => objects.map(({ object }) => object.metadata.name);
const textOf = ({ objects }: Rendered): unknown => (objects.find(({ object }) => object.kind === "ConfigMap")?.object["data"] as { text?: unknown } | undefined)?.text;

describe("an entry of helmCharts", () => {
  test("is rendered from the vendored chart, and transformed like everything else", () => {
    const rendered = built("namePrefix: x-\nhelmCharts:\n- name: app\n  releaseName: rel\n");
    expect(names(rendered).sort()).toEqual(["x-hook", "x-rel-a", "x-test"]);
    expect(textOf(rendered)).toBe("default default default true ");
    const { origin } = rendered.objects.find(({ object }) => object.kind === "ConfigMap") ?? {};
    expect(origin).toEqual({ file: "k/charts/app/templates/a.yaml", line: 1, overlays: ["k/kustomization.yaml"] });
    expect(Object.keys(rendered.objects[0]?.object.metadata.annotations ?? {})).not.toContain("internal.config.kubernetes.io/helm-generated");
  });

  test.each([
    ["its namespace and name", "namespace: ns\n  nameTemplate: fixed", {}, "ns default default true "],
    ["values over those of the chart", "valuesInline: {a: inline, b: {c: null}, d: more}", {}, "default inline default false more"],
    ["values under those of the chart", "valuesInline: {a: inline, d: more}\n  valuesMerge: merge", {}, "default default default false more"],
    ["values alone", "valuesInline: {d: more}\n  valuesMerge: replace", {}, "default default default false more"],
    ["files with values", "valuesFile: v.yaml\n  additionalValuesFiles: [w.yaml]", { "k/v.yaml": "a: file\nd: file\n", "k/w.yaml": "d: second\n" }, "default file default false second"],
  ])("takes %s", (_name, fields, files, text) => {
    expect(textOf(built(`helmCharts:\n- name: app\n  ${fields}\n`, files))).toBe(text);
  });

  test("gives CRDs, hooks and tests as it says", () => {
    expect(names(built("helmCharts:\n- {name: app, includeCRDs: true, skipHooks: true}\n")).sort()).toEqual(["app-a", "c"]);
    expect(names(built("helmCharts:\n- {name: app, skipTests: true}\n")).sort()).toEqual(["app-a", "hook"]);
  });

  test("finds its chart where chartHome and version say", () => {
    const files = { ...chartAt("k/vendor/app"), ...chartAt("k/charts/app-2.0.0/app") };
    expect(names(built("helmGlobals: {chartHome: vendor}\nhelmCharts:\n- {name: app, skipHooks: true}\n", files))).toEqual(["app-a"]);
    expect(names(built("helmCharts:\n- {name: app, version: 2.0.0, repo: https://charts.example.com, skipHooks: true}\n", files))).toEqual(["app-a"]);
  });

  test.each([
    ["that is not vendored", "{name: other}", /^k\/kustomization\.yaml:2:3: chart "other" is not vendored: there is no folder k\/charts\/other, and charts are not pulled; run helm pull --untar --untardir charts, and commit it/],
    ["above the repository", '{name: "../../../x"}', /leads out of the repository/],
    ["with values outside its folder", "{name: app, valuesFile: ../v.yaml}", /is not in or below k/],
    ["with an unknown way to merge", "{name: app, valuesMerge: x, valuesInline: {a: b}}", /valuesMerge must be one of merge, override, replace/],
    ["with a template for its name", '{name: app, nameTemplate: "{{ .Chart.Name }}"}', /nameTemplate with a template is not supported/],
    ["without a name", "{releaseName: x}", /chart has no name/],
  ])("%s is told", (_name, entry, message) => {
    expect(() => built(`helmCharts:\n- ${entry}\n`, { "v.yaml": "a: b\n" })).toThrow(message);
  });

  test("is refused where nobody says how charts are rendered", () => {
    const tree = memoryTree({ "k/kustomization.yaml": "helmCharts:\n- {name: app}\n", ...chartAt("k/charts/app") });
    expect(() => render(tree, { path: "k" })).toThrow(/Helm charts are not rendered here/);
  });
});
