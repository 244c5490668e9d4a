import { expect, test } from "vitest";
import { ANY_LIST, GoList, GoMap, GoObject, int, int64, Integer, type GoValue } from "../../../../../charts/helm/go/value.ts";
import type { Mark } from "../../../../../charts/helm/template/environment.ts";
import { parse } from "../../../../../charts/helm/template/parse.ts";
import { failure, run } from "./run.ts";

const map = (entries: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(entries)));

test.each([
  ["a {{- 1 }}", "a1"],
  ["a {{-1 }}", "a -1"],
  ["{{ 1 -}} \r\n\t b", "1b"],
  ["a\n{{- /* c */ -}}\nb", "ab"],
  ["a\n{{/* c */ -}}\nb", "a\nb"],
  ["a {{ 1 - }}", 'template: t:1: illegal number syntax: "-"'],
  ["{{-\n1\n-}}", "1"],
  ["a\u00a0{{- 1 }}", "a\u00a01"],
  ["{{/*\n\n*/}}x", "x"],
  ["{{- /* }} */ -}} x", "x"],
  ['{{ "}}" }}', "}}"],
  ["{ { }} }", "{ { }} }"],
  ["{{ if 1 -}} a {{- end }} b", "a b"],
  ["", ""],
])("trimming: %j gives %j", (template, expected) => {
  const text = failure(template);
  expect(text === "no error" ? run(template) : text).toBe(expected);
});

test.each([
  ["missing keys are no value, also below the dot that is nothing", "{{ .a }} {{ with .b }}{{ else }}-{{ end }} {{ (.x).y }}", "<no value> - <no value>"],
  ["what a variable or parentheses unwrap is no longer nil of an interface", "{{ $x := .none }}{{ $x.y }}{{ (.none).z }}", "<no value><no value>"],
  ["a map of texts gives an empty text for a missing key", "[{{ .labels.nope }}]", "[]"],
  ["maps are gone through in the order of bytes", "{{ range $k, $v := .sorted }}{{ $k }}={{ $v }} {{ end }}", "B=1 a=2 b=3 ￿=4 😀=5 "],
  ["range over an integer", "{{ range $i := 3 }}{{ $i }}{{ end }}{{ range 2 }}[{{ . }}]{{ end }}{{ range 0 }}{{ else }}none{{ end }}", "012[0][1]none"],
  ["range over nothing", "{{ range .none }}x{{ else }}else{{ end }}", "else"],
  ["break and continue", "{{ range $i := 9 }}{{ if eq $i 2 }}{{ continue }}{{ end }}{{ if eq $i 4 }}{{ break }}{{ end }}{{ $i }}{{ end }}", "013"],
  ["break leaves the innermost loop only", "{{ range 2 }}{{ range 3 }}{{ if . }}{{ break }}{{ end }}a{{ end }}b{{ end }}", "abab"],
  ["the dot and $ come back behind a loop", "{{ range .list }}{{ $.text }}{{ end }}{{ .text }}", "texttexttext"],
  ["an assignment reaches the outer variable, a declaration does not", "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}", "32"],
  ["a declaration may use the variable it hides", "{{ $x := 1 }}{{ if true }}{{ $x := print $x 2 }}{{ $x }}{{ end }}{{ $x }}", "1 21"],
  ["range into variables that are there", "{{ $k := 0 }}{{ $v := 0 }}{{ range $k, $v = .list }}{{ end }}{{ $k }}{{ $v }}", "1b"],
  ["the variables of a range hold all of it in its else", "{{ range $v := .empty }}{{ else }}{{ $v }}{{ end }}", "[]"],
  ["templates see no variables but $", '{{ define "d" }}{{ $ }}{{ end }}{{ $x := 1 }}{{ template "d" 5 }}', "5"],
  ["a template without data has none", '{{ define "d" }}{{ . }}{{ end }}{{ template "d" }}', "<no value>"],
  ["block defines and calls", '{{ block "b" .text }}<{{ . }}>{{ end }}', "<text>"],
  ["else with", "{{ with .none }}{{ else with .text }}{{ . }}{{ end }}", "text"],
  ["and and or stop where they know", '{{ or .text (fail "x") }} {{ and .none (fail "x") }}', "text <no value>"],
  ["and and or give the value", "{{ and 1 2 }} {{ or 0 `` }}| {{ 3 | and 1 }} {{ or (and 0 1) 5 }}", "2 | 3 5"],
  ["integers compare by value, whatever their type", "{{ eq 3 .long }} {{ lt 2 .long }} {{ ge 3 .long }} {{ eq .small 3 }}", "true true true true"],
  ["eq takes one of many", "{{ eq .text `a` `text` }} {{ ne .text `a` }} {{ eq nil .none }} {{ eq .text nil }}", "true true true false"],
  ["texts compare by bytes", "{{ lt `b` `é` }} {{ lt `￿` `😀` }}", "true true"],
  ["index and len count bytes", "{{ len `é` }} {{ index `é` 1 }} {{ index .list 1 }} {{ index .nested `a` `b` }}", "2 169 b deep"],
  ["slice of the language", "{{ slice `héllo` 3 }} {{ slice .list 1 2 }}", "llo [b]"],
  ["literals", "{{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ 1e3 }} {{ .5 }} {{ 'a' }} {{ `r\\n` }} {{ \"t\\tx\" }}", "31 3 15 15 1000 1000 0.5 97 r\\n t\tx"],
  ["bytes that meet form a character", '{{ "\\xc3" }}{{ "\\xa9" }}', "é"],
  ["a literal becomes what the parameter is", "{{ printf `%T %T` 3 3.0 }}", "int float64"],
  ["methods of objects, with and without arguments", "{{ .object.Name }} {{ .object.Add 2 }} {{ 3 | .object.Add }} {{ .object.Add 1 | print }}", "obj 42 43 41"],
  ["objects that are maps or lists", "{{ range $k, $v := .bag }}{{ $k }}{{ $v }}{{ end }} {{ len .bag }} {{ .bag.a }} {{ index .bag `b` }}", "a1b2 2 1 2"],
  ["words of a prototype are keys like others", "{{ .constructor }} {{ .__proto__ }} {{ index .labels `toString` }}|", "<no value> <no value> |"],
  ["pipelines go over lines", "{{ .text\n  | print\n  | len }}", "4"],
])("%s", (_, template, expected) => {
  expect(run(template, data())).toBe(expected);
});

test("a file's body that is empty says so", () => {
  const templates = parse("t", ' \n{{/* c */}}{{ define "a" }}x{{ end }}{{ define "b" }} {{ end }}', () => false);
  expect([...templates].map(([name, { isEmpty }]) => [name, isEmpty])).toEqual([["a", false], ["b", true], ["t", true]]);
});

test("within a file a body takes the place of an empty one of its name", () => {
  expect(run('{{ define "a" }}{{ end }}{{ define "a" }}1{{ end }}{{ define "a" }} {{ end }}{{ template "a" }}')).toBe("1");
});

test("break and continue are functions where the caller has them", () => {
  const functions = new Map([["break", { name: "break", params: [], isVariadic: false, call: () => "called" }]]);
  expect(run("{{ break }}", null, { functions })).toBe("called");
});

test("named maps may have methods, which hide keys", () => {
  const values = new GoMap(new Map([["AsMap", "key"], ["other", "value"]]), "common.Values");
  const methodOf = (known: GoMap, name: string) => (known === values && name === "AsMap" ? { name, params: [], isVariadic: false, call: () => "method" } : undefined);
  expect(run("{{ .v.AsMap }} {{ .v.other }} {{ .v.nope }}", map({ v: values }), { methodOf })).toBe("method value <no value>");
});

test("marks tell where each piece of the output came from", () => {
  const marks: Mark[] = [];
  const text = '{{ define "x" }}\nin{{ . }}{{ end }}a\n{{ 1 }}\n{{ template "x" 2 }}';
  expect(run(text, null, { marks, name: "f" })).toBe("a\n1\n\nin2");
  expect(marks.map(({ offset, line, isText }) => [offset, line, isText])).toEqual([
    [0, 2, true],
    [2, 3, false],
    [3, 3, true],
    [4, 1, true],
    [7, 2, false],
  ]);
});

test("work and text are paid for", () => {
  let [units, characters] = [0, 0];
  const scope = { spend: (count: number) => (units += count), spendText: (count: number) => (characters += count), now: new Date(0), random: () => new Uint8Array(), renewAt: () => undefined };
  run("{{ range 1000 }}{{ print `abc` }}{{ end }}", null, { scope });
  expect({ units, characters: characters >= 3000 }).toEqual({ units: 2000, characters: true });
});

class Thing extends GoObject {
  readonly type = "*test.Thing";
  readonly kind = "struct";

  member(name: string) {
    if (name === "Name") return "obj";
    return name === "Add" ? { name, params: ["int"] as const, isVariadic: false, call: ([add]: readonly GoValue[]) => int((add instanceof Integer ? add.value : 0n) + 40n) } : undefined;
  }

  toText(): string {
    return "thing";
  }
}

class Bag extends GoObject {
  readonly type = "test.Bag";
  readonly kind = "map";

  member(): undefined {
    return undefined;
  }

  toText(): string {
    return "map[]";
  }

  override toValue(): GoValue {
    return map({ b: int(2), a: int(1) });
  }
}

function data(): GoMap {
  return map({
    text: "text",
    list: new GoList(["a", "b"], ANY_LIST),
    empty: new GoList([], ANY_LIST),
    labels: new GoMap(new Map([["k", "v"]]), "map[string]string"),
    sorted: map({ b: int(3), "\u{1f600}": int(5), "\uffff": int(4), B: int(1), a: int(2) }),
    long: int64(3),
    small: new Integer("uint8", 3n),
    nested: map({ a: map({ b: "deep" }) }),
    object: new Thing(),
    bag: new Bag(),
  });
}
