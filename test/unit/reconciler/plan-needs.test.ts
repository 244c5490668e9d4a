import { describe, expect, test } from "vitest";
import { compileRules } from "../../../drift/rules.ts";
import type { Effective } from "../../../reconciler/effective.ts";
import type { LiveMember, LookUp } from "../../../reconciler/observed.ts";
import { objectsToAsk, objectsToExplain, objectsToLookUp } from "../../../reconciler/plan-needs.ts";
import type { NeedsContext } from "../../../reconciler/plan-needs.ts";
import { desiredFrom } from "../../support/desired.ts";
import { entryOf, ownEntryOf } from "../../support/owned-object.ts";
import { baselinesOf, configMapMember, configMaps, contextWith, goodOf, liveOf, namesOf, observedWith, oneObject } from "../../support/plan-cases.ts";

const context = (extra: Partial<NeedsContext> = {}): NeedsContext => ({ ...contextWith(), full: false, ...extra });
const explained = (effective: Effective, members: readonly LiveMember[], extra: Partial<NeedsContext> = {}, lookUps: Readonly<Record<string, LookUp>> = {}): string[] => {
  const observed = observedWith({ members, lookUps });
  return namesOf(objectsToExplain(effective, observed.members, observed.lookUps, context(extra)));
};
const lookedUp = (effective: Effective, members: readonly LiveMember[], extra: Partial<NeedsContext> = {}): string[] => namesOf(objectsToLookUp(effective, observedWith({ members }).members, context(extra)));
const withSsa = (ssa: string): Effective => desiredFrom(`{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/ssa: ${ssa}}}}`);
const live = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "uid-a" } };

describe("looked up is", () => {
  test("an object that no watch shows as a member, before it is created", () => {
    expect(lookedUp(configMaps("a", "b"), [configMapMember("a")])).toEqual(["b"]);
  });

  test("a shared object until it is known to be as desired, and at a look at everything", () => {
    const effective = withSsa("Merge");
    const settled = new Map(effective.objects.map(({ key, digest }) => [key, digest]));
    expect([lookedUp(effective, []), lookedUp(effective, [], { settled }), lookedUp(effective, [], { settled, full: true })]).toEqual([["a"], [], ["a"]]);
  });

  test("nothing that is left alone", () => {
    expect(lookedUp(withSsa("Ignore"), [], { full: true })).toEqual([]);
  });
});

const ignored = (applied: Effective): Partial<NeedsContext> => ({ treatment: () => "Ignore", baselines: baselinesOf(applied), lastGood: goodOf(applied) });
const deployment = (spec: string) => desiredFrom(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {${spec}}}`);

describe("the content is read of", () => {
  const effective = configMaps("a", "b");
  const baselines = baselinesOf(effective);

  test("what the source changes where differences were told and left, or a person holds it: they decide what is sent", () => {
    const older = new Map([...baselines].map(([key, baseline]) => [key, { ...baseline, desiredDigest: "older" }]));
    const left = new Map([...older].map(([key, baseline], index) => [key, index === 0 ? { ...baseline, resourceVersion: "7" } : baseline]));
    const hold = { kind: "Hold", value: "1h", until: 3_600_000, isCut: false, by: "kubectl-annotate" } as const;
    const [a, b] = [configMapMember("a"), configMapMember("b")];
    expect([explained(effective, [a, b], { baselines: older }), explained(effective, [a, b], { baselines: left }), explained(effective, [a, { ...b, hold }], { baselines: older }), explained(effective, [a, b], { baselines: older, hold })]).toEqual([[], ["a"], ["b"], ["a", "b"]]);
    expect(explained(effective, [a, { ...b, hold }], { baselines: older, now: new Date(3_600_000) })).toEqual([]);
  });

  test("what is as it was applied once its hold is over, for its annotation to go", () => {
    const over = { kind: "Hold", value: "1h", until: 0, isCut: false, by: "kubectl-annotate" } as const;
    expect(explained(effective, [configMapMember("a", { hold: over }), configMapMember("b", { hold: { ...over, until: 1 } })], { baselines })).toEqual(["a"]);
  });

  test("what is compared because a rule excepts it from mode Ignore", () => {
    const { rules } = compileRules([{ target: { name: "a" }, paths: ["/data"], action: "Report" }, { target: { name: "b" }, action: "Ignore" }]);
    const touched = [configMapMember("a", { ownHash: "other" }), configMapMember("b", { ownHash: "other" })];
    expect(explained(effective, touched, { ...ignored(effective), rules })).toEqual(["a"]);
  });

  test("nothing that is as it was applied", () => {
    expect(explained(effective, [configMapMember("a"), configMapMember("b")], { baselines })).toEqual([]);
  });

  test("an object of which somebody changed a field of ours, or one of their own", () => {
    expect(explained(effective, [configMapMember("a", { ownHash: "other" }), configMapMember("b", { othersHash: "more" })], { baselines })).toEqual(["a", "b"]);
  });

  test("an object of which nothing is remembered", () => {
    expect(explained(effective, [configMapMember("a")])).toEqual(["a"]);
  });

  test("an object that lost every mark, when we remember it, and not of a stranger's", () => {
    const lookUps = { a: { kind: "Unowned", live } } as const;
    expect([explained(effective, [], { baselines }, lookUps), explained(effective, [], {}, lookUps)]).toEqual([["a"], []]);
  });

  test("nothing whose drift does not matter, once it is known what was applied", () => {
    const touched = [configMapMember("a", { ownHash: "other" })];
    const ignored: Partial<NeedsContext> = { treatment: () => "Ignore" };
    expect([explained(effective, touched, { ...ignored, baselines }), explained(effective, touched, { ...ignored, lastGood: goodOf(effective) }), explained(effective, touched, ignored)]).toEqual([[], [], ["a"]]);
    expect(explained(effective, touched, { ...ignored, lastGood: goodOf(effective, { valuesWithheld: true }) })).toEqual(["a"]);
  });

  test("nothing that is left alone, by the source or by a person on the live object", () => {
    expect(explained(withSsa("Ignore"), [configMapMember("a")])).toEqual([]);
    expect(explained(effective, [configMapMember("a", { policy: { prune: true, reconcile: false, wave: 0 } })])).toEqual([]);
  });

  test("a shared object that is there, where its fields are merged", () => {
    const there = { a: { kind: "Foreign", live, owner: "Flux", application: undefined } } as const;
    expect([explained(withSsa("Merge"), [], {}, there), explained(withSsa("Merge"), [], {}, { a: { kind: "Absent" } }), explained(withSsa("IfNotPresent"), [], {}, there)]).toEqual([["a"], [], []]);
  });

  test("an object whose new content lets go of a field, whose value has to be known for that", () => {
    const [before, after] = [deployment("replicas: 3"), deployment("paused: true")];
    const [object] = before.objects;
    const members = object === undefined ? [] : [{ ...configMapMember("web"), key: object.key, id: object.id }];
    const known = { baselines: baselinesOf(before), lastGood: goodOf(before) };
    expect([explained(after, members, known), explained(deployment("replicas: 4"), members, known)]).toEqual([["web"], []]);
  });

  test("an object that lets go of a field where drift does not matter, but not again and again", () => {
    const [before, after] = [deployment("replicas: 3"), deployment("paused: true")];
    const touched = before.objects.map(({ key, id }) => ({ ...configMapMember("web", { ownHash: "other" }), key, id }));
    expect([explained(after, touched, ignored(before)), explained(after, touched, ignored(after)), explained(before, touched, ignored(before))]).toEqual([["web"], [], []]);
  });

  test("a member whose marks are not ours any more, in every mode", () => {
    const touched = [configMapMember("a", { ownHash: "other", deletable: false })];
    expect(explained(configMaps("a"), touched, { treatment: () => "Ignore", baselines: baselinesOf(configMaps("a")) })).toEqual(["a"]);
  });

  test("a member that is to be merged into from now on", () => {
    expect(explained(withSsa("Merge"), [configMapMember("a")])).toEqual(["a"]);
  });
});

test("the server is asked only about what nobody else can compare", () => {
  const object = oneObject('{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "1"}}');
  const asked = (...entries: Parameters<typeof liveOf>[2] & object) => namesOf(objectsToAsk({ objects: [object], blocked: [], desired: new Set([object.key]), keepStale: undefined, warnings: [] }, observedWith({ bodies: [liveOf(object, {}, entries)] }).bodies));
  expect(asked(ownEntryOf(object.object))).toEqual([]);
  expect(asked({ ...ownEntryOf(object.object), apiVersion: "v1beta1" })).toEqual(["a"]);
  expect(asked(entryOf("kubectl", {}))).toEqual(["a"]);
});
