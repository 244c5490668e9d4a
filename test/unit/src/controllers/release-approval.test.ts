import { describe, expect, test } from "vitest";
import type { GatedPlan } from "../../../../reconciler/gate/gated-changes.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import { configMapEntry, gatedPlan, pruneEntry } from "../../../support/gated-plan.ts";
import { app, attempt, closed, releaseRig, WAITING } from "../../../support/release-rig.ts";
import { settle } from "../../../support/virtual-clock.ts";

const next = (extra: object = {}, content = "x") => attempt("2", content, extra);

describe("approval of a plan", () => {
  const first = configMapEntry("Create", "a", "x");
  const waiting = attempt("1", "x", { gate: closed("AwaitingApproval") });

  test("is asked on the Release to come, then on the one that was made, under one digest", async () => {
    const { releases, run } = releaseRig();
    const before = releases.approval(app(), waiting.plan);
    await run(waiting, WAITING);
    expect(releases.approval(app(), waiting.plan)).toEqual({ ...before, release: "shop-1", approved: false });
    expect(before.planDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("wakes the Application, and holds for the plan and for what is left of it", async () => {
    const { cluster, releases, run, woken } = releaseRig();
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
    const { cluster, releases, run, state } = releaseRig();
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

  test("that is not given stays missing as long as the content and the spec are the same", async () => {
    const { cluster, releases, run } = releaseRig();
    await releases.start();
    await run(waiting, WAITING);
    expect([next(), next({ app: app({}, { generation: 2 }) }), next({}, "y")].map((wanted) => releases.isUnanswered(wanted))).toEqual([true, false, false]);
    cluster.edit("shop-1", { spec: { approval: { planDigest: releases.approval(app(), waiting.plan).planDigest } } });
    await settle();
    expect(releases.isUnanswered(next())).toBe(false);
    await releases.stop();
  });

  test("makes no request while it waits", async () => {
    const { cluster, run } = releaseRig();
    await run(waiting, WAITING);
    await run(waiting, WAITING);
    expect(cluster.requests).toEqual(["create shop-1", "patch shop-1"]);
  });

  test("of ten thousand changes holds for what is left of them, and for nothing else", async () => {
    const { releases, cluster, run } = releaseRig();
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
    const { releases, run } = releaseRig();
    const prune = Array.from({ length: 11_000 }, (_delete, index) => pruneEntry(`/ConfigMap/shop/old-${index}`));
    const large = attempt("1", "x", { gate: closed("AwaitingApproval"), plan: gatedPlan({ prune }) });
    await run(large, WAITING);
    expect([releases.approval(app(), large.plan).release, releases.approval(app(), gatedPlan({ prune: prune.slice(1) })).release]).toEqual(["shop-1", "shop-2"]);
  });
});
