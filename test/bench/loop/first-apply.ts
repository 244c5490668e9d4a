import { applyBare } from "../bare-client.ts";
import { residentMiB } from "../process-facts.ts";
import { commitConfigMaps, declareApp, startRig } from "../rig.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";
import { allShow } from "../view.ts";

const SMALL = 1_500;
const LARGE = 10_000;

const bars = {
  a: { bar: "loop.5a", what: "first apply of 1,500 ConfigMaps, from source and Application to the last object in a second client's watch: rate, of a bare pooled client's in the same run (bare, operator, bare)", unit: "%", limit: ">=50" },
  b: { bar: "loop.5b", what: "first apply of 10,000 ConfigMaps, likewise", unit: "s", limit: "<=60" },
  c: { bar: "loop.5c", what: "the same: peak RSS of the operator", unit: "MiB", limit: "<=300" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about first applies. */
export const firstApplyBars: readonly Bar[] = Object.values(bars);

/** Content that the cluster has never seen, against what the API server can take. */
export async function measureFirstApply(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig(["bench-small", "bench-large", "bench-bare-1", "bench-bare-2"], say, stack);
  const before = await applyBare(rig, "bench-bare-1", SMALL);
  const small = await firstApply(rig, "bench-small", SMALL);
  const after = await applyBare(rig, "bench-bare-2", SMALL);
  const bare = (before + after) / 2;
  say(`${SMALL} ConfigMaps: bare ${before.toFixed(2)} s and ${after.toFixed(2)} s, operator ${small.toFixed(2)} s`);
  const large = await firstApply(rig, "bench-large", LARGE);
  const { peak } = await residentMiB(rig.pid);
  return [measured(bars.a, (bare / small) * 100, 1), measured(bars.b, large, 1), measured(bars.c, peak, 1)];
}

/** Seconds from declaring source and Application to the last object. */
async function firstApply(rig: Rig, namespace: string, count: number): Promise<number> {
  await commitConfigMaps(rig.repo, namespace, namespace, count, "start");
  await rig.cluster.view.watch([{ apiVersion: "v1", kind: "ConfigMap", namespace }]);
  const names = Array.from({ length: count }, (_, index) => `${namespace}-${index}`);
  const live = allShow(rig.cluster.view, names, "start", rig.signal, 300_000);
  const began = performance.now();
  await declareApp(rig, namespace, namespace);
  await live;
  return (performance.now() - began) / 1000;
}
