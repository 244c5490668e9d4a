import { describe, expect, test } from "vitest";
import { adoptionOf, claimOff } from "../../../reconciler/adoption.ts";
import type { Adoption, AdoptPolicy, FoundForeign } from "../../../reconciler/adoption.ts";
import { CLAIM_ANNOTATION } from "../../../src/api/group.ts";
import { shop } from "../../support/desired.ts";
import { oneObject } from "../../support/plan-cases.ts";

const configMap = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
const POLICIES: readonly AdoptPolicy[] = ["Never", "IfUnowned", "Always"];
const OWN_CLAIM = "inst-1/shop/shop";

const live = (claim?: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...(claim === undefined ? {} : { annotations: { [CLAIM_ANNOTATION]: claim } }) } });
const unowned = (claim?: string): FoundForeign => ({ kind: "Unowned", live: live(claim) });
const tool = (claim?: string): FoundForeign => ({ kind: "Foreign", live: live(claim), owner: "Helm release shop/web", application: undefined });
const application = (claim?: string): FoundForeign => ({ kind: "Foreign", live: live(claim), owner: "Application team/b", application: "team/b" });

const told = (adoption: Adoption): string => (adoption.kind === "Claim" ? `Claim ${adoption.owner}${adoption.claimed ? " again" : ""}` : adoption.kind === "Refuse" ? `Refuse: ${adoption.reason}` : adoption.kind);
const decide = (found: FoundForeign, policy: AdoptPolicy, { alive = true, object = configMap } = {}): string => told(adoptionOf(object, found, { identity: shop, policy, isAlive: () => alive }));

describe("with adopt Never, IfUnowned, Always, an object", () => {
  test.each<[string, FoundForeign, boolean, string[]]>([
    ["that is nobody's", unowned(), true, ["Refuse: exists and is nobody's, and adopting is forbidden", "TakeOver", "TakeOver"]],
    ["that another tool holds", tool(), true, ["Refuse: exists and belongs to Helm release shop/web", "Refuse: exists and belongs to Helm release shop/web", "TakeOver"]],
    ["that another Application holds", application(), true, ["Refuse: exists and belongs to Application team/b, and adopting is forbidden", "Claim team/b", "Claim team/b"]],
    ["that another Application holds, and that we have claimed", application(OWN_CLAIM), true, ["Refuse: exists and belongs to Application team/b, and adopting is forbidden", "Claim team/b again", "Claim team/b again"]],
    ["that another Application holds, and that a third one has claimed", application("inst-1/team/c"), true, ["Refuse: exists and belongs to Application team/b, and adopting is forbidden", "Claim team/b", "Claim team/b"]],
    ["that an Application left behind which is gone", application(), false, ["Refuse: exists and is nobody's, and adopting is forbidden", "TakeOver", "TakeOver"]],
    ["that was handed over to us", unowned(OWN_CLAIM), true, ["TakeOver", "TakeOver", "TakeOver"]],
    ["that was handed over to us and carries the marks of a tool from before", tool(OWN_CLAIM), true, ["TakeOver", "TakeOver", "TakeOver"]],
    ["that was handed over to another one", unowned("inst-1/team/c"), true, ["Refuse: exists and is nobody's, and adopting is forbidden", "TakeOver", "TakeOver"]],
  ])("%s", (_name, found, alive, expected) => {
    for (const [index, policy] of POLICIES.entries()) expect(decide(found, policy, { alive })).toContain(expected[index]);
  });
});

describe("what would hurt others when it is pruned later", () => {
  const kinds: [string, string][] = [
    ["v1", "Namespace"], ["apiextensions.k8s.io/v1", "CustomResourceDefinition"], ["v1", "PersistentVolume"], ["v1", "PersistentVolumeClaim"], ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"], ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"], ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"],
  ];

  test.each(kinds)("%s %s is taken over only when somebody says so, or when it was handed over", (apiVersion, kind) => {
    const object = oneObject(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}}`);
    expect(decide(unowned(), "IfUnowned", { object })).toContain(`Refuse: exists and is nobody's; a ${kind} is never taken over by itself: set spec.sync.adopt: Always`);
    expect([decide(unowned(), "Always", { object }), decide(unowned(OWN_CLAIM), "IfUnowned", { object })]).toEqual(["TakeOver", "TakeOver"]);
  });
});

test("every refusal says the way out", () => {
  expect(decide(tool(), "IfUnowned")).toBe("Refuse: exists and belongs to Helm release shop/web; remove it there first, or set spec.sync.adopt: Always, or the annotation driftless.dev/adopt: Always on the object, to take it over");
  expect(decide(unowned(), "Never")).toBe("Refuse: exists and is nobody's, and adopting is forbidden; delete it, or allow IfUnowned to take it over");
});

test("a claim is taken off when it was answered, if it is still that one", () => {
  const path = "/metadata/annotations/driftless.dev~1claimed-by";
  expect([claimOff(live()), claimOff(live(OWN_CLAIM))]).toEqual([[], [{ op: "test", path, value: OWN_CLAIM }, { op: "remove", path }]]);
});
