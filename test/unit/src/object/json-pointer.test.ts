import { expect, test } from "vitest";
import { escapeStep, unescapeStep } from "../../../../src/object/json-pointer.ts";

test.each([["app.kubernetes.io/name", "app.kubernetes.io~1name"], ["~1", "~01"], ["a~b/c", "a~0b~1c"], ["", ""]])("a step called %j is written %j, and read back", (name, text) => {
  expect([escapeStep(name), unescapeStep(text)]).toEqual([text, name]);
});
