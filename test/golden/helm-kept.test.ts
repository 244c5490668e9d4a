import { describe, expect, test } from "vitest";
import { loadChart } from "../../charts/helm/chart/load-chart.ts";
import { mergeUserValues } from "../../charts/helm/chart/user-values.ts";
import { toJson } from "../../charts/helm/go/json.ts";
import { HelmCache } from "../../charts/helm/helm-cache.ts";
import { RandomSource } from "../../charts/helm/random.ts";
import { renderHelm } from "../../charts/helm/render.ts";
import { templateText } from "../../charts/helm/template-text.ts";
import { ParseCache } from "../../charts/parse-cache.ts";
import { TreeFiles } from "../../charts/tree-files.ts";
import { helmCases } from "../../scripts/parity/helm-cases.ts";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import { messageOf } from "../../src/errors.ts";
import { isJsonObject, stringifyJson, type Json } from "../../src/object/json.ts";
import { corpusPath } from "../support/corpus.ts";

const corpus = corpusPath("helm");
const cases = corpus === undefined ? [] : helmCases(corpus);
const parsed = new ParseCache(64 * 1024 * 1024);
const tree = corpus === undefined ? undefined : new DirectoryTree(corpus);
const random = new RandomSource(Buffer.alloc(32, 3), "rel");
const now = new Date("2026-01-02T03:04:05Z");

/** Every so many charts of the corpus are looked at, so that the test stays short; all of them are with 1. */
const EVERY = 7;
const dirs = Array.from(new Set(cases.map(({ dir }) => dir))).filter((_, index) => index % EVERY === 0);

/** A chart's text with values of the user, or why there is none. */
function told(dir: string, text: string, cache?: HelmCache): string {
  if (tree === undefined) return "";
  try {
    const values = mergeUserValues({ files: [{ name: "mine.yaml", text }] });
    const output = renderHelm(loadChart(new TreeFiles(tree, parsed), dir, []), { release: { name: "rel", namespace: "default" }, values, now, random, cache });
    return `${templateText(output)}${output.notes}${output.renewAt?.toISOString() ?? ""}`;
  } catch (error) {
    return messageOf(error);
  }
}

/** User values that change one default each, at places spread over the chart's values. */
function changesOf(dir: string): string[] {
  if (tree === undefined) return [];
  const values = toJson(loadChart(new TreeFiles(tree, parsed), dir, []).values);
  const changes = isJsonObject(values) ? changesIn(values) : [];
  return [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95].flatMap((part) => changes[Math.floor(changes.length * part)] ?? []).map((change) => stringifyJson(change));
}

/** Every single scalar changed. */
function changesIn(value: Json): Json[] {
  if (typeof value === "boolean") return [!value];
  if (typeof value === "string") return [`${value}x`];
  if (typeof value === "number" || typeof value === "bigint") return [Number(value) + 1];
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => changesIn(item ?? null).map((change) => ({ [key]: change }))) : [];
}

describe.skipIf(corpus === undefined)("charts of the corpus, rendered with what is kept of other renders", () => {
  test.each(dirs)("%s gives the same as without, whatever values came before", (dir) => {
    const cache = new HelmCache();
    const files = cases.filter((given) => given.dir === dir && given.values !== undefined).slice(0, 2);
    const texts = ["", ...changesOf(dir), ...files.map(({ values }) => Buffer.from(tree?.read(`${dir}/${values}`) ?? "").toString("utf8"))];
    const fresh = texts.map((text) => told(dir, text));
    expect([...texts, ...texts.toReversed()].map((text) => told(dir, text, cache))).toEqual([...fresh, ...fresh.toReversed()]);
  });
});
