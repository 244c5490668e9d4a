import { setTimeout as sleep } from "node:timers/promises";
import { API_VERSION } from "../../../src/api/group.ts";
import type { DriftReportStatus } from "../../../src/api/drift-report.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { editByHand, isRevertOf, withApp } from "../edited-app.ts";
import type { BenchApp } from "../edited-app.ts";
import type { Rig } from "../rig.ts";
import type { Bar, Row } from "../row.ts";
import { measured } from "../row.ts";

const PER_SECOND = 100;
const SECONDS = 10;
const OBJECTS = 250;
const MANAGERS = ["kubectl-edit", "k9s", "node-fetch", "Mozilla", "helm"];

const bars = {
  reverted: { bar: "drift.4a", what: `${PER_SECOND} edits a second for ${SECONDS} s over ${OBJECTS} objects by ${MANAGERS.length} field managers: last edit to the last object as desired in a second client's watch`, unit: "s", limit: "<=3" },
  complete: { bar: "drift.4b", what: "the same edits: objects that the DriftReport does not count as reverted, or authors that it does not name", unit: "missing", limit: "<=0" },
} as const satisfies Readonly<Record<string, Bar>>;

/** Every bar about many edits at once. */
export const burstBars: readonly Bar[] = Object.values(bars);

/** Many people and programs at once: every object comes back, and the report tells of each. */
export const measureBurst = (say: (text: string) => void): Promise<readonly Row[]> => withApp("bench-burst", OBJECTS, say, (rig, app) => burst(rig, app, say));

async function burst(rig: Rig, app: BenchApp, say: (text: string) => void): Promise<readonly Row[]> {
  const latest = await edit(rig, app);
  const ended = performance.now();
  await rig.cluster.view.until("every object reverted", (view) => ([...latest].every(([name, edited]) => isRevertOf(edited, view.get("ConfigMap", name))) ? true : undefined), rig.signal);
  const seconds = (performance.now() - ended) / 1000;
  const status = await settledReport(rig, app);
  const named = new Set((status.byActor ?? []).map(({ name }) => name));
  const unnamed = MANAGERS.filter((manager) => !named.has(manager));
  say(`${latest.size} objects edited, ${status.revertedTotal ?? 0} differences reverted, by ${[...named].join(", ")}`);
  return [measured(bars.reverted, seconds, latest.size), measured(bars.complete, Math.max(latest.size - (status.revertedTotal ?? 0), 0) + unnamed.length + (status.total ?? 0), latest.size)];
}

/** Edits at an even rate, each object by one manager after the other; the newest edit of each object. */
async function edit(rig: Rig, { namespace, names }: BenchApp): Promise<ReadonlyMap<string, KubeObject>> {
  const latest = new Map<string, KubeObject>();
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < PER_SECOND * SECONDS; index++) {
    await sleep(Math.max(0, began + (index * 1000) / PER_SECOND - performance.now()));
    const name = names[index % names.length] ?? "";
    const manager = MANAGERS[(index + Math.floor(index / names.length)) % MANAGERS.length] ?? "";
    running.push(
      editByHand(rig, { namespace, name, value: `edit ${index}`, manager }).then((edited) => {
        if (Number(edited.metadata.resourceVersion) > Number(latest.get(name)?.metadata.resourceVersion ?? 0)) latest.set(name, edited);
      }),
    );
  }
  await Promise.all(running);
  return latest;
}

/** The report when the operator has done what there was to do. */
async function settledReport(rig: Rig, { namespace }: BenchApp): Promise<DriftReportStatus> {
  await rig.audit.settled(await rig.audit.mark(), 3_000);
  const report = await rig.cluster.client.get({ apiVersion: API_VERSION, kind: "DriftReport", namespace, name: "bench" });
  return report?.["status"] ?? {};
}
