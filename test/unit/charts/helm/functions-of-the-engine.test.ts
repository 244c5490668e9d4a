import { describe, expect, test } from "vitest";
import { GoMap } from "../../../../charts/helm/go/value.ts";
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
  test("does not have the functions that are new in Helm 4", () => {
    expect(() => renderText("{{ durationHours 1 }}", {}, "", { helmVersion: "v3" })).toThrow('function "durationHours" not defined');
    expect(renderText("{{ duration `90` }}", {}, "", { helmVersion: "v3" })).toBe("1m30s");
  });
});
