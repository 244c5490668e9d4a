import { describe, expect, test } from "vitest";
import { compileIgnore, withoutIgnored } from "../../../drift/ignore.ts";
import type { FieldPattern } from "../../../drift/ignore.ts";
import { explain, isUndecided } from "../../../reconciler/explain.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { idOf } from "../../../src/object/object-id.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const now = new Date("2026-05-04T12:00:00Z");
const deployment = (spec: JsonObject): KubeObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "cart", namespace: "shop" }, spec });
const virtualService = (...weights: number[]): KubeObject => ({ apiVersion: "networking.istio.io/v1", kind: "VirtualService", metadata: { name: "cart", namespace: "shop" }, spec: { http: weights.map((weight) => ({ weight })) } });
const ignoring = (object: KubeObject, ...paths: string[]): readonly FieldPattern[] => compileIgnore([{ paths }]).rules.forObject(idOf(object));

describe("a field that is ignored", () => {
  const full = deployment({ paused: false, minReadySeconds: 5 });
  const { object: desired, patterns: ignored } = withoutIgnored(full, ignoring(full, "/spec/minReadySeconds"));

  test("is neither corrected, nor an update, nor extra, whoever wrote it", () => {
    for (const manager of ["kubectl-edit", "some-controller"]) {
      const live = liveObject(deployment({ paused: false, minReadySeconds: 9 }), [ownEntryOf(desired), entryOf(manager, fieldsOf({ spec: { minReadySeconds: 9 } }))]);
      expect(explain(desired, live, now, { ignored })).toMatchObject({ corrections: [], updates: [], kept: [], takeover: [], equal: true });
    }
  });

  test("is not taken over along with other things", () => {
    const added = { spec: { minReadySeconds: 9, revisionHistoryLimit: 2 } };
    const live = liveObject(deployment({ paused: false, ...added.spec }), [ownEntryOf(desired), entryOf("kubectl-edit", fieldsOf(added))]);
    const { corrections, takeover } = explain(desired, live, now, { ignored });
    expect(corrections).toMatchObject([{ path: "/spec/revisionHistoryLimit" }]);
    expect(takeover).toContainEqual({ op: "replace", path: "/metadata/managedFields/1/fieldsV1", value: { "f:spec": { "f:minReadySeconds": {} } } });
  });

  test("is something to do while it is still ours, but no difference, also when the server answers that it would be reset", () => {
    const live = liveObject(deployment({ paused: false, minReadySeconds: 9 }), [ownEntryOf(full)]);
    expect(explain(desired, live, now, { ignored })).toMatchObject({ corrections: [], updates: [], equal: false });
    const answer = liveObject(deployment({ paused: false, minReadySeconds: 0 }), [ownEntryOf(desired)]);
    expect(explain(desired, live, now, { ignored, answer })).toMatchObject({ corrections: [], updates: [], equal: false });
  });
});

test("replicas that Git dropped are no difference, even when the server would reset them", () => {
  const [before, desired] = [deployment({ replicas: 3 }), deployment({ paused: false })];
  const live = liveObject(deployment({ replicas: 3, paused: false }), [ownEntryOf(before)]);
  const answer = liveObject(deployment({ replicas: 1, paused: false }), [ownEntryOf(desired)]);
  expect(explain(desired, live, now, { answer })).toMatchObject({ corrections: [], updates: [], equal: false });
});

describe("in a list that is stored as a whole", () => {
  const desired = virtualService(90, 10);
  const ignored = ignoring(desired, "/spec/http/*/weight");
  const shifted = liveObject(virtualService(50, 50), [entryOf("driftless", {}, { operation: "Apply", apiVersion: desired.apiVersion }), entryOf("flagger", { "f:spec": { "f:http": {} } }, { apiVersion: desired.apiVersion })]);

  test("what is ignored is sent as it is live, and nothing is to be done about it", () => {
    expect(explain(desired, shifted, now, { ignored })).toMatchObject({ corrections: [], updates: [], equal: true, body: virtualService(50, 50) });
    expect(isUndecided(desired, shifted, ignored)).toBe(false);
    expect(explain(desired, shifted, now).corrections).toMatchObject([{ path: "/spec/http" }]);
  });

  test("the server's answer to the bare desired object makes no difference of it", () => {
    const answer = liveObject(desired, [ownEntryOf(desired)]);
    expect(explain(desired, shifted, now, { ignored, answer })).toMatchObject({ corrections: [], updates: [] });
  });
});

test("a handed-over field that Git has again comes back to us, and is no drift", () => {
  const desired = deployment({ replicas: 3 });
  const live = liveObject(desired, [ownEntryOf(desired), entryOf("driftless-handover", fieldsOf({ spec: { replicas: 3 } }), { operation: "Apply" })]);
  const explained = explain(desired, live, now);
  expect(explained).toMatchObject({ corrections: [], updates: [], kept: [], equal: false });
  expect(explained.takeover.at(-1)).toEqual({ op: "remove", path: "/metadata/managedFields/1" });
});

test("a dropped field that is ours is to be removed, one that is others' is not", () => {
  const [before, desired] = [deployment({ paused: false, minReadySeconds: 5 }), deployment({ paused: false })];
  const drops = [[ownEntryOf(before)], [ownEntryOf(desired), entryOf("tool", fieldsOf({ spec: { minReadySeconds: 5 } }))]].map((entries) => explain(desired, liveObject(before, entries), now).drops);
  expect(drops).toEqual([true, false]);
});

test("a dropped field that another manager applies too is noted, and is no drift", () => {
  const [before, desired] = [deployment({ paused: true, minReadySeconds: 5 }), deployment({ paused: true })];
  const live = liveObject(before, [ownEntryOf(before), entryOf("kustomize-controller", fieldsOf({ spec: { minReadySeconds: 5 } }), { operation: "Apply" })]);
  expect(explain(desired, live, now)).toMatchObject({ corrections: [], kept: [], notes: ["Deployment shop/cart: /spec/minReadySeconds stays, because kustomize-controller applies it too"] });
});

test("a value that was edited away and back is no drift, but is not ours either", () => {
  const desired = deployment({ replicas: 3 });
  const live = liveObject(desired, [ownEntryOf(deployment({})), entryOf("kubectl-edit", fieldsOf({ spec: { replicas: 3 } }))]);
  expect(explain(desired, live, now)).toMatchObject({ corrections: [], updates: [], kept: [], takeover: [], equal: false });
});

test("an entry of another version leaves the answer to the server", () => {
  const desired = deployment({ replicas: 3 });
  expect(isUndecided(desired, liveObject(desired, [{ ...ownEntryOf(desired), apiVersion: "apps/v1beta1" }]))).toBe(true);
});
