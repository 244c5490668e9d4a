import { helmCases } from "../../../scripts/parity/helm-cases.ts";
import { judgeHelm, type HelmVerdict } from "../../../scripts/parity/helm-verdict.ts";
import { findReference } from "../../../scripts/parity/reference.ts";
import type { Agreement } from "../../../scripts/parity/verdict.ts";
import { measured, type Bar, type Row } from "../row.ts";

/** Bars of what is equal to what helm prints. */
export const parityBars: readonly [Bar, Bar] = [
  { bar: "helm.1", what: "charts × values files of the corpus with the objects of helm template in its order, or refused by both; what is left to chance within its shape", unit: "%", limit: ">=100" },
  { bar: "helm.2", what: "charts × values files of the corpus with the bytes of helm template", unit: "%", limit: ">=99" },
];

const ORDER: readonly Agreement["kind"][] = ["Bytes", "Order", "BothRefuse"];
const BYTES: readonly Agreement["kind"][] = ["Bytes", "BothRefuse"];

/** Renders the corpus and compares. */
export async function measureParity(corpus: string, say: (text: string) => void): Promise<readonly Row[]> {
  const binary = await findReference(true, "helm");
  const verdicts: HelmVerdict[] = [];
  for (const given of helmCases(corpus)) verdicts.push(await judgeHelm(given, binary));
  say(`${verdicts.filter(({ chance }) => chance).length} of ${verdicts.length} runs have random functions in them`);
  const [objects, bytes] = parityBars;
  return [measured(objects, share(verdicts, ORDER), verdicts.length), measured(bytes, share(verdicts, BYTES), verdicts.length)];
}

const share = (verdicts: readonly HelmVerdict[], kinds: readonly Agreement["kind"][]): number =>
  (verdicts.filter(({ agreement }) => kinds.includes(agreement.kind)).length / verdicts.length) * 100;
