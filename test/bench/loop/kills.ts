import { runKills } from "../../support/kill-rounds.ts";
import { startAgain } from "../restart.ts";
import { startRig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";

const KILLS = 50;
const SEED = 20_260;

const REAL = `${KILLS} SIGKILLs at random during applies and prunes on the real control plane`;
const bars = {
  orphans: { bar: "loop.9a", what: `${REAL}: objects with our label that nobody desires, of all kinds served`, unit: "orphans", limit: "<=0" },
  wrong: { bar: "loop.9a", what: `${REAL}: deletions of objects that every commit in question desired, or that were never ours, by a second client's watch`, unit: "deletions", limit: "<=0" },
  converges: { bar: "loop.9a", what: `${REAL}: objects that are not as the last commit says, and answers that did not come within 60 s`, unit: "differences", limit: "<=0" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about sudden deaths on a real control plane. */
export const killBars: readonly Bar[] = Object.values(bars);

/** The operator dies again and again in the middle of its work. */
export async function measureKills(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([], say, stack);
  await rig.operator.stop();
  const stage = { cluster: rig.cluster, repo: rig.repo, namespace: "bench-kills", start: () => startAgain(rig) };
  const { orphans, wrongDeletions, differences } = await runKills(stage, { rounds: KILLS, seed: SEED, say });
  for (const text of [...orphans, ...wrongDeletions, ...differences]) say(text);
  return [measured(bars.orphans, orphans.length, KILLS), measured(bars.wrong, wrongDeletions.length, KILLS), measured(bars.converges, differences.length, KILLS)];
}
