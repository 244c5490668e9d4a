import { describe, expect, test } from "vitest";
import type { Gate } from "../../../../reconciler/gate/gate.ts";
import type { GatedPlan } from "../../../../reconciler/gate/gated-changes.ts";
import type { Application } from "../../../../src/api/application.ts";
import type { Release } from "../../../../src/api/release.ts";
import type { Attempt } from "../../../../src/controllers/release-spec.ts";
import type { ReleaseResult } from "../../../../src/controllers/release-status.ts";
import { Releases } from "../../../../src/controllers/releases.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import type { ClusterClient } from "../../../../src/ports.ts";
import { desiredFrom } from "../../../support/desired.ts";
import { configMapEntry, gatedPlan, pruneEntry } from "../../../support/gated-plan.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { ReleaseCluster } from "../../../support/release-cluster.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

const { signal } = new AbortController();
const OPEN: Gate = { apply: { kind: "Open" }, prune: { kind: "Open" }, asksForApproval: false };
const YES: Gate = { ...OPEN, asksForApproval: true };
const closed = (reason: "AwaitingApproval" | "DependencyNotReady"): Gate => ({ ...YES, apply: { kind: "Closed", reason, message: "waits" }, prune: { kind: "Closed", reason, message: "waits" } });
const SUCCEEDED: ReleaseResult = { kind: "Succeeded", message: "3 objects live and healthy" };
const FAILED: ReleaseResult = { kind: "Failed", message: "ConfigMap shop/a: refused" };
const WAITING: ReleaseResult = { kind: "Waiting", reason: "AwaitingApproval", message: "waits" };

const app = (spec: Partial<Application["spec"]> = {}, metadata: object = {}): Application => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", uid: "app-1", generation: 1, ...metadata }, spec: { sourceRef: { kind: "GitSource", name: "shop" }, ...spec },
});
const configMap = (name: string, x: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {x: "${x}"}}`;

/** What commit `revision` wants and what has to be done for it: a and b with this content. */
function attempt(revision: string, content: string, extra: Partial<Attempt> = {}): Attempt {
  return {
    app: app(),
    plan: gatedPlan({ entries: [configMapEntry("Create", "a", content), configMapEntry("Create", "b", content)], prune: [pruneEntry("/ConfigMap/shop/old")] }),
    effective: desiredFrom(`${configMap("a", content)}\n---\n${configMap("b", content)}`),
    artifact: { revision: `main@sha1:${revision.repeat(40)}`, commit: { oid: revision.repeat(40), author: "Ada <ada@example.com>", message: "Change it", committedAt: new Date("2026-01-01T00:00:00Z") } },
    gate: OPEN,
    ...extra,
  };
}

function rig(cluster?: ReleaseCluster) {
  const clock = new VirtualClock();
  const held = cluster ?? new ReleaseCluster(clock);
  const woken: string[] = [];
  const logger = new MemoryLogger();
  const releases = new Releases({ cluster: held as unknown as ClusterClient, clock, logger, random: () => 0, onInterrupted: () => undefined, key: "key", wake: (name) => woken.push(name) }); // of the client only this is used
  const state = (name: string) => {
    const release = held.objects.find(({ metadata }) => metadata.name === name) as unknown as Release | undefined;
    const [condition] = release?.status?.conditions ?? [];
    return condition === undefined ? release === undefined ? "gone" : "no status" : `${condition.status} ${condition.reason}`;
  };
  /** One whole attempt. */
  const run = async (what: Attempt, result: ReleaseResult): Promise<string | undefined> => {
    const release = await releases.begin(what, signal);
    await releases.settle(what, result, signal);
    return release?.metadata.name;
  };
  return { clock, cluster: held, releases, woken, logger, state, run };
}

const progressOf = (ready: number): ReleaseResult => ({ kind: "InProgress", message: `Deployment shop/web: ${ready} of 20 ready` });

describe("an attempt", () => {
  test("that succeeds at once costs two requests", async () => {
    const { cluster, run, state } = rig();
    await run(attempt("1", "x"), SUCCEEDED);
    expect(cluster.requests).toEqual(["create shop-1", "patch shop-1"]);
    expect(state("shop-1")).toBe("True Succeeded");
  });

  test("is told with commit, changes and owner, and without what only approvals need", async () => {
    const { cluster, run } = rig();
    await run(attempt("1", "x"), SUCCEEDED);
    const [release] = cluster.objects as unknown as Release[];
    expect(release?.metadata.ownerReferences).toEqual([{ apiVersion: "driftless.dev/v1alpha1", kind: "Application", name: "shop", uid: "app-1", controller: true }]);
    const { content: _content, ...plan } = release?.spec.plan ?? { content: "" };
    expect({ ...release?.spec, plan }).toEqual({
      application: "shop",
      generation: 1,
      revision: `main@sha1:${"1".repeat(40)}`,
      commit: { id: "1".repeat(40), author: "Ada <ada@example.com>", message: "Change it", committedAt: "2026-01-01T00:00:00Z" },
      plan: {
        summary: "2 to create, 1 to delete",
        counts: { create: 2, configure: 0, adopt: 0, delete: 1, transfer: 0 },
        changes: [{ action: "Create", object: "/ConfigMap/shop/a" }, { action: "Create", object: "/ConfigMap/shop/b" }, { action: "Delete", object: "/ConfigMap/shop/old" }],
      },
    });
    expect(release?.status).toMatchObject({ observedGeneration: 1, startedAt: "2026-01-01T00:00:00Z", completedAt: "2026-01-01T00:00:00Z" });
  });

  test("costs nothing more when nothing is new", async () => {
    const { cluster, releases, run } = rig();
    await run(attempt("1", "x"), SUCCEEDED);
    await releases.settle(attempt("1", "x"), SUCCEEDED, signal);
    expect(cluster.requests).toHaveLength(2);
  });

  test("that fails is the same one when it is tried again, and writes only what is new", async () => {
    const { cluster, run, state } = rig();
    const names = [await run(attempt("1", "x"), FAILED), await run(attempt("1", "x", { plan: gatedPlan({ entries: [configMapEntry("Create", "b", "x")] }) }), FAILED)];
    expect([names, state("shop-1")]).toEqual([["shop-1", "shop-1"], "False Failed"]);
    await run(attempt("1", "x"), SUCCEEDED);
    expect([cluster.requests, state("shop-1")]).toEqual([["create shop-1", "patch shop-1", "patch shop-1"], "True Succeeded"]);
  });

  test("stays the same one for another commit with the same content, and for objects whose kind is there at last", async () => {
    const { run } = rig();
    await run(attempt("1", "x"), FAILED);
    expect(await run(attempt("2", "x"), FAILED)).toBe("shop-1");
    expect(await run(attempt("1", "x", { effective: desiredFrom(configMap("a", "x")) }), FAILED)).toBe("shop-1");
  });

  test("for another content is another one; the one that waited is told to be superseded, the one that failed stays failed", async () => {
    const { run, state } = rig();
    await run(attempt("1", "x", { gate: closed("AwaitingApproval") }), WAITING);
    await run(attempt("2", "y"), FAILED);
    await run(attempt("3", "z"), SUCCEEDED);
    expect(["shop-1", "shop-2", "shop-3"].map(state)).toEqual(["False Superseded", "False Failed", "True Succeeded"]);
  });

  test("after one that succeeded is another one, also for the same commit", async () => {
    const { run } = rig();
    expect([await run(attempt("1", "x"), SUCCEEDED), await run(attempt("1", "x"), SUCCEEDED)]).toEqual(["shop-1", "shop-2"]);
  });

  test("that the source takes back is superseded without another one", async () => {
    const { releases, run, state } = rig();
    await run(attempt("1", "x", { gate: closed("AwaitingApproval") }), WAITING);
    await releases.settle(attempt("2", "before"), SUCCEEDED, signal);
    expect(state("shop-1")).toBe("False Superseded");
  });

  test("has not begun while dependencies are not ready", async () => {
    const { cluster, releases } = rig();
    expect(await releases.begin(attempt("1", "x", { gate: closed("DependencyNotReady") }), signal)).toBeUndefined();
    expect(cluster.requests).toEqual([]);
  });

  test("in progress is told only when it takes longer than a moment", async () => {
    const { clock, cluster, releases, run, state, woken } = rig();
    const progress: ReleaseResult = { kind: "InProgress", message: "Deployment shop/web: 1 of 3 updated" };
    await run(attempt("1", "x"), progress);
    await releases.settle(attempt("1", "x"), progress, signal);
    expect([cluster.requests, state("shop-1")]).toEqual([["create shop-1"], "no status"]);
    await clock.advance(6_000);
    expect(woken).toEqual(["shop/shop"]); // nothing else may happen that has it looked at
    await releases.settle(attempt("1", "x"), progress, signal);
    expect(state("shop-1")).toBe("Unknown InProgress");
  });

  test("in progress is told again after a while only, and its end at once", async () => {
    const { clock, cluster, releases, run, state, woken } = rig();
    const message = (): string | undefined => (cluster.objects[0] as unknown as Release).status?.conditions?.[0]?.message;
    await run(attempt("1", "x"), progressOf(0));
    await clock.advance(6_000);
    for (const ready of [1, 2, 3]) await releases.settle(attempt("1", "x"), progressOf(ready), signal);
    expect([cluster.requests, message()]).toEqual([["create shop-1", "patch shop-1"], "Deployment shop/web: 1 of 20 ready"]);
    woken.length = 0;
    await clock.advance(5_000);
    await releases.settle(attempt("1", "x"), progressOf(3), signal);
    expect([woken, message()]).toEqual([["shop/shop"], "Deployment shop/web: 3 of 20 ready"]);
    await releases.settle(attempt("1", "x"), progressOf(4), signal);
    await releases.settle(attempt("1", "x"), SUCCEEDED, signal);
    expect([state("shop-1"), clock.pending]).toEqual(["True Succeeded", 0]);
  });

  test("in progress for a moment only wakes nobody", async () => {
    const { clock, releases, run, woken } = rig();
    await run(attempt("1", "x"), { kind: "InProgress", message: "Deployment shop/web: 1 of 3 updated" });
    await releases.settle(attempt("1", "x"), SUCCEEDED, signal);
    await clock.advance(10_000);
    expect([woken, clock.pending]).toEqual([[], 0]);
  });
});

describe("names", () => {
  test("count on where somebody else took one", async () => {
    const { cluster, releases, run, woken } = rig();
    cluster.objects = [{ apiVersion: "driftless.dev/v1alpha1", kind: "Release", metadata: { name: "shop-1", namespace: "shop" }, spec: { application: "other" } }];
    expect(await run(attempt("1", "x"), SUCCEEDED)).toBe("shop-2");
    expect(releases.newest(app())?.metadata.name).toBe("shop-2");
    expect(woken).toEqual(["shop/shop"]);
  });

  test("are found again when the answer to their making was lost", async () => {
    const { cluster, run } = rig();
    cluster.failures.push({ error: new KubeApiError(0, "NoAnswer", "connection reset"), after: true });
    await expect(run(attempt("1", "x"), SUCCEEDED)).rejects.toThrow("connection reset");
    expect(await run(attempt("1", "x"), SUCCEEDED)).toBe("shop-1");
  });

  test("are never used twice, and fit into 63 characters", async () => {
    const { cluster, run } = rig();
    const long = { app: app({}, { name: "a".repeat(80) }) };
    const first = await run(attempt("1", "x", long), SUCCEEDED);
    cluster.objects = [];
    const second = await run(attempt("2", "y", long), SUCCEEDED);
    expect([first, second].map((name) => [name?.length, name?.slice(-2)])).toEqual([[63, "-1"], [63, "-2"]]);
  });
});

describe("approval", () => {
  const first = configMapEntry("Create", "a", "x");
  const waiting = attempt("1", "x", { gate: closed("AwaitingApproval") });

  test("is asked on the Release to come, then on the one that was made, under one digest", async () => {
    const { releases, run } = rig();
    const before = releases.approval(app(), waiting.plan);
    await run(waiting, WAITING);
    expect(releases.approval(app(), waiting.plan)).toEqual({ ...before, release: "shop-1", approved: false });
    expect(before.planDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("wakes the Application, and holds for the plan and for what is left of it", async () => {
    const { cluster, releases, run, woken } = rig();
    await releases.start();
    await run(waiting, WAITING);
    const { planDigest } = releases.approval(app(), waiting.plan);
    cluster.edit("shop-1", { spec: { approval: { planDigest, reason: "looks good" } } });
    await settle();
    expect(woken).toEqual(["shop/shop"]);
    const approved = (plan: GatedPlan): boolean => releases.approval(app(), plan).approved;
    expect([approved(waiting.plan), approved(gatedPlan({ prune: waiting.plan.prune })), approved(gatedPlan({ entries: [configMapEntry("Create", "c", "x")] }))]).toEqual([true, true, false]);
    await releases.stop();
  });

  test("of a plan that has changed since is asked anew, on another Release", async () => {
    const { cluster, releases, run, state } = rig();
    await releases.start();
    await run(waiting, WAITING);
    const { planDigest } = releases.approval(app(), waiting.plan);
    const changed = attempt("1", "x", { gate: closed("AwaitingApproval"), plan: gatedPlan({ entries: [configMapEntry("Configure", "a", "x", { uid: "9" })] }) });
    cluster.edit("shop-1", { spec: { approval: { planDigest } } });
    await settle();
    expect(releases.approval(app(), changed.plan)).toMatchObject({ release: "shop-2", approved: false });
    expect(await run(changed, WAITING)).toBe("shop-2");
    expect([state("shop-1"), state("shop-2")]).toEqual(["False Superseded", "Unknown AwaitingApproval"]);
    await releases.stop();
  });

  const next = (extra: object = {}, content = "x") => attempt("2", content, extra);

  test("that is not given stays missing as long as the content and the spec are the same", async () => {
    const { cluster, releases, run } = rig();
    await releases.start();
    await run(waiting, WAITING);
    expect([next(), next({ app: app({}, { generation: 2 }) }), next({}, "y")].map((wanted) => releases.isUnanswered(wanted))).toEqual([true, false, false]);
    cluster.edit("shop-1", { spec: { approval: { planDigest: releases.approval(app(), waiting.plan).planDigest } } });
    await settle();
    expect(releases.isUnanswered(next())).toBe(false);
    await releases.stop();
  });

  test("makes no request while it waits", async () => {
    const { cluster, run } = rig();
    await run(waiting, WAITING);
    await run(waiting, WAITING);
    expect(cluster.requests).toEqual(["create shop-1", "patch shop-1"]);
  });

  test("of ten thousand changes holds for what is left of them, and for nothing else", async () => {
    const { releases, cluster, run } = rig();
    const entries = Array.from({ length: 5_000 }, (_entry, index) => ({ ...first, object: { ...first.object, key: `/ConfigMap/shop/new-${index}` as ObjectKey } }));
    const prune = Array.from({ length: 5_000 }, (_delete, index) => pruneEntry(`/ConfigMap/shop/old-${index}`));
    const large = attempt("1", "x", { gate: closed("AwaitingApproval"), plan: gatedPlan({ entries, prune }) });
    await run(large, WAITING);
    const covered = (plan: GatedPlan): boolean => releases.approval(app(), plan).release === "shop-1";
    expect([covered(gatedPlan({ entries: entries.slice(4_000), prune })), covered(gatedPlan({ prune: prune.slice(1) }))]).toEqual([true, true]);
    expect([covered(gatedPlan({ prune: [pruneEntry("/ConfigMap/shop/another")] })), covered(gatedPlan({ entries: [configMapEntry("Create", "a", "other")] }))]).toEqual([false, false]);
    expect(Buffer.byteLength(JSON.stringify(cluster.objects[0]))).toBeLessThan(64 * 1024);
  });

  test("of more changes than fit is one of the whole plan only", async () => {
    const { releases, run } = rig();
    const prune = Array.from({ length: 11_000 }, (_delete, index) => pruneEntry(`/ConfigMap/shop/old-${index}`));
    const large = attempt("1", "x", { gate: closed("AwaitingApproval"), plan: gatedPlan({ prune }) });
    await run(large, WAITING);
    expect([releases.approval(app(), large.plan).release, releases.approval(app(), gatedPlan({ prune: prune.slice(1) })).release]).toEqual(["shop-1", "shop-2"]);
  });
});

describe("after a restart", () => {
  test("the attempt that was under way is found again, with its approval", async () => {
    const { cluster, run } = rig();
    const waiting = attempt("1", "x", { gate: closed("AwaitingApproval") });
    await run(waiting, WAITING);
    const [release] = cluster.objects as unknown as Release[];
    cluster.edit("shop-1", { spec: { approval: { planDigest: release?.spec.plan.digest ?? "" } } });
    const again = rig(cluster);
    await again.releases.start();
    expect(again.releases.approval(app(), waiting.plan)).toMatchObject({ release: "shop-1", approved: true });
    expect(await again.run({ ...waiting, gate: YES }, SUCCEEDED)).toBe("shop-1");
    expect(await again.run(attempt("2", "y"), SUCCEEDED)).toBe("shop-2");
    await again.releases.stop();
  });

  test("Releases of a namesake that was deleted are not taken for our own, but their names are", async () => {
    const { cluster, run } = rig();
    await run(attempt("1", "x"), FAILED);
    const again = rig(cluster);
    await again.releases.start();
    expect(await again.run(attempt("1", "x", { app: app({}, { uid: "app-2" }) }), SUCCEEDED)).toBe("shop-2");
    await again.releases.stop();
  });
});

const kept = (cluster: ReleaseCluster): string[] => cluster.objects.map(({ metadata }) => metadata.name);

describe("the history", () => {
  test("keeps as many as the limit says, the newest", async () => {
    const { cluster, run } = rig();
    for (let n = 1; n <= 5; n += 1) await run(attempt(String(n), String(n), { app: app({ historyLimit: 3 }) }), SUCCEEDED);
    expect(kept(cluster)).toEqual(["shop-3", "shop-4", "shop-5"]);
  });

  test("keeps the last one that succeeded, however old", async () => {
    const { cluster, run } = rig();
    for (let n = 1; n <= 5; n += 1) await run(attempt(String(n), String(n), { app: app({ historyLimit: 2 }) }), n === 1 ? SUCCEEDED : FAILED);
    expect(kept(cluster)).toEqual(["shop-1", "shop-4", "shop-5"]);
  });

  test("that cannot be shortened is no reason to fail", async () => {
    const { cluster, logger, releases, run } = rig();
    await run(attempt("1", "x", { app: app({ historyLimit: 1 }) }), SUCCEEDED);
    await releases.begin(attempt("2", "y", { app: app({ historyLimit: 1 }) }), signal);
    const remove = cluster.delete.bind(cluster);
    cluster.delete = async (ref) => {
      cluster.failures.push({ error: new KubeApiError(403, "Forbidden", "may not delete") });
      return remove(ref);
    };
    await releases.settle(attempt("2", "y", { app: app({ historyLimit: 1 }) }), SUCCEEDED, signal);
    expect(logger.lines).toMatchObject([{ level: "warn", message: "an old Release could not be deleted", fields: { release: "shop/shop-1", cause: "may not delete" } }]);
  });
});

test("somebody who deletes a Release that waits has the Application look again", async () => {
  const { cluster, releases, run, woken } = rig();
  await releases.start();
  await run(attempt("1", "x", { gate: closed("AwaitingApproval") }), WAITING);
  await settle();
  await cluster.delete({ apiVersion: "driftless.dev/v1alpha1", kind: "Release", name: "shop-1" });
  await settle();
  expect(woken).toEqual(["shop/shop"]);
  await releases.stop();
});

test("a Release stays below 64 KiB whatever its plan", async () => {
  const { cluster, run } = rig();
  const name = "n".repeat(200);
  const prune = Array.from({ length: 10_000 }, (_delete, index) => pruneEntry(`some-group.example.com/SomeLongKind/${"s".repeat(63)}/${name}-${index}`));
  const commit = { oid: "1".repeat(40), author: "é".repeat(2_000), message: "漢".repeat(5_000), committedAt: new Date("2026-01-01T00:00:00Z") };
  await run(attempt("1", "x", { gate: closed("AwaitingApproval"), plan: gatedPlan({ prune }), artifact: { revision: "r".repeat(1_024), commit } }), { kind: "Failed", message: "x".repeat(100_000) });
  const [release] = cluster.objects as unknown as Release[];
  expect(Buffer.byteLength(JSON.stringify(release))).toBeLessThan(64 * 1024);
  expect(release?.spec.plan.truncated).toBe(10_000 - (release?.spec.plan.changes.length ?? 0));
});
