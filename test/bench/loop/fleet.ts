import { setTimeout as sleep } from "node:timers/promises";
import { API_VERSION } from "../../../src/api/group.ts";
import { isStatusWrite, tally } from "../audit.ts";
import { allReady, appNames, commitFleet, declareFolder, declareSource, objectNames, watchFleet } from "../fleet.ts";
import type { Push } from "../fleet.ts";
import { cpuSeconds, residentMiB } from "../process-facts.ts";
import { startRig } from "../rig.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { failed, measured, percentile } from "../row.ts";
import { allShow } from "../view.ts";

const NAMESPACE = "bench-fleet";
const APPS = appNames(100);
const OBJECTS = objectNames(APPS);
/** Commits of one kind whose times make a median. */
const COMMITS = 5;
/** So long without a request of the operator means that it has done what there was to do. */
const QUIET_MS = 3_000;
/** So few that the history is full, and every commit lets go of a Release, from the start. */
const HISTORY = 2;
/** Resync interval of the forced pass, which strays by a tenth, and a time in which it comes to all once. */
const RESYNC_S = 20;
const RESYNC_WINDOW_S = RESYNC_S * 1.1 + 2;
const REST_S = 60;

const bars = {
  a: { bar: "loop.4a", what: "one forced pass over 100 Applications that compares all 1,000 objects: requests per object, audit log", unit: "requests/object", limit: "<=0" },
  b: { bar: "loop.4b", what: "the same pass: status writes", unit: "writes", limit: "<=0" },
  c: { bar: "loop.4c", what: "webhook POST for a commit that touches one of 100 Applications to its last object in a second client's watch, p50", unit: "s", limit: "<=0.5" },
  d: { bar: "loop.4d", what: "the same commit: requests of the operator, audit log, most", unit: "requests", limit: "<=40" },
  e: { bar: "loop.4e", what: "webhook POST for a commit that touches all 1,000 objects to the last in a second client's watch, p50", unit: "s", limit: "<=5" },
  f: { bar: "loop.4f", what: "the same commit: requests per object until the operator is silent, audit log, most", unit: "requests/object", limit: "<=1.5" },
  g: { bar: "loop.4g", what: "the same commit: processor time of the operator until it is silent, p50", unit: "CPU-s", limit: "<=5" },
  rest: { bar: "loop.6", what: "RSS of the bundled operator 60 s after its last request, 1,000 objects of 100 Applications", unit: "MiB", limit: "<=160" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar that the fleet measures. */
export const fleetBars: readonly Bar[] = Object.values(bars);

/** 100 Applications of 10 objects: a pass with nothing to do, a commit for one, a commit for all, and what stays in memory. */
export async function measureFleet(say: (text: string) => void): Promise<readonly Row[]> {
  await using stack = new AsyncDisposableStack();
  const rig = await startRig([NAMESPACE], say, stack);
  const push = await openFleet(rig);
  return [...(await measurePass(rig, say)), ...(await measureOne(rig, push, say)), ...(await measureAll(rig, push, say)), await measureRest(rig)];
}

async function openFleet(rig: Rig): Promise<Push> {
  await commitFleet(rig, NAMESPACE, APPS, "start");
  await watchFleet(rig, NAMESPACE);
  const push = await declareSource(rig, NAMESPACE);
  const mark = await rig.audit.mark();
  for (const app of APPS) await declareFolder(rig, NAMESPACE, app, { historyLimit: HISTORY });
  await allShow(rig.cluster.view, OBJECTS, "start", rig.signal, 120_000);
  await allReady(rig, APPS);
  await rig.audit.settled(mark, QUIET_MS);
  return push;
}

/** A short resync interval makes every Application look at everything, without anything to answer in its status. */
async function measurePass(rig: Rig, say: (text: string) => void): Promise<Row[]> {
  await setResync(rig, `${RESYNC_S}s`);
  const [mark, before] = [await rig.audit.mark(), await compared(rig)];
  await sleep(RESYNC_WINDOW_S * 1000);
  const [requests, rise] = [await rig.audit.requests(mark), (await compared(rig)) - before];
  say(`a pass compared ${rise} objects, with the requests: ${tally(requests)}`);
  await setResync(rig, "1h");
  if (!(rise >= OBJECTS.length)) return [bars.a, bars.b].map((bar) => failed(bar, `driftless_objects_compared_total rose by ${rise} in ${RESYNC_WINDOW_S} s`));
  return [measured(bars.a, requests.length / OBJECTS.length, rise), measured(bars.b, requests.filter(isStatusWrite).length, rise)];
}

async function measureOne(rig: Rig, push: Push, say: (text: string) => void): Promise<Row[]> {
  const seconds: number[] = [];
  const requests: number[] = [];
  for (let round = 0; round < COMMITS; round++) {
    const app = APPS[(round * 37) % APPS.length] ?? "";
    const run = await measureCommit(rig, push, [app], `one ${round}`);
    say(`one Application: ${run.seconds.toFixed(3)} s, ${run.requests} requests: ${run.tally}`);
    seconds.push(run.seconds);
    requests.push(run.requests);
  }
  return [measured(bars.c, percentile(seconds, 0.5), COMMITS), measured(bars.d, Math.max(...requests), COMMITS)];
}

async function measureAll(rig: Rig, push: Push, say: (text: string) => void): Promise<Row[]> {
  const runs: CommitRun[] = [];
  for (let round = 0; round < COMMITS; round++) {
    const run = await measureCommit(rig, push, APPS, `all ${round}`);
    say(`all Applications: ${run.seconds.toFixed(2)} s, ${run.cpu.toFixed(2)} CPU-s, ${run.requests} requests: ${run.tally}`);
    runs.push(run);
  }
  return [
    measured(bars.e, percentile(runs.map(({ seconds }) => seconds), 0.5), COMMITS),
    measured(bars.f, Math.max(...runs.map(({ requests }) => requests)) / OBJECTS.length, COMMITS),
    measured(bars.g, percentile(runs.map(({ cpu }) => cpu), 0.5), COMMITS),
  ];
}

interface CommitRun {
  readonly seconds: number;
  readonly cpu: number;
  readonly requests: number;
  readonly tally: string;
}

async function measureCommit(rig: Rig, push: Push, apps: readonly string[], value: string): Promise<CommitRun> {
  await commitFleet(rig, NAMESPACE, apps, value);
  const [mark, cpu] = [await rig.audit.mark(), await cpuSeconds(rig.pid)];
  const live = allShow(rig.cluster.view, objectNames(apps), value, rig.signal);
  const began = performance.now();
  await push();
  await live;
  const seconds = (performance.now() - began) / 1000;
  const requests = await rig.audit.settled(mark, QUIET_MS);
  return { seconds, cpu: (await cpuSeconds(rig.pid)) - cpu, requests: requests.length, tally: tally(requests) };
}

async function measureRest(rig: Rig): Promise<Row> {
  await rig.audit.settled(await rig.audit.mark(), REST_S * 1000);
  const { now } = await residentMiB(rig.pid);
  return measured(bars.rest, now, 1);
}

async function setResync(rig: Rig, resyncInterval: string): Promise<void> {
  const mark = await rig.audit.mark();
  for (const name of APPS) {
    await rig.cluster.client.patch({ apiVersion: API_VERSION, kind: "Application", namespace: NAMESPACE, name }, { spec: { sync: { resyncInterval } } }, { type: "merge" });
  }
  await allReady(rig, APPS);
  await rig.audit.settled(mark, QUIET_MS);
}

/** How many objects the operator says that it has compared. NaN: it does not say. */
async function compared(rig: Rig): Promise<number> {
  const text = await (await fetch(`${rig.operator.httpUrl}/metrics`)).text();
  const values = [...text.matchAll(/^driftless_objects_compared_total(?:\{[^}]*\})? ([0-9.e+]+)$/gm)].map(([, value]) => Number(value));
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0);
}
