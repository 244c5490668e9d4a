import { describe, expect, test } from "vitest";
import { compileChecks } from "../../../../reconciler/health/checks.ts";
import type { KubeObject } from "../../../../src/object/kube-object.ts";
import { settle } from "../../../support/virtual-clock.ts";
import { memberOf, one, two, watchRig, WIDGETS } from "../../../support/watch-rig.ts";

describe("an Application that comes to a kind that is watched already", () => {
  test("gets its members by a list of its own, and is not ready before", async () => {
    const { cluster, want, reach, answer, membersOf } = watchRig();
    const known = memberOf(two, "known", "7");
    await want(one);
    cluster.current.send("ADDED", known);
    await want(two);
    expect(reach(two)).toEqual({ synced: false, unwatched: [], unlisted: [] });
    await answer(known);
    expect(reach(two)).toEqual({ synced: true, unwatched: [], unlisted: [] });
    expect(membersOf(two)).toEqual(["known"]);
  });

  test("does not get what was deleted or taken over while the list was under way", async () => {
    const { cluster, want, answer, membersOf } = watchRig();
    const [deleted, taken] = [memberOf(two, "deleted", "7"), memberOf(two, "taken", "8")];
    await want(one);
    await want(two);
    for (const object of [deleted, taken]) cluster.current.send("ADDED", object);
    cluster.current.send("DELETED", deleted);
    cluster.current.send("MODIFIED", memberOf(one, "taken", "9"));
    await settle();
    await answer(deleted, taken);
    expect([membersOf(one), membersOf(two)]).toEqual([["taken"], []]);
  });

  test("is not taken for ready by the answer to a list from before it went and came back", async () => {
    const { cluster, want, watches, store, reach, answer, membersOf } = watchRig();
    await want(one);
    await want(two);
    watches.want(two.setId, new Set());
    store.forget(two.setId);
    const unseen = memberOf(two, "unseen", "7");
    cluster.current.send("ADDED", unseen);
    await settle();
    store.register(two);
    await want(two);
    await answer();
    expect(reach(two).synced).toBe(false);
    await answer(unseen);
    expect([reach(two).synced, membersOf(two)]).toEqual([true, ["unseen"]]);
  });
});

function withPhase(phase: string, version: string): KubeObject {
  const status = { status: { phase } };
  return { ...memberOf(one, "a", version), ...status };
}

async function checksFor(phase: string) {
  const { checks } = await compileChecks([{ apiVersion: "example.com/v1", kind: "Widget", current: `status.phase == '${phase}'` }]);
  return checks;
}

async function withChecks() {
  const parts = watchRig();
  parts.store.register(one, await checksFor("Up"));
  parts.cluster.objects = [withPhase("Up", "1")];
  await parts.want(one);
  const health = (): string | undefined => [...parts.store.membersOf(one.setId).values()][0]?.health.status;
  return { ...parts, health };
}

describe("an Application whose health checks change", () => {
  test("has its members judged by them, and told of once more when they change", async () => {
    const { store, watches, health, reach, answer } = await withChecks();
    expect(health()).toBe("Current");
    const kinds = store.register(one, await checksFor("Down"));
    expect(kinds).toEqual([WIDGETS]);
    watches.tellAgain(one.setId, kinds);
    expect(reach(one).synced).toBe(false);
    await answer(withPhase("Up", "1"));
    expect([reach(one).synced, health()]).toEqual([true, "InProgress"]);
  });

  test("has nobody told again where they are the same, or no member is of such a kind", async () => {
    const { store } = await withChecks();
    expect(store.register(one, await checksFor("Up"))).toEqual([]);
    expect(store.register(two, await checksFor("Up"))).toEqual([]);
  });

  test("still does not believe an older version", async () => {
    const { store, cluster, health } = await withChecks();
    cluster.current.send("MODIFIED", withPhase("Down", "3"));
    await settle();
    store.register(one, await checksFor("Down"));
    store.upsert(withPhase("Up", "2"));
    store.upsert(withPhase("Down", "3"));
    expect(health()).toBe("Current");
  });
});
