import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { FOLDER, measureReverts, withApp } from "../edited-app.ts";
import type { BenchApp } from "../edited-app.ts";
import { bystanderBars, measureBystanders } from "../loop/bystanders.ts";
import { chainBars, measureChain } from "../loop/chain.ts";
import { firstApplyBars, measureFirstApply } from "../loop/first-apply.ts";
import { fleetBars, measureFleet } from "../loop/fleet.ts";
import { killBars, measureKills } from "../loop/kills.ts";
import { measureTraces, traceBars } from "../loop/traces.ts";
import { rowsOf } from "../parts.ts";
import type { Part } from "../parts.ts";
import { commitConfigMaps, push } from "../rig.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured, percentile } from "../row.ts";
import type { Suite } from "../run.ts";
import { allShow } from "../view.ts";

const COMMITS = 20;
const EDITS = 200;
const ONCE_RUNS = 3;

const commitBar: Bar = { bar: "loop.1", what: "webhook POST to the last of 100 changed objects in a second client's watch, p50", unit: "s", limit: "<=0.6" };
const editBars: readonly [Bar, Bar] = [
  { bar: "loop.2a", what: "answer to a hand edit to the reverted value in a second client's watch, 1,000 objects, p50", unit: "ms", limit: "<=100" },
  { bar: "loop.2b", what: "the same, p99", unit: "ms", limit: "<=500" },
];
const onceBar: Bar = { bar: "loop.3", what: "driftless up --once, warm cache, median", unit: "s", limit: "<=60" };

/** The loop: push to live, hand edit to reverted, the whole story; many Applications, many objects, and what goes wrong. */
export const loop: Suite = (options) => {
  const { say } = options;
  const parts: readonly Part[] = [
    { bars: [commitBar], run: () => withApp("bench-commits", 100, say, measureCommits) },
    { bars: editBars, run: () => withApp("bench-edits", 1_000, say, measureEdits) },
    { bars: [onceBar], run: () => measureOnce(say) },
    { bars: fleetBars, run: () => measureFleet(say) },
    { bars: firstApplyBars, run: () => measureFirstApply(say) },
    { bars: bystanderBars, run: () => measureBystanders(say) },
    { bars: chainBars, run: () => measureChain(say) },
    { bars: killBars, run: () => measureKills(say), long: true },
    { bars: traceBars, run: () => measureTraces(say), long: true },
  ];
  return rowsOf(parts, options);
};

async function measureCommits(rig: Rig, { namespace, webhook, names }: BenchApp): Promise<readonly Row[]> {
  const seconds: number[] = [];
  for (let round = 0; round < COMMITS; round++) {
    await commitConfigMaps(rig.repo, namespace, FOLDER, names.length, `round ${round}`);
    const live = allShow(rig.cluster.view, names, `round ${round}`, rig.signal);
    const began = performance.now();
    await push(rig, webhook);
    await live;
    seconds.push((performance.now() - began) / 1000);
  }
  return [measured(commitBar, percentile(seconds, 0.5), seconds.length)];
}

async function measureEdits(rig: Rig, app: BenchApp): Promise<readonly Row[]> {
  const times = await measureReverts(rig, app, EDITS);
  return [measured(editBars[0], percentile(times, 0.5), times.length), measured(editBars[1], percentile(times, 0.99), times.length)];
}

async function measureOnce(say: (text: string) => void): Promise<readonly Row[]> {
  const seconds: number[] = [];
  for (let round = 0; round < ONCE_RUNS; round++) {
    say(`driftless up --once, run ${round + 1}`);
    const began = performance.now();
    const child = spawn(process.execPath, [fileURLToPath(new URL("../../../src/main.ts", import.meta.url)), "up", "--once"], { stdio: "ignore" });
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`driftless up --once ended with ${code}`);
    seconds.push((performance.now() - began) / 1000);
  }
  return [measured(onceBar, percentile(seconds, 0.5), seconds.length)];
}
