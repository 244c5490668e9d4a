import { describe, expect, test } from "vitest";
import { splitImage } from "../../../../charts/kustomize/images.ts";
import { parseSelector } from "../../../../charts/kustomize/label-selector.ts";
import { compilePattern, wholePattern } from "../../../../charts/kustomize/pattern.ts";
import { splitPath } from "../../../../charts/kustomize/field-path.ts";
import { Budget } from "../../../../charts/budget.ts";
import { joinPath } from "../../../../charts/tree-path.ts";

describe("image references", () => {
  test.each([
    ["nginx", "nginx", "", ""],
    ["nginx:1.2", "nginx", "1.2", ""],
    ["registry:5000/a/b", "registry:5000/a/b", "", ""],
    ["registry:5000/a/b:1", "registry:5000/a/b", "1", ""],
    ["a@sha256:0", "a", "", "sha256:0"],
    ["r:5000/a:1@sha256:0", "r:5000/a", "1", "sha256:0"],
  ])("%s", (image, name, tag, digest) => expect(splitImage(image)).toEqual({ name, tag, digest }));
});

describe("label selectors", () => {
  const labels: Readonly<Record<string, string>> = { app: "web", tier: "front", size: "10", "example.com/x": "" };

  test.each([
    ["app=web", true], ["app==web", true], ["app!=web", false], ["other!=web", true], ["app", true], ["!app", false], ["! other", true],
    ["tier in (back, front)", true], ["tier notin (back,front)", false], ["other notin (x)", true], ["other in (x)", false],
    ["app=web,tier in (front),size>9", true], ["size<10", false], ["app>1", false], ["example.com/x=", true],
  ])("%s", (selector, expected) => expect(parseSelector(selector)((name) => labels[name])).toBe(expected));

  test.each(["app=web=x", "in (a)", "a in b", "", "a,,b"])("%j cannot be read", (selector) => expect(() => parseSelector(selector)).toThrow(/is not a label selector/));
});

describe("patterns", () => {
  test("fit the whole text, in Go's syntax and in linear time", () => {
    expect(["web", "web-1", "xweb"].map((text) => wholePattern("web(-\\d+)?").test(text))).toEqual([true, true, false]);
    expect(wholePattern("a|b").test("ab")).toBe(false);
    expect(wholePattern("(a+)+").test(`${"a".repeat(5000)}!`)).toBe(false);
  });

  test.each(["(", "(?=x)", "x".repeat(1001)])("%s is refused", (source) => expect(() => compilePattern(source)).toThrow(/pattern is longer|is not a regular expression/));
});

describe("paths", () => {
  test("of fields keep escaped slashes", () => expect(splitPath("metadata/annotations/example.com\\/name")).toEqual(["metadata", "annotations", "example.com/name"]));

  test.each([
    ["a/b", "../c", "a/c"], ["a", "..", ""], ["", "./x//y/", "x/y"], ["a", "../..", undefined], ["a", "/x", undefined],
  ])("of files: %j and %j", (folder, relative, expected) => expect(joinPath(folder, relative)).toBe(expected));
});

test("a budget ends work that never would", () => {
  const { spend } = new Budget();
  spend(2_000_000);
  expect(() => spend(1)).toThrow(/too much work/);
});
