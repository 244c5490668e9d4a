import { array, assert, constantFrom, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { builtinFunctions } from "../../../../../charts/helm/template/builtins.ts";
import { StatementParser } from "../../../../../charts/helm/template/parse-statements.ts";
import { quickParse } from "../../../../../charts/helm/template/quick-parse.ts";
import { Source } from "../../../../../charts/helm/template/source.ts";
import type { Template } from "../../../../../charts/helm/template/template.ts";
import { TemplateError } from "../../../../../charts/helm/template/template-error.ts";
import { TokenStream } from "../../../../../charts/helm/template/token-stream.ts";

const isFunction = (name: string): boolean => builtinFunctions.has(name) || name === "print" || name === "include";

const quick = (text: string): readonly Template[] | undefined => quickParse("t", { source: new Source("t", text), hasLoopWords: true, isFunction });

/** What the parser of the whole language reads; undefined where it refuses the text. */
function whole(text: string): readonly Template[] | undefined {
  const templates: Template[] = [];
  try {
    const parser = new StatementParser({ tokens: new TokenStream(new Source("t", text), true), isFunction, add: (template) => void templates.push(template) });
    templates.push(parser.readFile("t"));
    return templates;
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

test.each([
  ["nothing", ""],
  ["text", "a: 1\n"],
  ["trim marks", "a \n{{- .x -}} \n b {{-3}} {{ 3 -}} c"],
  ["comments", "a {{- /* }} */ -}} b {{/* c */}} d"],
  ["names", "{{ . }}{{ .a }}{{ .a.b.c }}{{ $ }}{{ $.a.b }}{{ (.a).b.c }}{{ ($x := .a).b }}"],
  ["literals", '{{ print 1 -1 0 "a b" `c\n"d"` true nil }}'],
  ["pipelines", '{{ include "a" . | print 1 | len }}{{ eq (len (print .a .b)) 1 | not }}'],
  ["variables", "{{ $x := 1 }}{{ $x = .a }}{{ if $y := .b }}{{ $y.c }}{{ else }}{{ $y }}{{ end }}{{ $x }}"],
  ["branches", "{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}{{ with .a }}{{ . }}{{ else with .b }}{{ . }}{{ end }}"],
  ["loops", "{{ range .a }}{{ break }}{{ end }}{{ range $i, $v := .a }}{{ if $i }}{{ continue }}{{ end }}{{ $v }}{{ else }}x{{ end }}"],
  ["a loop that sets a variable from outside", "{{ $x := 1 }}{{ range $x = .a }}{{ $x.b }}{{ end }}{{ $x.b }}"],
  ["definitions", '{{ define "a" }}{{ $x := 1 }}{{ $x }}{{ end }}{{ template "a" . }}{{- template `b` -}}'],
])("%s of a plain template are read as by the parser of the whole language", (_, text) => {
  expect(quick(text)).toEqual(whole(text));
  expect(quick(text)).toBeDefined();
});

test.each([
  ["a function that is not known", "{{ nope }}"],
  ["a variable that is not known", "{{ $x }}"],
  ["a block without its end", "{{ if .a }}"],
  ["an end without its block", "{{ end }}"],
  ["else if of a loop", "{{ range .a }}{{ else if .b }}{{ end }}"],
  ["words without a space between them", '{{ print"a" }}'],
  ["a number with an exponent", "{{ 1e3 }}"],
  ["an escape", '{{ "a\\n" }}'],
  ["braces in a text", '{{ "}}" }}'],
  ["a constant behind a pipe", "{{ .a | 1 }}"],
  ["nothing behind a pipe", "{{ .a | }}"],
  ["a jump outside of a loop", "{{ break }}"],
  ["a block", '{{ block "a" . }}{{ end }}'],
  ["many parentheses", `{{ ${"(".repeat(200)}1${")".repeat(200)} }}`],
])("%s is left to the parser of the whole language", (_, text) => {
  expect(quick(text)).toBeUndefined();
});

const WORDS = ["{{", "}}", "{{- ", " -}}", " ", "\n", "a", ".", ".a", ".a.b", "$", "$x", "$x := 1", "$x, $y :=", "|", "(", ")", "1", "-1", "0x1", '"a"', "`a`", "'a'", "print", "nope", "true", "nil", "if", "else", "else if", "with", "range", "break", "end", 'define "a"', 'template "a"', "/*", "*/", ",", "=", "é"];
const PIECES = ["{{ if .a }}", "{{ else }}", "{{ end }}", "{{ range $x := .a }}", "{{ $x := .b }}", "{{ $x.c }}", '{{ define "a" }}', "{{ print (.a) | len }}", "text\n"];

test("whatever is read is what the parser of the whole language reads", () => {
  const action = array(constantFrom(...WORDS), { maxLength: 6 }).map((words) => `{{ ${words.join(" ")} }}`);
  const template = array(oneof(constantFrom(...PIECES), action, constantFrom(...WORDS)), { maxLength: 12 }).map((parts) => parts.join(""));
  assert(
    property(template, (text) => {
      const read = quick(text);
      if (read !== undefined) expect(read).toEqual(whole(text));
    }),
    { numRuns: 2000, seed: 35 },
  );
});
