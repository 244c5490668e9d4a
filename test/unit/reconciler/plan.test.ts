import { expect, test } from "vitest";
import type { Plan } from "../../../reconciler/change.ts";
import { entriesOf } from "../../../reconciler/change.ts";
import type { LiveMember, LookUp, Observed } from "../../../reconciler/observed.ts";
import { objectsToExplain, objectsToLookUp, planChanges } from "../../../reconciler/plan.ts";
import type { PlanContext } from "../../../reconciler/plan.ts";
import type { Baseline } from "../../../drift/baseline.ts";
import type { Effective } from "../../../reconciler/effective.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import type { Application } from "../../../src/api/application.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import { parseKey } from "../../../src/object/object-id.ts";
import { desiredFrom } from "../../support/desired.ts";

const app: Application = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop" }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };
const configMaps = (...names: string[]): Effective => desiredFrom(names.map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`).join("---\n"));

const member = (name: string, extra: Partial<LiveMember> = {}): LiveMember => {
  const key = `/ConfigMap/shop/${name}` as ObjectKey;
  const id = parseKey(key) ?? { group: "", kind: "", namespace: "", name: "" };
  return { key, id, apiVersion: "v1", uid: `uid-${name}`, resourceVersion: "7", ownHash: "own", othersHash: "others", terminating: false, finalizers: [], deletable: true, health: { status: "Current", message: "" }, ...extra };
};

/** The baselines of objects that are live as they were applied. */
const baselinesOf = (effective: Effective): Map<ObjectKey, Baseline> =>
  new Map(effective.objects.map(({ key, id, digest }) => [key, { uid: `uid-${id.name}`, desiredDigest: digest, apiVersion: "v1", ownHash: "own", othersHash: "others" }]));

function planOf(effective: Effective, live: { members?: LiveMember[]; lookUps?: Record<string, LookUp>; baselines?: Map<ObjectKey, Baseline>; context?: Partial<PlanContext> }): Plan {
  const observed: Observed = {
    members: new Map((live.members ?? []).map((one) => [one.key, one])),
    lookUps: new Map(Object.entries(live.lookUps ?? {}).map(([name, found]) => [`/ConfigMap/shop/${name}` as ObjectKey, found])),
    bodies: new Map(),
    answers: new Map(),
  };
  return planChanges(effective, observed, { app, account: { namespace: "shop", name: "deployer" }, operatorNamespace: "driftless-system", baselines: live.baselines ?? new Map(), reported: [], sameRevision: false, now: new Date(0), ...live.context });
}

const actions = (plan: Plan): string[] => entriesOf(plan).map(({ action, id }) => `${action} ${id.name}`);

test("nothing is planned for an object that is as it was applied", () => {
  const effective = configMaps("a");
  const plan = planOf(effective, { members: [member("a")], baselines: baselinesOf(effective) });
  expect([actions(plan), plan.unchanged]).toEqual([[], 1]);
  expect(objectsToExplain(effective, new Map([["/ConfigMap/shop/a" as ObjectKey, member("a")]]), new Map(), baselinesOf(effective))).toEqual([]);
});

test("an object that is proved absent is created", () => {
  expect(actions(planOf(configMaps("a"), { lookUps: { a: { kind: "Absent" } } }))).toEqual(["Create a"]);
});

test("an object that was live before and is absent now was deleted by somebody", () => {
  const effective = configMaps("a");
  const plan = planOf(effective, { lookUps: { a: { kind: "Absent" } }, baselines: baselinesOf(effective) });
  expect(actions(plan)).toEqual(["Revert a"]);
  expect(entriesOf(plan)[0]?.findings).toMatchObject([{ class: "Missing", object: "/ConfigMap/shop/a" }]);
});

test("new content is applied without reading the live object", () => {
  const before = baselinesOf(desiredFrom("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: old}\n"));
  expect(actions(planOf(configMaps("a"), { members: [member("a")], baselines: before }))).toEqual(["Configure a"]);
});

test("an object whose hash of ours has changed has to be explained by its content", () => {
  const effective = configMaps("a", "b");
  const members = new Map([member("a", { ownHash: "other" }), member("b")].map((one) => [one.key, one]));
  expect(objectsToExplain(effective, members, new Map(), baselinesOf(effective)).map(({ id }) => id.name)).toEqual(["a"]);
});

test("an object that is no member has to be looked up before it is created", () => {
  expect(objectsToLookUp(configMaps("a", "b"), new Map([[member("a").key, member("a")]])).map(({ id }) => id.name)).toEqual(["b"]);
});

test("an unowned object is adopted, a foreign one is refused with its owner", () => {
  const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "1" } };
  expect(actions(planOf(configMaps("a"), { lookUps: { a: { kind: "Unowned", live } } }))).toEqual(["Adopt a"]);
  const refused = planOf(configMaps("a"), { lookUps: { a: { kind: "Foreign", live, owner: "Helm release shop/web" } } });
  expect(actions(refused)).toEqual([]);
  expect(refused.blocked[0]?.reason).toContain("exists and belongs to Helm release shop/web");
});

const withPolicy = (adopt: "Never" | "Always"): Partial<PlanContext> => ({ app: { ...app, spec: { ...app.spec, sync: { adopt } } } });

test("an object that we remember and that lost every mark of ours is not adopted but looked at", () => {
  const effective = configMaps("a");
  const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "uid-a" } };
  const lookUps = new Map([["/ConfigMap/shop/a" as ObjectKey, { kind: "Unowned", live } as const]]);
  expect(objectsToExplain(effective, new Map(), lookUps, baselinesOf(effective)).map(({ id }) => id.name)).toEqual(["a"]);
  expect(objectsToExplain(effective, new Map(), lookUps, new Map())).toEqual([]);
});

test("with adopt Never an unowned object is refused, with Always a foreign one is taken over", () => {
  const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  expect(actions(planOf(configMaps("a"), { lookUps: { a: { kind: "Unowned", live } }, context: withPolicy("Never") }))).toEqual([]);
  expect(actions(planOf(configMaps("a"), { lookUps: { a: { kind: "Foreign", live, owner: "x" } }, context: withPolicy("Always") }))).toEqual(["Adopt a"]);
});

test("a namespace that is there is never adopted by itself", () => {
  const effective = desiredFrom("apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n");
  const lookUps = new Map([["/Namespace//other" as ObjectKey, { kind: "Unowned", live: { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } } } as const]]);
  const plan = planChanges(effective, { members: new Map(), lookUps, bodies: new Map(), answers: new Map() }, { app, account: { namespace: "shop", name: "d" }, operatorNamespace: "driftless-system", baselines: new Map(), reported: [], sameRevision: false, now: new Date(0) });
  expect(plan.blocked[0]?.reason).toContain("a Namespace is never taken over by itself");
});

test("a stale member is pruned, one without proof of ownership is kept", () => {
  const effective = configMaps("a");
  const plan = planOf(effective, { members: [member("a"), member("old"), member("doubtful", { deletable: false })], baselines: baselinesOf(effective) });
  expect(plan.prune.map(({ id }) => id.name)).toEqual(["old"]);
  expect(plan.kept.map(({ id }) => id.name)).toEqual(["doubtful"]);
});

test("nothing is pruned while anything is blocked", () => {
  const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const plan = planOf(configMaps("a"), { members: [member("old")], lookUps: { a: { kind: "Foreign", live, owner: "x" } } });
  expect([plan.prune, plan.kept.length]).toEqual([[], 1]);
});

test("with prune switched off stale members stay", () => {
  const effective = configMaps("a");
  const context = { app: { ...app, spec: { ...app.spec, sync: { prune: false } } } };
  expect(planOf(effective, { members: [member("a"), member("old")], baselines: baselinesOf(effective), context }).prune).toEqual([]);
});

test("an object that is being deleted is waited for", () => {
  const effective = configMaps("a");
  const plan = planOf(effective, { members: [member("a", { terminating: true })], baselines: baselinesOf(effective) });
  expect(plan.blocked).toMatchObject([{ kind: "Waiting" }]);
});

const finding = (name: string): DriftFinding => ({ object: `/ConfigMap/shop/${name}`, class: "Extra", path: "/data/x", detectedAt: "2026-01-01T00:00:00Z" });

test("a difference that is left alone is told as long as its object needs no new look", () => {
  const effective = configMaps("a", "b");
  const plan = planOf(effective, { members: [member("a"), member("b", { terminating: true })], baselines: baselinesOf(effective), context: { reported: [finding("a"), finding("b")] } });
  expect(plan.reported).toEqual([finding("a")]);
});

test("a plan is the same whatever the order of its input", () => {
  const forward = planOf(configMaps("a", "b", "c"), {});
  const backward = planOf(configMaps("c", "b", "a"), {});
  expect(actions(backward)).toEqual(actions(forward));
});
