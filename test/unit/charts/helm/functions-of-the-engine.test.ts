import { describe, expect, test } from "vitest";
import { GoMap } from "../../../../charts/helm/go/value.ts";
import type { HelmInput } from "../../../../charts/helm/input.ts";
import { renderFiles, renderText } from "./render-files.ts";

describe("include", () => {
  test("gives the text of a template, for other functions", () => {
    expect(renderText('{{ include "h" "x" | upper }}', { "templates/_h.tpl": '{{ define "h" }}<{{ . }}>{{ end }}' })).toBe("<X>");
  });

  test("keeps the words for a missing value; only a whole file and tpl lose them", () => {
    expect(renderText('{{ include "h" . | len }} {{ tpl `{{ .Values.nope }}` . | len }}', { "templates/_h.tpl": '{{ define "h" }}{{ .Values.nope }}{{ end }}' })).toBe("10 0");
  });

  test("names the template that there is not", () => {
    expect(() => renderText('{{ include "nope" . }}')).toThrow('c/templates/_out.tpl:1:22: template: no template "nope" associated with template "gotpl"; it was called from c/templates/out.yaml:1');
  });

  test("ends where a template includes itself without an end", () => {
    expect(() => renderText('{{ include "out" . }}')).toThrow(/nested reference name: out|nest too deep/);
  });
});

describe("tpl", () => {
  test.each([
    ["renders a text", "{{ tpl .Values.t . }}", "t: '{{ .Release.Name }}'", "rel"],
    ["sees the templates of the chart", "{{ tpl .Values.t . }}", "t: '{{ include \"h\" 1 }}'", "h1"],
    ["may define templates, which are gone behind it", '{{ tpl .Values.t . }}{{ include "h" 2 }}', "t: '{{ define \"h\" }}mine{{ end }}{{ include \"h\" 1 }} '", "mine h2"],
    ["gives what it defines to a tpl within it", "{{ tpl .Values.t . }}", "t: '{{ define \"d\" }}d{{ . }}{{ end }}{{ tpl .Values.u . }}'\nu: '{{ include \"d\" 1 }}'", "d1"],
  ])("%s", (_what, template, values, expected) => {
    expect(renderText(template, { "templates/_h.tpl": '{{ define "h" }}h{{ . }}{{ end }}' }, values)).toBe(expected);
  });

  test("tells what is wrong in the text at the place where it is called", () => {
    expect(() => renderText("{{ tpl .Values.t . }}", {}, "t: '{{ .a | nope }}'")).toThrow('c/templates/_out.tpl:1:22: function "nope" not defined');
  });
});

describe("required and fail", () => {
  test.each([
    ["{{ required `give x` .Values.x }}", "give x"],
    ["{{ required `give x` `` }}", "give x"],
    ["{{ fail `no` }}", "no"],
    ["{{ include `h` . }}", "from within"],
  ])("%s says what the chart says, at the file that is rendered", (action, message) => {
    const files = { "templates/x.yaml": `\nx: ${action}`, "templates/_h.tpl": '{{ define "h" }}{{ fail "from within" }}{{ end }}' };
    expect(() => renderFiles(files)).toThrow(new RegExp(`^c/templates/x\\.yaml:2:\\d+: ${message}$`));
  });

  test.each(["0", "false", "(list)"])("required takes %s for a value", (value) => {
    expect(renderText(`{{ required "give x" ${value} }}`)).toBe(value === "(list)" ? "[]" : value);
  });
});

describe("lookup", () => {
  test("finds nothing where no cluster is asked", () => {
    expect(renderText('{{ lookup "v1" "Secret" "ns" "n" }} {{ (lookup "v1" "Secret" "ns" "n").data }}')).toBe("map[] <no value>");
  });

  test("gives what the cluster has", () => {
    const asked: string[][] = [];
    const lookup = (...args: string[]): GoMap => {
      asked.push(args);
      return new GoMap(new Map([["data", "found"]]));
    };
    expect(renderText('{{ (lookup "v1" "Secret" "ns" "n").data }}', {}, "", { lookup })).toBe("found");
    expect(asked).toEqual([["v1", "Secret", "ns", "n"]]);
  });
});

describe("capabilities", () => {
  test.each([
    ["{{ .Capabilities.APIVersions.Has `apps/v1` }} {{ .Capabilities.APIVersions.Has `apps/v1/Deployment` }} {{ len .Capabilities.APIVersions }} {{ index .Capabilities.APIVersions 0 }}", "true false 57 v1"],
    ["{{ has `v1` .Capabilities.APIVersions }} {{ typeOf .Capabilities.APIVersions }} {{ kindOf .Capabilities.APIVersions }} {{ range $i, $v := .Capabilities.APIVersions }}{{ if lt $i 2 }}{{ $v }},{{ end }}{{ end }}", "true common.VersionSet slice v1,admissionregistration.k8s.io/v1,"],
    ["{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Major }} {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.KubeVersion.GitVersion }} {{ .Capabilities.KubeVersion.String }}", "v1.37.0 v1.37.0 1 37 v1.37.0 v1.37.0"],
    ["{{ .Capabilities.KubeVersion | toString }} {{ .Capabilities.KubeVersion | toYaml }}", '{v1.37.0 v1.37.0 1 37} Major: "1"\nMinor: "37"\nVersion: v1.37.0'],
    ["{{ .Capabilities.HelmVersion.Version }} {{ .Capabilities.HelmVersion.KubeClientVersion }} {{ .Capabilities.HelmVersion }}", "v4.3.1 v1.37 {v4.3.1   go1.26.8 v1.37}"],
  ])("%s", (template, expected) => {
    expect(renderText(template)).toBe(expected);
  });

  test("are those of the cluster where they are given, and who gives them learns what is asked", () => {
    const asked: string[] = [];
    const text = renderText("{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has `a/v1` }} {{ .Capabilities.APIVersions.Has `b/v1` }}", {}, "", { capabilities: { kubeVersion: "1.30", apiVersions: ["a/v1"] }, onApiVersion: (version) => asked.push(version) });
    expect([text, asked]).toEqual(["v1.30 true false", ["a/v1", "b/v1"]]);
  });

  test.each(["x", "1", "01.2", ""])("refuse %j for a version", (kubeVersion) => {
    expect(() => renderFiles({}, "", { capabilities: { kubeVersion } })).toThrow("is no version of Kubernetes");
  });
});

describe("files", () => {
  const files = { "files/x.txt": "hello", "files/y.txt": "a\nb\n", "files/empty": "", "files/deep/z.bin": "z" };

  test.each([
    ["{{ .Files.Get `files/x.txt` }} {{ .Files.Get `nope` | quote }} {{ .Files.GetBytes `files/x.txt` }} {{ typeOf (.Files.GetBytes `nope`) }}", 'hello "" [104 101 108 108 111] []uint8'],
    ["{{ printf `%d|%s|%x` (.Files.Glob `files/x.txt`) (.Files.Glob `files/x.txt`) (.Files.Glob `files/x.txt`) }}", "map[%!d(string=files/x.txt):[104 101 108 108 111]]|map[files/x.txt:hello]|map[66696c65732f782e747874:68656c6c6f]"],
    ["{{ printf `%#v` (.Files.Glob `files/x.txt`) }}", 'engine.files{"files/x.txt":[]uint8{0x68, 0x65, 0x6c, 0x6c, 0x6f}}'],
    ["{{ range $name, $bytes := .Files.Glob `files/*` }}{{ $name }}={{ $bytes | toString | quote }} {{ end }}", 'files/empty="" files/x.txt="hello" files/y.txt="a\\nb\\n" '],
    ["{{ range $name, $_ := .Files.Glob `**.bin` }}{{ $name }}{{ end }} {{ if .Files.Glob `nope` }}yes{{ else }}no{{ end }} {{ len (.Files.Glob `files/{x,y}.*`) }}", "files/deep/z.bin no 2"],
    ["{{ .Files.Lines `files/y.txt` | toJson }} {{ .Files.Lines `files/empty` | toJson }} {{ .Files.Lines `nope` | toJson }}", '["a","b"] [] []'],
    ["{{ (.Files.Glob `files/*.txt`).AsConfig | quote }} {{ (.Files.Glob `files/x*`).AsSecrets }} {{ (.Files.Glob `nope`).AsConfig }}", '"x.txt: hello\\ny.txt: |\\n  a\\n  b" x.txt: aGVsbG8= {}'],
    ["{{ index .Files `files/x.txt` }} {{ .Files.Glob `files/x*` | toJson }} {{ len (.Files.Glob `files/*`) }}", '[104 101 108 108 111] {"files/x.txt":"aGVsbG8="} 3'],
  ])("%s", (template, expected) => {
    expect(renderText(template, files)).toBe(expected);
  });
});

describe("Helm 3", () => {
  const v3 = { helmVersion: "v3" } as const satisfies Partial<HelmInput>;

  test.each(["durationHours", "mustToDuration", "mustToYaml", "mustToToml"])("does not have %s, which is new in Helm 4", (name) => {
    expect(() => renderText(`{{ ${name} 1 }}`, {}, "", v3)).toThrow(`function "${name}" not defined`);
  });

  test.each([
    ["has the other functions with must, and those of sprig for durations", "{{ mustToJson 1 }} {{ duration `90` }}", "1 1m30s"],
    ["has types in other packages", "{{ typeOf . }} {{ typeOf .Values }} {{ typeOf .Capabilities }} {{ typeOf .Capabilities.KubeVersion }} {{ typeOf .Capabilities.APIVersions }} {{ typeOf .Template }}", "chartutil.Values chartutil.Values *chartutil.Capabilities chartutil.KubeVersion chartutil.VersionSet chartutil.Values"],
    ["has the same versions by default", "{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion | toString }} {{ len .Capabilities.APIVersions }}", "v1.37.0 {v1.37.0 1 37} 57"],
    ["tells its own version, without that of a client library", "{{ .Capabilities.HelmVersion }} {{ .Capabilities.HelmVersion | toJson }}", '{v3.22.0   go1.26.8} {"version":"v3.22.0","go_version":"go1.26.8"}'],
  ])("%s", (_what, template, expected) => {
    expect(renderText(template, {}, "", v3)).toBe(expected);
  });

  test.each([
    ["without what a vendor adds where a user gave it", false, "v1.33.4 v1.33.4 {v1.33.4 1 33}"],
    ["as it is where the cluster told it", true, "v1.33.4-gke.12 v1.33.4-gke.12 {v1.33.4-gke.12 1 33}"],
  ])("shows the version of Kubernetes %s", (_how, isOfCluster, expected) => {
    expect(renderText("{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion | toString }}", {}, "", { ...v3, capabilities: { kubeVersion: "v1.33.4-gke.12", isOfCluster } })).toBe(expected);
  });
});

describe("the chart in Helm 3, a struct", () => {
  const more = "keywords: [a]\nmaintainers: [{name: M, url: u}]\nannotations: {k: v}\ndependencies: [{name: s, version: 1.x, import-values: [e]}]\n";
  const files = { "Chart.yaml": `apiVersion: v2\nname: app\nversion: 1.2.3\n${more}`, "charts/s/Chart.yaml": "apiVersion: v2\nname: s\nversion: 1.0.0\n", "charts/s/values.yaml": "exports: {e: {x: 1}}" };
  const render = (template: string): string => renderText(template, files, "", { helmVersion: "v3" });

  test.each([
    ["has types of its own", "{{ typeOf .Chart }}, {{ kindOf .Chart }}, {{ typeOf .Chart.Metadata }}, {{ typeOf .Chart.Keywords }}, {{ typeOf .Chart.Maintainers }}, {{ typeOf (index .Chart.Maintainers 0) }}, {{ typeOf .Chart.Annotations }}", "struct { chart.Metadata; IsRoot bool }, struct, chart.Metadata, []string, []*chart.Maintainer, *chart.Maintainer, map[string]string"],
    ["has its fields, and a struct with them", "{{ .Chart.Name }} {{ .Chart.Metadata.Name }} {{ .Chart.IsRoot }} {{ .Chart.Annotations.k }} {{ .Chart.Sources | toJson }}", "app app true v null"],
    ["prints what pointers lead to", "{{ range .Chart.Maintainers }}{{ . }} {{ toString . }}{{ end }}", "{M  u} &{M  u}"],
    ["is written as Chart.yaml is, in the order of its fields", "{{ .Chart | toJson }}", '{"name":"app","version":"1.2.3","keywords":["a"],"maintainers":[{"name":"M","url":"u"}],"apiVersion":"v2","annotations":{"k":"v"},"dependencies":[{"name":"s","version":"1.x","repository":"","enabled":true,"import-values":[{"child":"exports.e","parent":"."}]}],"IsRoot":true}'],
    ["is never empty", "{{ if .Chart }}yes{{ end }}", "yes"],
  ])("%s", (_what, template, expected) => {
    expect(render(template)).toBe(expected);
  });

  test.each([
    ["{{ .Chart.Nope }}", "can't evaluate field Nope in type interface {}"],
    ["{{ .Chart.Metadata.Nope }}", "can't evaluate field Nope in type chart.Metadata"],
    ["{{ (index .Chart.Maintainers 0).Nope }}", "can't evaluate field Nope in type *chart.Maintainer"],
    ["{{ get .Chart `Name` }}", "wrong type for value; expected map[string]interface {}; got struct { chart.Metadata; IsRoot bool }"],
    ["{{ index .Capabilities `x` }}", "can't index item of type chartutil.Capabilities"],
    ["{{ len (semver `1.2.3`) }}", "len of type semver.Version"],
    ["{{ concat (list 1) .Chart }}", "Cannot concat type struct as list"],
    ["{{ mustFromJson `{a` }}", "invalid character 'a' looking for beginning of object key string"],
    ["{{ semverCompare `0x10` `1.2.3` }}", "constraint parser error"],
    ["{{ semver `99999999999999999999999.0.0` }}", "error parsing version segment: strconv.ParseUint: parsing"],
    ["{{ index .Chart `Name` }}", "can't index item of type struct { chart.Metadata; IsRoot bool }"],
  ])("%s fails", (template, message) => {
    expect(() => render(template)).toThrow(message);
  });
});
