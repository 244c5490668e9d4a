import { describe, expect, test } from "vitest";
import { entriesOf, hasNews } from "../../../../reconciler/change.ts";
import type { Plan } from "../../../../reconciler/change.ts";
import type { Effective } from "../../../../reconciler/effective.ts";
import { hookKeyAt } from "../../../../reconciler/hooks/hook-body.ts";
import { membersWithoutHooks } from "../../../../reconciler/hooks/hook-members.ts";
import { hookText } from "../../../../reconciler/hooks/hook.ts";
import { withHooks } from "../../../../reconciler/hooks/ledger.ts";
import type { HookLedger } from "../../../../reconciler/hooks/ledger.ts";
import { planOfNeeds } from "../../../../reconciler/hooks/needs.ts";
import { holdForHooks } from "../../../../reconciler/hooks/sync-hooks.ts";
import { countsOf, countsText, gatedChanges } from "../../../../reconciler/gate/gated-changes.ts";
import { planDigest } from "../../../../reconciler/gate/plan-digest.ts";
import { lineText, planLines } from "../../../../reconciler/plan-text.ts";
import type { HookRecord } from "../../../../src/api/release.ts";
import { desiredFrom } from "../../../support/desired.ts";
import { actionsOf, baselinesOf, configMapMember, planWith } from "../../../support/plan-cases.ts";

const hook = (name: string, phase: string, more = ""): string => `{apiVersion: batch/v1, kind: Job, metadata: {name: ${name}, annotations: {driftless.dev/hook: ${phase}${more}}}}`;
const item = (name: string, more = ""): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}${more}}}`;
const inWave = (wave: number): string => `, annotations: {driftless.dev/wave: "${wave}"}`;
const composed = (...documents: readonly string[]): Effective => desiredFrom(documents.join("\n---\n"));
const due = (extra: Partial<HookLedger> = {}): HookLedger => ({ state: "Due", isNews: false, occasion: "Upgrade", run: undefined, records: [], ...extra });
const record = (name: string, state: HookRecord["state"], phase: HookRecord["phase"] = "PreSync"): HookRecord => ({ phase, object: `batch/Job/shop/${name}`, state });

const effective = composed(item("x"), hook("before", "PreSync"), hook("mid", "Sync"), hook("after", "PostSync"), hook("mail", "SyncFail"));
const live = { members: [configMapMember("x")] };
const nothing = planWith(effective, live, { baselines: baselinesOf(effective) });
const something = planWith(effective, {});
const run = (plan: Plan, ledger: HookLedger): Plan => withHooks(plan, effective.hooks, ledger, hookKeyAt);
const namesOf = ({ hooks }: Plan): string[] => hooks?.entries.map(({ id }) => id.name) ?? [];

describe("a plan runs", () => {
  test.each<[string, Plan, HookLedger, string[]]>([
    ["all hooks where the source brings something", something, due(), ["before", "mid", "after", "mail"]],
    ["none where it brings nothing", nothing, due(), []],
    ["all where the hooks are others than before", nothing, due({ isNews: true }), ["before", "mid", "after", "mail"]],
    ["none for content that was synced, whatever there is to do", something, due({ state: "Done" }), []],
    ["those that are left of an attempt", nothing, due({ state: "Open", run: "uid-1", records: [record("before", "Succeeded"), record("mid", "Running", "Sync")] }), ["mid", "after", "mail"]],
    ["none of an attempt that is through", nothing, due({ state: "Open", run: "uid-1", records: [record("before", "Succeeded"), record("mid", "Succeeded", "Sync"), record("after", "Succeeded", "PostSync")] }), []],
    ["all of a new attempt at what was given up", nothing, due({ isNews: true, run: "uid-1", records: [record("before", "Failed")] }), ["before", "mid", "after", "mail"]],
  ])("%s", (_what, plan, ledger, expected) => {
    const planned = run(plan, ledger);
    expect([namesOf(planned), hasNews(planned)]).toEqual([expected, expected.length > 0 || hasNews(plan)]);
  });
});

test("hooks are counted, listed and approved with the rest; those for a failure are not counted", () => {
  const planned = run(something, due());
  expect(countsText(countsOf(gatedChanges(planned)))).toBe("1 to create, 3 hooks to run");
  expect(planDigest(planned, "key")).not.toBe(planDigest(something, "key"));
  const other = withHooks(something, effective.hooks === undefined ? undefined : { ...effective.hooks, content: "other" }, due(), hookKeyAt);
  expect(planDigest(other, "key")).not.toBe(planDigest(planned, "key"));
});

test("the text shows them in their place", () => {
  expect(planLines(run(something, due())).map(lineText).join("\n")).toBe(`Hooks, before everything
  * hook      Job shop/before   PreSync  app.yaml:3

Apply
  + create    ConfigMap shop/x  app.yaml:1

Hooks, with the objects of their wave
  * hook      Job shop/mid      Sync  app.yaml:5

Hooks, when everything is healthy
  * hook      Job shop/after    PostSync  app.yaml:7

Hooks, if it fails
  * hook      Job shop/mail     SyncFail  app.yaml:9

1 to create, 3 hooks to run`);
});

describe("a hook of the Sync phase", () => {
  const three = composed(item("one"), item("two", inWave(1)), hook("mid", "Sync"), item("old"));
  const heldBy = (ledger: HookLedger | undefined) => holdForHooks(three, ledger).syncHook;

  test.each<[string, HookLedger | undefined, string | undefined]>([
    ["holds up what comes after it until it has run", due(), "has not run yet"],
    ["is told while it runs", due({ state: "Open", run: "uid-1", records: [record("mid", "Running", "Sync")] }), "is running"],
    ["is told when it has failed", due({ state: "Open", run: "uid-1", records: [record("mid", "Failed", "Sync")] }), "has failed"],
    ["holds nothing up when it has succeeded", due({ state: "Open", run: "uid-1", records: [record("mid", "Succeeded", "Sync")] }), undefined],
    ["holds up a new attempt, however the last one ended", due({ run: "uid-1", records: [record("mid", "Succeeded", "Sync")] }), "has not run yet"],
    ["holds nothing up for content that was synced", due({ state: "Done" }), undefined],
    ["holds nothing up where nobody runs hooks", undefined, undefined],
  ])("%s", (_what, ledger, reason) => expect(heldBy(ledger)?.reason).toBe(reason));

  test("lets its own wave through, and keeps later waves and what is stale", () => {
    const plan = planWith(holdForHooks(three, due()), { members: [configMapMember("stale")] });
    expect([actionsOf(plan), plan.blocked.map(({ reason }) => reason), plan.prune]).toEqual([["Create old", "Create one"], ["app.yaml:3: ConfigMap shop/two: waits for wave 0: ConfigMap shop/old is being applied"], []]);
    const later = planWith(holdForHooks(three, due()), { members: [configMapMember("stale"), configMapMember("one"), configMapMember("old")] }, { baselines: new Map([...baselinesOf(three)].filter(([key]) => !key.endsWith("/two"))) });
    expect(later.blocked.map(({ reason }) => reason)).toEqual(["app.yaml:3: ConfigMap shop/two: waits for wave 0: Job shop/mid has not run yet"]);
    const through = planWith(holdForHooks(composed(item("one"), hook("mid", "Sync")), due()), { members: [configMapMember("stale"), configMapMember("one")] }, { baselines: baselinesOf(three) });
    expect([through.prune, through.kept.map(({ reason }) => reason)]).toEqual([[], ["waits for hook Job shop/mid, which has not run yet"]]);
  });
});

test("Namespaces and definitions that hooks need come before them, and nothing else does", () => {
  const all = composed("{apiVersion: v1, kind: Namespace, metadata: {name: jobs}}", "{apiVersion: v1, kind: Namespace, metadata: {name: other}}", item("x"), hook("a", "PreSync").replace("name: a,", "name: a, namespace: jobs,"));
  const needs = planOfNeeds(planWith(all, {}), all.hooks?.all ?? []);
  expect(needs === undefined ? [] : entriesOf(needs).map(({ id }) => id.name)).toEqual(["jobs"]);
  expect(planOfNeeds(planWith(effective, {}), effective.hooks?.all ?? [])).toBeUndefined();
});

test("what hooks have made is no member; what is desired is, whoever made it; all is when everything goes", () => {
  const members = new Map([configMapMember("x", { hookRun: "uid-1/PreSync" }), configMapMember("made", { hookRun: "uid-1/PreSync" }), configMapMember("old")].map((member) => [member.key, member]));
  const names = (about: Pick<Effective, "desired" | "takesHooks">): string[] => [...membersWithoutHooks(members, about).values()].map(({ id }) => id.name);
  expect([names(effective), names({ desired: new Set(), takesHooks: true })]).toEqual([["x", "old"], ["x", "made", "old"]]);
});

test("a hook is named by kind, place and point", () => expect(effective.hooks?.all.map(hookText)[0]).toBe("Job shop/before (PreSync)"));
