import { describe, expect, test } from "vitest";
import { formatFields } from "../../../drift/field-set.ts";
import { handedBack, handover, leavesByHandover, letGo, ownPart, takeBack } from "../../../drift/handover.ts";
import { compileIgnore, withoutIgnored } from "../../../drift/ignore.ts";
import type { FieldPattern } from "../../../drift/ignore.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { idOf } from "../../../src/object/object-id.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const deployment = (spec: JsonObject, metadata: object = {}): KubeObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "cart", namespace: "shop", ...metadata }, spec });
const containers = (...items: JsonObject[]): JsonObject => ({ template: { spec: { containers: items } } });
const ignoring = (object: KubeObject, ...paths: string[]): readonly FieldPattern[] => compileIgnore([{ paths }]).rules.forObject(idOf(object));
const handed = (content: JsonObject): ReturnType<typeof entryOf> => entryOf("driftless-handover", fieldsOf(content), { operation: "Apply" });
const IDENTITY = { name: "cart", namespace: "shop", uid: "u1" };
const IMAGE = "/spec/template/spec/containers[name=web]/image";

describe("before a field leaves what we apply, its live value is handed over:", () => {
  test("replicas that Git drops", () => {
    const before = deployment({ replicas: 3, paused: false });
    expect(handover(liveObject(before, [ownEntryOf(before)]), deployment({ paused: false }), [])).toEqual({ apiVersion: "apps/v1", kind: "Deployment", metadata: IDENTITY, spec: { replicas: 3 } });
  });

  test("a field that is ignored from now on, with the live value and the keys on the way", () => {
    const full = deployment(containers({ name: "web", image: "a:1" }));
    const { object: desired, patterns } = withoutIgnored(full, ignoring(full, IMAGE));
    const live = deployment(containers({ name: "side", image: "s:1" }, { name: "web", image: "a:9" }));
    expect(handover(liveObject(live, [ownEntryOf(full)]), desired, patterns)).toMatchObject({ spec: containers({ name: "web", image: "a:9" }) });
  });

  test("along with what was handed over before", () => {
    const before = deployment({ ...containers({ name: "web", image: "a:1", tag: "x" }) });
    const live = deployment({ replicas: 5, ...containers({ name: "web", image: "a:1", tag: "x" }) });
    const { object: desired, patterns } = withoutIgnored(before, ignoring(before, IMAGE));
    const body = handover(liveObject(live, [ownEntryOf(before), handed({ spec: { replicas: 5 } })]), desired, patterns);
    expect(body).toMatchObject({ spec: { replicas: 5, ...containers({ name: "web", image: "a:1" }) } });
  });

  test("a whole item and a member of a set", () => {
    const full = deployment(containers({ name: "web" }, { name: "side", image: "s:1" }), { finalizers: ["example.com/hold"] });
    const { object: desired, patterns } = withoutIgnored(full, ignoring(full, "/spec/template/spec/containers[name=side]", "/metadata/finalizers[=example.com~1hold]"));
    const own = entryOf("driftless", { ...fieldsOf({ spec: full["spec"] as JsonObject }), "f:metadata": { "f:finalizers": { 'v:"example.com/hold"': {} } } }, { operation: "Apply" });
    expect(handover(liveObject(full, [own]), desired, patterns)).toEqual({
      apiVersion: "apps/v1", kind: "Deployment", metadata: { ...IDENTITY, finalizers: ["example.com/hold"] }, spec: containers({ name: "side", image: "s:1" }),
    });
  });
});

describe("nothing is handed over", () => {
  const full = deployment({ replicas: 3, paused: true });

  test("that Git drops and nobody ignores: it is to go", () => expect(handover(liveObject(full, [ownEntryOf(full)]), deployment({ replicas: 3 }), [])).toBeUndefined());

  test("that is not ours", () => expect(handover(liveObject(full, [entryOf("kubectl", fieldsOf({ spec: { replicas: 3 } }))]), deployment({ paused: true }), [])).toBeUndefined());

  test("that is handed over already", () => {
    const live = liveObject(full, [ownEntryOf(full), handed({ spec: { replicas: 3 } })]);
    expect(handover(live, deployment({ paused: true }), [])).toBeUndefined();
  });

  test("of a kind whose replicas mean something else", () => {
    const other = { ...full, apiVersion: "example.com/v1", kind: "Any" };
    expect(handover(liveObject(other, [ownEntryOf(other)]), { ...other, spec: { paused: true } }, [])).toBeUndefined();
  });

  test("of an item that Git drops", () => {
    const both = deployment(containers({ name: "web", image: "a:1" }, { name: "side", image: "s:1" }));
    const desired = deployment({ replicas: 1, ...containers({ name: "side", image: "s:1" }) });
    expect(handover(liveObject(both, [ownEntryOf(both)]), desired, ignoring(desired, IMAGE))).toBeUndefined();
  });
});

describe("what is applied so that all stays as it is", () => {
  test("is what we own, with its live values, for this very version of the object", () => {
    const ours = deployment({ paused: true, ...containers({ name: "web", image: "a:1", args: ["x"] }) }, { labels: { app: "cart" } });
    const live = deployment({ replicas: 4, paused: true, ...containers({ name: "side", image: "s:1" }, { name: "web", image: "a:1", args: ["x"] }) }, { labels: { app: "cart", more: "1" } });
    expect(ownPart(liveObject(live, [ownEntryOf(ours), entryOf("kubectl-edit", fieldsOf({ spec: { replicas: 4 } }))]))).toEqual({ ...ours, metadata: { ...IDENTITY, resourceVersion: "7", labels: { app: "cart" } } });
  });

  test("is nothing where somebody has wiped who owns what", () => {
    expect(ownPart(liveObject(deployment({ paused: true }), []))).toEqual({ apiVersion: "apps/v1", kind: "Deployment", metadata: { ...IDENTITY, resourceVersion: "7" } });
  });
});

describe("what was handed over is given back", () => {
  const desired = deployment({ replicas: 3, paused: true });

  test("when Git has it again and it is ours", () => {
    const live = liveObject(desired, [ownEntryOf(desired), handed({ spec: { replicas: 3 } })]);
    expect(takeBack(live, desired)).toEqual({ apiVersion: "apps/v1", kind: "Deployment", metadata: IDENTITY });
    expect(formatFields(handedBack(live, desired, []))).toEqual({ "f:spec": { "f:replicas": {} } });
  });

  test("field by field, the rest stays handed over", () => {
    const full = deployment({ replicas: 3, ...containers({ name: "web", image: "a:1" }) });
    const live = liveObject(full, [ownEntryOf(full), handed({ spec: { replicas: 3, ...containers({ name: "web", image: "a:1" }) } })]);
    const stripped = withoutIgnored(full, ignoring(full, IMAGE)).object;
    expect(takeBack(live, stripped, ignoring(full, IMAGE))?.["spec"]).toEqual(containers({ name: "web", image: "a:1" }));
    expect(takeBack(live, full)?.["spec"]).toBeUndefined();
  });

  test("with the item that Git drops", () => {
    const live = deployment(containers({ name: "web", image: "a:1" }, { name: "side", image: "s:1" }));
    const next = deployment({ replicas: 1, ...containers({ name: "side", image: "s:1" }) });
    const entry = handed({ spec: containers({ name: "web", image: "a:1" }) });
    expect(formatFields(handedBack(liveObject(live, [ownEntryOf(next), entry]), next, ignoring(next, IMAGE)))).toEqual(entry.fieldsV1);
  });

  test("not the bare keys of an item of which somebody took what is ignored, before the rule goes", () => {
    const full = deployment({ replicas: 3, ...containers({ name: "web" }) });
    const live = liveObject(full, [ownEntryOf(full), handed({ spec: containers({ name: "web" }) })]);
    expect(takeBack(live, full, ignoring(full, IMAGE))).toBeUndefined();
    expect(takeBack(live, full)).toEqual({ apiVersion: "apps/v1", kind: "Deployment", metadata: IDENTITY });
  });

  test("not while it is ignored, nor when the rule goes and Git does not have it", () => {
    const stripped = deployment({ paused: true });
    const live = liveObject(desired, [ownEntryOf(stripped), handed({ spec: { replicas: 3, minReadySeconds: 5 } })]);
    expect(takeBack(live, stripped)).toBeUndefined();
  });
});

describe("the live object has to be read first", () => {
  const full = deployment({ replicas: 3, ...containers({ name: "web", image: "a:1" }) });

  test("when replicas or an ignored field leave", () => {
    expect(leavesByHandover(full, deployment(containers({ name: "web", image: "a:1" })), [])).toBe(true);
    const { object, patterns } = withoutIgnored(full, ignoring(full, IMAGE));
    expect(leavesByHandover(full, object, patterns)).toBe(true);
    expect(leavesByHandover(object, object, patterns)).toBe(false);
  });

  test("when an item goes of which a field is ignored", () => {
    const { object, patterns } = withoutIgnored(full, ignoring(full, IMAGE));
    expect(leavesByHandover(object, deployment({ replicas: 3, ...containers({ name: "other" }) }), patterns)).toBe(true);
  });

  test("when a part of a value is ignored that is sent as a whole", () => {
    const desired = deployment({ replicas: 1, template: { spec: { tolerations: [{ key: "a" }] } } });
    expect(leavesByHandover(desired, desired, ignoring(desired, "/spec/template/spec/tolerations/0/key"))).toBe(true);
  });

  test("not when Git drops or changes something else", () => {
    expect(leavesByHandover(full, deployment({ replicas: 5 }), [])).toBe(false);
    expect(leavesByHandover({ ...full, kind: "Any" }, { ...full, kind: "Any", spec: {} }, [])).toBe(false);
  });
});

test("what is let go of is what is ignored, and replicas where Git names none", () => {
  expect(letGo(deployment({ replicas: 0 }), [])).toEqual([]);
  expect(letGo(deployment({}), [])).toHaveLength(1);
  expect(letGo({ ...deployment({}), kind: "DaemonSet" }, [])).toEqual([]);
});
