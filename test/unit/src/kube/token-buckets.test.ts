import { expect, test } from "vitest";
import { TokenBuckets } from "../../../../src/kube/token-buckets.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const takes = (buckets: TokenBuckets, key: string, count: number): number => Array.from({ length: count }, () => buckets.take(key)).filter(Boolean).length;

test("a bucket gives its burst, then one per interval, and never saves up more than the burst", async () => {
  const clock = new VirtualClock();
  const buckets = new TokenBuckets({ burst: 3, refillMs: 1_000, maxKeys: 10 }, clock);
  expect(takes(buckets, "a", 5)).toBe(3);
  await clock.advance(2_000);
  expect(takes(buckets, "a", 5)).toBe(2);
  await clock.advance(60_000);
  expect(takes(buckets, "a", 5)).toBe(3);
  expect(takes(buckets, "b", 5)).toBe(3);
});

test("the key not used for longest gives way", () => {
  const buckets = new TokenBuckets({ burst: 1, refillMs: 1_000, maxKeys: 2 }, new VirtualClock());
  for (const key of ["a", "b", "a", "c"]) buckets.take(key);
  expect([buckets.take("a"), buckets.take("b")]).toEqual([false, true]);
});
