import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { helmCases, type HelmCase } from "../../../scripts/parity/helm-cases.ts";
import { helmArguments } from "../../../scripts/parity/helm-reference.ts";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { bundleWorker } from "../kustomize/bundle.ts";
import { NODE, timed, type Command } from "../kustomize/processes.ts";
import { failed, measured, percentile, type Bar, type Row } from "../row.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
/** Processes of each program, in turns. */
const RUNS = 15;

/** Bars of one chart in a new process. */
export const processBars: readonly [Bar, Bar] = [
  { bar: "helm.5a", what: "ingress-nginx, the chart with most templates, in a new process, Node's start included, against helm template, medians", unit: "times", limit: "<=1" },
  { bar: "helm.5b", what: "argo-cd, the chart with most output, in the same way", unit: "times", limit: "<=1" },
];

const CHARTS = ["kubernetes-ingress-nginx__ingress-nginx", "argoproj-argo-helm__argo-cd"];

/** Times both programs on both charts. */
export async function measureProcesses(corpus: string, say: (text: string) => void): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  try {
    const worker = await bundleWorker(folder, WORKER);
    const helm = await ensureTool("helm", { onProgress: say });
    const rows: Row[] = [];
    for (const [index, bar] of processBars.entries()) {
      const given = helmCases(corpus).find(({ name }) => name === CHARTS[index]);
      rows.push(given === undefined ? failed(bar, "the corpus does not have the chart") : await measureChart(bar, given, { helm, worker, say }));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Programs {
  readonly helm: string;
  readonly worker: string;
  readonly say: (text: string) => void;
}

async function measureChart(bar: Bar, given: HelmCase, { helm, worker, say }: Programs): Promise<Row> {
  const commands: readonly [Command, Command] = [[...NODE, worker, "one", given.corpus, given.dir], [helm, ...helmArguments(given)]];
  const [ours, theirs]: [number[], number[]] = [[], []];
  let isEqual = true;
  for (let run = 0; run < RUNS; run++) {
    const [own, other] = [await timed(commands[0]), await timed(commands[1])];
    ours.push(own.ms);
    theirs.push(other.ms);
    isEqual &&= own.stdout === other.stdout;
  }
  const [own, other] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
  say(`${given.dir}: ${own.toFixed(0)} ms against ${other.toFixed(0)} ms`);
  return isEqual ? measured(bar, own / other, RUNS) : failed(bar, "the outputs are not equal");
}
