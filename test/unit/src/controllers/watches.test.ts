import { describe, expect, test } from "vitest";
import { memberOf as liveMember } from "../../../../reconciler/member.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import { memberOf, one, two, v1, watchRig, WIDGETS } from "../../../support/watch-rig.ts";

const broken = (): KubeApiError => new KubeApiError(500, "InternalError", "the conversion webhook failed");

describe("a kind that cannot be listed", () => {
  test("is waited for ten seconds, then told with the cause, and again when it delivers", async () => {
    const { cluster, clock, changes, want, reach, watches, store } = watchRig();
    cluster.listFailures = Array.from({ length: 100 }, broken);
    await want(one);
    await clock.advance(9_000);
    expect([reach(one).synced, changes]).toEqual([false, []]);
    await clock.advance(1_000);
    const text = `${WIDGETS} (it cannot be listed: the conversion webhook failed)`;
    expect([reach(one), changes, watches.isComplete(one.setId, WIDGETS)]).toEqual([{ synced: true, unwatched: [text], unlisted: [text] }, [[one.setId]], false]);
    expect(watches.blindTo(one.setId)).toEqual([v1]);
    store.note(one, liveMember(memberOf(one, "a", "1"), clock.now()));
    expect(watches.watchedOnly(one.setId, store.membersOf(one.setId)).size).toBe(0);
    cluster.listFailures = [];
    await clock.advance(30_000);
    expect([reach(one), changes.length]).toEqual([{ synced: true, unwatched: [], unlisted: [] }, 2]);
  });

  test("is told with the cause also where the server cannot even say whether it serves it", async () => {
    const { cluster, clock, want, reach } = watchRig();
    cluster.served = new Error("no answer");
    await want(one);
    await clock.advance(10_000);
    expect(reach(one).unlisted).toEqual([`${WIDGETS} (it cannot be listed: no answer)`]);
  });

  test("does not hold up an Application that comes later, nor is its state another one's", async () => {
    const { cluster, clock, changes, want, reach, watches } = watchRig();
    await want(one);
    changes.length = 0;
    cluster.refuseSets = broken();
    await want(two);
    expect([reach(two).unlisted.length, changes, reach(one).unlisted.length]).toEqual([1, [[two.setId]], 0]);
    expect([watches.isComplete(one.setId, WIDGETS), watches.isComplete(two.setId, WIDGETS)]).toEqual([true, false]);
    cluster.refuseSets = undefined;
    await clock.advance(30_000);
    expect(cluster.waiting).toHaveLength(1);
  });
});

test("a kind that nobody uses any more is not looked up again", async () => {
  const { cluster, clock, want, watches } = watchRig();
  cluster.served = new Error("no answer");
  await want(one);
  watches.want(one.setId, new Set());
  await clock.advance(60_000);
  const before = cluster.lookUps;
  await clock.advance(10 * 60_000);
  expect([cluster.lookUps, clock.pending]).toEqual([before, 0]);
});
