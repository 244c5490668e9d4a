import { describe, expect, test } from "vitest";
import { brakeReason } from "../../../../reconciler/gate/brake.ts";
import type { Gate, GateDecision, GateFacts } from "../../../../reconciler/gate/gate.ts";
import { gate } from "../../../../reconciler/gate/gate.ts";
import type { GatedPlan } from "../../../../reconciler/gate/gated-changes.ts";
import { configMapEntry, gatedPlan, pruneEntry, transferEntry } from "../../../support/gated-plan.ts";

const now = new Date("2026-01-03T12:00:00Z"); // a Saturday
const office = { name: "office", kind: "Allow", schedule: "0 8 * * 1-5", duration: "9h" } as const;
const open: GateDecision = { kind: "Open" };
const notReady: GateDecision = { kind: "Closed", reason: "Progressing", message: "waits for Application shop/database" };
const change = gatedPlan({ entries: [configMapEntry("Create", "a"), configMapEntry("Configure", "b")] });
const olds = (count: number) => Array.from({ length: count }, (_old, index) => pruneEntry(`/ConfigMap/shop/old-${index}`));
const unasked = (): never => expect.unreachable("nobody has to say yes");
const approval = (approved: boolean) => () => ({ namespace: "shop", release: "shop-7", planDigest: "ab12", approved });
const judge = (plan: GatedPlan, facts: Partial<GateFacts>): Gate => gate(plan, { sync: {}, dependencies: open, members: 20, approval: unasked, ...facts }, now);

describe("the gate", () => {
  test("lets a plan through where nothing speaks against it", () => {
    expect(judge(change, {})).toEqual({ apply: open, prune: open, asksForApproval: false });
  });

  test("lets what only undoes drift through, whatever is closed", () => {
    const drift = gatedPlan({ entries: [configMapEntry("Revert", "a"), configMapEntry("Reassert", "b")] });
    expect(judge(drift, { sync: { approval: "Manual", windows: [office] }, dependencies: notReady })).toEqual({ apply: open, prune: open, asksForApproval: false });
  });

  test("waits for dependencies before it asks anything else", () => {
    expect(judge(change, { sync: { approval: "Manual", windows: [office] }, dependencies: notReady })).toEqual({ apply: notReady, prune: notReady, asksForApproval: true });
  });

  test("waits for a window, also with what was approved", () => {
    const closed = { kind: "Closed", reason: "WindowClosed", message: "changes from the source wait: no Allow window is open (office); opens at 2026-01-05T08:00:00Z", until: new Date("2026-01-05T08:00:00Z") };
    expect(judge(change, { sync: { approval: "Manual", windows: [office] }, approval: approval(true) })).toEqual({ apply: closed, prune: closed, asksForApproval: true });
  });

  test("waits for approval, and gives the commands to see and to approve", () => {
    const { apply, prune } = judge(change, { sync: { approval: "Manual" }, approval: approval(false) });
    expect(apply).toEqual({
      kind: "Closed",
      reason: "AwaitingApproval",
      message:
        "changes from the source wait for approval (1 to create, 1 to configure). To see it: kubectl get releases.driftless.dev shop-7 -n shop -o yaml. " +
        `To approve it: kubectl patch releases.driftless.dev shop-7 -n shop --type=merge -p '{"spec":{"approval":{"planDigest":"ab12","reason":"WHY"}}}'`,
    });
    expect(prune).toEqual(apply);
  });

  test("opens for what was approved, precious deletes among it", () => {
    const plan = gatedPlan({ entries: [configMapEntry("Create", "a")], prune: [pruneEntry("/Namespace//shop")] });
    expect(judge(plan, { sync: { approval: "Manual" }, approval: approval(true) })).toEqual({ apply: open, prune: open, asksForApproval: true });
  });

  test("holds a transfer up like any change of the source", () => {
    const plan = gatedPlan({ transfers: [transferEntry("/ConfigMap/shop/a", "shop/other")] });
    expect(judge(plan, { sync: { approval: "Manual" }, approval: approval(false) }).apply).toMatchObject({ kind: "Closed", reason: "AwaitingApproval" });
  });

  test("with the brake on holds up deletes alone, until somebody says yes", () => {
    const plan = gatedPlan({ entries: [configMapEntry("Create", "a")], prune: olds(3), pruneLater: olds(4) });
    const held = judge(plan, { approval: approval(false) });
    expect(held.apply).toEqual(open);
    expect(held.prune).toMatchObject({ kind: "Closed", reason: "PruneHeld" });
    expect(held.prune.kind === "Closed" ? held.prune.message : "").toMatch(/^nothing is deleted yet: 7 of 20 objects would be deleted, more than spec\.sync\.limits\.maxPrune \(20%\) allows: .* and 2 more\. To see it: .*"planDigest":"ab12"/);
    expect(judge(plan, { approval: approval(true) })).toEqual({ apply: open, prune: open, asksForApproval: true });
  });

  test("does not count what may yet be handed over", () => {
    const plan = gatedPlan({ pruneLater: olds(7).map((entry) => ({ ...entry, contested: true })) });
    expect(judge(plan, { unanswered: () => true })).toEqual({ apply: open, prune: open, asksForApproval: false });
  });

  test("keeps the brake on when fewer are left, as long as the yes that was asked for is not given", () => {
    const plan = gatedPlan({ prune: olds(2) });
    expect(judge(plan, { unanswered: () => true, approval: approval(false) })).toMatchObject({ apply: open, prune: { reason: "PruneHeld", message: expect.stringMatching(/^nothing is deleted yet: the yes that was asked for has not been given\. To see it/) }, asksForApproval: true });
    expect(judge(plan, { unanswered: () => false })).toEqual({ apply: open, prune: open, asksForApproval: false });
  });

  test("tells of the brake where everything waits for approval anyway", () => {
    const { apply } = judge(gatedPlan({ prune: [pruneEntry("/Namespace//shop")] }), { sync: { approval: "Manual" }, approval: approval(false) });
    expect(apply.kind === "Closed" ? apply.message : "").toContain("(1 to delete); Namespace shop would be deleted, and with it what it holds. To see it");
  });
});

describe("the brake", () => {
  test.each([
    [5, 5, undefined, false], // a fifth of five would be one
    [6, 20, undefined, true],
    [10, 50, undefined, false],
    [11, 50, undefined, true],
    [11, 51, undefined, false], // rounded up
    [6, 100, "0%", true],
    [5, 100, 0, false],
    [8, 20, 8, false],
    [9, 20, "8", true],
    [20, 20, "100%", false],
  ] as const)("%i deletes of %i members with maxPrune %s trip it: %s", (deletes, members, maxPrune, trips) => {
    expect(brakeReason(olds(deletes), members, maxPrune) !== undefined).toBe(trips);
  });

  test.each(["/Namespace//shop", "/PersistentVolume//disk", "/PersistentVolumeClaim/shop/disk", "apiextensions.k8s.io/CustomResourceDefinition//widgets.example.com", "driftless.dev/Application/shop/child"])("one %s trips it", (key) => {
    expect(brakeReason([pruneEntry(key)], 1_000, "100%")).toMatch(/would be deleted, and with it what it holds$/);
  });

  test("a StatefulSet trips it when it has volume claims", () => {
    const reasons = [true, false].map((holdsData) => brakeReason([pruneEntry("apps/StatefulSet/shop/db", { holdsData })], 100));
    expect(reasons).toEqual(["StatefulSet shop/db would be deleted, and with it what it holds", undefined]);
  });

  test("another group's Namespace is nothing special", () => {
    expect(brakeReason([pruneEntry("example.com/Namespace/shop/x")], 100)).toBeUndefined();
  });
});
