import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { corpusCases, krustyCases, type ParityCase } from "../../scripts/parity/cases.ts";
import { parityPage } from "../../scripts/parity/docs.ts";
import { KNOWN_MISSES, knownMiss, missOf } from "../../scripts/parity/known-misses.ts";
import { formatDifference } from "../../scripts/parity/report.ts";
import { isMiss, judge } from "../../scripts/parity/verdict.ts";
import { corpusPath } from "../support/corpus.ts";

const PAGE = fileURLToPath(new URL("../../docs/parity.md", import.meta.url));

const corpus = corpusPath("kustomize");
const krusty = corpusPath("krusty.json");
const cases = [...(corpus === undefined ? [] : corpusCases(corpus)), ...(krusty === undefined ? [] : krustyCases(krusty))];
const inSet = (set: ParityCase["set"]): [name: string, given: ParityCase][] => cases.flatMap((given) => (given.set === set ? [[given.name, given]] : []));

/** Equal to the last byte, or both refuse; a case of the list misses as the list says. */
async function check(_name: string, given: ParityCase): Promise<void> {
  const verdict = await judge(given, undefined);
  const why = missOf(given)?.why;
  if (isMiss(verdict) && knownMiss(verdict) === undefined) expect.fail(formatDifference(verdict));
  if (!isMiss(verdict) && why !== undefined) expect.fail(`${given.name} is answered alike now; take it out of scripts/parity/known-misses.ts`);
}

describe.skipIf(corpus === undefined)("the trees of the corpus", () => {
  test("are 699, and 31 that must fail", () => {
    expect([inSet("trees").length, inSet("failing").length]).toEqual([699, 31]);
  });
  test.each(inSet("trees"))("%s is built as kustomize builds it", check);
  test.each(inSet("failing"))("%s fails, as it does in kustomize, and says where", async (name, given) => {
    await check(name, given);
    const { agreement } = await judge(given, undefined);
    expect(agreement).toHaveProperty("message", expect.stringMatching(/^[^\s:]+:\d+|^[^\s:]+: /));
  });
});

describe.skipIf(krusty === undefined)("kustomize's own suite", () => {
  test("has 219 cases, of which at least 98 % are answered alike", () => {
    expect(inSet("krusty")).toHaveLength(219);
    expect(KNOWN_MISSES.filter(({ set }) => set === "krusty").length).toBeLessThanOrEqual(219 * 0.02);
  });
  test.each(inSet("krusty"))("%s is answered alike", check);
});

describe("what is answered otherwise", () => {
  test.skipIf(corpus === undefined || krusty === undefined)("is in the corpus", () => {
    const names = new Set(cases.map(({ set, name }) => `${set} ${name}`));
    expect(KNOWN_MISSES.filter(({ set, name }) => !names.has(`${set} ${name}`))).toEqual([]);
  });

  test("is told in docs/parity.md, which UPDATE_GOLDEN=1 writes anew", () => {
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(PAGE, parityPage());
    expect(readFileSync(PAGE, "utf8")).toBe(parityPage());
  });
});
