import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nextPollDelay } from "../../../sources/poll.ts";

test("the next poll comes after the interval, ten percent earlier or later", () => {
  expect(nextPollDelay(60_000, 0)).toBe(54_000);
  expect(nextPollDelay(60_000, 0.5)).toBe(60_000);
  fc.assert(
    fc.property(fc.integer({ min: 5000, max: 86_400_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (interval, random) => {
      expect(Math.abs(nextPollDelay(interval, random) - interval)).toBeLessThanOrEqual(interval * 0.1 + 1);
    }),
  );
});
