import { describe, expect, test } from "vitest";
import type { Effective } from "../../../reconciler/effective.ts";
import { desiredFrom } from "../../support/desired.ts";
import { actionsOf, baselinesOf, configMapMember, namesOf, planWith } from "../../support/plan-cases.ts";
import type { LiveSide } from "../../support/plan-cases.ts";
import type { PlanContext } from "../../../reconciler/plan-context.ts";

const inWave = (name: string, wave: number, more = ""): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, annotations: {driftless.dev/wave: "${wave}"}}${more}}`;
const desired = (...documents: readonly string[]): Effective => desiredFrom(documents.join("\n---\n"));
const three = desired(inWave("first", -1), inWave("second", 0), inWave("third", 5));
const applied = baselinesOf(three);
const without = (...names: readonly string[]): Partial<PlanContext> => ({ baselines: new Map([...applied].filter(([key]) => !names.some((name) => key.endsWith(`/${name}`)))) });
const members = (...names: readonly string[]) => names.map((name) => configMapMember(name));

/** What is written, and what waits with its reason without the place. */
function waves(effective: Effective, live: LiveSide, context: Partial<PlanContext> = {}): [string[], string[]] {
  const plan = planWith(effective, live, context);
  return [actionsOf(plan), plan.blocked.map(({ id, kind, reason }) => `${id.name} ${kind}: ${reason.split(": ").slice(2).join(": ")}`)];
}

describe("what the source brings to later waves", () => {
  test("waits for what is applied before it, and names that", () => {
    expect(waves(three, {})).toEqual([["Create first"], ["second Waiting: waits for wave -1: ConfigMap shop/first is being applied", "third Waiting: waits for wave -1: ConfigMap shop/first is being applied"]]);
  });

  test("waits until what was applied is healthy, and says what it is not", () => {
    const sick = configMapMember("first", { health: { status: "InProgress", message: "0 of 1 ready" } });
    expect(waves(three, { members: [sick] }, { baselines: applied, ...without("second", "third") })).toEqual([[], ["second Waiting: waits for wave -1: ConfigMap shop/first is not healthy (0 of 1 ready)", "third Waiting: waits for wave -1: ConfigMap shop/first is not healthy (0 of 1 ready)"]]);
  });

  test("goes on, wave by wave, as the earlier ones are done", () => {
    expect(waves(three, { members: members("first") }, without("second", "third"))).toEqual([["Create second"], ["third Waiting: waits for wave 0: ConfigMap shop/second is being applied"]]);
    expect(waves(three, { members: members("first", "second") }, without("third"))).toEqual([["Create third"], []]);
  });

  test("does not wait for objects of kinds that nobody may watch: there is nothing to tell of their health", () => {
    const found = { first: { kind: "Absent" } } as const;
    expect(waves(three, { members: members("second"), lookUps: found }, { ...without("third") })).toEqual([["Revert first", "Create third"], []]);
  });

  test("waits for what cannot be applied, and for what is not there yet", () => {
    const unknown = desired("{apiVersion: unknown.example/v1, kind: Widget, metadata: {name: w}}", inWave("later", 1));
    const waiting = desired("{apiVersion: unknown.example/v1, kind: Widget, metadata: {name: w}}", "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: widgets.unknown.example, annotations: {driftless.dev/wave: '-1'}}, spec: {group: unknown.example, names: {kind: Widget}}}", inWave("later", 1));
    const known = { members: waiting.objects.filter(({ id }) => id.kind === "CustomResourceDefinition").map(({ key, id }) => ({ ...configMapMember("x"), key, id, apiVersion: "apiextensions.k8s.io/v1", uid: `uid-${id.name}` })) };
    expect(waves(unknown, {})[1].at(-1)).toBe("later Waiting: waits for wave 0: Widget.unknown.example shop/w cannot be applied");
    expect(waves(waiting, known, { baselines: baselinesOf(waiting) })).toEqual([["Revert later"], [expect.stringContaining("w Waiting")]]);
    expect(waves(waiting, known, { baselines: new Map([...baselinesOf(waiting)].filter(([key]) => key.includes("Custom"))) })[1].at(-1)).toBe("later Waiting: waits for wave 0: Widget.unknown.example shop/w is not there yet");
  });
});

test("what undoes drift is never held back, in whatever wave", () => {
  const plan = planWith(three, { lookUps: { third: { kind: "Absent" } }, members: [configMapMember("first", { health: { status: "Failed", message: "broken" } }), configMapMember("second")] }, { baselines: applied });
  expect([actionsOf(plan), plan.blocked, plan.held]).toEqual([["Revert third"], [], []]);
});

test("objects of one wave do not wait for each other", () => {
  expect(waves(desired(inWave("a", 3), inWave("b", 3)), {})).toEqual([["Create a", "Create b"], []]);
});

test("what waits for its wave is still part of what the plan brings, and what is stale goes only after it", () => {
  const plan = planWith(three, { members: [...members("first"), configMapMember("old")] }, without("second", "third"));
  expect([namesOf(plan.held), plan.prune, namesOf(plan.pruneLater)]).toEqual([["third"], [], ["old"]]);
});
