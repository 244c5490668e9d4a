import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "../../../../../charts/helm/template/parse.ts";
import { TemplateError } from "../../../../../charts/helm/template/template-error.ts";
import { run } from "./run.ts";

const PIECES = ["{{", "}}", "{{-", "-}}", " ", "\n", "if", "else", "end", "range", "with", "define", "template", "block", "break", "nil", "true", "print", ".", ".a", "$", "$x", ":=", "=", "|", "(", ")", ",", '"a"', "`", "'", "\\", "/*", "*/", "1", "0x", "1e", "é", "😀", "\u0000", "\ud800", "\udc80"];

test("text without delimiters is the output", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("{{")), (text) => run(text) === text));
});

test("whatever a template is, parsing gives templates or a TemplateError", () => {
  const template = fc.oneof(fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join("")), fc.string({ unit: "binary-ascii" }).map((text) => `{{${text}}}`));
  fc.assert(
    fc.property(template, (text) => {
      try {
        parse("t", text, (name) => name === "print");
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

test("what is printed of a parsed template parses to the same", () => {
  const template = fc.array(fc.constantFrom("{{ .a | print }}", "{{ if .x }}", "{{ else }}", "{{ end }}", "{{ range $i, $x := .l }}", "{{ $x := (print 1).b }}", "{{- template `t` . }}", "{{ with .y }}"), { maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(template, (text) => {
      let first: string;
      try {
        first = shown(text);
      } catch {
        return;
      }
      expect(shown(first)).toBe(first);
    }),
  );
});

const shown = (text: string): string => String(parse("t", text, (name) => name === "print").get("t")?.root);
