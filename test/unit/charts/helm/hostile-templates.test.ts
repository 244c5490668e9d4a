import { describe, expect, test } from "vitest";
import { renderFiles, renderText } from "./render-files.ts";

const doubling = (word: string): string => Array.from({ length: 40 }, (_, index) => `{{ define "d${index + 1}" }}{{ ${word} "d${index}" . }}{{ ${word} "d${index}" . }}{{ end }}`).join("");

describe("a chart that would not end", () => {
  test.each([
    ["a template that includes itself", "{{ include `out` . }}", ""],
    ["a text that renders itself", "{{ tpl .Values.t . }}", "t: '{{ tpl .Values.t . }}'"],
    ["includes that double forty times", `{{ include "d40" . }}{{ end }}{{ define "d0" }}xxxxxxxxxx{{ end }}${doubling("include")}{{ define "last" }}`, ""],
    ["templates that double forty times", `{{ template "d40" . }}{{ end }}{{ define "d0" }}{{ end }}${doubling("template")}{{ define "last" }}`, ""],
    ["a huge range", "{{ range until 1000000000 }}x{{ end }}", ""],
    ["a range over a huge number", "{{ range 1000000000 }}{{ end }}", ""],
    ["a text that doubles", "{{ $x := `0123456789` }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}", ""],
    ["a list that doubles", "{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}", ""],
    ["maps that double as they are copied", "{{ $d := dict `a` 1 }}{{ range until 60 }}{{ $d = dict `a` $d `b` $d }}{{ end }}{{ $x := deepCopy $d }}", ""],
    ["maps that double as they are written", "{{ $d := dict `a` 1 }}{{ range until 60 }}{{ $d = dict `a` $d `b` $d }}{{ end }}{{ toYaml $d }}", ""],
    ["a huge text", "{{ repeat 1000000000 `x` }}", ""],
  ])("because of %s ends with the line that went on", (_why, template, values) => {
    expect(() => renderText(template, {}, values)).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED", message: expect.stringMatching(/^c\/templates\/_?out\.(?:tpl|yaml):1:\d+: /) as string }));
  });

  test("because of a template within itself is refused as Go does it", () => {
    expect(() => renderText("{{ template `out` . }}")).toThrow("exceeded maximum template depth");
  });
});

describe("keys that JavaScript knows", () => {
  test("are keys like any other", () => {
    expect(renderText("{{ .Values.constructor }} {{ .Values.__proto__ }} {{ .Values.toString }} {{ (dict `__proto__` 1) | toJson }}", {}, "__proto__: a\nconstructor: b\n")).toBe('b a <no value> {"__proto__":1}');
  });
});

describe("what is no manifest", () => {
  const lines = ["kind: ConfigMap", "data:", "  a: 1", "{{- range list 1 2 }}", "  k{{ . }}: x", "{{- end }}", " {{ .Values.broken }}", ""].join("\n");

  test.each([
    ["a broken line", { "templates/x.yaml": lines }, "broken: 'a: b: c'", /^c\/templates\/x\.yaml:7: what the template app\/templates\/x\.yaml makes is no manifest: line 6 of the document: /],
    ["a second document", { "templates/x.yaml": `kind: A\n---\n${lines}` }, "broken: '['", /^c\/templates\/x\.yaml:(?:9|10): /],
    ["a list", { "templates/x.yaml": "\n- a\n- b\n" }, "", /^c\/templates\/x\.yaml:2: .*a manifest is a map, this is a list$/],
    ["annotations that are no texts", { "templates/x.yaml": "kind: A\nmetadata: {annotations: {a: [1]}}\n" }, "", /metadata\.annotations\["a"\] must be text, this is a list$/],
  ])("because of %s is told at the line of the template that made it", (_why, files, values, message) => {
    expect(() => renderFiles(files, values)).toThrow(message);
  });

  test("does not show a value that may be secret", () => {
    expect(() => renderFiles({ "templates/x.yaml": "kind: Secret\nstringData:\n  a: {{ .Values.password }}\n" }, "password: 'x: hunter2: y'")).toThrow(expect.objectContaining({ message: expect.not.stringContaining("hunter2") as string }));
  });
});
