import { describe, expect, test } from "vitest";
import { baselineOf, decide, observedState } from "../../../drift/baseline.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { entryOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const desired: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cart" }, data: { a: "1" } };
const wanted = { digest: "d1", apiVersion: "v1" };
const live = liveObject(desired, [ownEntryOf(desired)]);
const baseline = baselineOf(live, wanted);
const withMetadata = (change: object): KubeObject => ({ ...live, metadata: { ...live.metadata, ...change } });

describe("the no-op rule", () => {
  test("an object as we left it needs nothing", () => {
    expect(decide(baseline, observedState(live.metadata), wanted)).toEqual({ kind: "Unchanged" });
  });

  test("a status update or a new resourceVersion changes nothing", () => {
    const status = entryOf("kubelet", { "f:status": {} }, { subresource: "status" });
    const later = withMetadata({ resourceVersion: "99", generation: 4, managedFields: [ownEntryOf(desired), status] });
    expect(decide(baseline, observedState(later.metadata), wanted)).toEqual({ kind: "Unchanged" });
  });

  test.each([
    ["another uid", { uid: "u2" }, wanted, { kind: "Unknown", reason: "Replaced" }],
    ["a deletionTimestamp", { deletionTimestamp: "2026-05-04T10:00:00Z" }, wanted, { kind: "Terminating" }],
    ["a field of ours taken over", { managedFields: [ownEntryOf({ ...desired, data: {} })] }, wanted, { kind: "Touched", reason: "OwnFields" }],
    ["managedFields wiped", { managedFields: [] }, wanted, { kind: "Touched", reason: "OwnFields" }],
    ["a field of somebody else", { managedFields: [ownEntryOf(desired), entryOf("kubectl-edit", { "f:data": { "f:b": {} } })] }, wanted, { kind: "Touched", reason: "OtherFields" }],
    ["new content desired", {}, { ...wanted, digest: "d2" }, { kind: "Outdated", reason: "ContentChanged" }],
    ["another version desired", {}, { ...wanted, apiVersion: "v2" }, { kind: "Outdated", reason: "VersionChanged" }],
  ])("%s is told", (_, change, want, decision) => {
    expect(decide(baseline, observedState(withMetadata(change).metadata), want)).toEqual(decision);
  });

  test("where differences were left, every other version has to be looked at", () => {
    const state = observedState(live.metadata);
    if (baseline === undefined) throw new Error("the answer proves nothing");
    const told = { ...baseline, resourceVersion: "7" };
    expect(["7", "8"].map((resourceVersion) => decide(told, { ...state, resourceVersion }, wanted).kind)).toEqual(["Unchanged", "Touched"]);
  });

  test("without a baseline nothing is known", () => {
    expect(decide(undefined, observedState(live.metadata), wanted)).toEqual({ kind: "Unknown", reason: "NoBaseline" });
  });
});

test("an answer without an entry of ours proves nothing", () => {
  expect(baselineOf(withMetadata({ managedFields: [] }), wanted)).toBeUndefined();
});
