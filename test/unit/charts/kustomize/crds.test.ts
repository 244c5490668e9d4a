import { describe, expect, test } from "vitest";
import { readCrds } from "../../../../charts/kustomize/read-crds.ts";
import { cleanJoin } from "../../../../charts/kustomize/origin-path.ts";
import type { Json, JsonObject } from "../../../../src/object/json.ts";

const read = (document: Json): ReturnType<typeof readCrds> => readCrds(document, () => undefined);
const type = (properties: JsonObject): JsonObject => ({ Schema: { properties: { apiVersion: {}, kind: {}, metadata: {}, ...properties } } });

describe("a file of crds", () => {
  test("adds what its types mark, under the last part of their names", () => {
    const { commonLabels, commonAnnotations, namePrefix } = read({ "a.b.Bee": type({ finds: { "x-kubernetes-label-selector": "" }, notes: { "x-kubernetes-annotation": "yes" }, title: { "x-kubernetes-identity": "" } }) });
    expect([commonLabels, commonAnnotations, namePrefix]).toEqual([[{ kind: "Bee", path: "finds" }], [{ kind: "Bee", path: "notes" }], [{ kind: "Bee", path: "title" }]]);
  });

  test("adds references, to the member `name` where no other is said, also of types that are referred to", () => {
    const ref = { "x-kubernetes-object-ref-kind": "Secret", "x-kubernetes-object-ref-api-version": "v1" };
    const inner = { schema: { properties: { deep: { ...ref, "x-kubernetes-object-ref-name-key": "title" } } } };
    const { nameReference } = read({ Bee: type({ spec: { ...ref, $ref: "BeeSpec" } }), BeeSpec: inner });
    expect(nameReference).toEqual([{ target: { version: "v1", kind: "Secret" }, fields: [{ kind: "Bee", path: "spec/name" }, { kind: "Bee", path: "spec/deep/title" }] }]);
  });

  test.each<[string, Json]>([
    ["that is no object of Kubernetes", { Bee: { Schema: { properties: { kind: {}, metadata: {}, notes: { "x-kubernetes-annotation": "" } } } } }],
    ["whose mark is no text", { Bee: type({ notes: { "x-kubernetes-annotation": true } }) }],
    ["whose mark is spelt otherwise", { Bee: type({ notes: { "X-Kubernetes-Annotation": "" } }) }],
    ["with half a reference", { Bee: type({ spec: { "x-kubernetes-object-ref-kind": "Secret" } }) }],
    ["with a reference into nowhere", { Bee: type({ spec: { $ref: "#/definitions/BeeSpec" } }) }],
    ["without a schema", { Bee: null, Wasp: {}, Fly: { Schema: 5 } }],
  ])("passes over a type %s", (_name, document) => {
    const { nameReference, commonAnnotations } = read(document);
    expect([nameReference, commonAnnotations]).toEqual([[], []]);
  });

  test.each<Json>([{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" }, ["x"], "text"])("must hold definitions: %j", (document) => {
    expect(() => read(document)).toThrow("is no file of OpenAPI definitions, which crds takes; list a CustomResourceDefinition under resources");
  });

  test("with a type that contains itself is refused", () => {
    expect(() => read({ Bee: type({ child: { $ref: "Bee" } }) })).toThrow(/^Bee contains itself, or goes deeper than 64 levels: child\/child/);
  });
});

describe("the way to a file", () => {
  test.each([["", "a.yaml", "a.yaml"], ["", "../base", "../base"], ["../base", "./b/../c.yaml", "../base/c.yaml"], ["..", "../x", "../../x"], ["a", "..", "."], ["", "", ""]])("from %j by %j is %j", (folder, path, expected) => {
    expect(cleanJoin(folder, path)).toBe(expected);
  });
});
