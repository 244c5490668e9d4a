import { describe, expect, test } from "vitest";
import type { Application } from "../../../../../src/api/application.ts";
import { withPlannedHooks } from "../../../../../src/cli/plan/planned-hooks.ts";
import { desiredFrom } from "../../../../support/desired.ts";
import { baselinesOf, configMapMember, planWith, shopWith } from "../../../../support/plan-cases.ts";

const effective = desiredFrom(`{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: first, annotations: {helm.sh/hook: pre-install}}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: later, annotations: {helm.sh/hook: pre-upgrade}}}`);
const something = planWith(effective, {});
const nothing = planWith(effective, { members: [configMapMember("x")] }, { baselines: baselinesOf(effective) });
const appAt = (revision: string | undefined): Application => shopWith({}, { status: { observedGeneration: 1, ...(revision === undefined ? {} : { lastAppliedRevision: revision, release: "shop-1" }) } });

describe("driftless plan", () => {
  test.each<[string, Parameters<typeof withPlannedHooks>[0], Application, string[], string[]]>([
    ["shows the hooks of an installation", something, appAt(undefined), ["first"], []],
    ["shows the hooks of an upgrade", something, appAt("main@sha1:old"), ["later"], []],
    ["shows none for what was synced", something, appAt("main@sha1:new"), [], []],
    ["says which may run where nothing else is to be done", nothing, appAt("main@sha1:old"), [], ["hooks run if they are others than in the last sync: Job shop/later (PreSync)"]],
    ["says nothing of them where the same was synced", nothing, appAt("main@sha1:new"), [], []],
  ])("%s", (_what, plan, app, entries, notes) => {
    const planned = withPlannedHooks(plan, effective.hooks, app, "main@sha1:new");
    expect([planned.hooks?.entries.map(({ id }) => id.name), planned.notes]).toEqual([entries, notes]);
  });

  test("leaves a plan without hooks as it is", () => expect(withPlannedHooks(something, undefined, appAt(undefined), "x")).toBe(something));
});
