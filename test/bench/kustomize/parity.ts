import { corpusCases, krustyCases, type ParityCase } from "../../../scripts/parity/cases.ts";
import { knownMiss } from "../../../scripts/parity/known-misses.ts";
import { findReference } from "../../../scripts/parity/reference.ts";
import { isMiss, judge, type Agreement, type Verdict } from "../../../scripts/parity/verdict.ts";
import { measured, type Bar, type Row } from "../row.ts";

/** Bars of what is equal to what kustomize builds. */
export const parityBars: readonly [Bar, Bar, Bar] = [
  { bar: "kustomize.1", what: "trees of the corpus with the objects of kustomize build; ok, too, where docs/parity.md explains every other", unit: "%", limit: ">=100" },
  { bar: "kustomize.2", what: "cases of kustomize's own suite answered alike", unit: "%", limit: ">=98" },
  { bar: "kustomize.3", what: "trees of the corpus with the bytes of kustomize build: name hashes, order, notation", unit: "%", limit: ">=99" },
];

const CONTENT: readonly Agreement["kind"][] = ["Bytes", "Order", "Content"];
const ORDER: readonly Agreement["kind"][] = ["Bytes", "Order", "BothRefuse"];
const BYTES: readonly Agreement["kind"][] = ["Bytes"];

/** Renders the corpus and kustomize's own suite, and compares. */
export async function measureParity(corpus: string, krusty: string): Promise<readonly Row[]> {
  const binary = await findReference(false);
  const trees = await judgeAll(corpusCases(corpus).filter(({ set }) => set === "trees"), binary);
  const suite = await judgeAll(krustyCases(krusty), binary);
  const [treesBar, suiteBar, bytesBar] = parityBars;
  return [
    explained(measured(treesBar, share(trees, CONTENT), trees.length), trees),
    measured(suiteBar, share(suite, ORDER), suite.length),
    measured(bytesBar, share(trees, BYTES), trees.length),
  ];
}

async function judgeAll(cases: readonly ParityCase[], binary: string | undefined): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const given of cases) verdicts.push(await judge(given, binary));
  return verdicts;
}

const share = (verdicts: readonly Verdict[], kinds: readonly Agreement["kind"][]): number =>
  (verdicts.filter(({ agreement }) => kinds.includes(agreement.kind)).length / verdicts.length) * 100;

/** A tree that differs for a reason that docs/parity.md gives does not miss the bar. */
function explained(row: Row, trees: readonly Verdict[]): Row {
  const misses = trees.filter((verdict) => isMiss(verdict) && !CONTENT.includes(verdict.agreement.kind));
  const known = misses.filter((verdict) => knownMiss(verdict) !== undefined);
  if (misses.length === 0) return row;
  return { ...row, ok: known.length === misses.length, why: `${misses.length} differ, ${known.length} of them explained in docs/parity.md` };
}
