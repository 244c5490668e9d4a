import { describe, expect, test } from "vitest";
import { mergeTypesOf } from "../../../../charts/kustomize/openapi-types.ts";
import { strategicMerge } from "../../../../charts/kustomize/strategic-merge.ts";
import type { JsonObject } from "../../../../src/object/json.ts";

const kind = (name: string, group = "example.com"): JsonObject => ({ "x-kubernetes-group-version-kind": [{ group, version: "v1", kind: name }] });
const byKey = { "x-kubernetes-patch-strategy": "merge,retainKeys", "x-kubernetes-patch-merge-key": "name" };
const list = (item: JsonObject, more: JsonObject = byKey): JsonObject => ({ type: ["array"], items: item, ...more });

const definitions: JsonObject = {
  Thing: {
    ...kind("Thing"),
    properties: {
      parts: list({ $ref: "#/definitions/a~1part" }),
      ports: list({}, { ...byKey, "x-kubernetes-list-map-keys": ["port", "protocol"] }),
      words: list({}, { "x-kubernetes-patch-strategy": "merge" }),
      plain: list({}, { "x-kubernetes-patch-merge-key": "name" }),
      replaced: list({}, { "x-kubernetes-patch-strategy": "replace", "x-kubernetes-patch-merge-key": "name" }),
      beside: { $ref: "#/definitions/Names", ...byKey },
      chained: { $ref: "#/definitions/Chain" },
      nowhere: { $ref: "#/definitions/Missing" },
      self: { $ref: "#/definitions/Thing" },
      byName: { additionalProperties: { $ref: "#/definitions/Thing" } },
    },
  },
  "a/part": { properties: { tags: list({}) } },
  Chain: { $ref: "#/definitions/Part" },
  Part: { properties: { tags: list({}) } },
  Names: { type: "array", items: {} },
  Loop: { $ref: "#/definitions/Loop" },
  Looping: { ...kind("Looping", ""), properties: { loop: { $ref: "#/definitions/Loop" } } },
  broken: 5,
};

const object = (spec: JsonObject): JsonObject => ({ apiVersion: "example.com/v1", kind: "Thing", ...spec });

const types = mergeTypesOf(definitions);
const typeOf = (apiVersion: string, name: string) => types.get(`${apiVersion} ${name}`);
const thing = types.get("example.com/v1 Thing");

describe("the types of an OpenAPI description", () => {
  test("are those of its kinds, also of the core group", () => expect([...types.keys()]).toEqual(["example.com/v1 Thing", "v1 Looping"]));

  test("merge lists by their map keys, else by their merge key, else as sets", () => {
    expect(Object.entries(thing?.lists ?? {}).map(([name, { keys }]) => [name, keys])).toEqual([["parts", ["name"]], ["ports", ["port", "protocol"]], ["words", []]]);
  });

  test("follow references, and take no notice of what stands beside one", () => {
    expect(thing?.lists?.["parts"]?.item?.lists?.["tags"]?.keys).toEqual(["name"]);
    expect(thing?.members?.["chained"]?.lists?.["tags"]?.keys).toEqual(["name"]);
    expect(thing?.members?.["beside"]?.lists).toEqual({});
    expect(thing?.members).not.toHaveProperty("nowhere");
  });

  test("may contain themselves", () => {
    expect(thing?.members?.["self"]).toBe(thing);
    expect(thing?.members?.["byName"]?.values).toBe(thing);
  });

  test("may be chained as long as a file", () => {
    const chain = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`d${index}`, { properties: { next: { $ref: `#/definitions/d${index + 1}` } } }]));
    expect(mergeTypesOf({ Thing: { ...kind("Thing"), properties: { first: { $ref: "#/definitions/d0" } } }, ...chain }).size).toBe(1);
  });

  test("say how a patch merges lists, and leave unknown members to the kinds in them", () => {
    const merged = strategicMerge(object({ byName: { x: { parts: [{ name: "a" }] } }, unknown: object({ parts: [{ name: "a" }] }) }), object({ byName: { x: { parts: [{ name: "b" }] } }, unknown: { parts: [{ name: "b" }] } }), typeOf);
    expect(merged).toEqual(object({ byName: { x: { parts: [{ name: "b" }, { name: "a" }] } }, unknown: object({ parts: [{ name: "b" }, { name: "a" }] }) }));
  });
});
