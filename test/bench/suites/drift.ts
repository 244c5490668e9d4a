import { contentionBars, measureContention } from "../drift/author-contention.ts";
import { authorBars, measureAuthors } from "../drift/authors.ts";
import { burstBars, measureBurst } from "../drift/burst.ts";
import { falseDriftBars, measureFalseDrift } from "../drift/false-drift.ts";
import { measureRevertTimes, revertBars } from "../drift/reverts.ts";
import { measureStorm, stormBars } from "../drift/storm.ts";
import { measureTraces, traceBars } from "../drift/traces.ts";
import { rowsOf } from "../parts.ts";
import type { Suite } from "../run.ts";

/** Drift: none that is false, a name on what is true, undone at once, told once. */
export const drift: Suite = (options) => {
  const { say } = options;
  return rowsOf(
    [
      { bars: falseDriftBars, run: () => measureFalseDrift(say), long: true },
      { bars: authorBars, run: () => measureAuthors(say) },
      { bars: contentionBars, run: () => measureContention(say) },
      { bars: revertBars, run: () => measureRevertTimes(say) },
      { bars: burstBars, run: () => measureBurst(say) },
      { bars: stormBars, run: () => measureStorm(say), long: true },
      { bars: traceBars, run: () => measureTraces(say) },
    ],
    options,
  );
};
