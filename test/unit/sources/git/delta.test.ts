import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyDelta, deltaResultSize } from "../../../../sources/git/delta.ts";
import { buildDelta } from "../../../support/pack-builder.ts";
import type { DeltaInstruction } from "../../../support/pack-builder.ts";

/** A base, instructions that fit it, and what they make. */
const fitting = fc.uint8Array({ minLength: 1, maxLength: 5000 }).chain((base) => {
  const copy = fc
    .tuple(fc.nat(base.length - 1), fc.integer({ min: 1, max: base.length }))
    .map(([offset, size]): DeltaInstruction => ({ copy: { offset, size: Math.min(size, base.length - offset) } }));
  const insert = fc.uint8Array({ minLength: 1, maxLength: 127 }).map((bytes): DeltaInstruction => ({ insert: bytes }));
  return fc.array(fc.oneof(copy, insert), { maxLength: 20 }).map((steps) => ({ base: Buffer.from(base), steps }));
});

function expected(base: Buffer, steps: readonly DeltaInstruction[]): Buffer {
  return Buffer.concat(steps.map((step) => ("copy" in step ? base.subarray(step.copy.offset, step.copy.offset + step.copy.size) : step.insert)));
}

test("a delta makes what its instructions say", () => {
  fc.assert(
    fc.property(fitting, ({ base, steps }) => {
      const result = expected(base, steps);
      const delta = buildDelta(base.length, result.length, steps);
      expect(applyDelta(base, delta)).toEqual(result);
      expect(deltaResultSize(delta)).toBe(result.length);
    }),
  );
});

test("a copy of size zero means 65,536 bytes, and large offsets are read", () => {
  const base = Buffer.alloc(0x30000, "abcdefg");
  const steps = [{ copy: { offset: 0x1ffff, size: 0x10000 } }];
  expect(applyDelta(base, buildDelta(base.length, 0x10000, steps))).toEqual(expected(base, steps));
});

test("whatever bytes come as a delta, the answer is a result of the promised size or an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const base = Buffer.alloc(16, "base");
      const delta = Buffer.concat([Buffer.from([16, 24]), bytes]);
      let result: Buffer | undefined;
      try {
        result = applyDelta(base, delta);
      } catch (error) {
        expect(error).toMatchObject({ code: "GIT_PACK_INVALID" });
      }
      if (result !== undefined) expect(result.length).toBe(24);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["for another base", buildDelta(5, 1, [{ insert: Buffer.from("x") }]), "made for a base of 5 bytes, not 4"],
  ["that copies beyond the base", buildDelta(4, 5, [{ copy: { offset: 0, size: 5 } }]), "copies beyond an end"],
  ["that copies beyond the result", buildDelta(4, 3, [{ copy: { offset: 0, size: 4 } }]), "copies beyond an end"],
  ["that makes too little", buildDelta(4, 3, [{ copy: { offset: 0, size: 2 } }]), "makes 2 bytes instead of 3"],
  ["that ends inside an insert", Buffer.from([4, 3, 3, 65]), "inserts beyond an end"],
  ["that ends inside a copy", Buffer.from([4, 3, 0x91]), "ends inside an instruction"],
  ["with the reserved instruction", Buffer.from([4, 3, 0]), "has a reserved instruction"],
  ["without sizes", Buffer.from([0x84]), "has a malformed size"],
  ["with an endless size", Buffer.alloc(20, 0xff), "has a malformed size"],
])("a delta %s is refused", (_what, delta, message) => {
  expect(() => applyDelta(Buffer.from("base"), delta)).toThrow(message);
});
