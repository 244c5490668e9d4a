import { loadChart } from "../../charts/helm/chart/load-chart.ts";
import { mergeUserValues } from "../../charts/helm/chart/user-values.ts";
import { GoMap } from "../../charts/helm/go/value.ts";
import type { HelmVersion } from "../../charts/helm/input.ts";
import type { HelmOutput } from "../../charts/helm/output.ts";
import { renderHelm } from "../../charts/helm/render.ts";
import { templateText } from "../../charts/helm/template-text.ts";
import { HelmCache } from "../../charts/helm/helm-cache.ts";
import { RandomSource } from "../../charts/helm/random.ts";
import { ParseCache } from "../../charts/parse-cache.ts";
import { TreeFiles } from "../../charts/tree-files.ts";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import type { FileTree } from "../../sources/file-tree.ts";
import { messageOf } from "../../src/errors.ts";
import type { HelmCase } from "./helm-cases.ts";
import { crashIn, placed, type Rendering } from "./rendering.ts";

/** What we make of a case, as text. */
export type HelmRendering = { readonly kind: "Text"; readonly text: string } | Exclude<Rendering, { readonly kind: "Objects" }>;

const parsed = new ParseCache(256 * 1024 * 1024);
const cache = new HelmCache();
const trees = new Map<string, FileTree>();

function treeOf(corpus: string): FileTree {
  const tree = trees.get(corpus) ?? new DirectoryTree(corpus);
  trees.set(corpus, tree);
  return tree;
}

/** What a case is rendered from, where it is not the folder of the corpus, now, and by which rules, where they are not those of Helm 4. */
export interface RenderedFrom {
  readonly version?: HelmVersion;
  readonly tree?: FileTree;
  readonly now?: Date;
}

/** Renders a case as `driftless render --helm` does: a release `rel` in the namespace `default`. */
export function renderHelmCase(given: HelmCase, from: RenderedFrom = {}): HelmRendering {
  try {
    return { kind: "Text", text: templateText(outputOf(given, from)) };
  } catch (error) {
    const crash = crashIn(error);
    return crash === undefined ? { kind: "Refused", message: messageOf(error) } : { kind: "Crashed", message: placed(crash) };
  }
}

/** The same, not yet as text. Throws what renderHelm throws. */
export function outputOf({ corpus, dir, values }: HelmCase, { version = "v4", tree = treeOf(corpus), now = new Date() }: RenderedFrom = {}): HelmOutput {
  const files = new TreeFiles(tree, parsed);
  const chart = loadChart(files, dir, [], version);
  const file = values === undefined ? undefined : files.resolve(`${dir}/${values}`);
  const userValues = file === undefined ? new GoMap() : files.parsed(`helm values file ${version}`, file, (text) => mergeUserValues({ version, files: [{ name: file.path, text }] }));
  return renderHelm(chart, { release: { name: "rel", namespace: "default" }, values: userValues, now, random, cache, helmVersion: version });
}

/** Random functions have to be the same in every run. */
const random = new RandomSource(Buffer.from("a secret that nobody has"), "rel");
