import { describe, expect, test } from "vitest";
import { compileIgnore, NO_IGNORES } from "../../../drift/ignore.ts";
import type { LastGood } from "../../../reconciler/last-good.ts";
import { holdAll, holdSome, keepBlocked } from "../../../reconciler/hold.ts";
import { blockedBecause } from "../../../reconciler/verdict-parts.ts";
import { desiredFrom } from "../../support/desired.ts";
import { configMaps, goodOf, namesOf } from "../../support/plan-cases.ts";

const newest = desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: new}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: new}}");
const secrets = desiredFrom("{apiVersion: v1, kind: Secret, metadata: {name: s}}");
const good: LastGood = new Map([...goodOf(configMaps("c", "a")), ...goodOf(secrets, { valuesWithheld: true })]);
const held = new Map(newest.objects.filter(({ id }) => id.name === "b").map((object) => [object.key, blockedBecause(object, "Failed", "refused")]));

describe("while nothing new may be applied", () => {
  const effective = holdAll(newest.desired, good, NO_IGNORES, "the gate is closed");

  test("what was applied last is wanted, sorted, and nothing of it is new", () => {
    expect([namesOf(effective.objects), new Set(effective.objects.map(({ content }) => content))]).toEqual([["a", "c"], new Set(["LastGood"])]);
  });

  test("nothing is stale that either of both contents has, values of Secrets being stored or not", () => {
    expect([...effective.desired].sort()).toEqual(["/ConfigMap/shop/a", "/ConfigMap/shop/b", "/ConfigMap/shop/c", "/Secret/shop/s"]);
  });

  test("nothing is deleted, for this reason", () => {
    expect([effective.keepStale, effective.blocked]).toEqual(["the gate is closed", []]);
  });
});

describe("while single objects may not be applied", () => {
  test("the others are new; of these what was applied last is kept, and each is told", () => {
    const effective = holdSome(newest, held, goodOf(configMaps("b")), NO_IGNORES);
    expect(effective.objects.map(({ id, content }) => `${id.name} ${content}`)).toEqual(["a Newest", "b LastGood"]);
    expect([namesOf(effective.blocked), effective.desired]).toEqual([["b"], newest.desired]);
  });

  test("an object that was never applied, or whose values are not stored, is only told", () => {
    for (const lastGood of [new Map(), goodOf(configMaps("b"), { valuesWithheld: true })]) {
      const effective = holdSome(newest, held, lastGood, NO_IGNORES);
      expect([namesOf(effective.objects), namesOf(effective.blocked)]).toEqual([["a"], ["b"]]);
    }
  });

  test("what was applied last is wanted under the rules of today", () => {
    const older = desiredFrom('{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: "1", z: "1"}}');
    const { rules } = compileIgnore([{ paths: ["/data/z"] }]);
    for (const effective of [holdSome(newest, held, goodOf(older), rules), holdAll(newest.desired, goodOf(older), rules, "")]) {
      expect(effective.objects.find(({ id }) => id.name === "b")?.object["data"]).toEqual({ x: "1" });
    }
  });

  test("nothing changes where none is held", () => {
    expect(holdSome(newest, new Map(), good, NO_IGNORES)).toBe(newest);
  });
});

test("the number of Pods of what is held is still left to the autoscaler that scales it", () => {
  const scaler = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}";
  const scaled = desiredFrom(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, paused: true}}\n---\n${scaler}`);
  const web = new Map(scaled.objects.filter(({ id }) => id.kind === "Deployment").map((object) => [object.key, blockedBecause(object, "Failed", "refused")]));
  for (const effective of [scaled, holdAll(scaled.desired, goodOf(scaled), NO_IGNORES, ""), holdSome(scaled, web, goodOf(scaled), NO_IGNORES)]) {
    const deployment = effective.objects.find(({ id }) => id.kind === "Deployment");
    expect([deployment?.object["spec"], deployment?.initial["spec"]]).toEqual([{ paused: true }, { replicas: 2, paused: true }]);
  }
});

describe("an object of a kind that is not served as the source asks for it", () => {
  const blocked = desiredFrom("{apiVersion: unknown.example/v2, kind: Widget, metadata: {name: w}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
  const [widget] = blocked.blocked;
  const older = configMaps("w").objects.map((object) => ({ ...object, key: widget?.key ?? object.key }));

  test("is kept as it was applied last, and told", () => {
    const effective = keepBlocked(blocked, goodOf({ objects: older }), NO_IGNORES);
    expect([effective.objects.map(({ id, content }) => `${id.name} ${content}`), effective.blocked]).toEqual([["a Newest", "w LastGood"], blocked.blocked]);
  });

  test("is only told where it was never applied", () => {
    expect(keepBlocked(blocked, new Map(), NO_IGNORES)).toBe(blocked);
  });
});
