import { expect, test } from "vitest";
import { DriftRecorder } from "../../../../src/controllers/drift-recorder.ts";
import type { Application } from "../../../../src/api/application.ts";
import type { DriftFinding, DriftReportStatus } from "../../../../src/api/drift-report.ts";
import type { JsonObject } from "../../../../src/object/json.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import type { ClusterClient } from "../../../../src/ports.ts";
import { Metrics } from "../../../../src/server/metrics.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const signal = new AbortController().signal;
const app: Application = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", uid: "1" }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };
const finding = (name: string): DriftFinding => ({ object: `/ConfigMap/shop/${name}`, class: "Modified", path: "/data/x", live: "1", detectedAt: "2026-01-01T00:00:00Z" });
const revertOf = (name: string) => ({ id: { group: "", kind: "ConfigMap", namespace: "shop", name }, key: `/ConfigMap/shop/${name}` as ObjectKey, kind: "reverted" as const, corrections: [finding(name)] });

/** One stored report; `refuse` makes that many of the next writes fail. */
function recorder() {
  const stored: { report: KubeObject | undefined; writes: number; refuse: number } = { report: undefined, writes: 0, refuse: 0 };
  const cluster: Partial<ClusterClient> = {
    get: async () => stored.report,
    create: async (object) => (stored.report = object),
    patch: async (_ref, patch) => {
      const body = patch as JsonObject; // status writes are merge patches
      if (stored.refuse-- > 0) throw new Error("the API server is away");
      stored.writes += 1;
      return (stored.report = { ...stored.report, ...body } as KubeObject); // the report's own patch replaces whole members
    },
  };
  const drift = new DriftRecorder({ cluster: cluster as ClusterClient, clock: new VirtualClock(), logger: new MemoryLogger(), metrics: new Metrics(), signal }); // of the client only this is used
  return { drift, stored, status: () => stored.report?.["status"] as DriftReportStatus | undefined };
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
