import { describe, expect, test } from "vitest";
import type { LastGood } from "../../../reconciler/last-good.ts";
import { holdAll, holdSome } from "../../../reconciler/hold.ts";
import { blockedBecause } from "../../../reconciler/verdict-parts.ts";
import { desiredFrom } from "../../support/desired.ts";
import { configMaps, goodOf, namesOf } from "../../support/plan-cases.ts";

const newest = desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: new}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: new}}");
const secrets = desiredFrom("{apiVersion: v1, kind: Secret, metadata: {name: s}}");
const good: LastGood = new Map([...goodOf(configMaps("c", "a")), ...goodOf(secrets, { valuesWithheld: true })]);
const held = new Map(newest.objects.filter(({ id }) => id.name === "b").map((object) => [object.key, blockedBecause(object, "Failed", "refused")]));

describe("while nothing new may be applied", () => {
  const effective = holdAll(newest.desired, good, "the gate is closed");

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
    const effective = holdSome(newest, held, goodOf(configMaps("b")));
    expect(effective.objects.map(({ id, content }) => `${id.name} ${content}`)).toEqual(["a Newest", "b LastGood"]);
    expect([namesOf(effective.blocked), effective.desired]).toEqual([["b"], newest.desired]);
  });

  test("an object that was never applied, or whose values are not stored, is only told", () => {
    for (const lastGood of [new Map(), goodOf(configMaps("b"), { valuesWithheld: true })]) {
      const effective = holdSome(newest, held, lastGood);
      expect([namesOf(effective.objects), namesOf(effective.blocked)]).toEqual([["a"], ["b"]]);
    }
  });

  test("nothing changes where none is held", () => {
    expect(holdSome(newest, new Map(), good)).toBe(newest);
  });
});
