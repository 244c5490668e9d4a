/**
 * `node scripts/parity-helm3.ts BINARY [DIR] [--only=SUBSTRING] [--jobs N]`: compares what Driftless renders by the rules of Helm 3
 * with what a `helm template` of v3.22 makes of the same charts and values, N at a time (default 2); exits with 1 where they
 * differ. BINARY is to be built as a release is, with the linker setting `chartutil.k8sVersionMinor`, see the Makefile of helm.
 */
import { parseArgs } from "node:util";
import { corpusPath } from "../test/support/corpus.ts";
import { unified } from "./parity/diff.ts";
import { helmCases, type HelmCase } from "./parity/helm-cases.ts";
import { runHelm } from "./parity/helm-reference.ts";
import { renderHelmCase } from "./parity/helm-rendering.ts";
import { linesWithoutChance, plainLines } from "./parity/masked.ts";

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: "string", default: "" }, jobs: { type: "string", default: "2" } } });
const [binary, folder = corpusPath("helm")] = positionals;
if (binary === undefined || folder === undefined) throw new Error("a helm of version 3 and a corpus are needed");
const cases = helmCases(folder).filter(({ name }) => name.includes(flags.only));
const differing: string[] = [];
let refusedByBoth = 0;
const queue = [...cases];
await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
for (const text of differing) console.log(text);
console.log(`${cases.length - differing.length} of ${cases.length} equal, ${refusedByBoth} of them refused by both`);
process.exitCode = differing.length > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let given = queue.shift(); given !== undefined; given = queue.shift()) {
    const difference = await compare(given);
    if (difference !== undefined) differing.push(`${given.name}\n${difference}`);
  }
}

/** What is different, or undefined. A second run of helm tells what is random. */
async function compare(given: HelmCase): Promise<string | undefined> {
  const theirs = await runHelm(binary ?? "", given);
  const ours = renderHelmCase(given, { version: "v3" });
  if (theirs.kind === "Error" && ours.kind === "Refused") refusedByBoth += 1;
  if (theirs.kind === "Error") return ours.kind === "Refused" ? undefined : `helm refuses it: ${theirs.message}`;
  if (ours.kind !== "Text") return ours.message;
  if (ours.text === theirs.text) return undefined;
  const again = await runHelm(binary ?? "", given);
  if (again.kind === "Error" || again.text === theirs.text) return unified(ours.text, theirs.text, "helm");
  const [left, right] = [linesWithoutChance(ours.text, [theirs.text, again.text]), plainLines(theirs.text)];
  return left === right ? undefined : unified(left, right, "helm");
}
