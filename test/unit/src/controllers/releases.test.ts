import { describe, expect, test } from "vitest";
import type { Release } from "../../../../src/api/release.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import { desiredFrom } from "../../../support/desired.ts";
import { configMapEntry, gatedPlan, pruneEntry } from "../../../support/gated-plan.ts";
import type { ReleaseCluster } from "../../../support/release-cluster.ts";
import { app, attempt, closed, configMap, FAILED, releaseRig, SUCCEEDED, WAITING, YES } from "../../../support/release-rig.ts";
import { settle } from "../../../support/virtual-clock.ts";

const { signal } = new AbortController();

describe("an attempt", () => {
  test("that succeeds at once costs two requests", async () => {
    const { cluster, run, state } = releaseRig();
    await run(attempt("1", "x"), SUCCEEDED);
    expect(cluster.requests).toEqual(["create shop-1", "patch shop-1"]);
    expect(state("shop-1")).toBe("True Succeeded");
  });

  test("is told with commit, changes and owner, and without what only approvals need", async () => {
    const { cluster, run } = releaseRig();
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
    const { cluster, releases, run } = releaseRig();
    await run(attempt("1", "x"), SUCCEEDED);
    await releases.settle(attempt("1", "x"), SUCCEEDED, signal);
    expect(cluster.requests).toHaveLength(2);
  });

  test("that fails is the same one when it is tried again, and writes only what is new", async () => {
    const { cluster, run, state } = releaseRig();
    const names = [await run(attempt("1", "x"), FAILED), await run(attempt("1", "x", { plan: gatedPlan({ entries: [configMapEntry("Create", "b", "x")] }) }), FAILED)];
    expect([names, state("shop-1")]).toEqual([["shop-1", "shop-1"], "False Failed"]);
    await run(attempt("1", "x"), SUCCEEDED);
    expect([cluster.requests, state("shop-1")]).toEqual([["create shop-1", "patch shop-1", "patch shop-1"], "True Succeeded"]);
  });

  test("stays the same one for another commit with the same content, and for objects whose kind is there at last", async () => {
    const { run } = releaseRig();
    await run(attempt("1", "x"), FAILED);
    expect(await run(attempt("2", "x"), FAILED)).toBe("shop-1");
    expect(await run(attempt("1", "x", { effective: desiredFrom(configMap("a", "x")) }), FAILED)).toBe("shop-1");
  });

  test("for another content is another one; the one that waited is told to be superseded, the one that failed stays failed", async () => {
    const { run, state } = releaseRig();
    await run(attempt("1", "x", { gate: closed("AwaitingApproval") }), WAITING);
    await run(attempt("2", "y"), FAILED);
    await run(attempt("3", "z"), SUCCEEDED);
    expect(["shop-1", "shop-2", "shop-3"].map(state)).toEqual(["False Superseded", "False Failed", "True Succeeded"]);
  });

  test("after one that succeeded is another one, also for the same commit", async () => {
    const { run } = releaseRig();
    expect([await run(attempt("1", "x"), SUCCEEDED), await run(attempt("1", "x"), SUCCEEDED)]).toEqual(["shop-1", "shop-2"]);
  });

  test("that the source takes back is superseded without another one", async () => {
    const { releases, run, state } = releaseRig();
    await run(attempt("1", "x", { gate: closed("AwaitingApproval") }), WAITING);
    await releases.settle(attempt("2", "before"), SUCCEEDED, signal);
    expect(state("shop-1")).toBe("False Superseded");
  });

  test("has not begun while dependencies are not ready", async () => {
    const { cluster, releases } = releaseRig();
    expect(await releases.begin(attempt("1", "x", { gate: closed("DependencyNotReady") }), signal)).toBeUndefined();
    expect(cluster.requests).toEqual([]);
  });
});

describe("after a restart", () => {
  test("the attempt that was under way is found again, with its approval", async () => {
    const { cluster, run } = releaseRig();
    const waiting = attempt("1", "x", { gate: closed("AwaitingApproval") });
    await run(waiting, WAITING);
    const [release] = cluster.objects as unknown as Release[];
    cluster.edit("shop-1", { spec: { approval: { planDigest: release?.spec.plan.digest ?? "" } } });
    const again = releaseRig(cluster);
    await again.releases.start();
    expect(again.releases.approval(app(), waiting.plan)).toMatchObject({ release: "shop-1", approved: true });
    expect(await again.run({ ...waiting, gate: YES }, SUCCEEDED)).toBe("shop-1");
    expect(await again.run(attempt("2", "y"), SUCCEEDED)).toBe("shop-2");
    await again.releases.stop();
  });

  test("Releases of a namesake that was deleted are not taken for our own, but their names are", async () => {
    const { cluster, run } = releaseRig();
    await run(attempt("1", "x"), FAILED);
    const again = releaseRig(cluster);
    await again.releases.start();
    expect(await again.run(attempt("1", "x", { app: app({}, { uid: "app-2" }) }), SUCCEEDED)).toBe("shop-2");
    await again.releases.stop();
  });
});

const kept = (cluster: ReleaseCluster): string[] => cluster.objects.map(({ metadata }) => metadata.name);

describe("the history", () => {
  test("keeps as many as the limit says, the newest", async () => {
    const { cluster, run } = releaseRig();
    for (let n = 1; n <= 5; n += 1) await run(attempt(String(n), String(n), { app: app({ historyLimit: 3 }) }), SUCCEEDED);
    expect(kept(cluster)).toEqual(["shop-3", "shop-4", "shop-5"]);
  });

  test("keeps the last one that succeeded, however old", async () => {
    const { cluster, run } = releaseRig();
    for (let n = 1; n <= 5; n += 1) await run(attempt(String(n), String(n), { app: app({ historyLimit: 2 }) }), n === 1 ? SUCCEEDED : FAILED);
    expect(kept(cluster)).toEqual(["shop-1", "shop-4", "shop-5"]);
  });

  test("that cannot be shortened is no reason to fail", async () => {
    const { cluster, logger, releases, run } = releaseRig();
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
  const { cluster, releases, run, woken } = releaseRig();
  await releases.start();
  await run(attempt("1", "x", { gate: closed("AwaitingApproval") }), WAITING);
  await settle();
  await cluster.delete({ apiVersion: "driftless.dev/v1alpha1", kind: "Release", name: "shop-1" });
  await settle();
  expect(woken).toEqual(["shop/shop"]);
  await releases.stop();
});

test("a Release stays below 64 KiB whatever its plan", async () => {
  const { cluster, run } = releaseRig();
  const name = "n".repeat(200);
  const prune = Array.from({ length: 10_000 }, (_delete, index) => pruneEntry(`some-group.example.com/SomeLongKind/${"s".repeat(63)}/${name}-${index}`));
  const commit = { oid: "1".repeat(40), author: "é".repeat(2_000), message: "漢".repeat(5_000), committedAt: new Date("2026-01-01T00:00:00Z") };
  await run(attempt("1", "x", { gate: closed("AwaitingApproval"), plan: gatedPlan({ prune }), artifact: { revision: "r".repeat(1_024), commit } }), { kind: "Failed", message: "x".repeat(100_000) });
  const [release] = cluster.objects as unknown as Release[];
  expect(Buffer.byteLength(JSON.stringify(release))).toBeLessThan(64 * 1024);
  expect(release?.spec.plan.truncated).toBe(10_000 - (release?.spec.plan.changes.length ?? 0));
});
