import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Slot } from "../../../../src/kube/limiter.ts";
import { ConcurrencyLimiter } from "../../../../src/kube/limiter.ts";
import { settle } from "../../../support/virtual-clock.ts";

const take = (limiter: ConcurrencyLimiter, count: number): Promise<Slot[]> => Promise.all(Array.from({ length: count }, () => limiter.acquire()));
const finish = (slot: Slot | undefined, outcome: "succeeded" | "overloaded" = "succeeded"): void => {
  slot?.[outcome]();
  slot?.release();
};

describe("the limiter", () => {
  test("grants its initial limit at once and makes the next wait", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 2, max: 2 });
    const [first] = await take(limiter, 2);
    const order: string[] = [];
    const waiting = limiter.acquire().then((slot) => (order.push("granted"), slot));
    await settle();
    order.push("released");
    finish(first);
    await waiting;
    expect(order).toEqual(["released", "granted"]);
  });

  test("serves in the order of arrival, past those who left", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 1, max: 1 });
    const [held] = await take(limiter, 1);
    const order: number[] = [];
    const leaving = new AbortController();
    const queue = [1, 2, 3, 4].map((index) =>
      limiter.acquire(index === 2 ? leaving.signal : undefined).then(
        (slot) => (order.push(index), finish(slot)),
        () => order.push(-index),
      ),
    );
    leaving.abort();
    await settle();
    finish(held);
    await Promise.all(queue);
    expect(order).toEqual([-2, 1, 3, 4]);
    expect(limiter).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test("refuses a signal that is already aborted with its reason", async () => {
    const reason = new Error("enough");
    await expect(new ConcurrencyLimiter().acquire(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("doubles per round while nothing is wrong, up to its maximum", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 4, max: 12 });
    const granted: Slot[] = [];
    for (let index = 0; index < 100; index += 1) void limiter.acquire().then((slot) => granted.push(slot));
    const limits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await settle();
      for (const slot of granted.splice(0)) finish(slot);
      limits.push(limiter.limit);
    }
    expect(limits).toEqual([8, 12, 12]);
  });

  test("does not grow for an identity that asks for little", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 8 });
    for (let round = 0; round < 50; round += 1) finish(await limiter.acquire());
    expect(limiter.limit).toBe(8);
  });

  test("halves once for all requests that met the same overload", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 16, max: 32 });
    for (const slot of await take(limiter, 16)) finish(slot, "overloaded");
    expect(limiter.limit).toBe(8);
    for (const slot of await take(limiter, 8)) finish(slot, "overloaded");
    expect(limiter.limit).toBe(4);
  });

  test("grows by about one per round after an overload", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 8, max: 32 });
    finish(await limiter.acquire(), "overloaded");
    expect(limiter.limit).toBe(4);
    const slots = await take(limiter, 4);
    for (const slot of slots) slot.succeeded();
    for (const slot of slots) slot.release();
    expect(limiter.limit).toBe(4);
    for (const slot of await take(limiter, 4)) finish(slot);
    expect(limiter.limit).toBe(5);
  });

  test("a slot released twice frees one place", async () => {
    const limiter = new ConcurrencyLimiter({ initial: 2, max: 2 });
    const [first] = await take(limiter, 2);
    first?.release();
    first?.release();
    expect(limiter.inFlight).toBe(1);
  });

  test("never exceeds its limit nor forgets a waiter, whatever happens", async () => {
    const step = fc.constantFrom("acquire", "succeeded", "overloaded", "abort");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const limiter = new ConcurrencyLimiter({ initial: 2, max: 5 });
        const held: Slot[] = [];
        const aborts: AbortController[] = [];
        const pending: Promise<unknown>[] = [];
        for (const action of steps) {
          if (action === "acquire") {
            const abort = new AbortController();
            aborts.push(abort);
            pending.push(limiter.acquire(abort.signal).then((slot) => held.push(slot), () => undefined));
          } else if (action === "abort") aborts.pop()?.abort();
          else finish(held.pop(), action);
          await Promise.resolve();
          expect(limiter.inFlight).toBeLessThanOrEqual(5);
        }
        for (const abort of aborts) abort.abort();
        await Promise.all(pending);
        for (const slot of held) slot.release();
        expect(limiter).toMatchObject({ inFlight: 0, waiting: 0 });
      }),
    );
  });
});
