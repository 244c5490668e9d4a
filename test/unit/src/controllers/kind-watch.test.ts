import { describe, expect, test } from "vitest";
import { memberOf as liveMember } from "../../../../reconciler/member.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import { settle } from "../../../support/virtual-clock.ts";
import { memberOf, one, two, v1, v2, watchRig, WIDGETS } from "../../../support/watch-rig.ts";

const refused = (): KubeApiError => new KubeApiError(403, "Forbidden", "no");
const notServed = (): KubeApiError => new KubeApiError(404, "KindNotServed", "no such kind");

/** Listed, then refused to watch. */
async function forbidden() {
  const parts = watchRig();
  await parts.want(one);
  parts.cluster.current.send("ADDED", memberOf(two, "early", "7"));
  await settle();
  parts.cluster.objects = [memberOf(two, "early", "7")];
  parts.cluster.watchFailures = Array.from({ length: 100 }, refused);
  parts.cluster.current.fail(refused());
  await parts.clock.advance(10_000);
  return parts;
}

describe("a kind that may not be watched", () => {
  test("is not said to be watched and not to be, again and again", async () => {
    const { clock, changes, reach } = await forbidden();
    expect(reach(one)).toEqual({ synced: true, unwatched: [`${WIDGETS} (the operator lacks the verb watch)`], unlisted: [] });
    changes.length = 0;
    await clock.advance(10 * 60_000);
    expect(changes).toEqual([]);
  });

  test("is watched again when a watch has given a sign of life, and who came meanwhile gets its members", async () => {
    const { cluster, clock, want, reach, answer, membersOf } = await forbidden();
    await want(two);
    cluster.watchFailures = [];
    await clock.advance(70_000);
    expect(reach(two).unwatched).toHaveLength(1);
    cluster.current.send("BOOKMARK", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "", resourceVersion: "200" } });
    await settle();
    expect([reach(one), reach(two)]).toEqual([{ synced: true, unwatched: [], unlisted: [] }, { synced: false, unwatched: [], unlisted: [] }]);
    await answer(memberOf(two, "early", "7"));
    expect([reach(two).synced, membersOf(two)]).toEqual([true, ["early"]]);
  });
});

/** With two members, and a way to have the server deny their kind. */
async function withMember() {
  const parts = watchRig();
  parts.cluster.objects = [memberOf(one, "a", "1"), memberOf(one, "b", "2")];
  await parts.want(one);
  const deny = async (): Promise<void> => {
    parts.cluster.listFailures = [notServed()];
    parts.cluster.current.fail(new KubeApiError(410, "Expired", "too old"));
    await settle();
  };
  return { ...parts, deny };
}

describe("a kind that the server denies to serve", () => {
  test("is watched at once in the version that is served instead, and what vanished meanwhile is told", async () => {
    const { cluster, deny, watches, membersOf } = await withMember();
    cluster.served = v2;
    cluster.objects = [memberOf(one, "a", "1")];
    await deny();
    expect(cluster.watched).toEqual(["v1", "v1", "v2"]);
    expect([watches.isComplete(one.setId, WIDGETS), membersOf(one)]).toEqual([true, ["a"]]);
  });

  test("is gone when a lookup proves it", async () => {
    const { cluster, clock, deny, watches, reach } = await withMember();
    cluster.served = undefined;
    await deny();
    expect([watches.isComplete(one.setId, WIDGETS), reach(one).synced]).toEqual([true, true]);
    cluster.served = v1;
    await clock.advance(30_000);
    expect(cluster.watched).toEqual(["v1", "v1", "v1"]);
  });

  test("keeps its members until it is denied once more half a minute later: what no watch tells of, and what we have just written, went with it", async () => {
    const { cluster, clock, deny, membersOf, store } = await withMember();
    store.note(one, liveMember(memberOf(one, "written", "900"), clock.now()));
    cluster.served = undefined;
    await deny();
    await clock.advance(29_000);
    expect(membersOf(one)).toEqual(["a", "b", "written"]);
    await clock.advance(1_000);
    expect(membersOf(one)).toEqual([]);
    cluster.objects = [memberOf(one, "b", "1000")];
    cluster.served = v1;
    await clock.advance(30_000);
    expect(membersOf(one)).toEqual(["b"]);
  });

  test.each([
    ["the lookup fails", new Error("no answer")],
    ["the lookup says that it is served all the same", v1],
  ])("stays known when %s, and is looked up again later", async (_case, served) => {
    const { cluster, clock, deny, membersOf } = await withMember();
    cluster.served = served;
    await deny();
    const before = cluster.lookUps;
    await clock.advance(29_000);
    expect([cluster.lookUps, membersOf(one)]).toEqual([before, ["a", "b"]]);
    cluster.served = v2;
    await clock.advance(1_000);
    expect(cluster.watched.at(-1)).toBe("v2");
  });
});
