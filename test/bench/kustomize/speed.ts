import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import { runCold, speedRow, total, WarmWorker, type Pass } from "../measured-process.ts";
import { percentile, type Bar, type Row } from "../row.ts";
import { bundleWorker, KUSTOMIZE_WORKER } from "./bundle.ts";
import { changeOfEveryRoot } from "./change.ts";
import { timed } from "./processes.ts";
import { corpusRoots, type CorpusRoot } from "../../../scripts/parity/roots.ts";

/** Bars of how long the whole corpus takes. */
export const speedBars: readonly [Bar, Bar] = [
  { bar: "kustomize.4a", what: "whole corpus in one new process, start and output included, against one kustomize build process per tree", unit: "times faster", limit: ">=10" },
  { bar: "kustomize.4b", what: "whole corpus again in a process with its caches, after a commit that changes a blob of every tree, against the same", unit: "times faster", limit: ">=50" },
];

/** Processes that start with nothing, and commits to the one that keeps its caches. */
const RUNS = 3;
const COMMITS = 5;

/** Runs our process and kustomize's on every root, in the same run; each of our outputs is checked against the recorded digest. */
export async function measureSpeed(corpus: string, say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const kustomize = await ensureTool("kustomize", { onProgress: say });
  const worker = await bundleWorker(folder, KUSTOMIZE_WORKER);
  const roots = corpusRoots(corpus);
  const expected = new Map(roots.map(({ dir, sha256 }) => [dir, sha256]));
  const cold: Pass[] = [];
  while (cold.length < RUNS - 1) cold.push(await runCold(worker, corpus));
  const theirs = await timeKustomize(kustomize, corpus, roots, say);
  cold.push(await runCold(worker, corpus));
  const warm = await runWarm(worker, corpus, folder, say);
  const coldMs = percentile(cold.map(({ ms }) => ms), 0.5);
  const warmMs = percentile(warm.map(({ ms }) => ms), 0.5);
  say(`kustomize ${total(theirs, theirs.keys()).toFixed(0)} ms, cold ${coldMs.toFixed(0)} ms, warm ${warmMs.toFixed(0)} ms`);
  const [coldBar, warmBar] = speedBars;
  return [speedRow(coldBar, { ours: cold, ms: coldMs, theirs, expected }), speedRow(warmBar, { ours: warm, ms: warmMs, theirs, expected })];
}

async function timeKustomize(kustomize: string, corpus: string, roots: readonly CorpusRoot[], say: (text: string) => void): Promise<Map<string, number>> {
  say(`kustomize build, ${roots.length} processes`);
  const times = new Map<string, number>();
  for (const { dir, loadRestriction } of roots) {
    const flags = loadRestriction === "None" ? ["--load-restrictor", "LoadRestrictionsNone"] : [];
    times.set(dir, (await timed([kustomize, "build", ...flags, join(corpus, dir)])).ms);
  }
  return times;
}

/** One process, and a Git repository with the corpus that gets `COMMITS` commits. */
async function runWarm(worker: string, corpus: string, folder: string, say: (text: string) => void): Promise<Pass[]> {
  await using stack = new AsyncDisposableStack();
  const server = await startGitServer();
  stack.defer(() => server.stop());
  const repo = await server.createRepo("corpus");
  await commitFiles(repo.dir, filesBelow(corpus));
  const process = new WarmWorker(worker, corpus, repo.url, join(folder, "cache"));
  stack.defer(() => process.kill());
  say(`the first pass of the warm process took ${(await process.first()).toFixed(0)} ms`);
  const roots = corpusRoots(corpus);
  const passes: Pass[] = [];
  for (let run = 1; run <= COMMITS; run++) {
    const change = changeOfEveryRoot(corpus, roots, `change ${run}`);
    say(`commit ${run} changes ${change.size} files`);
    await commitFiles(repo.dir, Object.fromEntries(change));
    passes.push(await process.again(roots.length));
  }
  await process.stop();
  return passes;
}

/** All files of the charts or trees in a folder, by path; those beside them are left out. */
export function filesBelow(corpus: string): Record<string, Uint8Array> {
  const entries = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.parentPath !== corpus);
  return Object.fromEntries(entries.map(({ parentPath, name }) => [join(parentPath, name).slice(corpus.length + 1), readFileSync(join(parentPath, name))]));
}
