import { describe, expect, test } from "vitest";
import { entriesOf, hasChanges, hasNews } from "../../../reconciler/change.ts";
import { planChanges, withoutDeletes } from "../../../reconciler/plan.ts";
import type { DriftFinding } from "../../../src/api/drift-report.ts";
import { desiredFrom } from "../../support/desired.ts";
import { actionsOf, baselinesOf, configMapMember, configMaps, contextWith, namesOf, observedWith, planWith, shopWith } from "../../support/plan-cases.ts";

const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "1" } };
const foreign = { kind: "Foreign", live, owner: "Helm release shop/web", application: undefined } as const;

test("nothing is planned for an object that is as it was applied", () => {
  const effective = configMaps("a");
  const plan = planWith(effective, { members: [configMapMember("a")] }, { baselines: baselinesOf(effective) });
  expect([actionsOf(plan), plan.unchanged, hasChanges(plan), hasNews(plan)]).toEqual([[], 1, false, false]);
});

test("an object that is proved absent is created", () => {
  expect(actionsOf(planWith(configMaps("a"), { lookUps: { a: { kind: "Absent" } } }))).toEqual(["Create a"]);
});

test("an object that was live before and is absent now was deleted by somebody", () => {
  const effective = configMaps("a");
  const plan = planWith(effective, { lookUps: { a: { kind: "Absent" } } }, { baselines: baselinesOf(effective) });
  expect([actionsOf(plan), hasNews(plan)]).toEqual([["Revert a"], false]);
  expect(entriesOf(plan)[0]?.corrections).toMatchObject([{ class: "Missing", object: "/ConfigMap/shop/a" }]);
});

test("new content is applied without reading the live object", () => {
  const before = baselinesOf(desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: old}}"));
  expect(actionsOf(planWith(configMaps("a"), { members: [configMapMember("a")] }, { baselines: before }))).toEqual(["Configure a"]);
});

test("an unowned object is adopted, a foreign one is refused with its owner and its place in the source", () => {
  expect(actionsOf(planWith(configMaps("a"), { lookUps: { a: { kind: "Unowned", live } } }))).toEqual(["Adopt a"]);
  const refused = planWith(configMaps("a"), { lookUps: { a: foreign } });
  expect(actionsOf(refused)).toEqual([]);
  expect(refused.blocked[0]?.reason).toMatch(/^app\.yaml:1: ConfigMap shop\/a: exists and belongs to Helm release shop\/web/);
});

const sync = (adopt: "Never" | "Always") => ({ app: shopWith({ sync: { adopt } }) });

test("with adopt Never an unowned object is refused, with Always a foreign one is taken over; the object's own word wins", () => {
  expect(actionsOf(planWith(configMaps("a"), { lookUps: { a: { kind: "Unowned", live } } }, sync("Never")))).toEqual([]);
  expect(actionsOf(planWith(configMaps("a"), { lookUps: { a: foreign } }, sync("Always")))).toEqual(["Adopt a"]);
  const asking = desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/adopt: Always}}}");
  expect(actionsOf(planWith(asking, { lookUps: { a: foreign } }, sync("Never")))).toEqual(["Adopt a"]);
});

describe("what is stale", () => {
  const effective = configMaps("a");
  const baselines = baselinesOf(effective);

  test("is pruned; what is not proved to be ours is kept", () => {
    const plan = planWith(effective, { members: [configMapMember("a"), configMapMember("old"), configMapMember("doubtful", { deletable: false })] }, { baselines });
    expect([namesOf(plan.prune), namesOf(plan.kept), hasNews(plan)]).toEqual([["old"], ["doubtful"], true]);
  });

  test("is not pruned while anything is blocked, and says by what", () => {
    const plan = planWith(effective, { members: [configMapMember("old")], lookUps: { a: foreign } });
    expect([plan.prune, namesOf(plan.pruneLater), plan.kept]).toMatchObject([[], ["old"], [{ kind: "Waiting", reason: "waits until everything is applied; ConfigMap shop/a is not" }]]);
  });

  test("goes after what the source brings is applied: it is planned, and not for now", () => {
    const plan = planWith(effective, { members: [configMapMember("old")] });
    expect([actionsOf(plan), plan.prune, namesOf(plan.pruneLater), plan.kept]).toMatchObject([["Create a"], [], ["old"], [{ kind: "Waiting", reason: "waits until everything is applied" }]]);
  });

  test("does not wait for the correction of drift", () => {
    const plan = planWith(effective, { members: [configMapMember("old")], lookUps: { a: { kind: "Absent" } } }, { baselines });
    expect([actionsOf(plan), namesOf(plan.prune)]).toEqual([["Revert a"], ["old"]]);
  });

  test("stays where prune is switched off", () => {
    expect(planWith(effective, { members: [configMapMember("a"), configMapMember("old")] }, { baselines, app: shopWith({ sync: { prune: false } }) }).prune).toEqual([]);
  });

  test("stays, all of it, where deletes are held up from outside", () => {
    const plan = planWith(effective, { members: [configMapMember("a"), configMapMember("doubtful", { deletable: false }), configMapMember("old")] }, { baselines });
    const held = withoutDeletes(plan, "the brake is on");
    expect([held.prune, held.pruneLater, held.kept.map(({ id, kind, reason }) => `${id.name} ${kind} ${reason}`)]).toEqual([[], [], ["doubtful Kept its label is not proved to be ours (managedFields were rewritten)", "old Waiting the brake is on"]]);
  });
});

test("an object that is being deleted is waited for, and what lives in it or is defined by it is not sent", () => {
  const inside = desiredFrom("{apiVersion: v1, kind: Namespace, metadata: {name: other}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}");
  const plan = planWith(inside, { lookUps: { "/Namespace//other": { kind: "Terminating" } } });
  expect([actionsOf(plan), plan.blocked]).toMatchObject([["Create b"], [{ kind: "Waiting", leaving: true }, { kind: "Waiting", reason: expect.stringContaining("waits for Namespace other, which is being deleted") }]]);
});

const finding = (name: string): DriftFinding => ({ object: `/ConfigMap/shop/${name}`, class: "Extra", path: "/data/x", detectedAt: "2026-01-01T00:00:00Z" });

test("a difference that is left alone is told as long as its object needs no new look, and so are notes", () => {
  const effective = configMaps("a", "b");
  const notes = new Map(effective.objects.map(({ key, id }) => [key, [`note on ${id.name}`]]));
  const plan = planWith(effective, { members: [configMapMember("a"), configMapMember("b", { terminating: true })] }, { baselines: baselinesOf(effective), reported: [finding("a"), finding("b")], notes });
  expect([plan.reported, plan.notes]).toEqual([[finding("a")], ["note on a"]]);
});

test("an object that another Application claims is told to be wanted elsewhere, until that one is known not to want it", () => {
  const effective = configMaps("a");
  const notes = (wants: "Yes" | "No" | "Unknown") => planWith(effective, { members: [configMapMember("a", { claimedBy: "inst-1/team/b" })] }, { baselines: baselinesOf(effective), wants: () => wants }).notes;
  const note = "ConfigMap shop/a is also wanted by Application team/b; it stays here until it is taken out of this source";
  expect([notes("Yes"), notes("No"), notes("Unknown")]).toEqual([[note], [], [note]]);
});

test("an object of another Application is claimed once, and asks for nothing when it has been", () => {
  const claimed = { ...live, metadata: { ...live.metadata, annotations: { "driftless.dev/claimed-by": "inst-1/shop/shop" } } };
  const found = (object: typeof live) => ({ a: { kind: "Foreign", live: object, owner: "Application team/b", application: "team/b" } }) as const;
  const [first, again] = [live, claimed].map((object) => planWith(configMaps("a"), { lookUps: found(object) }));
  expect([first?.claims, first?.blocked]).toMatchObject([[{ owner: "team/b", uid: "1", claimed: false }], [{ kind: "Waiting", reason: expect.stringContaining("belongs to Application team/b, which still wants it") }]]);
  expect([first, again].map((plan) => plan !== undefined && [hasChanges(plan), hasNews(plan)])).toEqual([[true, true], [false, false]]);
});

test("making a plan changes nothing of what it is made from", () => {
  const [observed, context] = [observedWith({ members: [configMapMember("old")] }), contextWith()];
  const effective = configMaps("b", "a");
  const before = structuredClone([effective, observed]);
  planChanges(effective, observed, context);
  expect([effective, observed]).toEqual(before);
});
