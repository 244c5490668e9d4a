import { describe, expect, test } from "vitest";
import { quantitiesEqual } from "../../../drift/quantity.ts";

describe("quantities", () => {
  test.each([
    ["1000m", "1"],
    ["1000m", 1],
    ["1024Mi", "1Gi"],
    ["0.5", "500m"],
    ["1e3", "1k"],
    ["1E3", "1k"],
    ["1E", "1000P"],
    [".5Gi", "512Mi"],
    ["-1", "-1000m"],
    ["1000000n", "1m"],
    ["0", "0Ei"],
    ["+2", 2n],
  ])("%s is %s", (left, right) => expect(quantitiesEqual(left, right)).toBe(true));

  test.each([
    ["1", "1m"],
    ["1G", "1Gi"],
    ["1Gi", "1025Mi"],
    ["", ""],
    ["x", "x"],
    ["1.", "1x"],
    ["1e999", "1e999"],
    [true, true],
    ["1".repeat(65), "1".repeat(65)],
  ])("%s and %s are not known to be equal", (left, right) => expect(quantitiesEqual(left, right)).toBe(false));
});
