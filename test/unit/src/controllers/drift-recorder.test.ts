import { expect, test } from "vitest";
import { DriftRecorder } from "../../../../src/controllers/drift-recorder.ts";
import type { Application } from "../../../../src/api/application.ts";
import type { DriftFinding, DriftReportStatus } from "../../../../src/api/drift-report.ts";
import type { JsonObject } from "../../../../src/object/json.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import type { Join } from "../../../../drift/report.ts";
import type { ClusterClient, ResourceKind } from "../../../../src/ports.ts";
import { Metrics } from "../../../../src/server/metrics.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const KIND: ResourceKind = { group: "driftless.dev", version: "v1alpha1", kind: "DriftReport", plural: "driftreports", namespaced: true, verbs: ["list"], subresources: [] };
const toAnn: Join = (one) => ({ ...one, user: "ann@example.com", actor: "Person", confidence: "Certain" });
const signal = new AbortController().signal;
const app: Application = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", uid: "1" }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };
const finding = (name: string): DriftFinding => ({ object: `/ConfigMap/shop/${name}`, class: "Modified", path: "/data/x", live: "1", detectedAt: "2026-01-01T00:00:00Z" });
const revertOf = (name: string) => ({ id: { group: "", kind: "ConfigMap", namespace: "shop", name }, key: `/ConfigMap/shop/${name}` as ObjectKey, kind: "reverted" as const, corrections: [finding(name)] });

interface Stored {
  report: KubeObject | undefined;
  writes: number;
  /** So many of the next writes fail. */
  refuse: number;
}

/** One stored report, or the one of a recorder before; `known` is what the audit log has told so far. */
function recorder(stored: Stored = { report: undefined, writes: 0, refuse: 0 }, known?: Join) {
  const clock = new VirtualClock();
  const metrics = new Metrics();
  const cluster: Partial<ClusterClient> = {
    kindOf: async () => KIND,
    list: async () => ({ items: stored.report === undefined ? [] : [stored.report], resourceVersion: "1" }),
    get: async () => stored.report,
    create: async (object) => (stored.report = object),
    patch: async (_ref, patch) => {
      const body = patch as JsonObject; // status writes are merge patches of its members
      if (stored.refuse-- > 0) throw new Error("the API server is away");
      if (body["metadata"] !== undefined) return (stored.report = { ...stored.report, metadata: { ...stored.report?.metadata, ...(body["metadata"] as JsonObject) } } as KubeObject); // made from one
      stored.writes += 1;
      const status = Object.entries({ ...(stored.report?.["status"] as JsonObject), ...(body["status"] as JsonObject) }).filter(([, value]) => value !== null);
      return (stored.report = { ...stored.report, status: Object.fromEntries(status) } as KubeObject); // made from one
    },
  };
  const drift = new DriftRecorder({ cluster: cluster as ClusterClient, clock, logger: new MemoryLogger(), metrics, signal, ...(known === undefined ? {} : { known }) }); // of the client only this is used
  const lines = async (start: string): Promise<string[]> => (await metrics.text()).split("\n").filter((line) => line.startsWith(start));
  return { drift, stored, clock, lines, status: () => stored.report?.["status"] as DriftReportStatus | undefined };
}

test("a finding is stored when record resolves", async () => {
  const { drift, status } = recorder();
  await drift.record(app, [finding("a")], signal);
  expect(status()?.findings).toMatchObject([{ object: "/ConfigMap/shop/a" }]);
});

test("a finding whose write failed is written by the next call, before anything may be overwritten", async () => {
  const { drift, stored, status } = recorder();
  stored.refuse = 1;
  await expect(drift.record(app, [finding("a")], signal)).rejects.toThrow("the API server is away");
  await drift.record(app, [finding("a")], signal);
  expect(status()?.findings).toMatchObject([{ object: "/ConfigMap/shop/a" }]);
});

test("the same finding again costs no write", async () => {
  const { drift, stored } = recorder();
  await drift.record(app, [finding("a")], signal);
  await drift.record(app, [finding("a")], signal);
  expect(stored.writes).toBe(1);
});

test("what was corrected moves to the corrected ones", async () => {
  const { drift, status } = recorder();
  await drift.record(app, [finding("a"), finding("b")], signal);
  drift.settled(app, [revertOf("a")], [finding("b")]);
  await drift.close();
  expect([status()?.total, status()?.revertedTotal]).toEqual([1, 1]);
});

test("a correction is told even when nobody could look at the end, and the rest stays live", async () => {
  const { drift, status } = recorder();
  await drift.record(app, [finding("a"), finding("b")], signal);
  drift.settled(app, [revertOf("a")], undefined);
  await drift.close();
  expect([status()?.findings?.map(({ object }) => object), status()?.revertedTotal]).toEqual([["/ConfigMap/shop/b"], 1]);
});

test("a look that finds the same thousands of differences again reads each a few times", async () => {
  const { drift, stored } = recorder();
  let reads = 0;
  const findings = Array.from({ length: 2_000 }, (_, index): DriftFinding => ({
    ...finding(`c${index}`),
    get object() {
      reads += 1;
      return `/ConfigMap/shop/c${index}`;
    },
  }));
  await drift.record(app, findings, signal);
  reads = 0;
  await drift.record(app, findings, signal);
  drift.settled(app, [], findings);
  expect([stored.writes, reads <= 10 * findings.length]).toEqual([1, true]);
});

test("two differences in one place, told of different managers, cost no write when nothing has changed", async () => {
  const { drift, stored } = recorder();
  const findings = ["one", "two"].map((manager) => ({ ...finding("a"), manager }));
  await drift.record(app, findings, signal);
  await drift.record(app, findings, signal);
  expect(stored.writes).toBe(1);
});

test("a process that starts goes on with times and counts, and takes back what is not live any more", async () => {
  const first = recorder();
  await first.drift.record(app, [finding("a"), finding("b")], signal);
  const second = recorder(first.stored);
  await second.drift.start(signal);
  const again = { ...finding("a"), detectedAt: "2026-01-01T01:00:00Z" };
  expect(second.drift.earlier(app)?.findings).toEqual([finding("a"), finding("b")]);
  await second.drift.record(app, [again], signal);
  second.drift.settled(app, [], [again]);
  await second.drift.close();
  expect(second.status()).toMatchObject({ total: 1, foundTotal: 2, findings: [finding("a")] });
});

test("what is stored is read before the first finding is added, where it could not be read at the start", async () => {
  const first = recorder();
  await first.drift.record(app, [finding("a")], signal);
  first.drift.settled(app, [revertOf("a")], []);
  await first.drift.close();
  const second = recorder(first.stored);
  await second.drift.record(app, [finding("a")], signal);
  expect(second.status()).toMatchObject({ total: 1, revertedTotal: 1, foundTotal: 2 });
});

test("a report that was deleted is written again as it was", async () => {
  const { drift, stored, clock, status } = recorder();
  await drift.record(app, [finding("a")], signal);
  stored.report = { apiVersion: "driftless.dev/v1alpha1", kind: "DriftReport", metadata: { name: "shop", namespace: "shop", uid: "another" } };
  drift.settled(app, [revertOf("a")], []);
  await clock.advance(1_000);
  expect(status()).toMatchObject({ total: 0, revertedTotal: 1, foundTotal: 1 });
});

test("who it was is asked when a finding is written, and told later where it was not known then", async () => {
  const { drift, clock, status } = recorder(undefined, (one) => (one.object.endsWith("/a") ? toAnn(one) : undefined));
  await drift.record(app, [finding("a"), finding("b")], signal);
  expect(status()?.findings?.map(({ user }) => user)).toEqual(["ann@example.com", undefined]);
  drift.complete("/ConfigMap/shop/b", toAnn);
  await clock.advance(1_000);
  expect(status()).toMatchObject({ findings: [{ user: "ann@example.com" }, { user: "ann@example.com" }], byActor: [{ name: "ann@example.com", count: 2 }] });
});

test("who it was is told in a report of an earlier process, too, also after the revert, and costs one write a second", async () => {
  const first = recorder();
  const names = Array.from({ length: 40 }, (_, index) => `c${index}`);
  await first.drift.record(app, names.map(finding), signal);
  first.drift.settled(app, names.map(revertOf), []);
  await first.drift.close();
  const { drift, stored, clock, status } = recorder(first.stored);
  await drift.start(signal);
  const before = stored.writes;
  for (const name of [...names, "never-heard-of"]) drift.complete(`/ConfigMap/shop/${name}`, toAnn);
  await clock.advance(1_000);
  expect([stored.writes - before, status()?.reverted?.every(({ user }) => user === "ann@example.com")]).toEqual([1, true]);
  expect(status()?.byActor).toMatchObject([{ name: "ann@example.com", count: 40 }]);
});

test("nothing is lost of what comes while a write is under way, or fails", async () => {
  const { drift, stored, clock, status } = recorder();
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
  stored.refuse = 1;
  const writes = names.map((name) => drift.record(app, [finding(name)], signal).catch(() => undefined));
  for (const name of names) drift.complete(`/ConfigMap/shop/${name}`, toAnn);
  await Promise.all(writes);
  drift.settled(app, [revertOf("c0")], undefined);
  for (const name of names) drift.complete(`/ConfigMap/shop/${name}`, toAnn);
  await clock.advance(1_000);
  await drift.close();
  expect([...(status()?.findings ?? []), ...(status()?.reverted ?? [])].every(({ user }) => user === "ann@example.com")).toBe(true);
  expect(status()).toMatchObject({ total: 19, revertedTotal: 1, foundTotal: 20, byActor: [{ name: "ann@example.com", count: 20 }] });
});

test("a few hundred findings in as many looks of one second cost few writes where nobody waits for them", async () => {
  const { drift, stored, clock } = recorder();
  await drift.record(app, [finding("first")], signal);
  const before = stored.writes;
  for (let index = 0; index < 300; index += 1) {
    await clock.advance(1);
    drift.settled(app, [], Array.from({ length: index + 1 }, (_, each) => finding(`c${each}`)));
  }
  await clock.advance(1_000);
  expect(stored.writes - before).toBeLessThanOrEqual(2);
});

test("what was corrected is written along with the next finding, and a second counts from the next correction", async () => {
  const { drift, stored, clock } = recorder();
  const writes: number[] = [];
  for (const [name, ms] of [["a", 900], ["b", 200], ["", 800]] as const) {
    if (name !== "") await drift.record(app, [finding(name)], signal);
    if (name !== "") drift.settled(app, [revertOf(name)], []);
    await clock.advance(ms);
    writes.push(stored.writes);
  }
  expect(writes).toEqual([1, 2, 3]);
});

test("a revert is timed from the moment that its change was told, and a later change from its own", async () => {
  const { drift, clock, lines } = recorder();
  drift.noticed("shop/shop");
  await clock.advance(30);
  await drift.record(app, [finding("a")], signal);
  await clock.advance(40);
  drift.noticed("shop/shop");
  await clock.advance(10);
  drift.settled(app, [revertOf("a")], []);
  await clock.advance(5);
  await drift.record(app, [finding("b")], signal);
  await clock.advance(5);
  drift.settled(app, [revertOf("b")], []);
  expect(await lines("driftless_drift_revert_seconds_sum")).toEqual(['driftless_drift_revert_seconds_sum{action="Revert"} 0.1']);
  expect(await lines("driftless_drift_reverts_total{")).toEqual(['driftless_drift_reverts_total{class="Modified",actor="Unknown"} 2']);
});

test("metrics tell what is live, held, fought over and covered, until the Application is gone", async () => {
  const { drift, clock, lines } = recorder();
  await drift.record(app, [finding("a"), { ...finding("a"), path: "/data/y", actor: "Person" }, finding("b")], signal);
  const parts = { holds: [{ until: "2026-01-01T02:00:00Z" }], fights: [{ object: "/ConfigMap/shop/b", managers: [], fields: [], state: "Stopped", rounds: 1 }] } as const;
  drift.settled(app, [revertOf("b")], [finding("a"), { ...finding("a"), path: "/data/y", actor: "Person" }], parts);
  drift.covered(app, { observedAt: "2026-01-01T00:00:00Z", managed: 3, unmanaged: 1 });
  const gauges = async (): Promise<string[]> => (await Promise.all(["driftless_drifted_", "driftless_drift_findings_live", "driftless_drift_holds", "driftless_drift_fights", "driftless_coverage"].map(lines))).flat();
  const of = 'namespace="shop",name="shop"';
  expect(await gauges()).toEqual([
    `driftless_drifted_objects{${of}} 1`,
    `driftless_drift_findings_live{${of},class="Modified",actor="Unknown"} 1`,
    `driftless_drift_findings_live{${of},class="Modified",actor="Person"} 1`,
    `driftless_drift_holds{${of}} 1`,
    `driftless_drift_fights{${of},state="Stopped"} 1`,
    `driftless_coverage_objects{${of},state="managed"} 3`,
    `driftless_coverage_objects{${of},state="unmanaged"} 1`,
  ]);
  await clock.advance(1_000);
  drift.forget("shop/shop");
  expect(await gauges()).toEqual([]);
});

test("the report of an earlier Application of the same name is taken over, with what it tells", async () => {
  const { drift, stored, clock, status } = recorder();
  await drift.record(app, [finding("a")], signal);
  drift.settled(app, [revertOf("a")], []);
  await clock.advance(1_000);
  const next: Application = { ...app, metadata: { ...app.metadata, uid: "2" } };
  await drift.record(next, [finding("b")], signal);
  expect(stored.report?.metadata.ownerReferences).toMatchObject([{ kind: "Application", name: "shop", uid: "2" }]);
  expect(status()).toMatchObject({ total: 1, revertedTotal: 1, foundTotal: 2 });
});
