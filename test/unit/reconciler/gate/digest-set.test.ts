import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NUMBER_BITS, packNumbers, unpackNumbers } from "../../../../reconciler/gate/digest-set.ts";

const number = fc.integer({ min: 0, max: 2 ** NUMBER_BITS - 1 });

describe("a packed set of numbers", () => {
  test("is what was packed", () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 200 }), (numbers) => {
        const sorted = [...numbers].sort((left, right) => left - right);
        expect([...unpackNumbers(packNumbers(sorted))]).toEqual([...new Set(sorted)]);
      }),
      { seed: 22 },
    );
  });

  test.each([[[]], [[0]], [[0, 0, 1]], [[2 ** NUMBER_BITS - 1]]])("is what was packed: %j", (numbers) => {
    expect([...unpackNumbers(packNumbers(numbers))]).toEqual([...new Set(numbers)]);
  });

  test("of ten thousand takes less than 48,000 characters", () => {
    const spread = Array.from({ length: 10_000 }, (_number, index) => (index * 0x9e3779b97f) % 2 ** NUMBER_BITS).sort((left, right) => left - right);
    const text = packNumbers(spread);
    expect([unpackNumbers(text).size, text.length < 48_000]).toEqual([10_000, true]);
  });

  test.each(["", "x", "3", "99.AAAA", "3.!", "3.", "-1.AAAA"])("is empty for what nobody packed: %j", (text) => {
    expect(unpackNumbers(text).size).toBe(0);
  });

  test("ends with any text", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), fc.uint8Array({ maxLength: 300 }), (k, bytes) => {
      expect(unpackNumbers(`${k}.${Buffer.from(bytes).toString("base64url")}`).size).toBeLessThanOrEqual(bytes.length * 8);
    }), { seed: 22 });
  });
});
