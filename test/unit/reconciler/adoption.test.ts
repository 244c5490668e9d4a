import { describe, expect, test } from "vitest";
import { adoptionOf, claimOff } from "../../../reconciler/adoption.ts";
import type { Adoption, AdoptPolicy, FoundForeign } from "../../../reconciler/adoption.ts";
import type { EffectiveObject } from "../../../reconciler/effective.ts";
import { identityFrom, originOf } from "../../../reconciler/identity.ts";
import { CLAIM_ANNOTATION, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { shop } from "../../support/desired.ts";
import { oneObject } from "../../support/plan-cases.ts";

const configMap = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
const POLICIES: readonly AdoptPolicy[] = ["Never", "IfUnowned", "Always"];
const OWN_CLAIM = "inst-1/shop/shop";

const live = (claim?: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...(claim === undefined ? {} : { annotations: { [CLAIM_ANNOTATION]: claim } }) } });
const unowned = (claim?: string): FoundForeign => ({ kind: "Unowned", live: live(claim) });
const tool = (claim?: string): FoundForeign => ({ kind: "Foreign", live: live(claim), owner: "Helm release shop/web", application: undefined });
const application = (claim?: string): FoundForeign => ({ kind: "Foreign", live: live(claim), owner: "Application team/b", application: "team/b" });

const b = identityFrom("inst-1", "team/b");

interface LeftBehind {
  readonly object?: EffectiveObject;
  readonly claim?: string;
  readonly origin?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** Left by `team/b`, which is gone, with all marks of a member. */
function leftBehind({ object = configMap, claim = OWN_CLAIM, origin = originOf(b, object.id), labels = {}, managedFields = [ownLabel] }: LeftBehind): FoundForeign {
  const metadata = { name: "a", labels: { [PART_OF_LABEL]: b.setId, ...labels }, annotations: { [ORIGIN_ANNOTATION]: origin, [CLAIM_ANNOTATION]: claim }, managedFields };
  return { kind: "Foreign", live: { apiVersion: object.object.apiVersion, kind: object.id.kind, metadata }, owner: "Application team/b", application: "team/b" };
}

const ownLabel: ManagedFieldsEntry = { manager: "driftless", operation: "Apply", fieldsType: "FieldsV1", fieldsV1: { "f:metadata": { "f:labels": { [`f:${PART_OF_LABEL}`]: {} } } } };

const ownOrigin: ManagedFieldsEntry = { manager: "driftless", operation: "Apply", fieldsType: "FieldsV1", fieldsV1: { "f:metadata": { "f:annotations": { [`f:${ORIGIN_ANNOTATION}`]: {} } } } };

const controller = { apiVersion: "v1", kind: "Service", name: "s", uid: "1", controller: true };

/** Something with our label and no other mark. */
const copied = (ownerReferences: KubeObject["metadata"]["ownerReferences"] = []): FoundForeign => ({ kind: "Foreign", owner: "a controller that copied our label onto it", application: undefined, live: { ...live(), metadata: { name: "a", labels: { [PART_OF_LABEL]: shop.setId }, ownerReferences } } });

const told = (adoption: Adoption): string => (adoption.kind === "Claim" ? `Claim ${adoption.owner}${adoption.claimed ? " again" : ""}` : adoption.kind === "Refuse" ? `Refuse: ${adoption.reason}` : adoption.kind);
const decide = (found: FoundForeign, policy: AdoptPolicy, { alive = true, object = configMap } = {}): string => told(adoptionOf(object, found, { identity: shop, policy, isAlive: () => alive }));

const released = (name: string, labels = "{}", kind = "ConfigMap") => oneObject(`{apiVersion: v1, kind: ${kind}, metadata: {name: a, labels: ${labels}, annotations: {meta.helm.sh/release-name: ${name}, meta.helm.sh/release-namespace: shop}}}`);
const foundReleased = (name: string, labels = "{}"): FoundForeign => ({ kind: "Foreign", live: released(name, labels).object, owner: "Helm release shop/web", application: undefined });

describe("an object of a Helm release", () => {
  test("is our own where our source has the same release recorded", () => {
    expect(decide(foundReleased("web"), "IfUnowned", { object: released("web") })).toBe("TakeOver");
    expect(decide(foundReleased("web"), "Never", { object: released("web") })).toMatch(/^Refuse: /);
    expect(decide(foundReleased("web"), "IfUnowned", { object: released("other") })).toMatch(/^Refuse: exists and belongs to Helm release/);
  });

  test("still has to be asked for where its later prune would hurt others, and where Flux goes on with it", () => {
    expect(decide(foundReleased("web"), "IfUnowned", { object: released("web", "{}", "Namespace") })).toMatch(/^Refuse: exists and is nobody's; a Namespace is never taken over by itself/);
    const flux = "{helm.toolkit.fluxcd.io/name: web}";
    expect(decide(foundReleased("web", flux), "IfUnowned", { object: released("web", flux) })).toMatch(/^Refuse: exists and belongs to/);
  });
});

describe("with adopt Never, IfUnowned, Always, an object", () => {
  test.each<[string, FoundForeign, boolean, string[]]>([
    ["that is nobody's", unowned(), true, ["Refuse: exists and is nobody's, and adopting is forbidden", "TakeOver", "TakeOver"]],
    ["that another tool holds", tool(), true, ["Refuse: exists and belongs to Helm release shop/web", "Refuse: exists and belongs to Helm release shop/web", "TakeOver"]],
    ["that another Application holds", application(), true, ["Refuse: exists and belongs to Application team/b, and adopting is forbidden", "Claim team/b", "Claim team/b"]],
    ["that another Application holds, and that we have claimed", application(OWN_CLAIM), true, ["Refuse: exists and belongs to Application team/b, and adopting is forbidden", "Claim team/b again", "Claim team/b again"]],
    ["that another Application holds, and that a third one has claimed", application("inst-1/team/c"), true, ["Refuse: exists and belongs to Application team/b, and adopting is forbidden", "Claim team/b", "Claim team/b"]],
    ["that an Application left behind which is gone", application(), false, ["Refuse: exists and is nobody's, and adopting is forbidden", "TakeOver", "TakeOver"]],
    ["that is nobody's and carries a claim of ours, which anybody can write", unowned(OWN_CLAIM), true, ["Refuse: exists and is nobody's, and adopting is forbidden", "TakeOver", "TakeOver"]],
    ["that another tool holds and that carries a claim of ours", tool(OWN_CLAIM), true, ["Refuse: exists and belongs to Helm release shop/web", "Refuse: exists and belongs to Helm release shop/web", "TakeOver"]],
    ["that an Application left behind, claimed by us, and that another tool has taken since", leftBehind({ labels: { "helm.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/namespace": "shop" } }), false, ["Refuse: exists and belongs to Flux HelmRelease shop/web", "Refuse: exists and belongs to Flux HelmRelease shop/web", "TakeOver"]],
  ])("%s", (_name, found, alive, expected) => {
    for (const [index, policy] of POLICIES.entries()) expect(decide(found, policy, { alive })).toContain(expected[index]);
  });
});

describe("what would hurt others when it is pruned later", () => {
  const kinds: [string, string][] = [
    ["v1", "Namespace"], ["apiextensions.k8s.io/v1", "CustomResourceDefinition"], ["v1", "PersistentVolume"], ["v1", "PersistentVolumeClaim"], ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"], ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"], ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"],
  ];

  test.each(kinds)("%s %s is taken over only when somebody says so, or when an Application that is gone left it to us", (apiVersion, kind) => {
    const object = oneObject(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}}`);
    const refused = `Refuse: exists and is nobody's; a ${kind} is never taken over by itself: set spec.sync.adopt: Always`;
    for (const found of [unowned(), unowned(OWN_CLAIM), leftBehind({ object, claim: "inst-1/team/c" }), leftBehind({ object, managedFields: [] }), leftBehind({ object, origin: "inst-1/team/b#/ConfigMap/shop/other" })]) {
      expect(decide(found, "IfUnowned", { object, alive: false })).toContain(refused);
    }
    expect([decide(unowned(), "Always", { object }), decide(leftBehind({ object }), "IfUnowned", { object, alive: false })]).toEqual(["TakeOver", "TakeOver"]);
  });

  test("is claimed first, and taken over then, where its Application is alive, has it no more and lost its label", () => {
    const object = oneObject("{apiVersion: v1, kind: Namespace, metadata: {name: a}}");
    const context = { identity: shop, policy: "IfUnowned", isAlive: () => true, holds: () => false } as const;
    const lost = (claim: string): FoundForeign => {
      const { live: { metadata: { labels: _labels, ...metadata }, ...rest }, ...found } = leftBehind({ object, claim, managedFields: [ownOrigin] });
      return { ...found, kind: "Foreign", owner: "Application team/b", application: "team/b", live: { ...rest, metadata } };
    };
    expect([lost("inst-1/team/c"), lost(OWN_CLAIM)].map((found) => told(adoptionOf(object, found, context)))).toEqual(["Claim team/b", "TakeOver"]);
    expect(told(adoptionOf(object, leftBehind({ object, managedFields: [] }), context))).toContain("Refuse");
  });

  test("with our own label and no other mark is nobody's, unless a controller put it there", () => {
    const context = { identity: shop, policy: "IfUnowned", isAlive: () => true, applicationOf: () => "shop/shop" } as const;
    expect(told(adoptionOf(configMap, copied(), context))).toBe("TakeOver");
    expect(told(adoptionOf(configMap, copied([controller]), context))).toContain("Refuse: exists and belongs to Service s, which controls it");
  });

  test("is claimed from the Application that its label names, where its origin was taken off by hand", () => {
    const found: FoundForeign = { kind: "Foreign", owner: "ApplySet x", application: undefined, live: { ...live(), metadata: { name: "a", labels: { [PART_OF_LABEL]: b.setId } } } };
    const context = { identity: shop, policy: "IfUnowned", isAlive: () => true } as const;
    expect(told(adoptionOf(configMap, found, { ...context, applicationOf: (setId) => (setId === b.setId ? "team/b" : undefined) }))).toBe("Claim team/b");
    expect(told(adoptionOf(configMap, found, context))).toContain("Refuse: exists and belongs to ApplySet x");
    const other = { ...found, live: { ...found.live, metadata: { ...found.live.metadata, annotations: { [ORIGIN_ANNOTATION]: "inst-2/team/b#/ConfigMap/shop/a" } } } };
    expect(told(adoptionOf(configMap, other, { ...context, applicationOf: () => "team/b" }))).toContain("Refuse");
  });
});

test.each(POLICIES)("what a controller has made is not taken over with adopt %s", (policy) => {
  const found: FoundForeign = { kind: "Foreign", owner: "Service s", application: undefined, live: { ...live(), metadata: { name: "a", ownerReferences: [controller] } } };
  expect(decide(found, policy)).toBe("Refuse: exists and belongs to Service s, which controls it; leave it out of the source, or remove it there first");
});

test("every refusal says the way out", () => {
  expect(decide(tool(), "IfUnowned")).toBe("Refuse: exists and belongs to Helm release shop/web; remove it there first, or set spec.sync.adopt: Always, or the annotation driftless.dev/adopt: Always on the object, to take it over");
  expect(decide(unowned(), "Never")).toBe("Refuse: exists and is nobody's, and adopting is forbidden; delete it, or allow IfUnowned to take it over");
});

test("a claim is taken off when it was answered, if it is still that one", () => {
  const path = "/metadata/annotations/driftless.dev~1claimed-by";
  expect([claimOff(live()), claimOff(live(OWN_CLAIM))]).toEqual([[], [{ op: "test", path, value: OWN_CLAIM }, { op: "remove", path }]]);
});
