import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { commitFiles } from "../../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import { failed, measured, percentile, type Bar, type Row } from "../row.ts";
import { bundleWorker } from "./bundle.ts";
import { changeOfEveryRoot } from "./change.ts";
import { ENVIRONMENT, NODE, timed } from "./processes.ts";
import { corpusRoots, type CorpusRoot } from "../../../scripts/parity/roots.ts";
import type { WorkerLine } from "./worker.ts";

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
  const worker = await bundleWorker(folder);
  const roots = corpusRoots(corpus);
  const cold: Pass[] = [];
  while (cold.length < RUNS - 1) cold.push(await runCold(worker, corpus));
  const theirs = await timeKustomize(kustomize, corpus, roots, say);
  cold.push(await runCold(worker, corpus));
  const warm = await runWarm(worker, corpus, folder, say);
  const coldMs = percentile(cold.map(({ ms }) => ms), 0.5);
  const warmMs = percentile(warm.map(({ ms }) => ms), 0.5);
  say(`kustomize ${total(theirs, roots).toFixed(0)} ms, cold ${coldMs.toFixed(0)} ms, warm ${warmMs.toFixed(0)} ms`);
  const [coldBar, warmBar] = speedBars;
  return [rowOf(coldBar, { ours: cold, ms: coldMs, theirs, roots }), rowOf(warmBar, { ours: warm, ms: warmMs, theirs, roots })];
}

/** One pass over the corpus: how long it took, and the digest of each root's text. */
interface Pass {
  readonly ms: number;
  readonly digests: ReadonlyMap<string, string>;
}

interface Figures {
  readonly ours: readonly Pass[];
  readonly ms: number;
  /** Root → milliseconds of its process. */
  readonly theirs: ReadonlyMap<string, number>;
  readonly roots: readonly CorpusRoot[];
}

/** A root that we do not render as kustomize does counts for our time but not for kustomize's. */
function rowOf(bar: Bar, { ours, ms, theirs, roots }: Figures): Row {
  const equal = roots.filter(({ dir, sha256 }) => ours.every(({ digests }) => digests.get(dir) === sha256));
  if (equal.length === 0) return failed(bar, "no root is rendered as kustomize does");
  const row = measured(bar, total(theirs, equal) / ms, ours.length);
  return equal.length === roots.length ? row : { ...row, why: `${roots.length - equal.length} of ${roots.length} trees are not equal; kustomize's time for them is left out` };
}

const total = (times: ReadonlyMap<string, number>, roots: readonly CorpusRoot[]): number => roots.reduce((sum, { dir }) => sum + (times.get(dir) ?? 0), 0);

async function timeKustomize(kustomize: string, corpus: string, roots: readonly CorpusRoot[], say: (text: string) => void): Promise<Map<string, number>> {
  say(`kustomize build, ${roots.length} processes`);
  const times = new Map<string, number>();
  for (const { dir, loadRestriction } of roots) {
    const flags = loadRestriction === "None" ? ["--load-restrictor", "LoadRestrictionsNone"] : [];
    times.set(dir, (await timed([kustomize, "build", ...flags, join(corpus, dir)])).ms);
  }
  return times;
}

async function runCold(worker: string, corpus: string): Promise<Pass> {
  const { ms, stdout } = await timed([...NODE, worker, "cold", corpus]);
  return { ms, digests: digestsOf(stdout.trimEnd().split("\n")) };
}

function digestsOf(lines: readonly string[]): Map<string, string> {
  const parsed = lines.map((line) => JSON.parse(line) as WorkerLine); // of our own worker
  return new Map(parsed.flatMap((line) => ("sha256" in line ? [[line.dir, line.sha256] as const] : [])));
}

type Worker = ChildProcessByStdio<Writable, Readable, null>;

/** One process, and a Git repository with the corpus that gets `COMMITS` commits. */
async function runWarm(worker: string, corpus: string, folder: string, say: (text: string) => void): Promise<Pass[]> {
  await using stack = new AsyncDisposableStack();
  const server = await startGitServer();
  stack.defer(() => server.stop());
  const repo = await server.createRepo("corpus");
  await commitFiles(repo.dir, filesBelow(corpus));
  const child: Worker = spawn(process.execPath, [...NODE.slice(1), worker, "warm", corpus, repo.url, join(folder, "cache")], { env: ENVIRONMENT, stdio: ["pipe", "pipe", "inherit"] });
  stack.defer(() => void child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await renderedIn(lines);
  say(`the first pass of the warm process took ${first.toFixed(0)} ms`);
  const roots = corpusRoots(corpus);
  const passes: Pass[] = [];
  for (let run = 1; run <= COMMITS; run++) {
    const change = changeOfEveryRoot(corpus, roots, `change ${run}`);
    say(`commit ${run} changes ${change.size} files`);
    await commitFiles(repo.dir, Object.fromEntries(change));
    child.stdin.write("commit\n");
    const ms = await renderedIn(lines);
    passes.push({ ms, digests: digestsOf(await take(lines, roots.length)) });
  }
  child.stdin.end("stop\n");
  await once(child, "close");
  return passes;
}

async function renderedIn(lines: AsyncIterator<string>): Promise<number> {
  const [line = ""] = await take(lines, 1);
  const { renderedInMs } = JSON.parse(line) as WorkerLine & { renderedInMs: number }; // it says so before anything else
  return renderedInMs;
}

async function take(lines: AsyncIterator<string>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const next: IteratorResult<string, unknown> = await lines.next();
    if (next.done === true) throw new Error("the measured process ended before it was done");
    taken.push(next.value);
  }
  return taken;
}

function filesBelow(corpus: string): Record<string, Uint8Array> {
  const entries = readdirSync(corpus, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.parentPath !== corpus);
  return Object.fromEntries(entries.map(({ parentPath, name }) => [join(parentPath, name).slice(corpus.length + 1), readFileSync(join(parentPath, name))]));
}
