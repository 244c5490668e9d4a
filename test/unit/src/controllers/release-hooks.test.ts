import { describe, expect, test } from "vitest";
import type { Application } from "../../../../src/api/application.ts";
import type { HookRecord, PlannedHooks, Release } from "../../../../src/api/release.ts";
import { hasFailedHook, hookDigests, hookLedger } from "../../../../src/controllers/release-hooks.ts";
import { desiredFrom } from "../../../support/desired.ts";
import { shopWith } from "../../../support/plan-cases.ts";

type How = "Open" | "Waiting" | "Failed" | "Succeeded" | "Superseded";

const now = { content: "c1", run: "r1" };

/** A Release of this content. */
function release(number: number, how: How, hooks: Partial<PlannedHooks> | undefined, records: readonly HookRecord[] = []): Release {
  const plan = { content: "", summary: "", counts: { create: 0, configure: 0, adopt: 0, delete: 0, transfer: 0 }, changes: [], ...(hooks === undefined ? {} : { hooks: { ...now, occasion: "Upgrade" as const, ...hooks } }) };
  const condition = how === "Open" ? [] : [{ type: "Succeeded", status: how === "Succeeded" ? ("True" as const) : how === "Waiting" ? ("Unknown" as const) : ("False" as const), reason: how === "Waiting" ? "AwaitingApproval" : how, message: "", lastTransitionTime: "2026-01-01T00:00:00Z" }];
  const startedAt = how === "Waiting" ? {} : { startedAt: "2026-01-01T00:00:00Z" };
  return { apiVersion: "driftless.dev/v1alpha1", kind: "Release", metadata: { name: `shop-${number}`, uid: `uid-${number}` }, spec: { application: "shop", generation: 1, revision: "", commit: { id: "" }, plan }, status: { conditions: condition, ...startedAt, ...(records.length === 0 ? {} : { hooks: records }) } };
}

const app = (status: Application["status"] = {}): Application => shopWith({}, { status });
const other: Partial<PlannedHooks> = { content: "c0", run: "r0" };
const synced = (content: string, run: string, name?: string): Application => app({ lastAppliedRevision: "main@sha1:x", hooks: { content, run, ...(name === undefined ? {} : { release: name }) } });

describe("what Releases tell of the hooks of a content", () => {
  test.each<[string, Application, readonly Release[], object]>([
    ["nothing was ever synced: they are for an installation, and due", app(), [], { state: "Due", isNews: true, occasion: "Install", run: undefined }],
    ["the attempt at it is open: they go on", app(), [release(1, "Open", {})], { state: "Open", run: "uid-1" }],
    ["it waits for approval: they are part of what waits", app(), [release(1, "Waiting", { occasion: "Install" })], { state: "Open", run: "uid-1", occasion: "Install" }],
    ["a hook of it has failed: it is still that attempt", app(), [release(1, "Failed", {})], { state: "Open", run: "uid-1" }],
    ["it has succeeded: they are done, and known", app(), [release(1, "Succeeded", {})], { state: "Done", run: "uid-1" }],
    ["it has succeeded, and every Release was deleted: the Application knows", synced("c1", "r1", "shop-9"), [], { state: "Done", run: undefined }],
    ["other content with the same hooks: they are no news by themselves", app(), [release(1, "Succeeded", { content: "c0" })], { state: "Due", isNews: false, occasion: "Upgrade" }],
    ["other hooks are news", app(), [release(1, "Succeeded", other)], { state: "Due", isNews: true }],
    ["content that was left for another and comes back runs again", app(), [release(1, "Succeeded", {}), release(2, "Succeeded", other)], { state: "Due", isNews: true, run: undefined }],
    ["content that another one had begun to replace runs again", app(), [release(1, "Succeeded", {}), release(2, "Superseded", other)], { state: "Due", isNews: false }],
    ["content that another one has only waited to replace does not", app(), [release(1, "Succeeded", {}), { ...release(2, "Superseded", other), status: { conditions: [] } }], { state: "Done" }],
    ["an attempt that was given up begins anew", app(), [release(1, "Superseded", {})], { state: "Due", isNews: true, occasion: "Upgrade" }],
    ["one for an installation is one again", app(), [release(1, "Superseded", { occasion: "Install" })], { state: "Due", isNews: true, occasion: "Install" }],
    ["after a failed first sync with other content it is still an installation", app(), [release(1, "Failed", { ...other, occasion: "Install" })], { state: "Due", occasion: "Install" }],
    ["a content that brought nothing else since is known by the Application", synced("c1", "r1", "shop-1"), [release(1, "Succeeded", other)], { state: "Done" }],
    ["a Release that has succeeded since the Application was written counts", synced("c1", "r1", "shop-1"), [release(1, "Succeeded", {}), release(2, "Succeeded", other)], { state: "Due", isNews: true }],
    ["the Release of the last sync was deleted, and those before it were not: the Application knows", synced("c1", "r1", "shop-2"), [release(1, "Succeeded", other)], { state: "Done" }],
    ["hooks that are new to an Application that was synced without run, as for an upgrade", app({ lastAppliedRevision: "main@sha1:x" }), [release(1, "Succeeded", undefined)], { state: "Due", isNews: true, occasion: "Upgrade" }],
  ])("%s", (_what, about, releases, expected) => expect(hookLedger(about, releases, now)).toMatchObject(expected));
});

const record = (phase: HookRecord["phase"]): HookRecord => ({ phase, object: "batch/Job/shop/a", state: "Failed" });

test("an attempt is brought to a stop by a failed hook, but not by one for failures", () => {
  expect([hasFailedHook(release(1, "Failed", {}, [record("PreSync")])), hasFailedHook(release(1, "Failed", {}, [record("SyncFail")])), hasFailedHook(release(1, "Open", {}))]).toEqual([true, false, false]);
});

const digestsOf = (value: string, image: string, key: string) => {
  const { hooks } = desiredFrom(`{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {v: "${value}"}}\n---\n{apiVersion: batch/v1, kind: Job, metadata: {name: j, annotations: {driftless.dev/hook: PreSync}}, spec: {image: ${image}}}`);
  if (hooks === undefined) throw new Error("no hooks");
  return hookDigests(hooks, key);
};

test("digests are keyed, and those of the hooks stay when something else changes", () => {
  const [first, second, third, keyed] = [digestsOf("1", "a", "key"), digestsOf("2", "a", "key"), digestsOf("1", "b", "key"), digestsOf("1", "a", "other")];
  expect([first.run === second.run, first.content === second.content, first.run === third.run, first.run === keyed.run, first.content === keyed.content]).toEqual([true, false, false, false, false]);
});
