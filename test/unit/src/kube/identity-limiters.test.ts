import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IdentityLimiters } from "../../../../src/kube/identity-limiters.ts";
import type { Slot } from "../../../../src/kube/limiter.ts";
import { settle } from "../../../support/virtual-clock.ts";

/** Identities that ask, and the order in which they were let through. */
function asking(connections: number) {
  const limiters = new IdentityLimiters(connections, { initial: 32 });
  const granted: { readonly identity: string; readonly slot: Slot }[] = [];
  const ask = async (identity: string, times = 1): Promise<void> => {
    for (let time = 0; time < times; time += 1) void limiters.of(identity).acquire().then((slot) => granted.push({ identity, slot }));
    await settle();
  };
  const underWay = (...identities: string[]): number[] => identities.map((identity) => limiters.of(identity).inFlight);
  return { limiters, granted, ask, underWay };
}

describe("limiters by identity", () => {
  test("are the same for the same identity", async () => {
    const { limiters, ask, underWay } = asking(64);
    await ask("a");
    expect([limiters.of("a") === limiters.of("a"), underWay("a", "b")]).toEqual([true, [1, 0]]);
  });

  test("forget idle identities, not busy ones", async () => {
    const { limiters, ask, underWay } = asking(64);
    await ask("busy");
    const idle = limiters.of("idle");
    for (let index = 0; index < 300; index += 1) limiters.of(`tenant-${index}`);
    expect(underWay("busy")).toEqual([1]);
    expect(limiters.of("idle")).not.toBe(idle);
  });

  test("let nobody wait for others who are slow, however many requests these have", async () => {
    const { ask, underWay } = asking(64);
    await ask("slow-1", 100);
    await ask("slow-2", 100);
    await ask("slow-3", 100);
    await ask("good");
    expect(underWay("slow-1", "slow-2", "slow-3", "good")).toEqual([32, 16, 8, 1]);
  });

  test("let those go first who have the fewest requests under way", async () => {
    const { granted, ask } = asking(4);
    await ask("greedy", 10);
    for (const identity of ["one", "two", "three"]) await ask(identity);
    expect(granted.map(({ identity }) => identity)).toEqual(["greedy", "greedy", "one", "two"]);
    granted[0]?.slot.release();
    await settle();
    expect(granted.at(-1)?.identity).toBe("three");
  });

  test("never have more under way than connections, and let everybody through", async () => {
    const wishes = fc.array(fc.record({ identity: fc.constantFrom("a", "b", "c", "d"), times: fc.integer({ min: 1, max: 9 }) }), { maxLength: 12 });
    await fc.assert(fc.asyncProperty(wishes, fc.integer({ min: 1, max: 6 }), async (asked, connections) => {
      const { granted, ask, underWay } = asking(connections);
      for (const { identity, times } of asked) await ask(identity, times);
      let served = 0;
      while (granted.length > 0) {
        expect(underWay("a", "b", "c", "d").reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(connections);
        granted.shift()?.slot.release();
        served += 1;
        await settle();
      }
      expect(served).toBe(asked.reduce((sum, { times }) => sum + times, 0));
    }), { numRuns: 60 });
  });
});
