import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareGoKeys } from "../../../../src/object/go-key-order.ts";
import { formatGoNumber } from "../../../../src/object/go-number.ts";
import { writeGoYaml } from "../../../../src/object/go-yaml-write.ts";
import type { Json } from "../../../../src/object/json.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";
import { corpusPath } from "../../../support/corpus.ts";

/* What Go's sigs.k8s.io/yaml v1.6.0 writes, line by line. */
const written = (value: Json): string[] => writeGoYaml(value).split("\n").slice(0, -1);

const LONG = "The quick brown fox jumps over the lazy dog, and then it jumps back over it again and again.";

describe("a text is written", () => {
  test.each<readonly [string, string]>([
    ["text", "text"], ["two words", "two words"], ["a-b_c/d.e:f", "a-b_c/d.e:f"], ["<<", "<<"], ["=", "="], ["a, b", "a, b"], ["a#b", "a#b"], ["-a", "-a"], ["?a", "?a"], ["a'b", "a'b"], ["é中", "é中"],
    ["y", '"y"'], ["No", '"No"'], ["null", '"null"'], ["~", '"~"'], ["", '""'], ["off", '"off"'], ["tRue", "tRue"],
    ["1", '"1"'], ["0x1F", '"0x1F"'], ["0o17", '"0o17"'], ["1_000", '"1_000"'], [".5", '".5"'], ["+1", '"+1"'], ["0b-1", '"0b-1"'], [".00_9", '".00_9"'], ["1e3", '"1e3"'], ["1e400", "1e400"],
    ["1:30", '"1:30"'], ["1.2.3", "1.2.3"], ["2001-1-1", '"2001-1-1"'], ["2001-01-01 1:2:3", '"2001-01-01 1:2:3"'], [".inf", '".inf"'], ["2001-13-01", "2001-13-01"],
    ["- a", "'- a'"], ["?", "'?'"], [":", "':'"], ["a: b", "'a: b'"], ["a:", "'a:'"], ["# a", "'# a'"], ["a #b", "'a #b'"], ["[a", "'[a'"], ["&a", "'&a'"], ["|", "'|'"], ["%a", "'%a'"], ["`a", "'`a'"],
    ["'a", "'''a'"], ['"a', "'\"a'"], ["---", "'---'"], ["--- a", "'--- a'"], ["...", "'...'"], [" a", "' a'"], ["a ", "'a '"], ["a  b", "a  b"],
    ["\ta", String.raw`"\ta"`], ["a\r", String.raw`"a\r"`], ["\0\x07\x1B\x7F", String.raw`"\0\a\e\x7F"`], ["\x85\xA0", '"\\N\xA0"'], ["a\uFEFF", String.raw`"a\uFEFF"`], ["\u{1F600}", String.raw`"\U0001F600"`],
    ['\\ "\x01', String.raw`"\\ \"\x01"`], ["\uFEFFab", String.raw`"\uFEFF\x61\x62"`], ["\uD800", "\uD800"],
  ])("%j as %s", (text, expected) => {
    expect(writeGoYaml(text)).toBe(`${expected}\n`);
    expect(writeGoYaml({ key: [text] })).toBe(`key:\n- ${expected}\n`);
  });

  test.each<readonly [string, readonly string[]]>([
    ["a\n", ["- |", "  a"]],
    ["a\nb", ["- |-", "  a", "  b"]],
    ["a\n\n", ["- |+", "  a", ""]],
    ["\n", ["- |2+", ""]],
    ["\n\na", ["- |2-", "", "", "  a"]],
    [" a\nb", ["- |2-", "   a", "  b"]],
    ["a\n b\n", ["- |", "  a", "   b"]],
    ["a \nb", [String.raw`- "a \nb"`]],
    ["a\nb ", [String.raw`- "a\nb "`]],
    ["a\tb\nc", [String.raw`- "a\tb\nc"`]],
    ["a\u2028b\nc", ["- |-", "  a\u2028  b", "  c"]],
    ["a\u2028b", ["- 'a\u2028  b'"]],
  ])("%j in lines", (text, expected) => expect(written([text])).toEqual(expected));

  test.each<readonly [string, Json, readonly string[]]>([
    ["without quotes", { deep: { deep: { deep: LONG } }, list: [LONG] }, [
      "deep:", "  deep:", "    deep: The quick brown fox jumps over the lazy dog, and then it jumps back over", "      it again and again.",
      "list:", "- The quick brown fox jumps over the lazy dog, and then it jumps back over it again", "  and again.",
    ]],
    ["in single quotes, not at several spaces", { two: `it's: ${LONG.replaceAll(" and", "  and")}` }, [
      "two: 'it''s: The quick brown fox jumps over the lazy dog,  and then it jumps back", "  over it again  and again.'",
    ]],
    ["in double quotes, at several spaces too", { note: `\x01${LONG}  x   y`, two: `\t${"x".repeat(80)}  y z` }, [
      String.raw`note: "\x01The quick brown fox jumps over the lazy dog, and then it jumps back over`, '  it again and again.  x   y"',
      String.raw`two: "\t${"x".repeat(80)}`, String.raw`  \ y z"`,
    ]],
    ["but not within a key or a word", { ["a b ".repeat(25).trim()]: "v".repeat(90) }, [`${"a b ".repeat(25).trim()}: ${"v".repeat(90)}`]],
  ])("over several lines %s", (_, value, expected) => expect(written(value)).toEqual(expected));
});

describe("maps and lists are written", () => {
  test.each<readonly [string, Json, readonly string[]]>([
    ["in each other", { a: [[1, [2]], { b: [], c: {} }, [{ d: 1, e: [3] }]], f: null, h: true }, ["a:", "- - 1", "  - - 2", "- b: []", "  c: {}", "- - d: 1", "    e:", "    - 3", "f: null", "h: true"]],
    ["alone", {}, ["{}"]],
    ["with long keys and keys of several lines behind ?", { ["k".repeat(129)]: { a: 1 }, "line\nbreak": ["x", { n: 1 }], "cr\r": "text" }, [
      String.raw`? "cr\r"`, ": text", `? ${"k".repeat(129)}`, ": a: 1", "? |-", "  line", "  break", ": - x", '  - "n": 1',
    ]],
    ["without members that are undefined", { a: undefined, b: 1 }, ["b: 1"]],
    ["with __proto__ as a key like any other", JSON.parse('{"__proto__":{"b":1},"a":2}') as Json, ["__proto__:", "  b: 1", "a: 2"]],
  ])("%s", (_, value, expected) => expect(written(value)).toEqual(expected));

  test("with keys in Go's order", () => {
    const keys = ["$ref", "-a", "_a", "~", "1", "2", "10", "A1", "B", "a", "a-b", "a.b", "a1", "a01", "a2", "a10", "ab", "b", "z", "é"];
    expect(keys.toReversed().sort(compareGoKeys)).toEqual(keys);
  });
});

test.each<readonly [number | bigint, string]>([
  [0, "0"], [-0, "0"], [1.5, "1.5"], [1e6, "1000000"], [1000000.5, "1.0000005e+06"], [123456.5, "123456.5"], [1e20, "1e+20"], [1e21, "1e+21"], [1e-4, "0.0001"], [1e-5, "1e-05"], [1.7976931348623157e308, "1.7976931348623157e+308"],
  [9007199254740993n, "9007199254740993"], [18446744073709551615n, "18446744073709551615"], [18446744073709551616n, "1.8446744073709552e+19"], [-9223372036854775808n, "-9223372036854775808"], [2 ** 63, "9223372036854776000"], [-(2 ** 64), "-1.8446744073709552e+19"],
])("the number %d is written as %s", (value, expected) => expect(formatGoNumber(value)).toBe(expected));

const path = corpusPath("krusty.json");

test.skipIf(path === undefined)("what kustomize's own suite expects is written as it stands there", () => {
  const { cases } = JSON.parse(readFileSync(path ?? "", "utf8")) as { cases: { expected: string | null }[] }; // the corpus' form
  const texts = cases.flatMap(({ expected }) => expected ?? []);
  expect(texts.map((text) => parseYaml(text, "expected", "kustomize").map(({ value }) => writeGoYaml(value)).join("---\n"))).toEqual(texts);
  expect(texts.length).toBeGreaterThan(150);
});

describe("what is written is read back", () => {
  const texts = fc.oneof(
    fc.constantFrom("", "yes", "~", "0644", "-", ".5", "1_0", "y", "2001-1-1", "a: b", "# x", "{{ x }}", "|", "\ttab", "x\n", "\n", "é\u{1F600}", "a  b ".repeat(30)),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: fc.constantFrom("a", " ", "\n", "\t", "'", '"', "\\", ":", "#", "-", "b".repeat(30)), maxLength: 20 }),
  );
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 }, fc.constantFrom<Json>(null, true), texts, fc.integer(), fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (Number.isInteger(value) ? 0 : value)), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.array(tie("tree"), { maxLength: 4 }), fc.dictionary(texts.filter((key) => key !== "<<"), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));

  test.each(["kubectl", "kustomize"] as const)("by %s", (dialect) => {
    const read = (text: string): Json[] => parseYaml(text, "f.yaml", dialect).map(({ value }) => value);
    fc.assert(
      fc.property(tree, (value) => {
        expect(read(writeGoYaml({ value }))).toEqual([{ value }]);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
