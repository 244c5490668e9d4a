import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareResourceVersions } from "../../../../src/kube/resource-version.ts";

describe("resource versions", () => {
  test("order as integers of any size", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 30n }), (left, right) => {
        const expected = left < right ? -1 : left > right ? 1 : 0;
        expect(Math.sign(compareResourceVersions(String(left), String(right)))).toBe(expected);
      }),
    );
  });

  test.each([["", "5"], ["0", "5"], ["007", "8"], ["abc", "5"], ["5", "-1"]])("%j and %j have no order", (left, right) => {
    expect(compareResourceVersions(left, right)).toBeNaN();
    expect(compareResourceVersions(right, left)).toBeNaN();
  });
});
