import { beforeAll, expect, test } from "vitest";
import { completed, noteCoverage, noteFound, noteSettled, openBook, reportOf } from "../../../drift/report.ts";
import { crds } from "../../../src/api/crd.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import { yamlDocuments } from "../../../src/cli/documents.ts";
import { StoredReport } from "../../../src/controllers/stored-report.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, kubectl } from "../../support/control-plane.ts";

beforeAll(async () => {
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: yamlDocuments(crds()) });
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", "crd/driftreports.driftless.dev", "crd/applications.driftless.dev"]);
});

const NOW = new Date("2026-05-04T10:00:00Z");
const COUNT = 1_000;

/** As long as a field may be and longer, in characters that take the most room where they are stored. */
const huge = (start: string): string => `${start}${"<&>".repeat(300)}${"😀".repeat(500)}`;
const finding = (index: number, class_: DriftFinding["class"] = "Modified"): DriftFinding => ({
  object: huge(`apps/Deployment/shop/${index}-`), class: class_, path: huge(`/spec/${index}`), desired: huge("d"), live: huge("l"), actor: "Person", confidence: "Certain",
  manager: huge(`m${index}`), operation: huge("o"), user: huge(`u${index}`), groups: Array.from({ length: 40 }, () => huge("g")), userAgent: huge("a"), security: true, detectedAt: "2026-05-04T10:00:00Z",
});

test("the API server takes a report of which every list and every text is longer than it may be, and tells it back as it was", async () => {
  const namespace = await createNamespace("huge-report");
  const cluster = await openCluster();
  try {
    const found = Array.from({ length: COUNT }, (_, index) => finding(index));
    const reverted = Array.from({ length: 100 }, (_, index) => finding(index, "Extra"));
    const parts = {
      holds: Array.from({ length: 100 }, (_, index) => ({ object: huge(`/ConfigMap/shop/${index}`), by: huge("b"), until: "2026-05-04T12:00:00Z" })),
      fights: Array.from({ length: 100 }, (_, index) => ({ object: huge(`/ConfigMap/shop/${index}`), managers: Array.from({ length: 20 }, () => huge("m")), fields: Array.from({ length: 40 }, () => huge("/f")), state: "BackingOff" as const, until: "2026-05-04T12:00:00Z", rounds: 3 })),
    };
    const objects = Array.from({ length: 5_000 }, (_, index) => huge(`/ConfigMap/shop/${index}`));
    const settled = noteSettled(noteFound(openBook(), [...found, ...reverted]), { reverted, left: found, parts }, NOW);
    const book = noteCoverage(completed(settled, found[0]?.object ?? "", (one) => ({ ...one, user: huge("another") })), { observedAt: "2026-05-04T10:00:00Z", managed: 1, unmanaged: objects.length, objects, unread: objects.slice(0, 100) });
    const spec = { sourceRef: { kind: "GitSource" as const, name: "shop" }, suspend: true };
    const { metadata } = await cluster.create({ apiVersion: API_VERSION, kind: "Application", metadata: { name: "shop", namespace }, spec }); // what a report of nobody is, the garbage collector takes
    const app = { apiVersion: API_VERSION, kind: "Application", metadata, spec };
    const deps = { cluster, signal: new AbortController().signal };
    await new StoredReport(deps, { namespace, name: "shop" }).write(app, (current) => reportOf(book, current, NOW));
    const status = await new StoredReport(deps, { namespace, name: "shop" }).read();
    expect(status).toEqual(reportOf(book, undefined, NOW));
    expect(status).toMatchObject({ total: COUNT, foundTotal: COUNT + 100, revertedTotal: 100 });
    expect([(status?.findings?.length ?? 0) + (status?.truncated ?? 0), (status?.coverage?.objects?.length ?? 0) + (status?.coverage?.truncated ?? 0)]).toEqual([COUNT, objects.length]);
    expect(JSON.stringify(status)).not.toContain("\uFFFD");
    expect(Math.min(...[status?.findings, status?.reverted, status?.byActor, status?.byField, status?.holds, status?.fights].map((list) => list?.length ?? 0))).toBeGreaterThan(0);
  } finally {
    await cluster.close();
  }
});
