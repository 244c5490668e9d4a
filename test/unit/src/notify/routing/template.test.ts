import { describe, expect, it } from "vitest";
import { compileTemplate } from "../../../../../src/notify/routing/template.ts";
import type { MessageContent } from "../../../../../src/notify/message.ts";

const content: MessageContent = {
  state: "Open", class: "Drift", severity: "Warning", title: "Drift in shop/web", lines: ["one difference"], fields: [{ name: "revision", value: "main@abc" }],
  subjects: ["shop/web"], suppressed: 0, openedAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:01:00Z",
};

describe("templates of a Notifier", () => {
  it.each([
    ["a title from fields", { title: "{{ .episode.class | upper }} at {{ .episode.fields.revision }}" }, "DRIFT at main@abc", ["one difference"]],
    ["a body of several lines", { body: "{{ range .episode.subjects }}- {{ . }}\n{{ end }}end" }, "Drift in shop/web", ["- shop/web", "end"]],
    ["a title that prints nothing is left out", { title: "{{ if false }}x{{ end }}" }, "Drift in shop/web", ["one difference"]],
    ["a title stays one line", { title: "a\n b" }, "a b", ["one difference"]],
    ["a field that does not exist", { title: "{{ .episode.fields.nothing | default \"none\" }}" }, "none", ["one difference"]],
  ])("%s", (_name, template, title, lines) => {
    const compiled = compileTemplate({ template });
    expect(compiled.problems).toEqual([]);
    expect(compiled.word(content)).toEqual({ content: { ...content, title, lines }, problem: undefined });
  });

  it("tells a template that cannot be read, with its place", () => {
    expect(compileTemplate({ template: { title: "{{ .episode.title" } }).problems).toEqual([expect.stringMatching(/^spec\.template\.title: .*unclosed action/)]);
    expect(compileTemplate({ template: { body: "{{ env \"HOME\" }}" } }).problems).toEqual([expect.stringMatching(/^spec\.template\.body: .*function "env" not defined/)]);
  });

  it.each([
    ["loops without an end in sight", "{{ range 100000 }}{{ range 100000 }}{{ if false }}x{{ end }}{{ end }}{{ end }}", /too much (work|text)/],
    ["throws", "{{ fail \"no\" }}", /no/],
    ["multiplies text", "{{ repeat 100000000 \"x\" }}", /too much (work|text)/],
    ["calls itself", "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", /nest|depth|recurs|too/i],
  ])("a template that %s leaves the message in our own words", (_name, body, problem) => {
    const compiled = compileTemplate({ template: { body } });
    expect(compiled.problems).toEqual([]);
    const worded = compiled.word(content);
    expect(worded.content).toBe(content);
    expect(worded.problem).toMatch(problem);
  });
});
