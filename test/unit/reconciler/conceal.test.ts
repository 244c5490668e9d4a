import { describe, expect, test } from "vitest";
import { MASK } from "../../../drift/mask.ts";
import { failureOf } from "../../../reconciler/apply-failure.ts";
import type { Plan } from "../../../reconciler/change.ts";
import { compose } from "../../../reconciler/compose.ts";
import { concealer, concealFailures, concealPlan } from "../../../reconciler/conceal.ts";
import type { EffectiveObject } from "../../../reconciler/effective.ts";
import { lineOf, readLine, recall } from "../../../reconciler/last-good.ts";
import { memberOf } from "../../../reconciler/member.ts";
import { planMarkdown } from "../../../reconciler/plan-markdown.ts";
import { lineText, planLines } from "../../../reconciler/plan-text.ts";
import { KubeApiError } from "../../../src/errors.ts";
import { kindOf, renderedFrom, shop } from "../../support/desired.ts";
import { account, configMaps, goodOf, liveOf, planWith } from "../../support/plan-cases.ts";

const OLD = "canary-old-1";
const NEW = "canary-new-2";
const context = { identity: shop, defaultNamespace: "shop", kindOf };

/** The object of this YAML with a Secret's value in it. */
function holding(value: string, yaml = `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {dsn: "db://shop:${value}@db", plain: "1"}}`): EffectiveObject {
  const rendered = renderedFrom(yaml);
  const [object] = compose({ ...rendered, objects: rendered.objects.map((each) => ({ ...each, secrets: [value] })) }, context).objects;
  if (object === undefined) throw new Error("nothing was composed");
  return object;
}

function textsOf(object: EffectiveObject, data: object, before?: EffectiveObject): string {
  const found = liveOf(object, { data });
  const plan = planWith({ ...configMaps(), objects: [object] }, { members: [memberOf(found, new Date(0))], bodies: [found] }, before === undefined ? {} : { lastGood: goodOf({ objects: [before] }) });
  return [...planLines(plan, { full: true }).map(lineText), planMarkdown(plan, "shop", { full: true }), JSON.stringify(plan.stages.flat().map(({ corrections, updates }) => ({ corrections, updates }))), JSON.stringify(plan.reported)].join("\n");
}

describe("what is told of an object with a Secret's value in it", () => {
  test.each([
    ["that somebody changed shows neither side", { dsn: "db://stolen", plain: "1" }, undefined],
    ["whose value is another one by now does not show the earlier one", { dsn: `db://shop:${OLD}@db`, plain: "1" }, undefined],
    ["that somebody took the value out of does not show it", { plain: "1" }, undefined],
    ["that had the value of before in another field does not show that", { dsn: `db://shop:${NEW}@db`, plain: OLD }, holding(OLD)],
  ])("%s", (_what, data, before) => {
    const told = textsOf(holding(NEW), data, before);
    expect(told).toContain(MASK);
    expect(told).not.toMatch(/canary/);
  });

  test("shows what holds no such value", () => {
    expect(textsOf(holding(NEW), { dsn: `db://shop:${NEW}@db`, plain: "2" })).toContain('"2" → "1"');
  });

  test("hides a field that is named by it", () => {
    const object = holding(NEW, `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {${NEW}: "1"}}`);
    expect(textsOf(object, { [NEW]: "2" })).not.toMatch(/canary/);
  });
});

test.each([
  ["as it is", `Invalid value: "db://shop:${NEW}@db"`],
  ["in base64", `illegal data: ${Buffer.from(NEW).toString("base64")}`],
])("a refusal that quotes it, %s, is told without", (_how, text) => {
  const { message } = failureOf(holding(NEW), new KubeApiError(422, "Invalid", text), account);
  expect(message).toContain(MASK);
  expect(message).not.toContain(text);
});

test("of a value in quotes both forms are hidden", () => {
  expect(failureOf({ ...holding(NEW), secrets: [`"${NEW}"`] }, new KubeApiError(422, "Invalid", `bad: ${NEW}`), account).message).not.toMatch(/canary/);
});

test("an annotation of ours that means nothing is told without it", () => {
  const yaml = `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {driftless.dev/wave: "${NEW}"}}}`;
  expect(() => holding(NEW, yaml)).toThrow(MASK);
});

test("what was stored knows what it has to hide when it comes back, and a Secret is stored without", () => {
  const [object, secret] = [holding(NEW), holding(NEW, `{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: ${NEW}}}`)];
  const back = recall([lineOf(object)].map(readLine), context);
  expect([...back.values()][0]?.object.secrets).toEqual([NEW]);
  expect(lineOf(secret)).not.toMatch(/canary/);
  expect(readLine(JSON.stringify({ ...(JSON.parse(lineOf(object)) as object), secrets: [7, NEW] })).secrets).toEqual([NEW]);
});

describe("what comes from elsewhere", () => {
  const nothing = planWith({ ...configMaps(), objects: [] }, {});

  test("is gone through where any object holds a Secret's value, now or before", () => {
    const [object, earlier] = [holding(NEW), holding(OLD)];
    const conceal = concealer([object], goodOf({ objects: [earlier] }));
    const { key, id, origin } = object;
    const plan: Plan = { ...nothing, blocked: [{ key, id, origin, wave: 0, kind: "Waiting", reason: `is not healthy (${NEW})` }], kept: [{ id, kind: "Kept", reason: `says ${OLD}` }], notes: [NEW] };
    const failures = [failureOf({ ...object, secrets: [] }, new Error(NEW), account)];
    const { blocked, kept, notes } = concealPlan(plan, conceal);
    expect([...blocked, ...kept].map(({ reason }) => reason)).toEqual([`is not healthy (${MASK})`, `says ${MASK}`]);
    expect([notes, concealFailures(failures, conceal).map(({ message }) => message)]).toEqual([[MASK], [`app.yaml:1: ConfigMap shop/a: ${MASK}`]]);
  });

  test("is left as it is where none does", () => {
    expect(concealPlan(nothing, concealer([{ ...holding(NEW), secrets: [] }], new Map()))).toBe(nothing);
  });
});
