import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseElement } from "../../../drift/field-path.ts";
import { cutAt, formatFields, isEmptySet, MAX_DEPTH, parseFields, subtract, unite } from "../../../drift/field-set.ts";
import type { JsonObject } from "../../../src/object/json.ts";

const name = fc.constantFrom("f:a", "f:b", "f:c", 'k:{"name":"x"}', 'v:"y"', "i:0");
/** FieldsV1 of up to so many levels. */
function fieldsOfDepth(depth: number): fc.Arbitrary<JsonObject> {
  if (depth === 0) return fc.constant({});
  const below = fc.dictionary(name, fieldsOfDepth(depth - 1), { maxKeys: 3, noNullPrototype: true });
  return fc.tuple(fc.boolean(), below).map(([owned, node]) => (owned ? { ".": {}, ...node } : node));
}
const sets = fieldsOfDepth(4).map((node) => parseFields(node));

describe("a field set", () => {
  test("is read and written without loss", () => {
    const text: JsonObject = { "f:spec": { "f:replicas": {}, "f:ports": { ".": {}, 'k:{"port":80}': { ".": {}, "f:port": {} } } } };
    expect(formatFields(parseFields(text))).toEqual(text);
  });

  test("written and read again is the same set", () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(formatFields(parseFields(formatFields(set)))).toEqual(formatFields(set));
      }),
    );
  });

  test("united with itself is itself, and less itself is empty", () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(unite(set, set)).toEqual(set);
        expect(isEmptySet(subtract(set, set))).toBe(true);
      }),
    );
  });

  test("split in two and put together holds what it held", () => {
    fc.assert(
      fc.property(sets, sets, (set, other) => {
        const [rest, whole] = [subtract(set, other), unite(set, other)];
        expect(isEmptySet(subtract(unite(rest, other), whole))).toBe(true);
        expect(isEmptySet(subtract(whole, unite(rest, other)))).toBe(true);
      }),
    );
  });

  test("cut at a path keeps only what lies there", () => {
    const set = parseFields({ "f:spec": { "f:a": {}, "f:b": { "f:c": {} } }, "f:data": {} });
    expect(formatFields(cutAt(set, ["f:spec", "f:b"].flatMap((text) => parseElement(text) ?? [])))).toEqual({ "f:spec": { "f:b": { "f:c": {} } } });
    expect(isEmptySet(cutAt(set, ["f:none"].flatMap((text) => parseElement(text) ?? [])))).toBe(true);
  });

  test("leaves out elements that it does not understand", () => {
    expect(formatFields(parseFields({ "f:a": {}, "q:b": {}, "f:c": 7 }))).toEqual({ "f:a": {} });
  });

  test("of absurd depth is cut, not followed", () => {
    let deep: JsonObject = {};
    for (let depth = 0; depth < 50_000; depth += 1) deep = { "f:a": deep };
    let levels = 0;
    for (let node = parseFields(deep); node.children.size > 0; levels += 1) node = [...node.children.values()][0]?.set ?? node;
    expect(levels).toBe(MAX_DEPTH);
  });
});
