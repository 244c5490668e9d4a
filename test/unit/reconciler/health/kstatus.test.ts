import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { healthOf } from "../../../../reconciler/health/health-of.ts";
import type { Health } from "../../../../reconciler/health/health.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import { corpusPath } from "../../../support/corpus.ts";

interface Case {
  readonly name: string;
  readonly resource: string;
  readonly expectedStatus: string;
  readonly expectedConditions: readonly { readonly Type: string; readonly Status: string; readonly Reason: string }[];
  readonly absentConditionTypes: readonly string[];
}

const NOW = new Date("2026-05-04T10:00:00Z");
const MINUTE_MS = 60_000;
const path = corpusPath("kstatus.json");
const cases: readonly Case[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).cases;

function objectOf(text: string): KubeObject {
  const times = text.replaceAll(/\{\{NOW(?:-(\d+)m)?\}\}/g, (_, minutes: string | undefined) => {
    return `"${new Date(NOW.getTime() - Number(minutes ?? 0) * MINUTE_MS).toISOString()}"`;
  });
  return parse(times, { uniqueKeys: false });
}

/** The standard conditions that kstatus derives from a state. */
function conditionsOf({ status, reason }: Health): object[] {
  if (status === "InProgress") return [{ Type: "Reconciling", Status: "True", Reason: reason }];
  return status === "Failed" ? [{ Type: "Stalled", Status: "True", Reason: reason }] : [];
}

describe.skipIf(path === undefined)("kstatus' own cases", () => {
  test("are all here", () => expect(cases).toHaveLength(53));

  test.each(cases.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const health = healthOf(objectOf(one.resource), NOW);
    expect(health.status).toBe(one.expectedStatus);
    expect(conditionsOf(health)).toEqual(one.expectedConditions);
    expect(health.message).not.toBe("");
  });
});
