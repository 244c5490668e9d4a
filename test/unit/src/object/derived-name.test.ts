import * as fc from "fast-check";
import { expect, test } from "vitest";
import { derivedName } from "../../../../src/object/derived-name.ts";

test("a name that fits is base and suffix", () => {
  expect(derivedName("shop", "7")).toBe("shop-7");
  expect(derivedName("a".repeat(61), "7")).toBe(`${"a".repeat(61)}-7`);
});

test("bases that are cut alike are told apart", () => {
  const [one, two] = [derivedName(`${"a".repeat(80)}x`, "7"), derivedName(`${"a".repeat(80)}y`, "7")];
  expect(one).toMatch(/^a+-[0-9a-f]{8}-7$/);
  expect(one).not.toBe(two);
});

test("every name fits, is a DNS name where its base is one, and is the same each time", () => {
  const base = fc.stringMatching(/^[a-z0-9]([-.a-z0-9]{0,250}[a-z0-9])?$/);
  fc.assert(
    fc.property(base, fc.nat(), (name, number) => {
      const derived = derivedName(name, String(number));
      expect(derived.length).toBeLessThanOrEqual(63);
      expect(derived).toMatch(/^[a-z0-9][-.a-z0-9]*[a-z0-9]$/);
      expect(derivedName(name, String(number))).toBe(derived);
      expect(derived.endsWith(`-${number}`)).toBe(true);
    }),
    { seed: 4 },
  );
});
