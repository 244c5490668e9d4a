import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PackIndex } from "../../../../sources/git/pack-index.ts";
import type { IndexEntry } from "../../../../sources/git/pack-index.ts";

const HASH = "c".repeat(40);
const oid = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const entry: fc.Arbitrary<IndexEntry> = fc.record({ oid, offset: fc.integer({ min: 12, max: 2 ** 47 }), type: fc.constantFrom("commit", "tree", "blob", "tag") });
const entries = fc.uniqueArray(entry, { selector: (item) => item.oid, maxLength: 60 });

test("every entry is found and nothing else, also after writing and reading the file", () => {
  fc.assert(
    fc.property(entries, oid, (list, other) => {
      const index = PackIndex.parse(PackIndex.build(HASH, list).bytes);
      expect(index.size).toBe(list.length);
      expect(index.packHash).toBe(HASH);
      for (const item of list) expect(index.find(item.oid)).toEqual(item);
      expect(index.find(other)).toEqual(list.find((item) => item.oid === other));
    }),
  );
});

test("of an id that is there twice the first place counts", () => {
  const twice: IndexEntry[] = [{ oid: HASH, offset: 90, type: "blob" }, { oid: HASH, offset: 12, type: "blob" }];
  expect([...PackIndex.build(HASH, twice).entries()]).toEqual([twice[1]]);
});

test("a file with any byte changed or cut off is refused", () => {
  const { bytes } = PackIndex.build(HASH, [{ oid: HASH, offset: 12, type: "tree" }]);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(() => PackIndex.parse(changed)).toThrow(/damaged/);
    expect(() => PackIndex.parse(bytes.subarray(0, at))).toThrow(/damaged/);
  }
});
