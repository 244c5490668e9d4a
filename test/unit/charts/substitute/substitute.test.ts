import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget } from "../../../../charts/budget.ts";
import { substitute } from "../../../../charts/substitute/substitute.ts";
import type { ReconcileError } from "../../../../src/errors.ts";
import type { JsonObject } from "../../../../src/object/json.ts";

const origin = { file: "shop/web.yaml", line: 7, overlays: [] };
const variables = new Map(Object.entries({ COUNT: "3", NAME: "cart", EMPTY: "", YES: "true", VERSION: "1.10", QUOTED: '"1.10"', LINES: "a: 1\nb: 2", TOKEN: "s3cret-value" }).map(([name, value]) => [name, { value, secret: name === "TOKEN" }]));

function run(value: JsonObject) {
  const problems: ReconcileError[] = [];
  const [draft] = substitute([{ value, origin }], variables, problems, new Budget().spend);
  return { value: draft?.value, secrets: draft?.secrets, problems: problems.map(({ message }) => message) };
}

const configMap = (data: JsonObject, annotations: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations }, data });
const deployment = (spec: JsonObject): JsonObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec });

describe("the value of a variable", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["is a number where the field may be one", deployment({ replicas: "${COUNT}" }), deployment({ replicas: 3 })],
    ["is a word where the field may be one", deployment({ paused: "${YES}" }), deployment({ paused: true })],
    ["stays text in data", configMap({ port: "${COUNT}", on: "${YES}" }), configMap({ port: "3", on: "true" })],
    ["stays text in annotations", configMap({}, { "app/${NAME}": "${COUNT}" }), configMap({}, { "app/cart": "3" })],
    ["stays text in the environment", deployment({ env: [{ name: "A", value: "${COUNT}" }] }), deployment({ env: [{ name: "A", value: "3" }] })],
    ["stays text in arguments", deployment({ args: ["${COUNT}"] }), deployment({ args: ["3"] })],
    ["stays text where it brings quotes", deployment({ version: "${QUOTED}", other: "${VERSION}" }), deployment({ version: "1.10", other: 1.1 })],
    ["never becomes more than a scalar", deployment({ text: "${LINES}" }), deployment({ text: "a: 1\nb: 2" })],
    ["stands in the middle of a text", configMap({ url: "http://${NAME}:${COUNT}/" }), configMap({ url: "http://cart:3/" })],
    ["gives way to a default where it is empty", configMap({ a: "${EMPTY:-x}", b: "${EMPTY-x}", c: "${NONE:=${NAME}}", d: "${NONE-y}" }), configMap({ a: "x", b: "", c: "cart", d: "y" })],
    ["is left out where it is escaped", configMap({ script: "echo $${HOME} $HOME" }), configMap({ script: "echo ${HOME} $HOME" })],
    ["is left out of objects that say so", configMap({ a: "${NONE}" }, { "driftless.dev/substitute": "disabled" }), configMap({ a: "${NONE}" }, { "driftless.dev/substitute": "disabled" })],
    ["is left out of objects that say so to Flux", configMap({ a: "${NONE}" }, { "kustomize.toolkit.fluxcd.io/substitute": "disabled" }), configMap({ a: "${NONE}" }, { "kustomize.toolkit.fluxcd.io/substitute": "disabled" })],
  ])("%s", (_name, before, after) => {
    expect(run(before)).toEqual({ value: after, secrets: undefined, problems: [] });
  });

  test("is known as secret where it comes from a Secret", () => {
    expect(run(configMap({ a: "token=${TOKEN}" }))).toEqual({ value: configMap({ a: "token=s3cret-value" }), secrets: ["s3cret-value"], problems: [] });
  });

  test.each<[string, JsonObject]>([
    ["metadata.name", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a-${TOKEN}" } }],
    ["metadata.namespace", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "${TOKEN}" } }],
    ["kind", { apiVersion: "v1", kind: "${NONE:-${TOKEN}}", metadata: { name: "a" } }],
  ])("is refused where it comes from a Secret and names the object: in %s", (field, value) => {
    const { problems } = run(value);
    expect(problems).toEqual([expect.stringContaining(`, ${field}: variable TOKEN comes from a Secret, and what names an object is shown everywhere`)]);
    expect(problems.join()).not.toContain("s3cret");
  });

  test("is not read again for variables", () => {
    const own = new Map([["A", { value: "${B}", secret: false }]]);
    expect(substitute([{ value: configMap({ x: "${A}" }), origin }], own, [], new Budget().spend)[0]?.value).toEqual(configMap({ x: "${B}" }));
  });
});

describe("a variable that is missing", () => {
  test("is told with its object, its field and the ways out, each of them", () => {
    const { problems } = run(configMap({ a: "${ONE} ${TWO}", b: "${bad" }));
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe(
      "shop/web.yaml:7: ConfigMap a, data.a: variable ONE is not set; set it in spec.render.substitute, give it a default (${ONE:-…}), write $${ONE} where text is meant, or annotate the object with driftless.dev/substitute: disabled",
    );
    expect(problems[2]).toContain('data.b: "${bad" has no closing brace');
  });
});

test("a word of the annotation that has no meaning is told", () => {
  expect(run(configMap({ a: "x" }, { "driftless.dev/substitute": "disable" })).problems).toEqual(['shop/web.yaml:7: ConfigMap a, metadata.annotations: driftless.dev/substitute is neither "disabled" nor "enabled"']);
});

test("objects without variables are the very same objects, whatever is in them", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
    fc.pre(!JSON.stringify(spec).includes("${"));
    const value = deployment(spec);
    expect(run(value).value).toBe(value);
  }));
});

test("a bomb of defaults ends in an error", () => {
  const big = new Map([["A", { value: "x".repeat(1_000_000), secret: false }]]);
  const value = configMap({ x: "${A}".repeat(1000) });
  expect(() => substitute([{ value, origin }], big, [], new Budget().spend)).toThrow("too much work");
});
