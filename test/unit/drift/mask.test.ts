import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { field } from "../../../drift/field-path.ts";
import { isSecretPath, MASK, maskText, secretValues } from "../../../drift/mask.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";

const secret = (content: object, metadata: object = {}): KubeObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "s", ...metadata }, ...content });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("masking a text", () => {
  test.each([
    ["decoded", (value: string) => `denied: "${value}" is weak`],
    ["encoded", (value: string) => `data.password: ${base64(value)}`],
    ["quoted", (value: string) => `value ${JSON.stringify(value)} refused`],
  ])("takes out any value of a Secret, %s", (_, textOf) => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.boolean(), (value, plain) => {
        const values = secretValues(secret(plain ? { stringData: { password: value } } : { data: { password: base64(value) } }));
        const masked = maskText(textOf(value), values);
        expect(masked).toContain(MASK);
        if (!MASK.includes(value) && !textOf("").includes(value)) expect(masked).not.toContain(value);
      }),
    );
  });

  test("takes out single lines of a key file", () => {
    const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n";
    const text = maskText("cannot parse: hkiG9w0BAQEFAASC", secretValues(secret({ stringData: { key } })));
    expect(text).toBe(`cannot parse: ${MASK}`);
  });

  test("takes out short values only where they stand alone", () => {
    expect(maskText('the pin "42" at line 142 is refused', secretValues(secret({ stringData: { pin: "42" } })))).toBe(`the pin "${MASK}" at line 142 is refused`);
  });

  test("puts the longest value first, and finds no value in the mask", () => {
    expect(maskText("abcdef secret", ["abcd", "abcdef", "secret"])).toBe(`${MASK} ${MASK}`);
  });

  test("takes regular expression characters as they are", () => expect(maskText("a+b (x)", ["a+b", "(x)", ".*"])).toBe(`${MASK} ${MASK}`));
  test("leaves a text without values alone", () => expect(maskText("fine", [""])).toBe("fine"));
});

describe("what is secret", () => {
  test("only core Secrets have secret values", () => {
    expect(secretValues({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { a: "value" } })).toEqual([]);
    expect(secretValues({ apiVersion: "example.com/v1", kind: "Secret", metadata: { name: "c" }, data: { a: "value" } })).toEqual([]);
  });

  test.each(["kubectl.kubernetes.io/last-applied-configuration", "kapp.k14s.io/original"])("a copy of a Secret in its annotation %s is a value too, also quoted; a word in one is none", (name) => {
    const copy = '{"data":{"a":"aGVsbG8="}}';
    expect(secretValues(secret({}, { annotations: { [name]: copy, "driftless.dev/prune": "disabled" } }))).toEqual([copy, String.raw`{\"data\":{\"a\":\"aGVsbG8=\"}}`]);
  });

  test.each([
    [["data", "password"], true],
    [["stringData"], true],
    [["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"], true],
    [["metadata", "annotations"], true],
    [["metadata", "annotations", "kapp.k14s.io/original"], true],
    [["metadata"], true],
    [[], true],
    [["metadata", "labels", "app"], false],
    [["type"], false],
  ])("the path %j: %s", (names, answer) => {
    expect(isSecretPath({ apiVersion: "v1", kind: "Secret" }, names.map(field))).toBe(answer);
    expect(isSecretPath({ apiVersion: "v1", kind: "ConfigMap" }, names.map(field))).toBe(false);
  });
});
