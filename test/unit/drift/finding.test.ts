import { describe, expect, test } from "vitest";
import { compare } from "../../../drift/compare.ts";
import { findExtras } from "../../../drift/extras.ts";
import { findingsOf, missingFinding, namesOwner, ownershipLostFinding } from "../../../drift/finding.ts";
import { summarize } from "../../../drift/summary.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import type { ObjectId } from "../../../src/object/object-id.ts";
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
      actor: "Person",
      confidence: "Likely",
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

  test("of a removed field guesses at the latest person, never at a controller", () => {
    const elsewhere = fieldsOf({ metadata: { labels: { x: "1" } } });
    const [likely] = findings({ paused: false }, entryOf("kubectl-edit", elsewhere));
    expect(likely).toMatchObject({ class: "Missing", actor: "Person", confidence: "Guess", manager: "kubectl-edit", operation: "Update" });
    expect(likely && namesOwner(likely)).toBe(false);
    expect(likely && summarize(likely, NOW)).toBe("Deployment shop/cart: /spec/replicas 3 removed by probably kubectl-edit 4s ago");
    const [nobody] = findings({ paused: false }, entryOf("mesh-controller", elsewhere));
    expect(nobody).not.toHaveProperty("manager");
    expect(nobody).toMatchObject({ actor: "Unknown", confidence: "Guess" });
  });

  test("of a manager whose name tells nothing names it, and says that nobody knows who it is", () => {
    const [finding] = findings({ replicas: 7, paused: false }, entryOf("platform-team", fieldsOf({ spec: { replicas: 7 } })));
    expect(finding).toMatchObject({ manager: "platform-team", actor: "Unknown", confidence: "Guess" });
    expect(finding && summarize(finding, NOW)).toContain(" by platform-team 4s ago");
    expect(finding && namesOwner(finding)).toBe(true);
  });

  test("names the autoscaler that runs in the controller manager", () => {
    const scale = entryOf("kube-controller-manager", fieldsOf({ spec: { replicas: 7 } }), { subresource: "scale" });
    expect(findings({ replicas: 7, paused: false }, scale)[0]).toMatchObject({ actor: "Autoscaler", confidence: "Likely" });
  });

  test("never names who wrote the status", () => {
    const status = entryOf("kube-controller-manager", fieldsOf({ spec: { replicas: 7 } }), { subresource: "status" });
    expect(findings({ replicas: 7, paused: false }, status)[0]).not.toHaveProperty("manager");
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
    expect(finding).toEqual({ object: "/ConfigMap/shop/c", class: "Missing", actor: "Unknown", confidence: "Guess", detectedAt: "2026-05-04T11:00:04Z" });
    expect(summarize(finding, NOW)).toBe("ConfigMap shop/c: deleted");
  });

  test("about a lost label names who took it, as far as it is known", () => {
    const label = "applyset.kubernetes.io/part-of";
    const stolen = liveObject({ ...desired, metadata: { ...desired.metadata, labels: { [label]: "other" } } }, [entryOf("kubectl", fieldsOf({ metadata: { labels: { [label]: "other" } } }))]);
    expect(summarize(ownershipLostFinding(stolen, NOW), NOW)).toBe('Deployment shop/cart: membership label changed to "other" by kubectl 4s ago');
    expect(summarize(ownershipLostFinding(liveObject(desired, []), NOW), NOW)).toBe("Deployment shop/cart: membership label removed");
  });
});

describe("a finding that is told with a user", () => {
  const base: DriftFinding = { object: "apps/Deployment/shop/cart", class: "Modified", path: "/spec/replicas", desired: "3", live: "7", user: "alice@example.com", confidence: "Certain", actor: "Person", detectedAt: "2026-05-04T11:00:04Z" };
  const agent = "kubectl/v1.36.3 (linux/amd64) kubernetes/abc";
  test.each<[string, Partial<DriftFinding>]>([
    ["alice@example.com (kubectl edit)", { manager: "kubectl-edit", operation: "Update" }],
    ["alice@example.com (kubectl apply)", { manager: "kubectl-client-side-apply", operation: "Update" }],
    ["alice@example.com (kubectl apply)", { manager: "kubectl", operation: "Apply" }],
    ["alice@example.com (kubectl scale)", { manager: "kubectl", operation: "Update/scale" }],
    ["alice@example.com (kubectl delete)", { operation: "delete", userAgent: agent }],
    ["alice@example.com (Lens)", { manager: "Lens", operation: "Update" }],
    ["alice@example.com (platform-team)", { manager: "platform-team", operation: "Apply" }],
    ["probably alice@example.com (kubectl patch)", { confidence: "Likely", operation: "patch", userAgent: agent }],
  ])("by %s", (text, rest) => {
    expect(summarize({ ...base, ...rest }, NOW)).toBe(`Deployment shop/cart: /spec/replicas 3 → 7 by ${text}`);
  });
});

const kind = (group: string, name: string): ObjectId => ({ group, kind: name, namespace: "shop", name: "x" });

function marked(wanted: KubeObject, live: object, entry: ManagedFieldsEntry): unknown[] {
  const object = liveObject({ ...wanted, ...live }, [ownEntryOf({ ...wanted, spec: {} }), entry]);
  const { differences } = compare(wanted, object);
  return findingsOf(object, differences.length > 0 ? differences : findExtras(wanted, object), NOW).map(({ security }) => security);
}

describe("what matters for security is marked:", () => {
  const pod = { template: { spec: { containers: [{ name: "web", image: "a" }] } } };

  test("an image, a privilege, a network policy; not a number of replicas", () => {
    const web = { ...desired, spec: pod };
    const other = { template: { spec: { containers: [{ name: "web", image: "b" }] } } };
    expect(marked(web, { spec: other }, entryOf("kubectl-set", fieldsOf({ spec: other })))).toEqual([true]);
    const privileged = { template: { spec: { ...pod.template.spec, hostNetwork: true } } };
    expect(marked(web, { spec: privileged }, entryOf("kubectl-edit", fieldsOf({ spec: { template: { spec: { hostNetwork: true } } } })))).toEqual([true]);
    expect(marked(desired, { spec: { replicas: 9, paused: false } }, entryOf("kubectl", fieldsOf({ spec: { replicas: 9 } })))).toEqual([undefined]);
  });

  test("a deleted Role, Secret, network policy of any group or webhook; not a ConfigMap", () => {
    const ids = [kind("rbac.authorization.k8s.io", "Role"), kind("", "Secret"), kind("cilium.io", "CiliumNetworkPolicy"), kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"), kind("", "ConfigMap")];
    expect(ids.map((id) => missingFinding(id, NOW).security)).toEqual([true, true, true, true, undefined]);
  });
});
