import { allReady, appNames, commitFleet, declareFolder, declareSource, objectNames, watchFleet } from "../fleet.ts";
import type { Push } from "../fleet.ts";
import { startRig } from "../rig.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured, percentile } from "../row.ts";
import { allShow } from "../view.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import { deploymentText, templateValue } from "../workload.ts";

const NAMESPACE = "bench-bystanders";
const GOOD = appNames(90);
const BAD = appNames(10, "bad");
const PAIRS = 5;
const QUIET_MS = 2_000;

const bar: Bar = {
  bar: "loop.7",
  what: "webhook POST for a commit to 90 good Applications to the last of their 900 objects in a second client's watch: beside 10 Applications whose Pods never get ready, by the time without them, alternating, p50 of each",
  unit: "ratio",
  limit: "<=1.2",
};

/** The one bar about Applications beside broken ones. */
export const bystanderBars: readonly Bar[] = [bar];

/** Does anybody wait for somebody else's failure? */
export async function measureBystanders(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([NAMESPACE], say, stack);
  await commit(rig, "start");
  await watchFleet(rig, NAMESPACE, [{ apiVersion: "apps/v1", kind: "Deployment" }]);
  const push = await declareSource(rig, NAMESPACE);
  for (const app of GOOD) await declareFolder(rig, NAMESPACE, app);
  await allReady(rig, GOOD);
  const beside: number[] = [];
  const alone: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    await declareBad(rig);
    beside.push(await measureCommit(rig, push, `beside ${pair}`));
    await deleteBad(rig);
    alone.push(await measureCommit(rig, push, `alone ${pair}`));
    say(`90 good Applications: ${beside.at(-1)?.toFixed(2)} s beside 10 broken ones, ${alone.at(-1)?.toFixed(2)} s alone`);
  }
  return [measured(bar, percentile(beside, 0.5) / percentile(alone, 0.5), PAIRS)];
}

/** The broken ones are changed by every commit, too, so that they have something to fail with. */
async function commit(rig: Rig, value: string): Promise<void> {
  const broken = Object.fromEntries(BAD.map((name) => [`apps/${name}/${name}.yaml`, deploymentText({ namespace: NAMESPACE, name, value, annotations: { "sandbox.driftless.dev/outcome": "NeverReady" } })]));
  await commitFleet(rig, NAMESPACE, GOOD, value, broken);
}

async function measureCommit(rig: Rig, push: Push, value: string): Promise<number> {
  const mark = await rig.audit.mark();
  await commit(rig, value);
  const live = allShow(rig.cluster.view, objectNames(GOOD), value, rig.signal);
  const began = performance.now();
  await push();
  await live;
  const seconds = (performance.now() - began) / 1000;
  await allReady(rig, GOOD);
  await rig.audit.settled(mark, QUIET_MS);
  return seconds;
}

async function declareBad(rig: Rig): Promise<void> {
  const mark = await rig.audit.mark();
  for (const name of BAD) await declareFolder(rig, NAMESPACE, name);
  await rig.cluster.view.until("the broken ones are live", (view) => (BAD.every((name) => templateValue(view.get("Deployment", name)) !== undefined) ? true : undefined), rig.signal);
  await rig.audit.settled(mark, QUIET_MS);
}

async function deleteBad(rig: Rig): Promise<void> {
  const mark = await rig.audit.mark();
  for (const kind of ["Application", "Deployment"]) for (const name of BAD) await remove(rig, kind, name);
  await rig.cluster.view.until("the broken ones are gone", (view) => (BAD.every((name) => view.get("Application", name) === undefined && view.get("Deployment", name) === undefined) ? true : undefined), rig.signal);
  await rig.audit.settled(mark, QUIET_MS);
}

async function remove(rig: Rig, kind: string, name: string): Promise<void> {
  const ref = { apiVersion: kind === "Application" ? API_VERSION : "apps/v1", kind, namespace: NAMESPACE, name };
  const live = await rig.cluster.client.get(ref);
  if (live === undefined) return;
  await rig.cluster.client.delete(ref, { uid: live.metadata.uid ?? "", propagationPolicy: "Background" });
  if (kind === "Application") await rig.cluster.view.until(`${name} is gone`, (view) => (view.get(kind, name) === undefined ? true : undefined), rig.signal);
}
