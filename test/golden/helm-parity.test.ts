import { describe, expect, test } from "vitest";
import { helmCases, type HelmCase } from "../../scripts/parity/helm-cases.ts";
import { judgeHelm } from "../../scripts/parity/helm-verdict.ts";
import { formatDifference } from "../../scripts/parity/report.ts";
import { isMiss } from "../../scripts/parity/verdict.ts";
import { corpusPath } from "../support/corpus.ts";

const corpus = corpusPath("helm");
const cases = corpus === undefined ? [] : helmCases(corpus);
const named = (chosen: readonly HelmCase[]): [name: string, given: HelmCase][] => chosen.map((given) => [given.name, given]);

describe.skipIf(corpus === undefined)("the charts of the corpus", () => {
  test("are 315 in 612 runs, of which 12 must fail", () => {
    expect([new Set(cases.map(({ dir }) => dir)).size, cases.length, cases.filter(({ sha256 }) => sha256 === undefined).length]).toEqual([315, 612, 12]);
  });

  test.each(named(cases.filter(({ sha256 }) => sha256 !== undefined)))("%s gives what helm template prints", async (_name, given) => {
    const verdict = await judgeHelm(given, undefined);
    if (isMiss(verdict)) expect.fail(formatDifference(verdict, "helm"));
  });

  test.each(named(cases.filter(({ sha256 }) => sha256 === undefined)))("%s fails, as it does in helm, and says where", async (_name, given) => {
    const { agreement } = await judgeHelm(given, undefined);
    expect(agreement).toEqual({ kind: "BothRefuse", message: expect.stringMatching(/^[^\s:]+(?::\d+|: )/) as string });
  });
});
