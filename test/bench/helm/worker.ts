/**
 * The process whose time is measured, bundled as the program is.
 * `cold CORPUS`: renders every chart with every values file from disk, once, each as the text that `helm template` prints.
 * `warm CORPUS URL CACHE`: renders all of them from a Git repository, and again after each line on standard input, which says
 * that there is a new commit; `stop` ends it. Prints lines of JSON: see `WorkerLine`.
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { helmCases, type HelmCase } from "../../../scripts/parity/helm-cases.ts";
import { renderHelmCase, type HelmRendering } from "../../../scripts/parity/helm-rendering.ts";
import type { FileTree } from "../../../sources/file-tree.ts";
import { GitRepositories } from "../../../sources/git/git-source.ts";
import { silentLogger } from "../../../src/cli/silent-logger.ts";
import { systemClock } from "../../../src/controllers/clock.ts";
import type { WorkerLine } from "../measured-process.ts";
import { NOW, REFUSED } from "./moment.ts";

const say = (line: WorkerLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

function tell({ name }: HelmCase, rendering: HelmRendering): void {
  if (rendering.kind === "Text") say({ dir: name, sha256: createHash("sha256").update(rendering.text).digest("hex") });
  else say(rendering.kind === "Refused" ? { dir: name, sha256: REFUSED } : { dir: name, error: rendering.message });
}

function renderCold(corpus: string): void {
  for (const given of helmCases(corpus)) tell(given, renderHelmCase(given, { now: NOW }));
}

async function renderWarm(corpus: string, url: string, cacheDir: string): Promise<void> {
  const cases = helmCases(corpus);
  const repositories = new GitRepositories({ cacheDir, logger: silentLogger, clock: systemClock });
  const { signal } = new AbortController();
  const spec = { url, timeoutMs: 60_000 };
  const fetchTree = async (): Promise<FileTree> => (await repositories.fetch(spec, await repositories.lookUp(spec, signal), signal)).tree;
  timedRender(cases, await fetchTree());
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "stop") break;
    const renderings = timedRender(cases, await fetchTree());
    for (const [index, given] of cases.entries()) tell(given, renderings[index] ?? { kind: "Crashed", message: "not rendered" });
  }
  await repositories.close();
}

/** Only the rendering is timed, texts included; their digests are for the parent to check. */
function timedRender(cases: readonly HelmCase[], tree: FileTree): HelmRendering[] {
  const began = performance.now();
  const renderings = cases.map((given) => renderHelmCase(given, { tree, now: NOW }));
  say({ renderedInMs: performance.now() - began });
  return renderings;
}

const [mode, corpus = "", url = "", cacheDir = ""] = process.argv.slice(2);
if (mode === "cold") renderCold(corpus);
else await renderWarm(corpus, url, cacheDir);
