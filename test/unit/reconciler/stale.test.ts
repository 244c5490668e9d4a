import { describe, expect, test } from "vitest";
import type { LiveMember } from "../../../reconciler/observed.ts";
import type { PlanContext } from "../../../reconciler/plan-context.ts";
import { staleMembers } from "../../../reconciler/stale.ts";
import type { Delay } from "../../../reconciler/stale.ts";
import { displayId } from "../../../src/object/object-id.ts";
import { configMapMember, contextWith, memberAt, namesOf } from "../../support/plan-cases.ts";

interface Given {
  readonly stale: readonly LiveMember[];
  readonly desired?: readonly LiveMember[];
  readonly delay?: Partial<Delay>;
  readonly context?: Partial<PlanContext>;
}

/** What becomes of the stale members: names deleted now and later, handed over, and kept with kind and reason. */
function fate({ stale, desired = [], delay = {}, context = {} }: Given) {
  const members = new Map([...stale, ...desired].map((member) => [member.key, member]));
  const { now, later, transfers, kept } = staleMembers(new Set(desired.map(({ key }) => key)), members, { keepAll: undefined, incomplete: undefined, notYet: undefined, ...delay }, contextWith(context));
  return { now: namesOf(now), later: namesOf(later), transfers: transfers.map(({ id, to }) => `${id.name} to ${to}`), kept: kept.map(({ id, kind, reason }) => `${id.name} ${kind}: ${reason}`) };
}

const claimed = (by = "inst-1/team/b"): LiveMember => configMapMember("x", { claimedBy: by });
const wants = (answer: "Yes" | "No" | "Unknown"): Partial<PlanContext> => ({ wants: () => answer });

describe("a member that another Application has claimed", () => {
  test.each<[string, Given, object]>([
    ["is handed over where that one still wants it", { stale: [claimed()], context: wants("Yes") }, { now: [], transfers: ["x to team/b"] }],
    ["is deleted where that one does not want it any more", { stale: [claimed()], context: wants("No") }, { now: ["x"], transfers: [] }],
    ["waits until that one has been looked at", { stale: [claimed()], context: wants("Unknown") }, { now: [], transfers: [], kept: ["x Waiting: is claimed by Application team/b, which has not looked at the newest content yet"] }],
    ["is deleted where that one is gone", { stale: [claimed()], context: { ...wants("Yes"), isAlive: () => false } }, { now: ["x"] }],
    ["is deleted where the claim is another installation's", { stale: [claimed("inst-2/team/b")], context: wants("Yes") }, { now: ["x"] }],
    ["is deleted where the claim is our own, answered before", { stale: [claimed("inst-1/shop/shop")], context: wants("Yes") }, { now: ["x"] }],
    ["is deleted where the claim is none", { stale: [claimed("nonsense")], context: wants("Yes") }, { now: ["x"] }],
    ["is handed over although prune is off: nothing is deleted by that", { stale: [configMapMember("x", { claimedBy: "inst-1/team/b", policy: { prune: false, reconcile: true, wave: 0 } })], context: wants("Yes") }, { transfers: ["x to team/b"] }],
    ["is handed over although its label is not proved to be ours: that counts for deleting", { stale: [configMapMember("x", { claimedBy: "inst-1/team/b", deletable: false })], context: wants("Yes") }, { transfers: ["x to team/b"] }],
    ["is handed over although news has still to be applied", { stale: [claimed()], context: wants("Yes"), delay: { notYet: "later" } }, { transfers: ["x to team/b"] }],
    ["stays while the newest content does not count", { stale: [claimed()], context: wants("Yes"), delay: { keepAll: "a window is closed" } }, { transfers: [], kept: ["x Waiting: a window is closed"] }],
    ["is handed over although something else is held up: that may wait for it", { stale: [claimed()], context: wants("Yes"), delay: { incomplete: "a is blocked" } }, { transfers: ["x to team/b"] }],
  ])("%s", (_name, given, expected) => {
    expect(fate(given)).toMatchObject(expected);
  });
});

describe("a stale member", () => {
  test.each<[string, Given, string[]]>([
    ["is kept for good where its annotations ask for that", { stale: [configMapMember("x", { policy: { prune: false, reconcile: true, wave: 0 } })] }, ["x Kept: its annotations ask to keep it"]],
    ["is kept for good where it is not to be touched", { stale: [configMapMember("x", { policy: { prune: true, reconcile: false, wave: 0 } })] }, ["x Kept: its annotations ask to keep it"]],
    ["is kept for good with that reason also while all wait", { stale: [configMapMember("x", { deletable: false })], delay: { keepAll: "a is blocked" } }, ["x Kept: its label is not proved to be ours (managedFields were rewritten)"]],
    ["that goes already is told with what holds it", { stale: [configMapMember("x", { terminating: true, finalizers: ["example.com/a", "example.com/b"] })] }, ["x Waiting: is being deleted, held by example.com/a, example.com/b"]],
    ["that holds what is desired is kept for good", { stale: [memberAt("/Namespace//other")], desired: [memberAt("/ConfigMap/other/a")] }, ["other Kept: ConfigMap other/a, which is still desired, would go with it"]],
    ["that defines what is desired is kept for good", { stale: [memberAt("apiextensions.k8s.io/CustomResourceDefinition//widgets.example.com")], desired: [memberAt("example.com/Widget/shop/w")] }, ["widgets.example.com Kept: Widget.example.com shop/w, which is still desired, would go with it"]],
  ])("%s", (_name, given, kept) => {
    expect(fate(given)).toMatchObject({ now: [], later: [], kept });
  });

  test("that holds the rights of a binding which is kept is kept with it", () => {
    const role = memberAt("rbac.authorization.k8s.io/ClusterRole//deploy");
    const binding = memberAt("rbac.authorization.k8s.io/ClusterRoleBinding//deploy", { grantsTo: ["shop/deployer"], grantedRole: role.key });
    const reasons = ["deploy Kept: it holds the rights of the account that this Application writes as", "deploy Kept: it gives rights to the account that this Application writes as"];
    expect(fate({ stale: [role, binding] })).toMatchObject({ now: [], later: [], kept: reasons });
    expect(fate({ stale: [role], desired: [binding] })).toMatchObject({ now: [], later: [], kept: reasons.slice(0, 1) });
  });

  test("goes after what needs it is gone; what waits is planned", () => {
    const stale = [memberAt("/Namespace//other"), memberAt("/ConfigMap/other/a")];
    expect(fate({ stale })).toMatchObject({ now: ["a"], later: ["other"], kept: ["other Waiting: waits for ConfigMap other/a to be gone"] });
  });

  test("of a kind that is defined by a desired member keeps the stale workload that runs it", () => {
    const [definition, widget, operator] = [memberAt("apiextensions.k8s.io/CustomResourceDefinition//widgets.example.com"), memberAt("example.com/Widget/shop/w"), memberAt("apps/Deployment/shop/operator")];
    expect(fate({ stale: [widget, operator], desired: [definition] })).toMatchObject({ now: ["w"], later: ["operator"] });
  });

  test("that others live in stays with them, also where they are no longer desired", () => {
    const inside = memberAt("/ConfigMap/other/a", { policy: { prune: false, reconcile: true, wave: 0 } });
    expect(fate({ stale: [memberAt("/Namespace//other"), inside] })).toMatchObject({ now: [], later: [], kept: [expect.anything(), "other Kept: ConfigMap other/a, which stays, would go with it"] });
  });

  test("is planned also while something is not applied", () => {
    expect(fate({ stale: [configMapMember("x")], delay: { incomplete: "a is not" } })).toMatchObject({ now: [], later: ["x"], kept: ["x Waiting: a is not"] });
  });

  test("goes only when it is known which of them another Application wants", () => {
    expect(fate({ stale: [claimed(), configMapMember("y")], context: wants("Unknown") })).toMatchObject({ now: [], later: ["x", "y"] });
  });

  test("goes only when the rest of the plan is carried out, but is planned", () => {
    expect(fate({ stale: [configMapMember("b"), configMapMember("a")], delay: { notYet: "waits until everything is applied" } })).toEqual({ now: [], later: ["a", "b"], transfers: [], kept: ["a Waiting: waits until everything is applied", "b Waiting: waits until everything is applied"] });
  });
});

const inWave = (key: string, wave: number, extra: Partial<LiveMember> = {}): LiveMember => memberAt(key, { policy: { prune: true, reconcile: true, wave }, ...extra });

describe("later waves go first", () => {
  test("step by step, by what is gone", () => {
    const [low, high] = [inWave("/ConfigMap/shop/low", -1), inWave("/ConfigMap/shop/high", 3)];
    expect(fate({ stale: [low, high] })).toMatchObject({ now: ["high"], later: ["low"], kept: ["low Waiting: waits for wave 3 to be gone"] });
    expect(fate({ stale: [low, { ...high, terminating: true }] })).toMatchObject({ now: [], later: ["low"] });
    expect(fate({ stale: [low] })).toMatchObject({ now: ["low"], later: [] });
  });

  test("save what waits itself for something of an earlier wave: nothing waits in a circle", () => {
    const [workload, settings] = [inWave("apps/Deployment/shop/web", 0), inWave("/ConfigMap/shop/settings", 1)];
    expect(fate({ stale: [workload, settings] })).toMatchObject({ now: ["web"], later: ["settings"] });
  });
});

describe("what replaces a member works before that goes:", () => {
  const sick = { createdAt: 2, health: { status: "InProgress", message: "0 of 1 ready" } } as const;
  const [deployment, statefulSet] = ["apps/Deployment/shop/new", "apps/StatefulSet/shop/new"];

  test.each<[string, LiveMember, LiveMember, boolean]>([
    ["a younger one of its kind that is on its way holds it", memberAt("apps/Deployment/shop/old", { createdAt: 1 }), memberAt(deployment, sick), true],
    ["a younger one of its kind that has failed holds it", memberAt("apps/Deployment/shop/old", { createdAt: 1 }), memberAt(deployment, { createdAt: 2, health: { status: "Failed", message: "0 of 1 ready" } }), true],
    ["a healthy one does not", memberAt("apps/Deployment/shop/old", { createdAt: 1 }), memberAt(deployment, { createdAt: 2 }), false],
    ["an older one was sick before", memberAt("apps/Deployment/shop/old", { createdAt: 3 }), memberAt(deployment, sick), false],
    ["a younger workload of another kind holds it: a kind can be changed", memberAt("apps/Deployment/shop/old", { createdAt: 1 }), memberAt(statefulSet, sick), true],
    ["one of another namespace does not", memberAt("apps/Deployment/other/old", { createdAt: 1 }), memberAt(statefulSet, sick), false],
    ["a Job is in nobody's place", memberAt("apps/Deployment/shop/old", { createdAt: 1 }), memberAt("batch/Job/shop/new", sick), false],
    ["and nothing is in the place of a Job but a Job", memberAt("batch/Job/shop/old", { createdAt: 1 }), memberAt(statefulSet, sick), false],
    ["configuration stays while a workload of its namespace rolls", configMapMember("old"), memberAt(deployment, sick), true],
    ["and a Secret as well", memberAt("/Secret/shop/old"), memberAt(statefulSet, sick), true],
    ["configuration of another namespace does not", memberAt("/ConfigMap/other/old"), memberAt(deployment, sick), false],
    ["configuration does not stay for a workload that has failed: nothing rolls", configMapMember("old"), memberAt(deployment, { createdAt: 2, health: { status: "Failed", message: "0 of 1 ready" } }), false],
    ["a quota, for which a workload may be waiting, goes at once", memberAt("/ResourceQuota/shop/old"), memberAt(deployment, sick), false],
  ])("%s", (_name, old, replacement, holds) => {
    const { now, later, kept } = fate({ stale: [old], desired: [replacement] });
    const wayOut = old.id.kind === "Deployment" && replacement.health.status === "Failed" ? ". If it needs what this one has, such as a port or a volume, delete this one by hand" : "";
    expect([now, later, kept]).toEqual(holds ? [[], ["old"], [`old Waiting: waits for ${displayId(replacement.id)} to be healthy: 0 of 1 ready${wayOut}`]] : [["old"], [], []]);
  });

  test("what a held workload needs stays with it, save what may hold up the new one", () => {
    const stale = ["apps/Deployment/shop/old", "/ServiceAccount/shop/used", "/PersistentVolumeClaim/shop/used-data", "/ResourceQuota/shop/limit", "networking.k8s.io/NetworkPolicy/shop/policy"].map((key) => memberAt(key, { createdAt: 1 }));
    expect(fate({ stale, desired: [memberAt(statefulSet, sick)] })).toMatchObject({ now: ["limit", "policy"], later: ["used-data", "used", "old"] });
  });
});
