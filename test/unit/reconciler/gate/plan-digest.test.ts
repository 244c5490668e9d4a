import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileIgnore } from "../../../../drift/ignore.ts";
import type { PlanEntry } from "../../../../reconciler/change.ts";
import { underRules } from "../../../../reconciler/compose.ts";
import { changeDigests, contentDigest, planDigest } from "../../../../reconciler/gate/plan-digest.ts";
import { desiredFrom } from "../../../support/desired.ts";
import { configMapEntry, gatedPlan, pruneEntry, transferEntry } from "../../../support/gated-plan.ts";

const KEY = Buffer.alloc(32, 7);
const live = { uid: "1", ownHash: "own", othersHash: "others", resourceVersion: "5" };
const base = {
  entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b", "2", live)],
  prune: [pruneEntry("/ConfigMap/shop/old")],
  pruneLater: [pruneEntry("/ConfigMap/shop/older")],
  transfers: [transferEntry("/ConfigMap/shop/moved", "shop/other")],
};
const digest = planDigest(gatedPlan(base), KEY);

describe("the digest of a plan", () => {
  test("is that of an equal plan", () => {
    expect(planDigest(gatedPlan({ ...base, entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b", "2", live)] }), KEY)).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("does not depend on the order of stages, entries and steps", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...base.entries], { minLength: 2 }), fc.boolean(), (entries, swapped) => {
        const steps = swapped ? { prune: base.pruneLater, pruneLater: base.prune } : {};
        expect(planDigest({ ...gatedPlan({ ...base, ...steps }), stages: entries.map((entry) => [entry]) }, KEY)).toBe(digest);
      }),
      { seed: 4 },
    );
  });

  test.each([
    ["another installation", base, Buffer.alloc(32, 8)],
    ["another desired content", { ...base, entries: [configMapEntry("Create", "a", "9"), configMapEntry("Configure", "b", "2", live)] }, KEY],
    ["another action", { ...base, entries: [configMapEntry("Adopt", "a"), configMapEntry("Configure", "b", "2", live)] }, KEY],
    ["a live object that was replaced", { ...base, entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b", "2", { ...live, uid: "2" })] }, KEY],
    ["a field of ours that somebody took over", { ...base, entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b", "2", { ...live, ownHash: "less" })] }, KEY],
    ["one change more", { ...base, entries: [...base.entries, configMapEntry("Create", "c")] }, KEY],
    ["one delete less", { ...base, prune: [] }, KEY],
    ["a delete of an object that was replaced", { ...base, prune: [pruneEntry("/ConfigMap/shop/old", { uid: "2" })] }, KEY],
    ["a delete of an object that was changed", { ...base, prune: [pruneEntry("/ConfigMap/shop/old", { ownHash: "less" })] }, KEY],
    ["a transfer to somebody else", { ...base, transfers: [transferEntry("/ConfigMap/shop/moved", "shop/third")] }, KEY],
  ])("is another one for %s", (_name, parts, key) => {
    expect(planDigest(gatedPlan(parts), key)).not.toBe(digest);
  });

  test.each([
    ["a status update", { ...base, entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b", "2", { ...live, resourceVersion: "6" })], prune: [pruneEntry("/ConfigMap/shop/old", { resourceVersion: "9", health: { status: "Failed", message: "" } })] }],
    ["fields that others own besides", { ...base, entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b", "2", { ...live, othersHash: "more" })] }],
    ["drift that is undone meanwhile", { ...base, entries: [...base.entries, configMapEntry("Revert", "d"), configMapEntry("Reassert", "e")] }],
  ])("stays the same with %s", (_name, parts) => {
    expect(planDigest(gatedPlan(parts), KEY)).toBe(digest);
  });
});

const digestOf = (entry: PlanEntry): string => planDigest(gatedPlan({ entries: [entry] }), KEY);
const contentOf = ({ object }: PlanEntry): string => contentDigest({ objects: [object], blocked: [] }, KEY);

describe("fields that are left to others", () => {
  const { rules } = compileIgnore([{ paths: ["/data/admins"] }]);
  const entryFor = (admins: string, parts: Partial<PlanEntry> = {}): PlanEntry => {
    const planned = configMapEntry("Create", "a", "1", parts);
    const initial = { ...planned.object.initial, data: { x: "1", admins } };
    return { ...planned, object: underRules({ ...planned.object, initial }, rules) };
  };

  test("count where an object is created with them", () => {
    expect(digestOf(entryFor("alice"))).toBe(digestOf(entryFor("alice")));
    expect(digestOf(entryFor("alice"))).not.toBe(digestOf(entryFor("mallory")));
    expect(contentOf(entryFor("alice"))).not.toBe(contentOf(entryFor("mallory")));
  });

  test("do not where it is there", () => {
    expect(digestOf(entryFor("alice", live))).toBe(digestOf(entryFor("mallory", live)));
  });
});

test("what is left of a plan has digests that the whole plan had", () => {
  const whole = new Set(changeDigests(gatedPlan(base), KEY));
  expect(whole.size).toBe(5);
  const rest = changeDigests(gatedPlan({ entries: base.entries.slice(1), prune: base.pruneLater }), KEY);
  expect(rest.map((one) => whole.has(one))).toEqual([true, true]);
});

test("the digest of a content depends on what is desired, whatever its order, and on nothing live", () => {
  const [a, b] = ["{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}", "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}"];
  const both = contentDigest(desiredFrom(`${a}\n---\n${b}`), KEY);
  expect(contentDigest(desiredFrom(`${b}\n---\n${a}`), KEY)).toBe(both);
  expect(contentDigest(desiredFrom(a ?? ""), KEY)).not.toBe(both);
});
