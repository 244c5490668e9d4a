import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalJson, parseJson } from "../../../../src/object/json.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";
import { corpusPath } from "../../../support/corpus.ts";

interface Case {
  readonly in: string;
  readonly out?: string;
  readonly err?: string;
}

const path = corpusPath("yaml.json");
const cases = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases;

describe.skipIf(path === undefined)("scalars, tags, merges and documents are read as Go's sigs.k8s.io/yaml reads them", () => {
  test.each(cases)("$in", (given) => {
    if (given.err !== undefined) {
      expect(() => parseYaml(given.in, "case.yaml")).toThrow(/^case\.yaml:\d+/);
      return;
    }
    const [first] = parseYaml(given.in, "case.yaml");
    expect(canonicalJson(first?.value ?? null)).toBe(canonicalJson(parseJson(given.out ?? "null")));
  });

  test("there are 98 cases and none is left out", () => expect(cases).toHaveLength(98));
});
