import { corpusPath } from "../../support/corpus.ts";
import { fuzzBar, measureFuzz } from "../helm/fuzz.ts";
import { measureParity, parityBars } from "../helm/parity.ts";
import { measureProcesses, processBars } from "../helm/processes.ts";
import { measureSpeed, speedBars } from "../helm/speed.ts";
import { measureTables, tablesBar } from "../helm/tables.ts";
import { rowsOf } from "../parts.ts";
import type { Suite } from "../run.ts";

/** Helm: equal to `helm template` on the corpus and on charts made at random, and how fast. */
export const helm: Suite = (options) => {
  const { say } = options;
  return rowsOf(
    [
      { bars: parityBars, run: async () => measureParity(demand("helm"), say) },
      { bars: [tablesBar], run: async () => measureTables(say) },
      { bars: speedBars, run: async () => measureSpeed(demand("helm"), say) },
      { bars: processBars, run: async () => measureProcesses(demand("helm"), say) },
      { bars: [fuzzBar], run: async () => measureFuzz(say), long: true },
    ],
    options,
  );
};

function demand(path: string): string {
  const found = corpusPath(path);
  if (found === undefined) throw new Error(`there is no ../shared/corpus/${path}`);
  return found;
}
