import { describe, expect, test } from "vitest";
import { field } from "../../../drift/field-path.ts";
import { isCovered } from "../../../drift/field-pattern.ts";
import { compileIgnore, NO_IGNORES } from "../../../drift/ignore.ts";
import type { IgnoreRule } from "../../../drift/ignore.ts";
import type { ObjectId } from "../../../src/object/object-id.ts";

const cart: ObjectId = { group: "apps", kind: "Deployment", namespace: "shop", name: "cart-api" };
const paths = ["/spec/replicas"];
const REPLICAS = ["spec", "replicas"].map(field);

const ignores = (rule: Omit<IgnoreRule, "paths">, id: ObjectId = cart): boolean => isCovered(compileIgnore([{ ...rule, paths }]).rules.forObject(id), REPLICAS);

describe("a rule is about", () => {
  test.each<[string, IgnoreRule["target"], boolean]>([
    ["all objects without a target", undefined, true],
    ["its kind", { kind: "Deployment" }, true],
    ["no other kind", { kind: "StatefulSet" }, false],
    ["its group", { group: "apps" }, true],
    ["not the core group when another is meant", { group: "" }, false],
    ["its namespace", { namespace: "shop" }, true],
    ["namespaces of a form", { namespace: "sh*" }, true],
    ["names of a form", { name: "*-api" }, true],
    ["names with several stars", { name: "c*t*i" }, true],
    ["no name that overlaps itself", { name: "cart-api*api" }, false],
    ["no name of another form", { name: "*-web" }, false],
    ["all conditions together", { kind: "Deployment", name: "other" }, false],
  ])("%s", (_name, target, expected) => expect(ignores({ target })).toBe(expected));

  test("cluster-scoped objects too, when it names no namespace", () => {
    expect(ignores({ target: { namespace: "*" } }, { ...cart, namespace: "" })).toBe(true);
    expect(ignores({ target: { namespace: "shop" } }, { ...cart, namespace: "" })).toBe(false);
  });
});

test("a star pattern against a hostile name takes no time", () => {
  const { rules } = compileIgnore([{ target: { name: `${"*a".repeat(120)}*b` }, paths }]);
  expect(rules.forObject({ ...cart, name: "a".repeat(250) })).toEqual([]);
});

test("a Secret's stringData is ignored where it is stored", () => {
  const { rules } = compileIgnore([{ paths: ["/stringData/password"] }]);
  const covered = ["data", "password"].map(field);
  expect(isCovered(rules.forObject({ group: "", kind: "Secret", namespace: "shop", name: "x" }), covered)).toBe(true);
  expect(isCovered(rules.forObject(cart), covered)).toBe(false);
});

test("no rules cost nothing", () => expect(compileIgnore([]).rules).toBe(NO_IGNORES));

describe("what makes an object ours is never ignored:", () => {
  test.each(["/metadata", "/metadata/labels", "/metadata/annotations", "/metadata/labels/*", "/metadata/*", "/*", "/kind", "/apiVersion", "/metadata/name", "/metadata/namespace", "/metadata/labels/applyset.kubernetes.io~1part-of", "/metadata/annotations/driftless.dev~1origin"])("%s", (text) => {
    const { rules, problems } = compileIgnore([{ name: "mine", paths: [text, "/spec/replicas"] }]);
    expect(problems).toEqual([expect.stringContaining("spec.drift.ignore[0] (mine).paths[0]")]);
    expect(rules.forObject(cart)).toHaveLength(1);
  });
});

test("all problems are told, each with its place", () => {
  const { problems } = compileIgnore([{ target: { name: "cart-(a|b)" }, paths: ["spec"] }, { paths: ["/spec/a", "/b[c]"] }]);
  expect(problems).toEqual([
    'spec.drift.ignore[0].target.name: "cart-(a|b)" looks like a regular expression; write * for any text',
    expect.stringContaining("spec.drift.ignore[0].paths[0]: a path begins with"),
    expect.stringContaining("spec.drift.ignore[1].paths[1]: [c] names no item"),
  ]);
});
