/**
 * `npm run parity:kustomize -- [DIR] [--set=trees|failing|krusty] [--only=SUBSTRING] [--diff] [--json FILE] [--reference] [--quiet]`:
 * compares what Driftless renders with what `kustomize build` v5.8.1 makes of the same trees; exits with 1 where they differ
 * in another way than docs/parity.md tells. DIR is another corpus of the same form (index.json, failing.json, krusty.json).
 * `--reference` builds kustomize where it is missing, and asks it about the cases of its own suite that we answer otherwise.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { corpusPath } from "../test/support/corpus.ts";
import { corpusCases, krustyCases, SETS, type ParityCase, type SetName } from "./parity/cases.ts";
import { diffOf } from "./parity/diff.ts";
import { knownMiss } from "./parity/known-misses.ts";
import { findReference } from "./parity/reference.ts";
import { formatDifference, formatReason, formatTable, reasonsOf, tallyOf } from "./parity/report.ts";
import { isMiss, judge, opinionOn, type Verdict } from "./parity/verdict.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: "string" },
    only: { type: "string", default: "" },
    diff: { type: "boolean", default: false },
    json: { type: "string" },
    reference: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  },
});

function readCases(): ParityCase[] {
  const [dir] = positionals;
  if (dir !== undefined) return [...corpusCases(dir), ...krustyCases(join(dir, "krusty.json"))];
  const [folder, krusty] = [corpusPath("kustomize"), corpusPath("krusty.json")];
  return [...(folder === undefined ? [] : corpusCases(folder)), ...(krusty === undefined ? [] : krustyCases(krusty))];
}

const isSelected = ({ set, name }: ParityCase): boolean => (flags.set === undefined || set === flags.set) && name.includes(flags.only);

async function withOpinion(verdict: Verdict): Promise<Verdict> {
  if (!flags.reference || binary === undefined || verdict.given.set !== "krusty" || !isMiss(verdict)) return verdict;
  return { ...verdict, reference: await opinionOn(verdict.given, binary) };
}

const knownIn = (set: SetName): number => verdicts.filter((verdict) => verdict.given.set === set && knownMiss(verdict) !== undefined).length;

function printSummary(): void {
  const rows = SETS.map((set) => [set, tallyOf(verdicts.filter(({ given }) => given.set === set))] as const).filter(([, { cases }]) => cases > 0);
  const cells = rows.map(([set, tally]) => [set, ...[...Object.values(tally), knownIn(set)].map(String)]);
  console.log(formatTable([["set", "cases", "equal content", "equal order", "equal bytes", "refused", "differing", "of them known"], ...cells]));
}

/** Refusals are told by reason, and one by one where few cases were asked for. */
const GROUPS = [["refused", "Refused"], ["crashed", "Crashed"], ["differing", "Differs"], ["equal content in another order", "Content"], ["equal but for the bytes", "Order"]] as const;

function printSet(set: SetName): void {
  const these = verdicts.filter(({ given }) => given.set === set);
  const reasons = reasonsOf(these);
  if (reasons.length > 0) console.log(`\n${set}: refused or crashed, by reason\n${reasons.map(formatReason).join("\n")}`);
  for (const [title, kind] of GROUPS) {
    const group = these.filter(({ agreement }) => agreement.kind === kind);
    if (group.length > 0 && ((kind !== "Refused" && kind !== "Crashed") || flags.only !== "")) console.log(`\n${set}: ${title} (${group.length})\n${group.map((each) => `  ${formatDifference(each)}`).join("\n")}`);
  }
}

async function printDiff(): Promise<void> {
  const chosen = verdicts.find(isMiss) ?? verdicts[0];
  if (chosen !== undefined) console.log(`${formatDifference(chosen)}\n${await diffOf(chosen.given, binary)}`);
}

const asData = ({ given: { set, name }, agreement, reference }: Verdict): object => ({ set, name, ...agreement, reference });

if (flags.set !== undefined && !(SETS as readonly string[]).includes(flags.set)) throw new Error(`--set is one of ${SETS.join(", ")}`);
const cases = readCases().filter(isSelected);
if (cases.length === 0) throw new Error("there are no such cases; a corpus is a folder with index.json, failing.json or krusty.json");
const binary = await findReference(flags.reference);
const verdicts: Verdict[] = [];
for (const given of cases) verdicts.push(await withOpinion(await judge(given, binary)));
if (flags.diff) await printDiff();
else {
  if (!flags.quiet) for (const set of SETS) printSet(set);
  printSummary();
}
if (binary === undefined) console.log("there is no reference binary: first differences are told only where kustomize's text is kept; --reference builds it");
if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(verdicts.map(asData), undefined, 1)}\n`);
process.exitCode = verdicts.some((verdict) => isMiss(verdict) && knownMiss(verdict) === undefined) ? 1 : 0;
