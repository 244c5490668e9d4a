import { describe, expect, test } from "vitest";
import type { Release } from "../../../../src/api/release.ts";
import type { ReleaseResult } from "../../../../src/controllers/release-status.ts";
import { attempt, releaseRig, SUCCEEDED } from "../../../support/release-rig.ts";

const { signal } = new AbortController();
const progressOf = (ready: number): ReleaseResult => ({ kind: "InProgress", message: `Deployment shop/web: ${ready} of 20 ready` });

describe("an attempt in progress", () => {
  test("is told only when it takes longer than a moment", async () => {
    const { clock, cluster, releases, run, state, woken } = releaseRig();
    const progress: ReleaseResult = { kind: "InProgress", message: "Deployment shop/web: 1 of 3 updated" };
    await run(attempt("1", "x"), progress);
    await releases.settle(attempt("1", "x"), progress, signal);
    expect([cluster.requests, state("shop-1")]).toEqual([["create shop-1"], "no status"]);
    await clock.advance(6_000);
    expect(woken).toEqual(["shop/shop"]); // nothing else may happen that has it looked at
    await releases.settle(attempt("1", "x"), progress, signal);
    expect(state("shop-1")).toBe("Unknown InProgress");
  });

  test("is told again after a while only, and its end at once", async () => {
    const { clock, cluster, releases, run, state, woken } = releaseRig();
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

  test("wakes nobody where it is over in a moment", async () => {
    const { clock, releases, run, woken } = releaseRig();
    await run(attempt("1", "x"), { kind: "InProgress", message: "Deployment shop/web: 1 of 3 updated" });
    await releases.settle(attempt("1", "x"), SUCCEEDED, signal);
    await clock.advance(10_000);
    expect([woken, clock.pending]).toEqual([[], 0]);
  });
});
