import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { helmFunctions } from "../../../../../charts/helm/helm-functions.ts";
import { GoList, GoMap, type GoValue, int } from "../../../../../charts/helm/go/value.ts";
import { corpusPath } from "../../../../support/corpus.ts";
import { run } from "../template/run.ts";
import { scopeAt } from "./render-text.ts";

interface Case {
  readonly name: string;
  readonly template: string;
  readonly values: unknown;
  readonly expected: string;
}

/** Cases that cannot come out as in sprig's own tests, and why. */
const OTHERWISE: ReadonlyMap<string, string> = new Map([
  ...["TestEnv", "TestExpandEnv"].map((name) => [name, "Helm has no such function"] as const),
  ["TestShuffle", "random: of the same form"],
  ...["TestOsBase", "TestOsDir", "TestOsIsAbs", "TestOsClean"].map((name) => [name, "recorded on Windows, whose paths are other ones"] as const),
  ...["TestTypeOf", "TestKindOf", "TestKindOf#2", "TestKindIs"].map((name) => [name, "about a struct of the test itself"] as const),
  ...["TestEmpty#6", "TestCoalesce#6", "TestAll#6"].map((name) => [name, "Helm sets missingkey=zero: a key of a map that is missing is an error"] as const),
  ["TestFuncs#21", "lookup asks the engine, which this test does without"],
]);

/** Whole numbers are ints, as the cases have them in Go. */
function goValue(json: unknown): GoValue {
  if (Array.isArray(json)) return new GoList(json.map(goValue));
  if (typeof json === "object" && json !== null) return new GoMap(new Map(Object.entries(json).map(([key, value]) => [key, goValue(value)])));
  if (typeof json === "number") return Number.isInteger(json) ? int(json) : json;
  return typeof json === "string" || typeof json === "boolean" ? json : null;
}

const attempt = (template: string, values: unknown): string => {
  try {
    return run(template, goValue(values), { functions: helmFunctions("v4"), scope: scopeAt() });
  } catch (error) {
    return String(error);
  }
};

describe.each(["sprig.json", "helmfuncs.json"])("%s", (file) => {
  const path = corpusPath(file);
  const cases = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases; // the corpus's own form

  test.skipIf(path === undefined)("every case gives what it gave in Go", () => {
    const wrong = cases.filter(({ template, values, expected, name }) => !OTHERWISE.has(name) && attempt(template, values) !== expected);
    expect(wrong.map(({ name, template, values, expected }) => ({ name, template, expected, ours: attempt(template, values) }))).toEqual([]);
    expect(cases.length).toBeGreaterThan(30);
  });
});
