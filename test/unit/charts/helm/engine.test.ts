import { describe, expect, test } from "vitest";
import { templateText } from "../../../../charts/helm/template-text.ts";
import { renderFiles, renderText } from "./render-files.ts";

const chartOf = (name: string, more = ""): string => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${more}`;

describe("what templates are given", () => {
  test.each([
    ["the release", "{{ .Release.Name }} {{ .Release.Namespace }} {{ .Release.Revision }} {{ .Release.IsInstall }} {{ .Release.IsUpgrade }} {{ .Release.Service }}", "rel default 1 true false Helm"],
    ["the chart, as a map of all that Chart.yaml may have", "{{ .Chart.Name }} {{ .Chart.Version }} {{ .Chart.AppVersion }} {{ .Chart.IsRoot }} {{ .Chart.Keywords }}", "app 1.2.3 9 true []"],
    ["their own name", "{{ .Template.Name }} {{ .Template.BasePath }}", "app/templates/out.yaml app/templates"],
    ["the types that Go has", "{{ typeOf . }} {{ typeOf .Values }} {{ typeOf .Chart }} {{ typeOf .Release }} {{ typeOf .Files }} {{ typeOf .Capabilities }} {{ typeOf .Subcharts }}", "common.Values common.Values map[string]interface {} map[string]interface {} engine.files *common.Capabilities map[string]interface {}"],
  ])("%s", (_what, template, expected) => {
    expect(renderText(template)).toBe(expected);
  });

  test("an upgrade and its revision", () => {
    expect(renderText("{{ .Release.Revision }} {{ .Release.IsUpgrade }}", {}, "", { release: { name: "r", namespace: "n", revision: 4, isUpgrade: true } })).toBe("4 true");
  });

  test("what one template sets, the next one of the same chart sees; Helm goes from the last name to the first", () => {
    const { manifests } = renderFiles({ "templates/b.yaml": '{{ $_ := set .Values "seen" "b" }}', "templates/a.yaml": "a: {{ .Values.seen }}" });
    expect(manifests.map(({ text }) => text)).toEqual(["a: b"]);
  });
});

describe("dependencies", () => {
  const files = {
    "Chart.yaml": chartOf("app", 'dependencies: [{name: sub, version: "*", repository: ""}]'),
    "values.yaml": "global: {g: 1}\nsub: {a: parent}\n",
    "charts/sub/Chart.yaml": chartOf("sub"),
    "charts/sub/values.yaml": "a: own\nb: own\n",
    "charts/sub/templates/s.yaml": 's: {{ .Values.a }} {{ .Values.b }} {{ .Values.global.g }} {{ .Chart.Name }} {{ .Chart.IsRoot }} {{ .Template.Name }} {{ include "who" . }}',
    "charts/sub/templates/_h.tpl": '{{ define "who" }}sub{{ end }}',
    "charts/sub/f.txt": "of sub",
  };

  test("see their own part of the values, their own files and chart, and the release of all", () => {
    const { manifests } = renderFiles(files);
    expect(manifests.map(({ source, text }) => [source, text])).toEqual([["app/charts/sub/templates/s.yaml", "s: parent own 1 sub false app/charts/sub/templates/s.yaml sub"]]);
  });

  test("give way to a definition of the parent with the same name", () => {
    const { manifests } = renderFiles({ ...files, "templates/_h.tpl": '{{ define "who" }}parent{{ end }}' });
    expect(manifests[0]?.text).toMatch(/parent$/);
  });

  test("do not give way to an empty definition", () => {
    const { manifests } = renderFiles({ ...files, "templates/_h.tpl": '{{ define "who" }} {{/* nothing */}}{{ end }}' });
    expect(manifests[0]?.text).toMatch(/ sub$/);
  });

  test("are seen by the parent in .Subcharts", () => {
    expect(renderText("{{ .Subcharts.sub.Values.b }} {{ .Subcharts.sub.Chart.Name }} {{ .Subcharts.sub.Files.Get `f.txt` }}", files)).toBe("own sub of sub");
  });

  test("that are libraries only define", () => {
    const { manifests } = renderFiles({ ...files, "charts/sub/Chart.yaml": chartOf("sub", "type: library\n"), "templates/p.yaml": 'p: {{ include "who" . }}' });
    expect(manifests.map(({ text }) => text)).toEqual(["p: sub"]);
  });
});

describe("a chart that cannot be installed", () => {
  test.each([
    ["is a library", { "Chart.yaml": chartOf("app", "type: library\n") }, "c/Chart.yaml: library charts are not installable"],
    ["wants another Kubernetes", { "Chart.yaml": chartOf("app", 'kubeVersion: "<1.20.0"\n') }, "c/Chart.yaml: chart requires kubeVersion: <1.20.0 which is incompatible with Kubernetes v1.37.0"],
    ["has a constraint that is none", { "Chart.yaml": chartOf("app", "kubeVersion: nonsense\n") }, "c/Chart.yaml: chart requires kubeVersion: nonsense which is incompatible with Kubernetes v1.37.0"],
  ])("%s", (_why, files, message) => {
    expect(() => renderFiles(files)).toThrow(message);
  });

  test("takes the version of a vendor for the one that it is built on", () => {
    const files = { "Chart.yaml": chartOf("app", 'kubeVersion: ">=1.33.0"\n'), "templates/v.yaml": "v: {{ .Capabilities.KubeVersion.Version }}" };
    expect(renderFiles(files, "", { capabilities: { kubeVersion: "v1.33.4-gke.1245000" } }).manifests[0]?.text).toBe("v: v1.33.4-gke.1245000");
  });
});

const section = (name: string, text: string): string => `---\n# Source: app/${name}\n${text}\n`;

describe("the output", () => {
  const files = {
    "Chart.yaml": chartOf("app", "deprecated: true\n"),
    "crds/x.yaml": "kind: CustomResourceDefinition\n",
    "templates/NOTES.txt": "installed {{ .Release.Name }} {{ .Values.nope }}",
    "templates/all.yaml": "\n# a comment\nkind: Service\n---\nkind: Widget\n---   \n---\nkind: Namespace\n---\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n--- # end\n",
    "templates/hook.yaml": "kind: Job\nmetadata: {name: j, annotations: {helm.sh/hook: 'pre-install, Post-Upgrade', helm.sh/hook-weight: \"-5\", helm.sh/hook-delete-policy: hook-succeeded}}\n",
    "templates/unknown.yaml": "kind: Job\nmetadata: {name: u, annotations: {helm.sh/hook: pre-lunch}}\n",
  };
  const output = renderFiles(files);

  test("is what helm template prints", () => {
    const pod = "kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n";
    const job = files["templates/hook.yaml"];
    const main = `${section("templates/all.yaml", "kind: Namespace\n")}${section("templates/all.yaml", "# a comment\nkind: Service\n")}${section("templates/all.yaml", "# end\n")}---\n# Source: app/templates/all.yaml\nkind: Widget\n`;
    expect(templateText(output)).toBe(`${main}${section("templates/all.yaml", pod)}${section("templates/hook.yaml", job)}`);
    expect(templateText(output, { noHooks: true })).toBe(main);
    expect(templateText(output, { skipTests: true })).toBe(`${main}${section("templates/hook.yaml", job)}`);
    expect(templateText(output, { includeCrds: true, noHooks: true })).toBe(`${section("crds/x.yaml", files["crds/x.yaml"])}${main}`);
  });

  test("of nothing is a line break", () => {
    expect(templateText(renderFiles({}))).toBe("\n");
  });

  test("tells of hooks what their annotations say", () => {
    expect(output.hooks.map(({ events, weight, deletePolicies }) => ({ events, weight, deletePolicies }))).toEqual([
      { events: ["test"], weight: 0, deletePolicies: [] },
      { events: ["pre-install", "post-upgrade"], weight: -5, deletePolicies: ["hook-succeeded"] },
    ]);
  });

  test("warns of what is left out and deprecated", () => {
    expect(output.warnings).toEqual(["c: this chart is deprecated", "c/templates/unknown.yaml:1: Job u is left out: its annotation helm.sh/hook names an event that Helm does not have"]);
  });

  test("has the notes of the chart, in which a missing value is nothing", () => {
    expect(output.notes).toBe("installed rel ");
  });

  test("tells where documents begin in their template", () => {
    expect(output.manifests.map(({ kind, line }) => `${kind} ${line}`)).toEqual(["Namespace 8", "Service 3", " 11", "Widget 5"]);
  });

  test("is the same for the same input", () => {
    expect(templateText(renderFiles(files))).toBe(templateText(output));
  });

  test("has nothing for a missing value, but where a function has changed the words that Go has for it", () => {
    const [manifest] = renderFiles({ "templates/x.yaml": "x: {{ .Values.nope }}\ny: {{ print .Values.nope | toJson }}\nz: {{ tpl `{{ .Values.nope }}` . }}\n" }).manifests;
    expect(manifest?.text).toBe('x: \ny: "\\u003cnil\\u003e"\nz: \n');
  });
});

// as Helm v3.22.0 prints it
test("the output in Helm 3 is cut without the space around documents, and webhooks are sorted among the kinds that are not known", () => {
  const template = "\n\n--- # first\nkind: Widget\n \n---\n---\nkind: Service\n   \n---   \n# only comment\n---\nkind: ValidatingWebhookConfiguration\n---# x\nkind: Namespace\n---\n\n---\nkind: Job\nmetadata: {name: j, annotations: {helm.sh/hook: pre-install}}\n\n---\n";
  const expected = [
    "# x\nkind: Namespace",
    "---\nkind: Service",
    "# only comment",
    "kind: ValidatingWebhookConfiguration",
    "# first\nkind: Widget",
    "---\nkind: Job\nmetadata: {name: j, annotations: {helm.sh/hook: pre-install}}",
  ];
  expect(templateText(renderFiles({ "templates/a.yaml": template }, "", { helmVersion: "v3" }))).toBe(expected.map((text) => section("templates/a.yaml", text)).join(""));
});
