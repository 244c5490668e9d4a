import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/object/json.ts";
import { carryWritten, forgetWritten, quotesOf, setWritten, writtenText } from "../../../../src/object/written.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";

const read = (text: string): JsonObject => parseYaml(text, "a.yaml", "kustomize")[0]?.value as JsonObject; // the texts below are maps

describe("what a value was written as", () => {
  test.each([
    ["1.10", "1.10"], ["0644", "0644"], ["0x1F", "0x1F"], ["True", "True"], ["~", "~"], ["null", "null"], ["", ""], ["2020-01-01", "2020-01-01"],
    ["1.1", undefined], ["text", undefined], ["true", undefined], ['"1.10"', undefined], ["[1.10]", undefined],
  ])("%j", (text, expected) => expect(writtenText(read(`a: ${text}`), "a")).toBe(expected));

  test("is known of items too", () => expect(writtenText(read("a: [1, 1.10]")["a"] as object, 1)).toBe("1.10")); // a list

  test("is not seen from outside", () => expect(read("a: 1.10\nb:\n")).toEqual({ a: 1.1, b: null }));

  test("goes with a copy, and is not told of another value there", () => {
    const original = read("a: 1.10\nb: 2.0");
    const copy = carryWritten(original, { ...original, a: 5 });
    expect([writtenText(copy, "a"), writtenText(copy, "b")]).toEqual([undefined, "2.0"]);
  });

  test("is forgotten on the way through JSON, and only then makes a copy", () => {
    const [noted, bare] = [read("a: {b: [1.10]}"), read("a: {b: [1]}")];
    const forgotten = forgetWritten(noted) as JsonObject; // a map stays one
    expect(forgotten).toEqual(noted);
    expect(writtenText((forgotten["a"] as JsonObject)["b"] as object, 0)).toBeUndefined(); // the list
    expect(forgetWritten(bare)).toBe(bare);
  });

  test("is set and taken back for a draft", () => {
    const draft: JsonObject = { a: 1.1 };
    setWritten(draft, "a", "1.10");
    expect(writtenText(draft, "a")).toBe("1.10");
    setWritten(draft, "a", undefined);
    expect(writtenText(draft, "a")).toBeUndefined();
  });
});

test.each([[`"a"`, `"`], ["'a'", `"`], ["|\n  a", `"`], [">\n  a", ">"], ["&x !!str >\n  a", ">"], ["a", undefined], ["1", undefined], ["", undefined]])("quotes are known: %j %s", (text, expected) => expect(quotesOf(read(`a: ${text}`), "a")).toBe(expected));
