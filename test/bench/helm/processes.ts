import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { helmCases, type HelmCase } from "../../../scripts/parity/helm-cases.ts";
import { helmArguments } from "../../../scripts/parity/helm-reference.ts";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { timed, type Command } from "../kustomize/processes.ts";
import { failed, measured, percentile, type Bar, type Row } from "../row.ts";

const BUILD = fileURLToPath(new URL("../../../scripts/build.ts", import.meta.url));
/** Processes of each program, in turns. */
const RUNS = 15;

/** Bars of one chart in a new process. */
export const processBars: readonly [Bar, Bar] = [
  { bar: "helm.5a", what: "ingress-nginx, the chart with most templates, by driftless render --helm in a new process, Node's start included, what V8 compiled at the first start kept, against helm template, medians", unit: "times", limit: "<=1" },
  { bar: "helm.5b", what: "argo-cd, the chart with most output, in the same way", unit: "times", limit: "<=1" },
];

const CHARTS = ["kubernetes-ingress-nginx__ingress-nginx", "argoproj-argo-helm__argo-cd"];

/** Times both programs on both charts. */
export async function measureProcesses(corpus: string, say: (text: string) => void): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "driftless-bench-"));
  try {
    const bundle = join(folder, "driftless.mjs");
    await promisify(execFile)(process.execPath, [BUILD, bundle]);
    const helm = await ensureTool("helm", { onProgress: say });
    const rows: Row[] = [];
    for (const [index, bar] of processBars.entries()) {
      const given = helmCases(corpus).find(({ name }) => name === CHARTS[index]);
      rows.push(given === undefined ? failed(bar, "the corpus does not have the chart") : await measureChart(bar, given, { helm, bundle, folder, say }));
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Programs {
  readonly helm: string;
  /** The program as users have it, and the folder of what it keeps. */
  readonly bundle: string;
  readonly folder: string;
  readonly say: (text: string) => void;
}

async function measureChart(bar: Bar, given: HelmCase, { helm, bundle, folder, say }: Programs): Promise<Row> {
  const own: Command = [process.execPath, bundle, "render", "--helm", join(given.corpus, given.dir), "--release-name", "rel"];
  const other: Command = [helm, ...helmArguments(given)];
  const env = { ...process.env, DRIFTLESS_CACHE: folder };
  const first = await timed(own, env);
  say(`${given.dir}: ${first.ms.toFixed(0)} ms with the first start`);
  const [ours, theirs]: [number[], number[]] = [[], []];
  let isEqual = true;
  for (let run = 0; run < RUNS; run++) {
    const [mine, helms] = [await timed(own, env), await timed(other)];
    ours.push(mine.ms);
    theirs.push(helms.ms);
    isEqual &&= mine.stdout === helms.stdout;
  }
  const [ownMs, helmMs] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
  say(`${given.dir}: ${ownMs.toFixed(0)} ms against ${helmMs.toFixed(0)} ms`);
  return isEqual ? measured(bar, ownMs / helmMs, RUNS) : failed(bar, "the outputs are not equal");
}
