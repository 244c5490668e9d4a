import { describe, expect, test } from "vitest";
import { Budget } from "../../../../charts/budget.ts";
import { lookUp } from "../../../../charts/kustomize/look-up.ts";
import { replaceIn, varValue } from "../../../../charts/kustomize/var-text.ts";
import { render } from "../../../../charts/render.ts";
import { messageOf } from "../../../../src/errors.ts";
import type { Json, JsonObject } from "../../../../src/object/json.ts";
import { memoryTree } from "../../../support/memory-tree.ts";

/** Values, and how they are written where that is another text. */
const WRITTEN: readonly (readonly [name: string, value: Json, written?: string])[] = [
  ["NAME", "web"], ["PORT", 80], ["ON", true], ["RATIO", 1.5], ["SMALL", 0.00001], ["LARGE", 1.5e30], ["BIG", 2n ** 60n], ["MAP", { a: 1 }], ["a b", "spaced"], ["__proto__", "p"],
  ["OCTAL", 420, "0644"], ["MILLION", 1e6, "1000000.0"], ["DATE", "2020-01-01T00:00:00Z", "2020-01-01"], ["TILDE", null, "~"], ["NULL", null],
];
const values = new Map(WRITTEN.flatMap(([name, value, written]) => {
  const found = varValue(value, written);
  return found === undefined ? [] : [[name, found] as const];
}));

function replace(field: Json, asText = false): { result: Json | undefined; used: string[] } {
  const used: string[] = [];
  return { result: replaceIn(field, { values, spend: () => undefined, used: (name) => used.push(name) }, asText), used };
}

describe("a text with vars", () => {
  test.each<[string, Json]>([
    ["plain", "plain"], ["$(NAME)", "web"], ["$(PORT)", 80], ["$(ON)", true], ["$(RATIO)", 1.5], ["$(BIG)", 2n ** 60n],
    [" $(PORT)", " 80"], ["$(PORT)$(PORT)", "8080"], ["<$(RATIO)|$(SMALL)|$(LARGE)|$(BIG)|$(ON)>", "<1.5|1e-05|1.5e+30|1152921504606846976|true>"],
    ["$$(NAME)", "$(NAME)"], ["$$$(NAME)", "$web"], ["$$", "$"], ["$", "$"], ["a$b", "a$b"], ["$(NAME", "$(NAME"], ["$()", "$()"], ["$($(NAME))", "$($(NAME))"],
    ["$(OTHER)", "$(OTHER)"], ["$(MAP)", "$(MAP)"], ["$(a b)", "spaced"], ["$(toString)", "$(toString)"], ["$(__proto__)!", "p!"],
    ["$(OCTAL) $(MILLION) $(DATE) $(TILDE) $(NULL)", "644 1e+06 2020-01-01 ~ null"], ["$(OCTAL)", 644], ["$(MILLION)", 1e6], ["$(NULL)", "null"],
  ])("%j", (text, expected) => expect(replace(text).result).toEqual(expected));

  test.each<[Json, Json]>([
    [{ a: "$(NAME)", b: 1, c: null, d: ["$(NAME)"] }, { a: "web", b: 1, c: null, d: ["$(NAME)"] }],
    [["$(PORT)", "x"], [80, "x"]],
    [5, 5], [null, null],
  ])("may stand in a map, a list or alone: %j", (field, expected) => expect(replace(field).result).toEqual(expected));

  test.each<[Json, string]>([[80, "80"], [1.5, "1.5"], [1e-7, "0.0000001"], [1.5e30, "1500000000000000000000000000000"], [-2.5e-3, "-0.0025"], [true, "true"]])("is a text with all digits in annotations: %j", (value, expected) => {
    const found = varValue(value, undefined);
    expect(replaceIn({ a: "$(X)" }, { values: new Map(found === undefined ? [] : [["X", found]]), spend: () => undefined, used: () => undefined }, true)).toEqual({ a: expected });
  });

  test("says which vars it used", () => expect(replace(["$(NAME)", "$(PORT) $(OTHER)", "$$(ON)"]).used).toEqual(["NAME", "PORT"]));
  test("is left the same value where nothing is to be replaced", () => {
    const map = { a: "x", b: 2 };
    expect(replace(map).result).toBe(map);
  });
  test("must not stand in a list beside something else", () => expect(() => replace(["$(NAME)", 5])).toThrow("list has a number where vars are replaced in texts; quote it"));
  test("cannot grow without bound", () => {
    const budget = new Budget();
    const text = "x".repeat(1_000_000);
    const long = new Map([["X", { value: text, text }]]);
    expect(() => replaceIn("$(X) ".repeat(1000), { values: long, spend: budget.spend, used: () => undefined }, false)).toThrow(/rendering takes too much work/);
  });
});

describe("a field path", () => {
  const object: JsonObject = { a: { "b.c": 1, "d/e": 2, f: [{ name: "x", v: 3 }, { name: "y.z", v: 4 }, "plain"] }, g: null, "": 5 };

  test.each<[string, Json | undefined]>([
    ["a.[b.c]", 1], ["a.b\\.c", 1], ["a.d/e", 2], ["a.f[0].v", 3], ["a.f.1.v", 4], ["a.f.[name=x].v", 3], ["a.f.[name=y.z].v", 4], ["a.f.-", "plain"], ["a.f.[=plain]", "plain"],
    [".a.f[0]..v", 3], ["a.x", undefined], ["a.f.9", undefined], ["a.f.[name=q].v", undefined], ["g", null], ["g.x", undefined],
  ])("%s", (path, expected) => expect(lookUp(object, path)?.value).toEqual(expected));

  test.each([
    ["a.f.v", /leads through a list where "v" is looked for/], ["a.d/e.x", /leads through a text or number/], ["a.*", /"\*" of a\.\* cannot be followed/],
    ["a.-1", /cannot be followed/], ["a.0", /leads to no list/], ["a.[b]", /cannot be followed/],
  ])("%s cannot be followed", (path, message) => expect(() => lookUp(object, path)).toThrow(message));
});

const MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: one}\n";
const vars = (...entries: string[]): string => `resources: [a.yaml]\nvars:\n${entries.map((entry) => `  - ${entry}\n`).join("")}`;
const ofA = "{name: A, objref: {kind: ConfigMap, apiVersion: v1, name: a}}";

function problemOf(files: Readonly<Record<string, string>>): string {
  try {
    render(memoryTree({ "a.yaml": MAP, ...files }), { path: "" });
  } catch (error) {
    return messageOf(error);
  }
  throw new Error("it rendered");
}

describe("vars", () => {
  test.each([
    [vars(ofA, ofA), {}, 'kustomization.yaml:4:5: var "A" is defined twice; a name may be defined once in all layers, rename one'],
    [vars(ofA), { "a.yaml": `${MAP}---\n${MAP.replace("one", "two")}` }, 'kustomization.yaml:3:5: objref of var "A" names ConfigMap one/a (v1) and ConfigMap two/a (v1); say which by its namespace'],
    [vars("{name: A, objref: {kind: ConfigMap, name: a}}"), {}, 'kustomization.yaml:3:5: objref of var "A" names no object; it has to have the apiVersion, kind and name that the object has here or had in a base'],
    [vars("{name: A, objref: {kind: ConfigMap, apiVersion: v1, name: a}, fieldref: {fieldpath: data.x}}"), {}, 'kustomization.yaml:3:5: var "A": ConfigMap one/a (v1) has no data.x'],
    [vars("{name: A, objref: {kind: ConfigMap, apiVersion: v1, name: a}, fieldref: {fieldpath: kind.x}}"), {}, 'kustomization.yaml:3:5: var "A": kind.x leads through a text or number where "x" is looked for'],
    [vars("{name: A, objref: {kind: ConfigMap, apiVersion: v1, name: a}, value: b}"), {}, 'kustomization.yaml:3:67: vars[0].value: unknown field "value"; known are name, objref, fieldref'],
    [vars(ofA), { "a.yaml": `${MAP}---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{args: [1]}]}\n` }, "a.yaml:5: Pod default/p (v1): spec/containers/args: list has a number where vars are replaced in texts; quote it"],
  ])("are refused: %j", (kustomization, files, message) => expect(problemOf({ ...files, "kustomization.yaml": kustomization })).toBe(message));

  test("clash where one base is reached by two ways", () => {
    const files = { "base/kustomization.yaml": vars(ofA), "base/a.yaml": MAP, "x/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\n", "z/kustomization.yaml": "resources: [../base]\nnamePrefix: z-\n" };
    expect(problemOf({ ...files, "kustomization.yaml": "resources: [x, z]\n" })).toBe('base/kustomization.yaml:3:5: var "A" is defined twice; a name may be defined once in all layers, rename one');
  });

  test("that are used nowhere are told", () => {
    expect(render(memoryTree({ "a.yaml": MAP, "kustomization.yaml": vars(ofA) }), { path: "" }).warnings).toEqual(['kustomization.yaml:3:5: var "A" is used nowhere']);
  });

  test("pick one of two objects by its namespace", () => {
    const kustomization = vars("{name: A, objref: {kind: ConfigMap, apiVersion: v1, name: a, namespace: two}, fieldref: {fieldpath: metadata.namespace}}");
    const files = { "a.yaml": `${MAP}---\n${MAP.replace("one", "two").replace("}", ", labels: {in: $(A)}}")}`, "kustomization.yaml": kustomization };
    const { objects } = render(memoryTree(files), { path: "" });
    expect(objects.map(({ object }) => object.metadata.labels)).toEqual([undefined, { in: "two" }]);
  });
});
