/**
 * `npm run parity:helm -- [DIR] [--only=SUBSTRING] [--diff] [--json FILE] [--reference] [--jobs N] [--quiet]`: compares what
 * Driftless renders with what `helm template` v4.3.1 makes of the same charts and values; exits with 1 where they differ. DIR is
 * another corpus of the same form (index.json and a folder for each chart). `--reference` builds helm where it is missing, and
 * keeps its texts, N at a time (default 2): a first difference can be told only where there is a text.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { corpusPath } from "../test/support/corpus.ts";
import { helmCases } from "./parity/helm-cases.ts";
import { helmTexts } from "./parity/helm-reference.ts";
import { helmDiff, judgeHelm, type HelmVerdict } from "./parity/helm-verdict.ts";
import { findReference } from "./parity/reference.ts";
import { isMiss } from "./parity/verdict.ts";
import { formatDifference, formatReason, formatTable, reasonsOf, tallyOf } from "./parity/report.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    diff: { type: "boolean", default: false },
    json: { type: "string" },
    reference: { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
    quiet: { type: "boolean", default: false },
  },
});

const folder = positionals[0] ?? corpusPath("helm");
const cases = folder === undefined ? [] : helmCases(folder).filter(({ name }) => name.includes(flags.only));
if (cases.length === 0) throw new Error("there are no such cases; a corpus is a folder with index.json");
const binary = await findReference(flags.reference, "helm");
if (flags.reference) await fetchTexts();
const verdicts: HelmVerdict[] = [];
const began = performance.now();
for (const given of cases) verdicts.push(await judgeHelm(given, flags.reference ? binary : undefined));
const tookMs = performance.now() - began;
if (flags.diff) await printDiff();
else print();
if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(verdicts.map(({ given: { name }, agreement }) => ({ name, ...agreement })), undefined, 1)}\n`);
process.exitCode = verdicts.some(isMiss) ? 1 : 0;

/** Texts of helm, several processes at a time. */
async function fetchTexts(): Promise<void> {
  const queue = [...cases];
  const work = async (): Promise<void> => {
    for (let given = queue.shift(); given !== undefined; given = queue.shift()) await helmTexts(given, binary);
  };
  await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
}

function print(): void {
  const missed = verdicts.filter(isMiss);
  if (!flags.quiet) {
    const reasons = reasonsOf(missed);
    if (reasons.length > 0) console.log(`refused or crashed, by reason\n${reasons.map(formatReason).join("\n")}\n`);
    const told = missed.filter(({ agreement: { kind } }) => flags.only !== "" || (kind !== "Refused" && kind !== "Crashed"));
    for (const verdict of told) console.log(`${verdict.agreement.kind} ${formatDifference(verdict, "helm")}`);
  }
  const tally = tallyOf(verdicts);
  console.log(formatTable([["runs", "equal content", "equal order", "equal bytes", "refused", "differing"], [tally.cases, tally.content, tally.order, tally.bytes, tally.refused, tally.differing].map(String)]));
  console.log(`${verdicts.filter(({ chance }) => chance).length} with random or time functions, compared within the shape; rendered and compared in ${(tookMs / 1000).toFixed(1)} s`);
  if (binary === undefined) console.log("there is no reference binary: first differences are told only where helm's text is kept; --reference builds it");
}

async function printDiff(): Promise<void> {
  const chosen = verdicts.find(isMiss) ?? verdicts[0];
  if (chosen !== undefined) console.log(`${formatDifference(chosen, "helm")}\n${await helmDiff(chosen.given, binary)}`);
}
