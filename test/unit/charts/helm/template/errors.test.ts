import { expect, test } from "vitest";
import { ReconcileError } from "../../../../../src/errors.ts";
import { ANY_LIST, GoList, GoMap, int, type GoValue } from "../../../../../charts/helm/go/value.ts";
import { parse } from "../../../../../charts/helm/template/parse.ts";
import { TemplateError } from "../../../../../charts/helm/template/template-error.ts";
import { failure, FREE, run } from "./run.ts";

const map = (entries: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(entries)));
const DATA = map({
  text: "text",
  number: int(3),
  nothing: null,
  inner: map({ text: "deep" }),
  list: new GoList(["a", null, int(1)], ANY_LIST),
  texts: new GoList(["a"], "[]string"),
  labels: new GoMap(new Map([["k", "v"]]), "map[string]string"),
});

// What Go 1.26 says, found by running it.
test.each([
  ["{{ .missing.x }}", '1:11: executing "t" at <.missing.x>: nil pointer evaluating interface {}.x'],
  ["{{ .text.x }}", '1:8: executing "t" at <.text.x>: can\'t evaluate field x in type interface {}'],
  ["{{ $x := .text }}{{ $x.y }}", '1:22: executing "t" at <$x.y>: can\'t evaluate field y in type string'],
  ["{{ .labels.k.x }}", '1:10: executing "t" at <.labels.k.x>: can\'t evaluate field x in type string'],
  ["{{ range .list }}{{ .x }}{{ end }}", '1:20: executing "t" at <.x>: can\'t evaluate field x in type interface {}'],
  ["{{ range $v := .list }}{{ with $v }}ok{{ else }}{{ $v.x }}{{ end }}{{ end }}", '1:53: executing "t" at <$v.x>: nil pointer evaluating interface {}.x'],
  ["{{ range .texts }}{{ .x }}{{ end }}", '1:21: executing "t" at <.x>: can\'t evaluate field x in type string'],
  ["{{ .text.x 1 }}", '1:8: executing "t" at <.text.x>: can\'t evaluate field x in type interface {}'],
  ["{{ .text 1 }}", '1:3: executing "t" at <.text>: text is not a method but has arguments'],
  ["{{ .missing | trim }}", '1:14: executing "t" at <trim>: invalid value; expected string'],
  ["{{ trim .missing }}", '1:8: executing "t" at <.missing>: wrong type for value; expected string; got interface {}'],
  ["{{ trim (.missing) }}", '1:9: executing "t" at <.missing>: invalid value; expected string'],
  ["{{ .number | trimSuffix `a` }}", '1:24: executing "t" at <`a`>: wrong type for value; expected string; got int'],
  ["{{ trim 3 }}", '1:8: executing "t" at <3>: expected string; found 3'],
  ["{{ trim nil }}", '1:8: executing "t" at <nil>: cannot assign nil to string'],
  ['{{ hasKey "a" "b" }}', '1:10: executing "t" at <"a">: can\'t handle "a" for arg of type map[string]interface {}'],
  ['{{ hasKey .missing "b" }}', '1:10: executing "t" at <.missing>: wrong type for value; expected map[string]interface {}; got interface {}'],
  ["{{ trim }}", '1:3: executing "t" at <trim>: wrong number of args for trim: want 1 got 0'],
  ["{{ eq }}", '1:3: executing "t" at <eq>: wrong number of args for eq: want at least 1 got 0'],
  ["{{ eq 1 1.0 }}", '1:3: executing "t" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64'],
  ["{{ eq 1 }}", '1:3: executing "t" at <eq 1>: error calling eq: missing argument for comparison'],
  ["{{ lt nil 1 }}", '1:3: executing "t" at <lt nil 1>: error calling lt: invalid type for comparison'],
  ["{{ len .missing }}", '1:3: executing "t" at <len .missing>: error calling len: len of nil pointer'],
  ["{{ len 3 }}", '1:3: executing "t" at <len 3>: error calling len: len of type int'],
  ["{{ .missing | len }}", '1:14: executing "t" at <len>: error calling len: reflect: call of reflect.Value.Type on zero Value'],
  ["{{ index .list 5 }}", '1:3: executing "t" at <index .list 5>: error calling index: index out of range: 5'],
  ["{{ index .list 3 }}", '1:3: executing "t" at <index .list 3>: error calling index: reflect: slice index out of range'],
  ["{{ index .list 1.0 }}", '1:3: executing "t" at <index .list 1.0>: error calling index: cannot index slice/array with type float64'],
  ["{{ index .inner 1 }}", '1:3: executing "t" at <index .inner 1>: error calling index: value has type int; should be string'],
  ["{{ index .missing 1 }}", '1:3: executing "t" at <index .missing 1>: error calling index: index of untyped nil'],
  ['{{ index .inner "x" "y" }}', '1:3: executing "t" at <index .inner "x" "y">: error calling index: index of nil pointer'],
  ["{{ call .text }}", '1:3: executing "t" at <call .text>: error calling call: non-function .text of type string'],
  ["{{ range .text }}{{ end }}", '1:9: executing "t" at <.text>: range can\'t iterate over text'],
  ["{{ range $i, $v := .number }}{{ end }}", '1:19: executing "t" at <.number>: can\'t use 3 to iterate over more than one variable'],
  ['{{ template "nope" . }}', '1:12: executing "t" at <{{template "nope" .}}>: template "nope" not defined'],
  ["{{ nil }}", '1:3: executing "t" at <nil>: nil is not a command'],
  ["{{ 1 2 }}", '1:3: executing "t" at <1>: can\'t give argument to non-function 1'],
  ["{{ (1) 2 }}", '1:3: executing "t" at <(1) 2>: can\'t give argument to non-function 1'],
  ["{{ $x = 1 }}", '1:8: executing "t" at <1>: undefined variable: $x'],
  ["{{ $x := $x }}", '1:9: executing "t" at <$x>: undefined variable: $x'],
  ["{{ 18446744073709551615 }}", '1:3: executing "t" at <18446744073709551615>: 18446744073709551615 overflows int'],
  ["{{ (nil).x }}", '1:4: executing "t" at <nil>: nil is not a command'],
  ['{{ fail "boo" }}', '1:3: executing "t" at <fail "boo">: error calling fail: boo'],
  ['\n\n é {{ if eq (.text | fail) 1 }}{{ end }}', '3:22: executing "t" at <fail>: error calling fail: text'],
])("%s fails as in Go", (template, message) => {
  expect(failure(template, DATA)).toBe(`template: t:${message}`);
});

test.each([
  ["{{ nope }}", '1: function "nope" not defined'],
  ["{{ $x }}", '1: undefined variable "$x"'],
  ["a\n{{ .x", "2: unclosed action"],
  ["{{ if .x\n\n", "3: unclosed action started at t:1"],
  ['{{ if "a\n }}', "1: unterminated quoted string"],
  ["\n{{\n`a", "3: unterminated raw quoted string in action started at t:2"],
  ["{{ 'a }}", "1: unterminated character constant"],
  ["{{/* a", "1: unclosed comment"],
  ["{{/* a */ b }}", "1: comment ends before closing delimiter"],
  ["{{ (1 }}", "1: unclosed left paren"],
  ["{{ 1) }}", "1: unexpected right paren"],
  ["{{ 3k }}", '1: bad number syntax: "3k"'],
  ["{{ .a+1 }}", "1: bad character U+002B '+'"],
  ["{{ \u0001 }}", "1: unrecognized character in action: U+0001"],
  ["{{ é/ }}", "1: bad character U+002F '/'"],
  ["{{ $ : 1 }}", "1: expected :="],
  ["{{ end }}", "1: unexpected {{end}}"],
  ["{{ else }}", "1: unexpected {{else}}"],
  ["{{ if 1 }}", "1: unexpected EOF"],
  ["{{ if }}{{ end }}", "1: missing value for if"],
  ["{{ if 1 }}{{ else }}{{ else }}{{ end }}", "1: expected end; found {{else}}"],
  ["{{ with 1 }}{{ else if 1 }}{{ end }}", "1: unexpected <if> in input"],
  ["{{ break }}", "1: {{break}} outside {{range}}"],
  ["{{ range 1 }}{{ continue 1 }}{{ end }}", '1: unexpected "1" in {{continue}}'],
  ["{{ define `a` }}", "1: unexpected EOF"],
  ["{{ if 1 }}{{ define `a` }}{{ end }}{{ end }}", "1: unexpected <define> in command"],
  ["{{ define x }}{{ end }}", '1: unexpected "x" in define clause'],
  ["{{ define `a` }}1{{ end }}{{ define `a` }}2{{ end }}", '1: template: multiple definition of template "a"'],
  ["{{ template .x }}", '1: unexpected ".x" in template clause'],
  ["{{ print 1, 2 }}", '1: unexpected "," in operand'],
  ["{{ print abcdefghijklmn }}", '1: function "abcdefghijklmn" not defined'],
  ["{{ print `abcdefghijklmn`3 }}", '1: unexpected "3" in operand'],
  ["{{ print 3`abcdefghijklmn` }}", '1: unexpected "`abcdefghi"... in operand'],
  ["{{ 1 | 2 }}", "1: non executable command in pipeline stage 2"],
  ["{{ 1.x }}", '1: bad number syntax: "1.x"'],
  ["{{ true.x }}", '1: unexpected . after term "true"'],
  ["{{ range $a, $b, $c := . }}{{ end }}", "1: too many declarations in range"],
  ["{{ range $a, 1 }}{{ end }}", "1: range can only initialize variables"],
  ['{{ "\\z" }}', "1: invalid syntax"],
  ["{{ 99999999999999999999 }}", '1: integer overflow: "99999999999999999999"'],
  ["{{ 0x }}", '1: illegal number syntax: "0x"'],
])("%j does not parse, as in Go", (template, message) => {
  expect(failure(template)).toBe(`template: t:${message}`);
});

test("an error knows its file, line and column, also inside of another template", () => {
  const text = '{{ define "inner" }}\n  {{ .a.b.c }}{{ end }}{{ template "inner" . }}';
  try {
    run(text, map({ a: map({}) }), { name: "chart/templates/a.yaml" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    expect(error).toMatchObject({
      templateName: "chart/templates/a.yaml",
      line: 2,
      column: 7,
      message: 'template: chart/templates/a.yaml:2:7: executing "inner" at <.a.b.c>: nil pointer evaluating interface {}.c',
    });
  }
});

test("an error of a function is the cause, one that stops the render goes through as it is", () => {
  const stop = new ReconcileError("LIMIT_EXCEEDED", "too much work");
  const scope = {
    ...FREE,
    spend: () => {
      throw stop;
    },
  };
  expect(() => run("{{ range 1000 }}{{ trim `a` }}{{ end }}", null, { scope })).toThrow("t:1:25: too much work");
  try {
    run('{{ fail "boo" }}');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ cause: { message: "boo" } });
  }
});

test("strict mode refuses keys that are not there", () => {
  expect(failure("{{ .nope }}", DATA, { missingKey: "error" })).toBe('template: t:1:3: executing "t" at <.nope>: map has no entry for key "nope"');
  expect(failure("{{ .a }}", null, { missingKey: "error" })).toBe('template: t:1:3: executing "t" at <.a>: nil data; no entry for key "a"');
  expect(run("{{ .text }}", DATA, { missingKey: "error" })).toBe("text");
});

test("a template without an end is stopped by a clear error", () => {
  expect(failure('{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}')).toBe(
    'template: t:1:28: executing "a" at <{{template "a" .}}>: exceeded maximum template depth (1000)',
  );
  const wide = "{{ if true }}".repeat(200);
  expect(failure(`{{ define "a" }}${wide}{{ template "a" . }}${"{{ end }}".repeat(200)}{{ end }}{{ template "a" . }}`)).toContain("nest too deep; look for one that calls itself");
});

test("parentheses and blocks that nest without an end are stopped as well", () => {
  expect(failure(`{{ ${"(".repeat(1001)}1${")".repeat(1001)} }}`)).toBe("template: t:1: max expression depth exceeded");
  expect(() => parse("t", "{{ if 1 }}".repeat(100_000), () => false)).toThrow("template: t:1: blocks nest too deep");
});
