import { describe, expect, test } from "vitest";
import { isBlind, reachOf, sightOf } from "../../../../src/controllers/watch-sight.ts";
import type { KindState, Listing, Sight } from "../../../../src/controllers/watch-sight.ts";

const BROKEN = "the conversion webhook failed";
const [underWay, failed]: [Listing, Listing] = [{ trouble: undefined }, { trouble: "too slow" }];

describe("what an Application sees of a kind", () => {
  test.each<[string, KindState, string | undefined, Listing | undefined, Sight]>([
    ["is to come while the watch starts, whatever went wrong before", { kind: "Starting" }, BROKEN, undefined, { kind: "Pending" }],
    ["is all that was delivered", { kind: "Synced" }, undefined, undefined, { kind: "Clear" }],
    ["is all also after trouble that is over", { kind: "Synced" }, BROKEN, undefined, { kind: "Clear" }],
    ["is to come while a list of its own is under way", { kind: "Synced" }, undefined, underWay, { kind: "Pending" }],
    ["is nothing when its own list failed", { kind: "Synced" }, BROKEN, failed, { kind: "Unlisted", cause: "too slow" }],
    ["is nothing without the right, whatever it waits for", { kind: "Forbidden", verb: "list" }, BROKEN, underWay, { kind: "Forbidden", verb: "list" }],
    ["is nothing when the first list takes too long", { kind: "Undelivered" }, undefined, undefined, { kind: "Unlisted", cause: "the server has not answered yet" }],
    ["is nothing when the first list fails", { kind: "Undelivered" }, BROKEN, underWay, { kind: "Unlisted", cause: BROKEN }],
    ["is all there can be of a kind that is not served", { kind: "Gone" }, BROKEN, failed, { kind: "Clear" }],
  ])("%s", (_what, state, trouble, listing, sight) => {
    expect(sightOf(state, trouble, listing)).toEqual(sight);
  });
});

describe("the reach over some kinds", () => {
  const clear = ["ConfigMap", { kind: "Clear" }] as const;
  const unlisted = ["Widget.example.com", { kind: "Unlisted", cause: BROKEN }] as const;
  const forbidden = ["Secret", { kind: "Forbidden", verb: "watch" }] as const;

  test("is not synced while one of them is to come, and then all the same where others cannot be seen", () => {
    expect(reachOf([clear, ["Pod", { kind: "Pending" }], forbidden]).synced).toBe(false);
    expect(reachOf([clear, forbidden, unlisted]).synced).toBe(true);
  });

  test("names in order what is not watched, and of that what only a fault hides", () => {
    const [told, hidden] = ["Secret (the operator lacks the verb watch)", `Widget.example.com (it cannot be listed: ${BROKEN})`];
    expect(reachOf([unlisted, clear, forbidden])).toEqual({ synced: true, unwatched: [told, hidden], unlisted: [hidden] });
    expect([clear, unlisted, forbidden].map(([, sight]) => isBlind(sight))).toEqual([false, true, true]);
  });
});
