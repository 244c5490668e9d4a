import { describe, expect, test } from "vitest";
import { joinVariables, variableValues } from "../../../../src/controllers/variable-values.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";

const object = (kind: "ConfigMap" | "Secret", more: object): KubeObject => ({ apiVersion: "v1", kind, metadata: { name: "a", namespace: "shop" }, ...more });
const base64 = (bytes: string | readonly number[]): string => Buffer.from(bytes as string).toString("base64"); // both are taken

describe("the values of", () => {
  test("a ConfigMap are its texts", () => {
    expect(variableValues(object("ConfigMap", { data: { REGION: "eu", empty: "", _a1: "x\ny" }, binaryData: { b: "AAAA" } }), "ConfigMap")).toEqual({
      values: new Map([["REGION", { value: "eu", secret: false }], ["empty", { value: "", secret: false }], ["_a1", { value: "x\ny", secret: false }]]),
      skipped: [],
    });
  });

  test("a Secret are decoded, and secret", () => {
    expect(variableValues(object("Secret", { data: { password: base64("pässword\n") } }), "Secret").values).toEqual(new Map([["password", { value: "pässword\n", secret: true }]]));
  });

  test.each<[string, KubeObject, string[]]>([
    ["keys that are no names of variables", object("ConfigMap", { data: { "app.yaml": "x", "1a": "x", "a-b": "x", ["x".repeat(257)]: "x", ok: "x" } }), ["1a", "app.yaml", "a-b", "x".repeat(257)]],
    ["values that are too long", object("ConfigMap", { data: { a: "x".repeat(65_537), ok: "x" } }), ["a"]],
    ["values that are no text", object("Secret", { data: { a: base64([0xff, 0xfe]), ok: base64("x") } }), ["a"]],
    ["what is no value at all", object("ConfigMap", { data: { a: 7, ok: "x" } }), ["a"]],
  ])("any are told without %s", (_what, source, skipped) => {
    const read = variableValues(source, source.kind as "ConfigMap" | "Secret"); // one of these, see above
    expect([[...read.values.keys()], [...read.skipped].sort()]).toEqual([["ok"], [...skipped].sort()]);
  });

  test.each([undefined, null, "text", []])("an object whose data is %j are none", (data) => {
    expect(variableValues(object("ConfigMap", { data }), "ConfigMap").values.size).toBe(0);
  });

  test("a key __proto__ is one like any other", () => {
    const data: unknown = JSON.parse('{"__proto__": "x"}');
    expect([...variableValues(object("ConfigMap", { data }), "ConfigMap").values]).toEqual([["__proto__", { value: "x", secret: false }]]);
  });
});

test("of equal names the later source counts, and what the spec says above all", () => {
  const [first, second] = [object("ConfigMap", { data: { a: "1", b: "1", c: "1" } }), object("Secret", { data: { b: base64("2"), c: base64("2") } })];
  const sources = [variableValues(first, "ConfigMap"), variableValues(second, "Secret")];
  expect(Object.fromEntries(joinVariables({ vars: { c: "3" } }, sources))).toEqual({ a: { value: "1", secret: false }, b: { value: "2", secret: true }, c: { value: "3", secret: false } });
});
