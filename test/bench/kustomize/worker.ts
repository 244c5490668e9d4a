/**
 * The process whose time is measured, bundled as the program is.
 * `cold CORPUS`: renders every root of the corpus from disk, once, each as the text that `kustomize build` prints.
 * `warm CORPUS URL CACHE`: renders every root from a Git repository as the operator does, and again after each line on
 * standard input, which says that there is a new commit; `stop` ends it.
 * Prints lines of JSON: see `WorkerLine`.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { ParseCache } from "../../../charts/parse-cache.ts";
import { RenderCache } from "../../../charts/render-cache.ts";
import { render } from "../../../charts/render.ts";
import type { Rendered } from "../../../charts/rendered.ts";
import { GitRepositories } from "../../../sources/git/git-source.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { silentLogger } from "../../../src/cli/silent-logger.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import { messageOf } from "../../../src/errors.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import { textOf } from "../../../scripts/parity/rendering.ts";
import type { WorkerLine } from "../measured-process.ts";
import { corpusRoots, repositoryTrees, type CorpusRoot } from "../../../scripts/parity/roots.ts";

type Outcome = Rendered | { readonly error: string };

const say = (line: WorkerLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

function attempt(work: () => Rendered): Outcome {
  try {
    return work();
  } catch (error) {
    return { error: messageOf(error) };
  }
}

function tell(dir: string, outcome: Outcome): void {
  if ("error" in outcome) say({ dir, error: outcome.error });
  else say({ dir, sha256: createHash("sha256").update(textOf(outcome.objects.map(({ object }) => asJson(object)))).digest("hex") });
}

/** Source texts whose parsed form is kept, as much as RenderCache keeps by default. */
const PARSED_BYTES = 128 << 20;

function renderCold(corpus: string): void {
  const cache = new ParseCache(PARSED_BYTES);
  const treeOf = repositoryTrees(corpus);
  for (const { repository, dir, path, loadRestriction } of corpusRoots(corpus)) {
    tell(dir, attempt(() => render(treeOf(repository), { path, loadRestriction }, cache)));
  }
}

async function renderWarm(corpus: string, url: string, cacheDir: string): Promise<void> {
  const roots = corpusRoots(corpus);
  const cache = new RenderCache({ maxPaths: roots.length });
  const repositories = new GitRepositories({ cacheDir, logger: silentLogger, clock: systemClock });
  const { signal } = new AbortController();
  const spec = { url, timeoutMs: 60_000 };
  const fetchTree = async (): Promise<FileTree> => (await repositories.fetch(spec, await repositories.lookUp(spec, signal), signal)).tree;
  timedRender(roots, await fetchTree(), cache);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "stop") break;
    const outcomes = timedRender(roots, await fetchTree(), cache);
    for (const [dir, outcome] of outcomes) tell(dir, outcome);
  }
  await repositories.close();
}

/** Only the rendering is timed; the texts are written afterwards, for the parent to check. */
function timedRender(roots: readonly CorpusRoot[], tree: FileTree, cache: RenderCache): [dir: string, outcome: Outcome][] {
  const began = performance.now();
  const outcomes = roots.map(({ dir, loadRestriction }): [string, Outcome] => [dir, attempt(() => cache.render(tree, { path: dir, loadRestriction }, "corpus"))]);
  say({ renderedInMs: performance.now() - began });
  return outcomes;
}

const [mode, corpus = "", url = "", cacheDir = ""] = process.argv.slice(2);
if (mode === "cold") renderCold(corpus);
else await renderWarm(corpus, url, cacheDir);
