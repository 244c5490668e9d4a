/** The whole loop under random commits, edits, faults and crashes; more of the same: test/bench. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runTrace, traces } from "../../support/loop/loop-trace.ts";
import type { Trace } from "../../support/loop/loop-trace.ts";
import { REGRESSIONS } from "../../support/loop/loop-regressions.ts";

const problemsOf = async (trace: Trace): Promise<readonly string[]> => (await runTrace(trace)).problems;

describe("the loop, whatever happens", () => {
  for (const [what, trace] of Object.entries(REGRESSIONS)) test(what, async () => expect(await problemsOf(trace)).toEqual([]));

  test("comes to what Git wants, deletes nothing that is not proved stale, asks nothing while nothing happens, and tells no Secret", async () => {
    await fc.assert(fc.asyncProperty(traces(), async (trace) => {
      expect(await problemsOf(trace)).toEqual([]);
    }), { seed: 20_260_101, numRuns: 150, interruptAfterTimeLimit: 60_000 });
  }, 120_000);
});
