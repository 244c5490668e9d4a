import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { renderHelmCase, type HelmRendering } from "../../../scripts/parity/helm-rendering.ts";
import { DirectoryTree } from "../../../sources/directory-tree.ts";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { measured, type Bar, type Row } from "../row.ts";
import { Chance } from "./chance.ts";
import { TemplateMaker } from "./fuzz-templates.ts";
import { fuzzValues } from "./fuzz-values.ts";

/** Bar of charts made at random. */
export const fuzzBar: Bar = { bar: "helm.6", what: "charts of random templates and values, 10 minutes, that helm template answers otherwise, or that crash", unit: "charts", limit: "<=0" };

const DURATION_MS = 600_000;
/** Templates of one chart. */
const FILES = 6;
/** Differences after which there is enough to look at. */
const ENOUGH = 20;

/** A chart that is answered otherwise. */
export interface FuzzFinding {
  readonly seed: number;
  readonly files: Readonly<Record<string, string>>;
  readonly ours: HelmRendering;
  /** Undefined where helm refuses it. */
  readonly theirs: string | undefined;
  readonly problem: string;
}

/** Makes charts for ten minutes and compares. */
export async function measureFuzz(say: (text: string) => void): Promise<readonly Row[]> {
  const helm = await ensureTool("helm", { onProgress: say });
  const folder = await mkdtemp(join(tmpdir(), "driftless-fuzz-"));
  const first = Date.now() % 1_000_000_000;
  const end = performance.now() + DURATION_MS;
  let [charts, found] = [0, 0];
  try {
    for (; performance.now() < end && found < ENOUGH; charts += 1) {
      const finding = await fuzzOnce(first + charts, folder, helm);
      if (finding === undefined) continue;
      found += 1;
      say(`seed ${finding.seed} differs:\n${JSON.stringify(finding, undefined, 1)}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [measured(fuzzBar, found, charts)];
}

/** Makes the chart of a seed and compares it, and if helm refuses it without the template that it names, until there is none left. */
export async function fuzzOnce(seed: number, folder: string, helm: string): Promise<FuzzFinding | undefined> {
  const files = chartOf(seed);
  const dir = join(folder, `chart-${seed}`);
  try {
    for (;;) {
      await rm(dir, { recursive: true, force: true });
      for (const [path, text] of Object.entries(files)) {
        await mkdir(join(dir, path, ".."), { recursive: true });
        await writeFile(join(dir, path), text);
      }
      const { text: theirs, problem } = await helmTemplate(helm, dir);
      const ours = renderHelmCase({ name: "fuzz", corpus: folder, dir: `chart-${seed}`, values: undefined, sha256: undefined, bytes: 0, isDeterministic: true }, { tree: new DirectoryTree(folder) });
      const [, failed] = /fuzz\/(templates\/\d+\.yaml)/.exec(problem) ?? [];
      if (ours.kind === "Refused" && LIMITS.test(ours.message)) return undefined; // helm has no such limits
      const isAlike = ours.kind === "Text" ? ours.text === theirs : ours.kind === "Refused" && theirs === undefined && isSameRefusal(ours.message, problem, failed);
      if (!isAlike) return { seed, files, ours, theirs, problem };
      if (theirs !== undefined || failed === undefined) return undefined;
      delete files[failed];
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The same file, and the words of Go about the innermost template, which helm tells last; those of its readers of JSON, TOML and YAML are their own. */
function isSameRefusal(ours: string, theirs: string, failed: string | undefined): boolean {
  if (failed === undefined) return true;
  const [told = ""] = theirs.trimEnd().split("\n\nUse --debug");
  const reason = (told.split(/>:\s+/).at(-1) ?? "").replace(/^Error: .*? \(.*?\): /, "").replace(/^(?:error calling \w+:\s+)+/, "");
  return ours.includes(failed) && (ours.includes(reason) || READERS.test(reason));
}

const LIMITS = /takes too much work|make too much text|nest too deep/;
const READERS = /JSON|json|invalid character|toml|yaml/;

/** The files of the chart that a seed stands for. */
export function chartOf(seed: number): Record<string, string> {
  const chance = new Chance(seed);
  const maker = new TemplateMaker(chance);
  const templates = Array.from({ length: FILES }, (_, index) => [`templates/${index}.yaml`, maker.file(index)] as const);
  return { "Chart.yaml": "apiVersion: v2\nname: fuzz\nversion: 0.1.0\n", "values.yaml": fuzzValues(chance), ...Object.fromEntries(templates) };
}

async function helmTemplate(helm: string, dir: string): Promise<{ readonly text: string | undefined; readonly problem: string }> {
  try {
    return { text: (await promisify(execFile)(helm, ["template", "rel", dir])).stdout, problem: "" };
  } catch (error) {
    return { text: undefined, problem: String((error as { stderr?: string }).stderr ?? error) }; // execFile adds it
  }
}
