import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { field, formatPath } from "../../../drift/field-path.ts";
import type { FieldPath, PathElement } from "../../../drift/field-path.ts";
import { formatPattern, isCovered, leadsBelow, parsePattern, placed } from "../../../drift/field-pattern.ts";
import type { FieldPattern } from "../../../drift/field-pattern.ts";
import type { Json, JsonObject } from "../../../src/object/json.ts";

function pattern(text: string): FieldPattern {
  const parsed = parsePattern(text);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.pattern;
}
const key = (members: JsonObject): PathElement => ({ kind: "Key", key: members });
const path = (...steps: (string | PathElement)[]): FieldPath => steps.map((step) => (typeof step === "string" ? field(step) : step));
const CONTAINERS = ["spec", "template", "spec", "containers"];

describe("a pattern covers a path", () => {
  test.each<[string, FieldPath]>([
    ["/spec/replicas", path("spec", "replicas")],
    ["/spec", path("spec", "template", "spec")],
    ["/metadata/annotations/example.com~1x~0y", path("metadata", "annotations", "example.com/x~y")],
    ["/spec/template/spec/containers[name=web]/image", path(...CONTAINERS, key({ name: "web" }), "image")],
    ["/spec/template/spec/containers/*/image", path(...CONTAINERS, key({ name: "web" }), "image")],
    ["/spec/template/spec/containers[*]/image", path(...CONTAINERS, key({ name: "web" }), "image")],
    ["/spec/ports[port=80,protocol=TCP]", path("spec", "ports", key({ port: 80, protocol: "TCP" }), "nodePort")],
    ["/spec/ports[port=80]/nodePort", path("spec", "ports", key({ port: 80, protocol: "TCP" }), "nodePort")],
    ["/spec/mounts[path=~1etc~1a,b]", path("spec", "mounts", key({ path: "/etc/a,b" }))],
    ["/metadata/finalizers[=example.com~1hold]", path("metadata", "finalizers", { kind: "Value", value: "example.com/hold" })],
    ["/spec/items/2", path("spec", "items", { kind: "Index", index: 2 })],
    ["/spec/items[2]", path("spec", "items", { kind: "Index", index: 2 })],
    ["/data/8080", path("data", "8080")],
    ["/data/*", path("data", "any")],
  ])("%s", (text, covered) => expect(isCovered([pattern(text)], covered)).toBe(true));
});

describe("a pattern does not cover", () => {
  test.each<[string, FieldPath]>([
    ["/spec/replicas", path("spec")],
    ["/spec/replicas", path("spec", "replica")],
    ["/spec/template/spec/containers[name=web]/image", path(...CONTAINERS, key({ name: "side" }), "image")],
    ["/spec/ports[port=80,protocol=UDP]", path("spec", "ports", key({ port: 80, protocol: "TCP" }))],
    ["/data/*", path("data")],
  ])("%s", (text, other) => expect(isCovered([pattern(text)], other)).toBe(false));

  test("what is above it, below which it leads", () => {
    expect(leadsBelow([pattern("/spec/replicas")], path("spec"))).toBe(true);
    expect(leadsBelow([pattern("/spec/replicas")], path("spec", "replicas"))).toBe(false);
  });
});

test("every path that a report prints can be pasted as a pattern and covers that path", () => {
  const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[[\]*…]/.test(text));
  const value = fc.string({ maxLength: 8 }).filter((text) => !text.includes("]"));
  const element: fc.Arbitrary<PathElement> = fc.oneof(
    name.map(field),
    fc.oneof(value.filter((text) => !/,[^,]*=/.test(text)), fc.nat(70_000), fc.boolean()).map((text) => key({ name: text })),
    value.map((text): PathElement => ({ kind: "Value", value: text })),
    fc.nat(999).map((index): PathElement => ({ kind: "Index", index })),
  );
  fc.assert(
    fc.property(name, fc.array(element, { maxLength: 5 }), (first, rest) => {
      const whole = [field(first), ...rest];
      const parsed = pattern(formatPath(whole));
      expect(isCovered([parsed], whole)).toBe(true);
      expect(pattern(formatPattern(parsed))).toEqual(parsed);
    }),
  );
});

describe("text that is no pattern is refused:", () => {
  test.each([
    ["spec/replicas", /begins with/],
    ["", /begins with/],
    ["/", /no step/],
    ["/spec//a", /no step/],
    ["/spec/con*/image", /whole step/],
    ["/spec/a~2b", /~0 for ~/],
    ["/spec/containers[web]", /names no item/],
    ["/spec/containers[name=web", /no step/],
    ["/spec/data/long…", /cut off/],
    [`/${"a/".repeat(70)}a`, /more than 64 steps/],
  ])("%s", (text, problem) => expect(parsePattern(text)).toEqual({ problem: expect.stringMatching(problem) as string }));
});

describe("a position in a list", () => {
  const object: Json = { spec: { containers: [{ name: "web" }, { name: "side" }], ports: [{ port: 80 }], groups: [{ items: [{ name: "a" }] }, { items: [{ name: "b" }] }] } };
  const covers = (text: string, covered: FieldPath): boolean => isCovered(placed([pattern(text)], object), covered);

  test("means the item that stands there, wherever it stands later", () => {
    expect(covers("/spec/containers/1/image", path("spec", "containers", key({ name: "side" }), "image"))).toBe(true);
    expect(covers("/spec/containers/1/image", path("spec", "containers", key({ name: "web" }), "image"))).toBe(false);
  });

  test("finds an item that leaves a default key out", () => expect(covers("/spec/ports/0", path("spec", "ports", key({ port: 80, protocol: "TCP" })))).toBe(true));

  test("is found below any item", () => expect(covers("/spec/groups/*/items/0", path("spec", "groups", { kind: "Index", index: 1 }, "items", key({ name: "b" })))).toBe(true));

  test("that the object does not have covers nothing of it", () => expect(covers("/spec/containers/5/image", path("spec", "containers", key({ name: "web" }), "image"))).toBe(false));
});
