import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadChart } from "../../../../../charts/helm/chart/load-chart.ts";
import { prepareChart } from "../../../../../charts/helm/chart/prepare.ts";
import { mergeUserValues } from "../../../../../charts/helm/chart/user-values.ts";
import { ParseCache } from "../../../../../charts/parse-cache.ts";
import { TreeFiles } from "../../../../../charts/tree-files.ts";
import { DirectoryTree } from "../../../../../sources/directory-tree.ts";
import { corpusPath } from "../../../../support/corpus.ts";
import { problemOf } from "./chart-fixture.ts";

interface Entry {
  readonly dir: string;
  readonly runs: readonly { readonly values: string | null; readonly ok: boolean; readonly error?: string }[];
}

const root = corpusPath("helm");

/** What Helm says before any template runs. */
const BEFORE_TEMPLATES = /values don't meet the specifications|are not installable/;

test.skipIf(root === undefined)("all charts of the corpus load and get their values, but for those that Helm refuses before any template runs", { timeout: 120_000 }, () => {
  const index = JSON.parse(readFileSync(`${root}/index.json`, "utf8")) as Entry[];
  const refused: string[] = [];
  const expected: string[] = [];
  for (const { dir, runs } of index) {
    const tree = new DirectoryTree(`${root}/${dir}`);
    const cache = new ParseCache(1 << 28);
    for (const { values, error = "" } of runs) {
      if (BEFORE_TEMPLATES.test(error)) expected.push(`${dir} ${values}`);
      const files = values === null ? [] : [{ name: values, text: readFileSync(`${root}/${dir}/${values}`, "utf8") }];
      const problem = problemOf(() => prepareChart(loadChart(new TreeFiles(tree, cache), "", []), mergeUserValues({ files }), []));
      if (problem !== "nothing was thrown") refused.push(`${dir} ${values}`);
    }
  }
  expect([index.length, refused]).toEqual([315, expected]);
});
