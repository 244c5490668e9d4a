import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { HelmRendering } from "../../../scripts/parity/helm-rendering.ts";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { measured, type Bar, type Row } from "../row.ts";
import { ALIAS, DEPENDENCY, fuzzChart, type FuzzChart } from "./fuzz-chart.ts";
import { renderFuzz } from "./fuzz-ours.ts";
import { isSameRefusal } from "./fuzz-refusals.ts";

/** Bar of charts made at random. */
export const fuzzBar: Bar = { bar: "helm.6", what: "charts of random templates and values, 10 minutes, that helm template answers otherwise, or that crash", unit: "charts", limit: "<=0" };

const DURATION_MS = 600_000;
/** Charts that are compared at the same time: helm is a process of its own. */
const AT_ONCE = 2;
/** How long helm may take for one chart. */
const PATIENCE_MS = 60_000;
/** Differences after which there is enough to look at. */
const ENOUGH = 20;

/** A chart that is answered otherwise. */
export interface FuzzFinding {
  readonly seed: number;
  readonly files: Readonly<Record<string, string>>;
  /** What helm was asked. */
  readonly args: readonly string[];
  readonly ours: HelmRendering;
  /** Undefined where helm refuses it. */
  readonly theirs: string | undefined;
  readonly problem: string;
}

/** What helm says about the chart in a folder: a text, or a problem. */
export type Ask = (args: readonly string[]) => Promise<{ readonly text: string | undefined; readonly problem: string }>;

/** Makes charts for ten minutes and compares. */
export async function measureFuzz(say: (text: string) => void): Promise<readonly Row[]> {
  const helm = await ensureTool("helm", { onProgress: say });
  const folder = await mkdtemp(join(tmpdir(), "driftless-fuzz-"));
  const first = Date.now() % 1_000_000_000;
  const end = performance.now() + DURATION_MS;
  let [charts, found] = [0, 0];
  const compareUntilEnd = async (): Promise<void> => {
    while (performance.now() < end && found < ENOUGH) {
      const finding = await compareOnce(first + charts++, folder, askOf(helm));
      if (finding === undefined) continue;
      found += 1;
      say(`seed ${finding.seed} differs:\n${JSON.stringify(finding, undefined, 1)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, compareUntilEnd));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [measured(fuzzBar, found, charts)];
}

/** Makes the chart of a seed and compares it, and if helm refuses it without the template that it names, until there is none left. */
export async function compareOnce(seed: number, folder: string, ask: Ask): Promise<FuzzFinding | undefined> {
  const chart = fuzzChart(seed);
  const files = { ...chart.files };
  const name = `chart-${seed}`;
  const dir = join(folder, name);
  const args = argumentsOf(dir, chart);
  try {
    await writeFiles(dir, files);
    for (;;) {
      const ours = renderFuzz(folder, name, chart);
      const beyond = ours.kind === "Refused" && LIMITS.test(ours.message); // helm has no such limits: it would fill the memory
      const answer = beyond ? undefined : await ask(args);
      const problem = answer?.problem.replaceAll(`fuzz/charts/${ALIAS}/`, `fuzz/charts/${DEPENDENCY}/`) ?? "";
      if (answer !== undefined && !isAlike(ours, answer.text, problem)) return { seed, files, args, ours, theirs: answer.text, problem };
      const [, failed] = (answer === undefined ? OUR_PLACE.exec(messageIn(ours)) : THEIR_PLACE.exec(problem)) ?? [];
      if (answer?.text !== undefined || failed === undefined) return undefined;
      delete files[failed];
      await rm(join(dir, failed));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The template that is refused. */
const OUR_PLACE = /^chart-\d+\/((?:charts\/\w+\/)?templates\/\d+\.yaml)/;
const THEIR_PLACE = /\bfuzz\/((?:charts\/\w+\/)?templates\/\d+\.yaml)/;
const LIMITS = /takes too much work|make too much text|nest too deep|makes more than fits/;

const messageIn = (ours: HelmRendering): string => (ours.kind === "Text" ? "" : ours.message);

function isAlike(ours: HelmRendering, theirs: string | undefined, problem: string): boolean {
  if (ours.kind === "Text") return ours.text === theirs;
  return ours.kind === "Refused" && theirs === undefined && isSameRefusal(ours.message, problem);
}

function argumentsOf(dir: string, { valuesFiles, flags }: FuzzChart): string[] {
  const given: readonly (readonly [string, readonly string[]])[] = [
    ["--values", valuesFiles.map((path) => join(dir, path))],
    ["--set-json", flags.setJson ?? []],
    ["--set", flags.set ?? []],
    ["--set-string", flags.setString ?? []],
  ];
  return ["template", "rel", dir, ...given.flatMap(([flag, values]) => values.flatMap((value) => [flag, value]))];
}

async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, path, ".."), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

const askOf = (helm: string): Ask => async (args) => {
  try {
    return { text: (await promisify(execFile)(helm, args, { timeout: PATIENCE_MS, killSignal: "SIGKILL" })).stdout, problem: "" };
  } catch (error) {
    return { text: undefined, problem: String((error as { stderr?: string }).stderr ?? error) }; // execFile adds it
  }
};
