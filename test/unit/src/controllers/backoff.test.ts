import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffDelay } from "../../../../src/controllers/backoff.ts";

describe("backoffDelay", () => {
  const backoff = { initialMs: 1000, maxMs: 300_000 };

  test.each([
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [1000, 300_000],
  ])("after %i failures waits %i ms", (failures, delay) => {
    expect(backoffDelay(failures, backoff, 0)).toBe(delay);
  });

  test("lets chance take away at most a fifth", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
      const full = backoffDelay(failures, backoff, 0);
      const delay = backoffDelay(failures, backoff, random);
      expect(delay).toBeGreaterThanOrEqual(full * 0.8);
      expect(delay).toBeLessThanOrEqual(full);
    }));
  });
});
