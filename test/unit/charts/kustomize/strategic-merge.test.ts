import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { strategicMerge } from "../../../../charts/kustomize/strategic-merge.ts";
import { jsonEqual, type Json, type JsonObject } from "../../../../src/object/json.ts";
import { parseManifests } from "../../../../src/object/yaml.ts";

const object = (text: string): JsonObject => parseManifests(text, "object.yaml", "kustomize")[0]?.value ?? {};
const service = (spec: string): JsonObject => object(`apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: ${spec}`);
const custom = (spec: string): JsonObject => object(`apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: s}\nspec: ${spec}`);

/* Expected values were checked against kustomize 5.8.1. */
describe("a strategic merge patch", () => {
  test.each([
    ["members are set, kept, removed", "{a: 1, b: {c: 1, d: 2}, e: 5}", "{b: {c: 9, f: 3}, e: null}", "{a: 1, b: {c: 9, d: 2, f: 3}}"],
    ["null in something new is dropped", "{}", "{a: {b: null, c: 1}}", "{a: {c: 1}}"],
    ["$patch: replace takes the patch alone", "{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{a: {c: 2}}"],
    ["$patch: delete removes", "{a: {b: 1}, c: 1}", "{a: {$patch: delete}}", "{c: 1}"],
    ["$patch: merge is the default", "{a: {b: 1}}", "{a: {$patch: merge, c: 2}}", "{a: {b: 1, c: 2}}"],
    ["directives in something new are carried out", "{}", "{a: {b: {$patch: delete}, c: {$patch: replace, d: 1}}}", "{a: {c: {d: 1}}}"],
    ["lists of unknown kinds are replaced", "{items: [{name: a}, {name: b}]}", "{items: [{name: c}]}", "{items: [{name: c}]}"],
    ["a map may become empty", "{a: {b: 1}}", "{a: {b: null}}", "{a: {}}"],
  ])("%s", (_name, live, patch, expected) => expect(strategicMerge(custom(live), custom(patch))).toEqual(custom(expected)));

  test.each([
    ["ports are matched by port, the patch's first", "{ports: [{port: 80}, {port: 81, name: b}]}", "{ports: [{port: 81, targetPort: x}, {port: 82}]}", "{ports: [{port: 81, name: b, targetPort: x}, {port: 82}, {port: 80}]}"],
    ["protocols tell ports apart where they are written", "{ports: [{port: 53, protocol: UDP, name: u}, {port: 53, protocol: TCP, name: t}]}", "{ports: [{port: 53, protocol: TCP, name: new}]}", "{ports: [{port: 53, protocol: UDP, name: u}, {port: 53, protocol: TCP, name: new}]}"],
    ["an item is deleted by its key", "{ports: [{port: 80}, {port: 81}]}", "{ports: [{port: 80, $patch: delete}]}", "{ports: [{port: 81}]}"],
    ["a list is replaced by a directive of its own", "{ports: [{port: 80}, {port: 81}]}", "{ports: [{$patch: replace}, {port: 82}]}", "{ports: [{port: 82}]}"],
    ["a list is removed by a directive of its own", "{ports: [{port: 80}], type: NodePort}", "{ports: [{$patch: delete}]}", "{type: NodePort}"],
    ["null removes a list", "{ports: [{port: 80}], type: NodePort}", "{ports: null}", "{type: NodePort}"],
  ])("%s", (_name, live, patch, expected) => expect(strategicMerge(service(live), service(patch))).toEqual(service(expected)));

  test("sets of plain values are joined, the patch's first", () => {
    const live = object("apiVersion: v1\nkind: Secret\nmetadata: {name: s, finalizers: [a, b]}");
    const patch = object("apiVersion: v1\nkind: Secret\nmetadata: {name: s, finalizers: [b, c]}");
    expect(strategicMerge(live, patch)?.["metadata"]).toEqual({ name: "s", finalizers: ["b", "c", "a"] });
  });

  test("may delete the whole object", () => expect(strategicMerge(service("{}"), { ...service("{}"), $patch: "delete" })).toBeUndefined());

  test.each([
    ["{ports: {a: 1}}", "spec: ports: a map in the patch meets a list in the object"],
    ["{ports: [{port: 80, name: {x: 1}}]}", "spec: ports: name: a map in the patch meets a value in the object"],
    ["{$patch: remove}", '$patch is delete, replace or merge, not "remove"'],
  ])("that does not fit says where: %s", (patch, message) => expect(() => strategicMerge(service("{ports: [{port: 80, name: a}]}"), service(patch))).toThrow(message));

  const value = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom<Json>(null, true, 1, "x"), fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(fc.constantFrom("a", "b", "ports", "name", "__proto__"), tie("value"), { maxKeys: 3, noNullPrototype: true })),
  })).value;

  test("leaves its inputs as they are, and changes nothing when it is applied again", () => {
    fc.assert(
      fc.property(value, value, (live, change) => {
        const [target, patch] = [{ apiVersion: "example.com/v1", kind: "T", spec: { live } }, { apiVersion: "example.com/v1", kind: "T", spec: { change } }];
        const before = structuredClone([target, patch]);
        const once = strategicMerge(target, patch) ?? {};
        expect([target, patch]).toEqual(before);
        expect(jsonEqual(strategicMerge(once, patch), once)).toBe(true);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

});
