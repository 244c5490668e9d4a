/** Hooks under random commits, work, faults and crashes. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hookTraces, runHookTrace } from "../../support/loop/hook-trace.ts";

test("a hook runs exactly once for each content, whatever happens, and what waits for it waits", async () => {
  await fc.assert(fc.asyncProperty(hookTraces(), async (trace) => {
    expect(await runHookTrace(trace)).toEqual([]);
  }), { seed: 20_260_611, numRuns: 40, interruptAfterTimeLimit: 60_000 });
}, 120_000);
