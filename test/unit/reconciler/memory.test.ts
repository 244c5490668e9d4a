import { describe, expect, test } from "vitest";
import { othersHash } from "../../../drift/managed-fields.ts";
import type { Effective } from "../../../reconciler/effective.ts";
import { emptyMemory, noteEqual, noteLive, sameKinds, settleOn } from "../../../reconciler/memory.ts";
import type { KindTable } from "../../../reconciler/memory.ts";
import { entry } from "../../../reconciler/verdict-parts.ts";
import type { PlanEntry } from "../../../reconciler/change.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import { desiredFrom, kindOf } from "../../support/desired.ts";
import { configMapMember, configMaps, goodOf, oneObject } from "../../support/plan-cases.ts";

const object = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
const own: ManagedFieldsEntry = { manager: "driftless", operation: "Apply", apiVersion: "v1", fieldsV1: {} };
const hand: ManagedFieldsEntry = { manager: "kubectl-patch", operation: "Update", apiVersion: "v1", fieldsV1: { "f:data": { "f:x": {} } } };
const answer = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop", uid: "1", managedFields } });

/** Whether the answer says all, and the memory then. */
function note(live: KubeObject, looked: string | undefined, { created = false, of = object } = {}) {
  const memory = emptyMemory();
  return { memory, known: noteLive(memory, of, live, entry("Revert", of, { uid: "1", othersHash: looked }), created) };
}

describe("the answer to an apply", () => {
  test.each<[string, KubeObject, string | undefined, boolean, boolean]>([
    ["needs no other look where others own what they owned when it was looked at", answer(own, hand), othersHash([own, hand]), false, true],
    ["needs one where somebody owns more than then", answer(own, hand), othersHash([own]), false, false],
    ["needs none where the server says that it created it: nobody else has fields in it", answer(own), undefined, true, true],
    ["needs one where it was never looked at", answer(own), undefined, false, false],
    ["needs one where it proves nothing", answer(hand), undefined, true, false],
  ])("%s", (_name, live, looked, created, known) => {
    expect(note(live, looked, { created }).known).toBe(known);
  });

  test("becomes the last good content, which is to be stored", () => {
    const { memory } = note(answer(own), undefined, { created: true });
    expect([memory.lastGood.get(object.key)?.object, memory.unsaved]).toEqual([object, true]);
  });

  test("of older content changes nothing about what is last good", () => {
    const { memory } = note(answer(own), undefined, { created: true, of: { ...object, content: "LastGood" } });
    expect([memory.lastGood.size, memory.unsaved, memory.baselines.size]).toEqual([0, false, 1]);
  });

  test("to a write of our marks alone never says all", () => {
    const memory = emptyMemory();
    const written = entry("Revert", object, { uid: "1", othersHash: othersHash([own, hand]), marksOnly: true });
    expect([noteLive(memory, object, answer(own, hand), written, false), memory.baselines.get(object.key)]).toMatchObject([false, { othersHash: "" }]);
  });

  const twice: ManagedFieldsEntry = { ...hand, fieldsV1: { "f:data": { "f:x": {}, "f:y": {} } } };

  test.each<[string, Partial<PlanEntry>, ManagedFieldsEntry[], boolean]>([
    ["needs no other look where values were put back, which nobody else owns any more", {}, [own], true],
    ["needs none where others keep what is theirs", { managedBefore: [twice] }, [own, hand], true],
    ["needs one where somebody has added a field meanwhile", {}, [own, twice], false],
    ["needs one where fields of people were to go", { takeover: [{ op: "test", path: "/metadata/uid", value: "1" }] }, [own], false],
    ["needs one where fields were handed over", { handover: answer() }, [own], false],
    ["needs one where the source has changed", { action: "Configure" }, [own], false],
    ["needs one where nobody has seen who owned what", { managedBefore: undefined }, [own], false],
  ])("to a revert %s", (_name, extra, entries, known) => {
    const memory = emptyMemory();
    const written = { ...entry("Revert", object, { uid: "1", othersHash: othersHash([hand]), managedBefore: [hand] }), ...extra };
    expect(noteLive(memory, object, answer(...entries), written, false)).toBe(known);
    expect(memory.baselines.get(object.key)?.othersHash).toBe(known ? othersHash(entries) : "");
  });

  test("for an object that many share leaves no baseline, and nothing to store", () => {
    const shared = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/ssa: Merge}}}");
    const { memory, known } = note(answer(hand), undefined, { of: shared });
    expect([known, [...memory.settled], memory.baselines.size, memory.lastGood.size]).toEqual([true, [[shared.key, shared.digest]], 0, 0]);
  });
});

test("what was found equal is stored once, also where it was known under another digest", () => {
  const memory = emptyMemory();
  const proven = { object, member: configMapMember("a") };
  noteEqual(memory, proven);
  expect([memory.baselines.get(object.key), memory.unsaved]).toEqual([{ uid: "uid-a", desiredDigest: object.digest, apiVersion: "v1", ownHash: "own", othersHash: "others" }, true]);
  memory.unsaved = false;
  noteEqual(memory, proven);
  expect(memory.unsaved).toBe(false);
});

test("what is no longer desired is forgotten, once the newest content counts", () => {
  const memory = emptyMemory();
  for (const map of [memory.baselines, memory.settled, memory.retries, memory.fights, memory.reasserts, memory.notes] as Map<string, unknown>[]) map.set("/ConfigMap/shop/gone", {}).set(object.key, {});
  for (const [key, good] of goodOf(configMaps("a", "gone"))) memory.lastGood.set(key, good);
  const older = goodOf(configMaps("leaving"));
  for (const [key, good] of older) memory.lastGood.set(key, good);
  settleOn(memory, configMaps("a"), new Set(older.keys()));
  expect([...memory.lastGood.keys()]).toEqual([object.key, "/ConfigMap/shop/leaving"]);
  settleOn(memory, configMaps("a"), new Set());
  const left = [memory.baselines, memory.lastGood, memory.settled, memory.retries, memory.fights, memory.reasserts, memory.notes].map((map) => [...map.keys()]);
  expect([left, memory.unsaved]).toEqual([Array.from({ length: 7 }, () => [object.key]), true]);
});

test("what was still to go is forgotten when it is gone, though nothing else is wanted since", () => {
  const memory = emptyMemory();
  const newest = configMaps("a");
  for (const [key, good] of goodOf(configMaps("leaving"))) memory.lastGood.set(key, good);
  for (const going of [true, true, false]) {
    settleOn(memory, newest, new Set(going ? memory.lastGood.keys() : []));
    expect(memory.lastGood.size).toBe(going ? 1 : 0);
  }
});

test("content that was read back gives way to equal content of the source", () => {
  const memory = emptyMemory();
  const newest = configMaps("a", "b");
  for (const [key, good] of goodOf(configMaps("a"))) memory.lastGood.set(key, good);
  settleOn(memory, newest, new Set());
  expect([...memory.lastGood.values()].map((good) => good.object)).toEqual(newest.objects.filter(({ id }) => id.name === "a"));
  expect(memory.unsaved).toBe(false);
});

const as = (annotation: string) => desiredFrom(`{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {${annotation}}}}`);

/** What is still known of an object that was a member, and before that nobody's. */
function left(newest: Effective, leaving: readonly ObjectKey[] = []): string[] {
  const memory = emptyMemory();
  noteEqual(memory, { object, member: configMapMember("a") });
  memory.settled.set(object.key, "as it was nobody's");
  memory.unsaved = false;
  settleOn(memory, newest, new Set(leaving));
  expect(memory.unsaved).toBe(memory.lastGood.size === 0);
  return Object.entries({ lastGood: memory.lastGood, baselines: memory.baselines, settled: memory.settled }).flatMap(([name, map]) => (map.size === 0 ? [] : [name]));
}

describe("once the newest content counts", () => {
  test("nothing is known of an object that is left alone from then on", () => {
    expect([left(as("driftless.dev/reconcile: disabled")), left(as("driftless.dev/ssa: Ignore"))]).toEqual([[], []]);
  });

  test("what made a member of an object that is nobody's from then on is forgotten, when it is", () => {
    for (const ssa of ["Merge", "IfNotPresent"]) expect([left(as(`driftless.dev/ssa: ${ssa}`)), left(as(`driftless.dev/ssa: ${ssa}`), [object.key])]).toEqual([["settled"], ["lastGood", "baselines", "settled"]]);
  });
});

const table = (...names: string[]): KindTable => new Map(names.map((name) => [`v1 ${name}`, kindOf("v1", name)]));

test("tables of kinds are alike only where both know the same kinds in the same form", () => {
  const missing: KindTable = new Map([["v1 ConfigMap", undefined]]);
  expect([sameKinds(table("ConfigMap"), table("ConfigMap")), sameKinds(table("ConfigMap"), table("Secret")), sameKinds(table("ConfigMap"), missing), sameKinds(table("ConfigMap"), table())]).toEqual([true, false, false, false]);
  expect(sameKinds(missing, new Map([["v1 Secret", undefined]]))).toBe(false);
});
