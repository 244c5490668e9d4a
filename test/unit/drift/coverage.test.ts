import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coverageEntry, coverageOf, isCovered } from "../../../drift/coverage.ts";
import type { CoverageEntry } from "../../../drift/coverage.ts";
import type { KubeObject, ObjectMeta } from "../../../src/object/kube-object.ts";
import { groupOf } from "../../../src/object/kube-object.ts";

const NOW = new Date("2026-05-04T10:00:00Z");
const marks = (key: string, installation = "us"): Pick<ObjectMeta, "labels" | "annotations"> => ({ labels: { "applyset.kubernetes.io/part-of": "applyset-x-v1" }, annotations: { "driftless.dev/origin": `${installation}/shop/shop#${key}` } });
const object = (apiVersion: string, kind: string, name: string, more: Partial<ObjectMeta> = {}): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: "shop", uid: `${kind}-${name}`, ...more } });
const member = (apiVersion: string, kind: string, name: string): KubeObject => object(apiVersion, kind, name, marks(`${groupOf(apiVersion)}/${kind}/shop/${name}`));
const ownedBy = (owner: KubeObject, controller = true): Pick<ObjectMeta, "ownerReferences"> => ({ ownerReferences: [{ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name, uid: owner.metadata.uid ?? "", controller }] });
const count = (...objects: readonly KubeObject[]): string => {
  const { managed, unmanaged, objects: listed = [] } = coverageOf(objects.map((one) => coverageEntry(one, "us")), [], NOW);
  return `${managed} managed, ${unmanaged} not: ${listed.join(" ")}`;
};

const web = member("apps/v1", "Deployment", "web");
const webSet = object("apps/v1", "ReplicaSet", "web-1", ownedBy(web));
const webPod = object("v1", "Pod", "web-1-a", ownedBy(webSet));
const byHand = object("apps/v1", "Deployment", "debug");

describe("coverage", () => {
  test.each<[string, readonly KubeObject[], string]>([
    ["a member is managed", [web], "1 managed, 0 not: "],
    ["what somebody made by hand is not", [object("v1", "ConfigMap", "mine")], "0 managed, 1 not: /ConfigMap/shop/mine"],
    ["what another installation has is not", [object("v1", "ConfigMap", "a", marks("/ConfigMap/shop/a", "them"))], "0 managed, 1 not: /ConfigMap/shop/a"],
    ["what marks were copied to is not", [object("v1", "ConfigMap", "copy", marks("/ConfigMap/shop/a"))], "0 managed, 1 not: /ConfigMap/shop/copy"],
    ["a label without an origin is no proof", [object("v1", "ConfigMap", "a", { labels: marks("").labels ?? {} })], "0 managed, 1 not: /ConfigMap/shop/a"],
    ["what belongs to a member is managed, whatever is in between", [web, webSet, webPod, object("v1", "PersistentVolumeClaim", "scratch", ownedBy(webPod, false))], "2 managed, 0 not: "],
    ["what belongs to nothing of ours is not", [byHand, object("v1", "Secret", "debug", ownedBy(byHand))], "0 managed, 2 not: /Secret/shop/debug apps/Deployment/shop/debug"],
    ["Pods and ReplicaSets count by what made them", [byHand, object("apps/v1", "ReplicaSet", "debug-1", ownedBy(byHand))], "0 managed, 1 not: apps/Deployment/shop/debug"],
    ["a Pod that nobody made counts", [object("v1", "Pod", "shell")], "0 managed, 1 not: /Pod/shop/shell"],
    ["an owner that was not listed proves nothing", [object("v1", "Secret", "s", ownedBy(web))], "0 managed, 1 not: /Secret/shop/s"],
    ["what is on its way out does not count", [object("v1", "ConfigMap", "a", { deletionTimestamp: "2026-05-04T10:00:00Z" })], "0 managed, 0 not: "],
    ["what every namespace has does not count", [object("v1", "ServiceAccount", "default"), object("v1", "ConfigMap", "kube-root-ca.crt")], "0 managed, 0 not: "],
    ["a ConfigMap called default does", [object("v1", "ConfigMap", "default")], "0 managed, 1 not: /ConfigMap/shop/default"],
    ["tokens of accounts do not count", [object("v1", "Secret", "deployer-token", { annotations: { "kubernetes.io/service-account.name": "deployer" } })], "0 managed, 0 not: "],
    ["Helm's records do not count", [object("v1", "Secret", "sh.helm.release.v1.shop.v1", { labels: { owner: "helm" } })], "0 managed, 0 not: "],
    ["nor does what Driftless keeps for an Application", [object("v1", "Secret", "shop-last-good-0", { ownerReferences: [{ apiVersion: "driftless.dev/v1alpha1", kind: "Application", name: "shop", uid: "1" }] })], "0 managed, 0 not: "],
    ["what is served by two groups counts once", [object("extensions/v1", "Ingress", "a", { uid: "1" }), object("networking.k8s.io/v1", "Ingress", "a", { uid: "1" })], "0 managed, 1 not: networking.k8s.io/Ingress/shop/a"],
  ])("%s", (_name, objects, expected) => expect(count(...objects)).toBe(expected));

  test.each([
    ["", "ConfigMap", ["list", "create", "delete"], true],
    ["", "Event", ["list", "create", "delete"], false],
    ["discovery.k8s.io", "EndpointSlice", ["list", "create", "delete"], false],
    ["coordination.k8s.io", "Lease", ["list", "create", "delete"], false],
    ["metrics.k8s.io", "PodMetrics", ["list"], false],
    ["driftless.dev", "DriftReport", ["list", "create", "delete"], false],
  ])("of kinds: %s/%s %j: %s", (group, kind, verbs, expected) => {
    expect(isCovered({ group, kind, version: "v1", plural: "x", namespaced: true, verbs, subresources: [] })).toBe(expected);
  });

  test("ends however owners refer to each other, and does not depend on the order of lists", () => {
    const entry = fc.record({ uid: fc.integer({ max: 12, min: 0 }), owners: fc.array(fc.integer({ max: 12, min: 0 }), { maxLength: 3 }), isMember: fc.boolean(), counts: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ uid }) => uid }), (entries) => {
        const all = entries.map(({ uid, owners, ...rest }): CoverageEntry => ({ ...rest, uid: String(uid), key: `/ConfigMap/shop/c${uid}`, owners: owners.map(String) }));
        const result = coverageOf(all, [], NOW);
        expect(coverageOf(all.toReversed(), [], NOW)).toEqual(result);
        expect(result.managed + result.unmanaged).toBe(entries.filter(({ counts }) => counts).length);
      }),
    );
  });
});
