import { measureReverts, withApp } from "../edited-app.ts";
import type { Bar, Row } from "../row.ts";
import { measured, percentile } from "../row.ts";

const EDITS = 300;

const what = "answer to a hand edit to the reverted value in a second client's watch";
const bars = {
  a: { bar: "drift.3a", what: `${what}, 1,000 managed objects, p50`, unit: "ms", limit: "<=150" },
  b: { bar: "drift.3b", what: "the same, p99", unit: "ms", limit: "<=1000" },
  c: { bar: "drift.3c", what: `${what}, 10,000 managed objects, p50`, unit: "ms", limit: "<=150" },
  d: { bar: "drift.3d", what: "the same, p99", unit: "ms", limit: "<=1000" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about the time from an edit to its revert. */
export const revertBars: readonly Bar[] = Object.values(bars);

/** One edit after the other, in a small and in a large Application. */
export async function measureRevertTimes(say: (text: string) => void): Promise<readonly Row[]> {
  const small = await withApp("bench-reverts", 1_000, say, (rig, app) => measureReverts(rig, app, EDITS));
  const large = await withApp("bench-reverts", 10_000, say, (rig, app) => measureReverts(rig, app, EDITS));
  return [
    measured(bars.a, percentile(small, 0.5), EDITS),
    measured(bars.b, percentile(small, 0.99), EDITS),
    measured(bars.c, percentile(large, 0.5), EDITS),
    measured(bars.d, percentile(large, 0.99), EDITS),
  ];
}
