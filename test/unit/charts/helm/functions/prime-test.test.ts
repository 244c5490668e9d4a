import { checkPrimeSync, generatePrimeSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isRandomPrime } from "../../../../../charts/helm/crypto/prime-test.ts";

describe.each([256, 1024, 2048])("of %i bits", (bits) => {
  const prime = generatePrimeSync(bits, { bigint: true });

  test("a prime is one", () => expect(isRandomPrime(prime)).toBe(true));

  test("what follows it is what node:crypto says", () => {
    const following = Array.from({ length: 40 }, (_, index) => prime + 2n * BigInt(index + 1));
    expect(following.map((candidate) => isRandomPrime(candidate))).toEqual(following.map((candidate) => checkPrimeSync(candidate)));
  });

  test("a product of two primes is none", () => {
    const [left, right] = [generatePrimeSync(bits / 2, { bigint: true }), generatePrimeSync(bits / 2, { bigint: true })];
    expect(isRandomPrime(left * right)).toBe(false);
  });
});
