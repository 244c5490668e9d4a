import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { ensureTool } from "../../../src/sandbox/assets.ts";
import { BUNDLE } from "../rig.ts";
import { measured, percentile, type Bar, type Row } from "../row.ts";
import { NODE, peakMiB } from "./processes.ts";
import { corpusRoots } from "../../../scripts/parity/roots.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const RUNS = 5;

/** Bar of the memory that one large tree takes. */
export const memoryBar: Bar = { bar: "kustomize.5", what: "peak resident memory of driftless render of the largest tree, bundle and flags of the image, against kustomize build, medians", unit: "times", limit: "<=1.5" };

/** Measures both programs in turns. */
export async function measureMemory(corpus: string, say: (text: string) => void): Promise<readonly Row[]> {
  say("building the bundle");
  await promisify(execFile)(process.execPath, ["scripts/build.ts"], { cwd: ROOT });
  const kustomize = await ensureTool("kustomize", { onProgress: say });
  const [largest] = corpusRoots(corpus).sort((left, right) => right.bytes - left.bytes);
  const folder = join(corpus, largest?.dir ?? "");
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(await peakMiB([...NODE, BUNDLE, "render", folder]));
    theirs.push(await peakMiB([kustomize, "build", folder]));
  }
  const [own, other] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
  say(`${largest?.dir}: ${own.toFixed(0)} MiB against ${other.toFixed(0)} MiB`);
  return [measured(memoryBar, own / other, RUNS)];
}
