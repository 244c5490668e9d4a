import { corpusPath } from "../../support/corpus.ts";
import { measureMemory, memoryBar } from "../kustomize/memory.ts";
import { measureParity, parityBars } from "../kustomize/parity.ts";
import { measureSpeed, speedBars } from "../kustomize/speed.ts";
import { rowsOf } from "../parts.ts";
import type { Suite } from "../run.ts";

/** Kustomize: equal to `kustomize build` on the corpus, how fast, in how much memory. */
export const kustomize: Suite = (options) => {
  const { say } = options;
  return rowsOf(
    [
      { bars: parityBars, run: async () => measureParity(demand("kustomize"), demand("krusty.json")) },
      { bars: speedBars, run: async () => measureSpeed(demand("kustomize"), say) },
      { bars: [memoryBar], run: async () => measureMemory(demand("kustomize"), say) },
    ],
    options,
  );
};

function demand(path: string): string {
  const found = corpusPath(path);
  if (found === undefined) throw new Error(`there is no ../shared/corpus/${path}`);
  return found;
}
