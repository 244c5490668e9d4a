import { expect, test } from "vitest";
import { applysetId, originOf, parseOrigin } from "../../../reconciler/identity.ts";
import { ownershipOf, ownsLabel } from "../../../reconciler/membership.ts";
import { ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import type { ObjectMeta } from "../../../src/object/kube-object.ts";
import { shop } from "../../support/desired.ts";

const id = { group: "", kind: "Service", namespace: "shop", name: "web" };
const label = { [PART_OF_LABEL]: shop.setId };
const origin = { [ORIGIN_ANNOTATION]: originOf(shop, id) };
const ownEntry = { manager: "driftless", operation: "Apply", fieldsV1: { "f:metadata": { "f:labels": { [`f:${PART_OF_LABEL}`]: {} } } } } as const;
const owner = { apiVersion: "v1", kind: "Service", name: "web", uid: "1", controller: true };

test.each<[string, Partial<ObjectMeta>, object]>([
  ["label and origin", { labels: label, annotations: origin }, { kind: "Member" }],
  ["our label by our own apply, the origin taken away", { labels: label, managedFields: [ownEntry] }, { kind: "Member" }],
  ["our label without an origin", { labels: label }, { kind: "Copied" }],
  ["our label and an origin that names another object", { labels: label, annotations: { [ORIGIN_ANNOTATION]: originOf(shop, { ...id, name: "other" }) } }, { kind: "Copied" }],
  ["our marks, copied by a controller onto what it owns", { labels: label, annotations: origin, ownerReferences: [owner] }, { kind: "Copied" }],
  ["our origin without the label", { annotations: origin }, { kind: "LabelLost" }],
  ["our origin with another label by hand", { labels: { [PART_OF_LABEL]: "mine" }, annotations: origin }, { kind: "LabelLost" }],
  ["nobody's", {}, { kind: "Unowned" }],
  ["a controller's", { ownerReferences: [owner] }, { kind: "Foreign", owner: "Service web" }],
  ["another Application's", { labels: { [PART_OF_LABEL]: "applyset-x-v1" }, annotations: { [ORIGIN_ANNOTATION]: "inst-1/shop/b#/Service/shop/web" } }, { kind: "Foreign", owner: "Application shop/b", application: "shop/b" }],
  ["another installation's", { labels: label, annotations: { [ORIGIN_ANNOTATION]: "inst-2/shop/shop#/Service/shop/web" } }, { kind: "Foreign", owner: "Application shop/shop of installation inst-2" }],
  ["another tool's set", { labels: { [PART_OF_LABEL]: "applyset-x-v1" } }, { kind: "Foreign", owner: "ApplySet applyset-x-v1" }],
  ["Flux's", { labels: { "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" } }, { kind: "Foreign", owner: "Flux Kustomization flux-system/apps" }],
  ["Argo CD's", { annotations: { "argocd.argoproj.io/tracking-id": "shop:/Service:shop/web" } }, { kind: "Foreign", owner: "Argo CD Application shop" }],
  ["a Helm release's", { annotations: { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop" } }, { kind: "Foreign", owner: "Helm release shop/web" }],
])("%s", (_name, metadata, expected) => {
  expect(ownershipOf({ name: "web", namespace: "shop", ...metadata }, id, shop)).toEqual(expected);
});

test("only an Apply entry of ours that owns the label, or a hand-over to us, proves that an object may be deleted", () => {
  const fieldsV1 = { "f:metadata": { "f:labels": { [`f:${PART_OF_LABEL}`]: {} } } };
  expect(ownsLabel([{ manager: "driftless", operation: "Apply", fieldsV1 }])).toBe(true);
  expect(ownsLabel([{ manager: "driftless", operation: "Update", fieldsV1 }])).toBe(false);
  expect(ownsLabel([{ manager: "driftless-transfer", operation: "Update", fieldsV1 }])).toBe(true);
  expect(ownsLabel([{ manager: "kubectl", operation: "Apply", fieldsV1 }])).toBe(false);
  expect(ownsLabel(undefined)).toBe(false);
});

test("the set id is the one that kubectl computes for an ApplySet parent", () => {
  expect(applysetId({ namespace: "shop", name: "shop" })).toMatch(/^applyset-[A-Za-z0-9_-]{43}-v1$/);
  expect(applysetId({ namespace: "shop", name: "a" })).not.toBe(applysetId({ namespace: "a", name: "shop" }));
});

test("an origin reads back as what was written", () => {
  expect(parseOrigin(originOf(shop, id))).toEqual({ installation: "inst-1", application: "shop/shop", object: "/Service/shop/web" });
  expect(parseOrigin("nonsense")).toBeUndefined();
});
