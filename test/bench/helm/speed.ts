import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { helmCases, type HelmCase } from "../../../scripts/parity/helm-cases.ts";
import { helmArguments } from "../../../scripts/parity/helm-reference.ts";
import { renderHelmCase } from "../../../scripts/parity/helm-rendering.ts";
import { differsByChance } from "../../../scripts/parity/masked.ts";
import { digestOf } from "../../../scripts/parity/reference.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import { bundleWorker } from "../kustomize/bundle.ts";
import { attempted } from "../kustomize/processes.ts";
import { filesBelow } from "../kustomize/speed.ts";
import { runCold, speedRow, total, WarmWorker, type Pass } from "../measured-process.ts";
import { percentile, type Bar, type Row } from "../row.ts";
import { changeOfEveryChart, type Change } from "./change.ts";
import { NOW, REFUSED } from "./moment.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Bars of how long the whole corpus takes. */
export const speedBars: readonly [Bar, Bar] = [
  { bar: "helm.4a", what: "whole corpus in one new process, start and output included, against one helm template process per run", unit: "times faster", limit: ">=5" },
  { bar: "helm.4b", what: "whole corpus again in a process with its caches, after a commit that changes one value of every chart, against the same on what it changed", unit: "times faster", limit: ">=50" },
];

/** Processes that start with nothing, and processes that render, get a commit and render again. */
const RUNS = 3;

/** Runs our process and helm's on every chart and values file, in the same run. Our outputs are those that are compared with helm's here. */
export async function measureSpeed(corpus: string, say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const helm = await ensureTool("helm", { onProgress: say });
  const worker = await bundleWorker(folder, WORKER);
  const cold: Pass[] = [];
  while (cold.length < RUNS - 1) cold.push(await runCold(worker, corpus));
  const original = await runHelm(helm, corpus, say);
  cold.push(await runCold(worker, corpus));
  const changes = changeOfEveryChart(corpus, new DirectoryTree(corpus));
  const changedCorpus = join(folder, "corpus");
  await writeChanged(corpus, changedCorpus, changes);
  const warm = await runWarm({ worker, corpus, folder, changes }, say);
  const changed = await runHelm(helm, changedCorpus, say);
  const [coldMs, warmMs] = [cold, warm].map((passes) => percentile(passes.map(({ ms }) => ms), 0.5)) as [number, number]; // of both
  say(`helm ${total(original.times, original.times.keys()).toFixed(0)} ms, cold ${coldMs.toFixed(0)} ms, warm ${warmMs.toFixed(0)} ms`);
  const [coldBar, warmBar] = speedBars;
  return [
    speedRow(coldBar, { ours: cold, ms: coldMs, theirs: original.times, expected: original.expected }),
    speedRow(warmBar, { ours: warm, ms: warmMs, theirs: changed.times, expected: changed.expected }),
  ];
}

/** What helm takes for each case, and the digests of ours where both say the same. */
interface Reference {
  readonly times: ReadonlyMap<string, number>;
  readonly expected: ReadonlyMap<string, string>;
}

async function runHelm(helm: string, corpus: string, say: (text: string) => void): Promise<Reference> {
  const cases = helmCases(corpus);
  say(`helm template, ${cases.length} processes`);
  const times = new Map<string, number>();
  const expected = new Map<string, string>();
  for (const given of cases) {
    const { ms, stdout } = await attempted([helm, ...helmArguments(given)]);
    times.set(given.name, ms);
    expected.set(given.name, expectedDigest(given, stdout));
  }
  return { times, expected };
}

/** Of our text where it is that of helm, but for what is left to chance; "" where it is not. */
function expectedDigest(given: HelmCase, theirs: string | undefined): string {
  const ours = renderHelmCase(given, { now: NOW });
  if (ours.kind !== "Text") return ours.kind === "Refused" && theirs === undefined ? REFUSED : "";
  return theirs !== undefined && (ours.text === theirs || differsByChance(ours.text, theirs)) ? digestOf(ours.text) : "";
}

async function writeChanged(corpus: string, folder: string, changes: readonly Change[]): Promise<void> {
  await cp(corpus, folder, { recursive: true });
  for (const { file, text } of changes) await writeFile(join(folder, file), text);
}

interface Warm {
  readonly worker: string;
  readonly corpus: string;
  readonly folder: string;
  readonly changes: readonly Change[];
}

/** Processes with a Git repository of the corpus that gets one commit. */
async function runWarm({ worker, corpus, folder, changes }: Warm, say: (text: string) => void): Promise<Pass[]> {
  await using stack = new AsyncDisposableStack();
  const server = await startGitServer();
  stack.defer(() => server.stop());
  const passes: Pass[] = [];
  while (passes.length < RUNS) {
    const repo = await server.createRepo(`corpus-${passes.length}`);
    await commitFiles(repo.dir, filesBelow(corpus));
    const process = new WarmWorker(worker, corpus, repo.url, join(folder, `cache-${passes.length}`));
    stack.defer(() => process.kill());
    say(`the first pass of a warm process took ${(await process.first()).toFixed(0)} ms; a commit changes ${changes.length} charts`);
    await commitFiles(repo.dir, Object.fromEntries(changes.map(({ file, text }) => [file, text])));
    passes.push(await process.again(helmCases(corpus).length));
    await process.stop();
  }
  return passes;
}
