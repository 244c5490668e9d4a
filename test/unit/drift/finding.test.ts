import { describe, expect, test } from "vitest";
import { compare } from "../../../drift/compare.ts";
import { findingsOf, missingFinding, ownershipLostFinding } from "../../../drift/finding.ts";
import { summarize } from "../../../drift/summary.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const NOW = new Date("2026-05-04T11:00:04Z");
const desired: KubeObject = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "cart", namespace: "shop" }, spec: { replicas: 3, paused: false } };

function findings(spec: object, ...entries: ManagedFieldsEntry[]): readonly DriftFinding[] {
  const live = liveObject({ ...desired, spec }, [ownEntryOf({ ...desired, spec: { paused: false } }), ...entries]);
  return findingsOf(live, compare(desired, live).differences, NOW);
}

describe("a finding", () => {
  test("names the manager, its operation with the subresource, and when it last wrote", () => {
    const scale = entryOf("kubectl", fieldsOf({ spec: { replicas: 7 } }), { subresource: "scale" });
    const [finding] = findings({ replicas: 7, paused: false }, scale);
    expect(finding).toEqual({
      object: "apps/Deployment/shop/cart",
      class: "Modified",
      path: "/spec/replicas",
      desired: "3",
      live: "7",
      manager: "kubectl",
      operation: "Update/scale",
      changedAt: "2026-05-04T11:00:00Z",
      detectedAt: "2026-05-04T11:00:04Z",
    });
    expect(finding && summarize(finding, NOW)).toBe("Deployment shop/cart: /spec/replicas 3 → 7 by kubectl (scale) 4s ago");
  });

  test("names the latest of several owners", () => {
    const replicas = fieldsOf({ spec: { replicas: 7 } });
    expect(findings({ replicas: 7, paused: false }, entryOf("first", replicas, { time: "2026-05-04T10:30:00Z" }), entryOf("second", replicas))[0]?.manager).toBe("second");
  });

  test("of a removed field names the latest person as likely, never a controller", () => {
    const elsewhere = fieldsOf({ metadata: { labels: { x: "1" } } });
    const [likely] = findings({ paused: false }, entryOf("kubectl-edit", elsewhere));
    expect(likely).toMatchObject({ class: "Missing", manager: "kubectl-edit", operation: "Update, likely" });
    expect(likely && summarize(likely, NOW)).toBe("Deployment shop/cart: /spec/replicas 3 removed by probably kubectl-edit 4s ago");
    expect(findings({ paused: false }, entryOf("mesh-controller", elsewhere))[0]).not.toHaveProperty("manager");
  });

  test("of a removed field does not blame who wrote before us", () => {
    expect(findings({ paused: false }, entryOf("kubectl-edit", {}, { time: "2026-05-04T09:00:00Z" }))[0]).not.toHaveProperty("manager");
  });

  test("keeps long values short", () => {
    const map: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "shop" }, data: { a: "x".repeat(5000) } };
    const live = liveObject({ ...map, data: { a: "y".repeat(5000) } }, [ownEntryOf({ ...map, data: {} })]);
    const [finding] = findingsOf(live, compare(map, live).differences, NOW);
    expect(finding?.desired).toHaveLength(512);
    expect(finding && summarize(finding, NOW).length).toBeLessThan(250);
  });

  test("about a whole object names nobody", () => {
    const finding = missingFinding({ group: "", kind: "ConfigMap", namespace: "shop", name: "c" }, NOW);
    expect(finding).toEqual({ object: "/ConfigMap/shop/c", class: "Missing", detectedAt: "2026-05-04T11:00:04Z" });
    expect(summarize(finding, NOW)).toBe("ConfigMap shop/c: deleted");
  });

  test("about a lost label names who took it, as far as it is known", () => {
    const label = "applyset.kubernetes.io/part-of";
    const stolen = liveObject({ ...desired, metadata: { ...desired.metadata, labels: { [label]: "other" } } }, [entryOf("kubectl", fieldsOf({ metadata: { labels: { [label]: "other" } } }))]);
    expect(summarize(ownershipLostFinding(stolen, NOW), NOW)).toBe('Deployment shop/cart: membership label changed to "other" by kubectl 4s ago');
    expect(summarize(ownershipLostFinding(liveObject(desired, []), NOW), NOW)).toBe("Deployment shop/cart: membership label removed");
  });
});
