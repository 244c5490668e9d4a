import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../../../charts/substitute/template.ts";

describe("a text with variables", () => {
  test.each<[string, unknown]>([
    ["plain $text $1 $(x)", ["plain $text $1 $(x)"]],
    ["a ${B} c", ["a ", { name: "B", fallback: undefined, orEmpty: false }, " c"]],
    ["${B:-x}", [{ name: "B", fallback: ["x"], orEmpty: true }]],
    ["${B:=x}", [{ name: "B", fallback: ["x"], orEmpty: true }]],
    ["${B-x}", [{ name: "B", fallback: ["x"], orEmpty: false }]],
    ["${B:-}", [{ name: "B", fallback: [], orEmpty: true }]],
    ["${B:-${C:-d}e}f", [{ name: "B", fallback: [{ name: "C", fallback: ["d"], orEmpty: true }, "e"], orEmpty: true }, "f"]],
    ["$${B}", ["${B}"]],
    ["$$${B}", ["$${B}"]],
    ["{}}", ["{}}"]],
    ["", []],
  ])("%j", (text, pieces) => {
    expect(parseTemplate(text)).toEqual(pieces);
  });

  test.each([
    ["${", 'names no variable; write $${ where ${ is meant as text'],
    ["${1}", 'names no variable'],
    ["${A", 'has no closing brace'],
    ["${A:-${B}", 'has no closing brace'],
    ["${A^^}", 'has something behind A that is not supported; known are ${A}, ${A:-default} and ${A:=default}'],
    ["${A:1:2}", 'has something behind A that is not supported'],
    [`${"${A:-".repeat(11)}${"}".repeat(11)}`, "has defaults nested more than 10 deep"],
  ])("%j is refused", (text, message) => {
    expect(() => parseTemplate(text)).toThrow(message);
  });
});
