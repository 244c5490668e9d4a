import { describe, expect, test } from "vitest";
import { findItem, formatElement, formatPath, parseElement, step } from "../../../drift/field-path.ts";
import type { FieldPath } from "../../../drift/field-path.ts";

function path(...texts: string[]): FieldPath {
  return texts.flatMap((text) => parseElement(text) ?? []);
}

describe("an element of FieldsV1", () => {
  test.each(["f:spec", "f:a/b~c", 'k:{"name":"web"}', 'k:{"containerPort":80,"protocol":"TCP"}', 'v:"example.com/hold"', "v:7", "i:3"])("%s is read and written", (text) => {
    const element = parseElement(text);
    expect(element === undefined ? undefined : formatElement(element)).toBe(text);
  });

  test.each([".", "", "x:y", "k:[1]", "k:{", "v:", "i:-1", "i:99999999999"])("%j is none", (text) => {
    expect(parseElement(text)).toBeUndefined();
  });

  test("has one text for one meaning, whatever the order of its keys", () => {
    const [first, second] = path('k:{"protocol":"TCP","containerPort":80}', 'k:{"containerPort":80,"protocol":"TCP"}');
    expect(first && formatElement(first)).toBe(second && formatElement(second));
  });
});

describe("a path as text", () => {
  test.each([
    [["f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"web"}', "f:image"], "/spec/template/spec/containers[name=web]/image"],
    [["f:spec", "f:ports", 'k:{"port":80,"protocol":"TCP"}'], "/spec/ports[port=80,protocol=TCP]"],
    [["f:metadata", "f:annotations", "f:example.com/a~b"], "/metadata/annotations/example.com~1a~0b"],
    [["f:metadata", "f:finalizers", 'v:"example.com/hold"'], "/metadata/finalizers[=example.com~1hold]"],
    [["f:spec", "f:items", "i:2"], "/spec/items[2]"],
    [[], ""],
  ])("%j is %s", (elements, text) => expect(formatPath(path(...elements))).toBe(text));
});

describe("a step into a value", () => {
  const value = { ports: [{ port: 53 }, { port: 53, protocol: "UDP" }], finalizers: ["a", "b"] };
  const at = (...texts: string[]): unknown => path(...texts).reduce(step, value);

  test("finds a list item by its keys", () => expect(at("f:ports", 'k:{"port":53,"protocol":"UDP"}')).toEqual({ port: 53, protocol: "UDP" }));
  test("finds an item that leaves the default protocol out", () => expect(at("f:ports", 'k:{"port":53,"protocol":"TCP"}')).toEqual({ port: 53 }));
  test("finds an item of a set", () => expect(at("f:finalizers", 'v:"b"')).toBe("b"));
  test("leads nowhere in a value of another form", () => expect(at("f:finalizers", "f:a")).toBeUndefined());
  test("never leaves the object's own members", () => expect(at("f:constructor")).toBeUndefined());
});

test("an item that leaves a key out is not taken for another one", () => {
  expect(findItem([{ port: 53 }], { port: 53, protocol: "UDP" })).toBeUndefined();
});
