import { describe, expect, test } from "vitest";
import { splitImage } from "../../../../charts/kustomize/images.ts";
import { applyOperations, readOperations } from "../../../../charts/kustomize/json-patch.ts";
import { parseSelector } from "../../../../charts/kustomize/label-selector.ts";
import { compilePattern, wholePattern } from "../../../../charts/kustomize/pattern.ts";
import { splitPath } from "../../../../charts/kustomize/field-path.ts";
import { Budget } from "../../../../charts/budget.ts";
import { joinPath } from "../../../../charts/tree-path.ts";
import type { Json, JsonObject } from "../../../../src/object/json.ts";

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

const spend = (): void => undefined;
const apply = (object: JsonObject, ...operations: Json[]): JsonObject => applyOperations(object, readOperations(operations), spend);

describe("JSON patches", () => {
  test("keep integers that a double cannot hold, wherever they go", () => {
    const object = { a: { big: 2n ** 60n } };
    expect(apply(object, { op: "copy", from: "/a", path: "/b" }, { op: "move", from: "/a/big", path: "/c" }, { op: "test", path: "/c", value: 2n ** 60n })).toEqual({ a: {}, b: { big: 2n ** 60n }, c: 2n ** 60n });
    expect(object).toEqual({ a: { big: 2n ** 60n } });
  });

  test.each([
    [{ op: "replace", path: "/x", value: 1 }, /^operation 1 \(replace \/x\): /],
    [{ op: "remove", path: "/list/5" }, /^operation 1 \(remove \/list\/5\): /],
    [{ op: "add", path: "/list/5", value: 1 }, /^operation 1/],
    [{ op: "add", path: "/x/y", value: 1 }, /^operation 1/],
    [{ op: "test", path: "/list/00", value: 1 }, /leading zero/],
    [{ op: "add", path: "/__proto__/x", value: 1 }, /^operation 1/],
    [{ op: "remove", path: "" }, /no object/],
  ])("that do not fit are told: %j", (operation, message) => expect(() => apply({ list: [1] }, operation)).toThrow(message));

  test.each([
    [[{ op: "merge", path: "/a" }], "operation 1: op is none of"],
    [[{ op: "add", path: "a", value: 1 }], 'operation 1: path "a" does not begin with a slash'],
    [[{ op: "remove", path: "/a" }, { op: "move", path: "/a" }], "operation 2: move has no from"],
    [{ op: "add" }, "a JSON patch is a list of operations"],
  ])("that are malformed are told: %j", (operations, message) => expect(() => readOperations(operations)).toThrow(message));

  test("never tell values in errors", () => {
    const secret = { data: { password: "hunter2" } };
    for (const operation of [{ op: "test", path: "/data/password", value: "guess" }, { op: "replace", path: "/data/none", value: "guess" }]) {
      expect(() => apply(secret, operation)).toThrow(/^(?!.*(?:hunter2|guess))/s);
    }
  });
});

test("a budget ends work that never would", () => {
  const { spend } = new Budget();
  spend(5_000_000);
  expect(() => spend(1)).toThrow(/too much work/);
});
