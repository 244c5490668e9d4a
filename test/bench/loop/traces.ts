import { runManyTraces } from "../../support/loop/loop-many.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";

const TRACES = 10_000;
const SEED = 20_261;

const MEMORY = `${TRACES} random histories of commits, edits, faults and crashes on the in-memory cluster`;
const bars = {
  orphans: { bar: "loop.9b", what: `${MEMORY}: histories that leave an orphan`, unit: "histories", limit: "<=0" },
  wrong: { bar: "loop.9b", what: `${MEMORY}: histories with a wrong deletion`, unit: "histories", limit: "<=0" },
  other: { bar: "loop.9b", what: `${MEMORY}: histories that do not converge, or that break another law`, unit: "histories", limit: "<=0" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about histories on the in-memory cluster. */
export const traceBars: readonly Bar[] = Object.values(bars);

/** The same loop with every await as a place to die at, in virtual time. */
export async function measureTraces(say: (text: string) => void): Promise<readonly Row[]> {
  const { orphans, wrongDeletions, notConverged, failed, deletions, crashes, requests } = await runManyTraces(TRACES, SEED, say);
  say(`${crashes} crashes, ${deletions} deletions, ${requests} requests`);
  for (const { trace, problems } of failed) say(`${problems.join("; ")}: ${JSON.stringify(trace)}`);
  return [measured(bars.orphans, orphans, TRACES), measured(bars.wrong, wrongDeletions, TRACES), measured(bars.other, Math.max(notConverged, failed.length), TRACES)];
}
