import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { indexPack } from "../../../../sources/git/index-pack.ts";
import { DEFAULT_LIMITS } from "../../../../sources/git/limits.ts";
import type { GitLimits } from "../../../../sources/git/limits.ts";
import { hashObject } from "../../../../sources/git/oid.ts";
import type { GitObject } from "../../../../sources/git/oid.ts";
import { encodePack, readEntry } from "../../../../sources/git/pack-entry.ts";
import type { PackIndex } from "../../../../sources/git/pack-index.ts";
import { buildDelta, buildPack, packBytes, sealPack } from "../../../support/pack-builder.ts";
import type { PackPart } from "../../../support/pack-builder.ts";

const blob = (text: string): PackPart => ({ type: "blob", data: Buffer.from(text) });
const idOf = (text: string): string => hashObject("blob", Buffer.from(text));
/** A delta that appends `text` to a base. */
const appending = (base: string, text: string): Buffer => buildDelta(base.length, base.length + text.length, [{ copy: { offset: 0, size: base.length } }, { insert: Buffer.from(text) }]);

function index(pack: Buffer, limits: Partial<GitLimits> = {}, external: Readonly<Record<string, GitObject>> = {}): Promise<PackIndex> {
  return indexPack(packBytes(pack), { limits: { ...DEFAULT_LIMITS, ...limits }, external: (oid) => external[oid] });
}

const idsOf = (found: PackIndex): string[] => [...found.entries()].map(({ oid }) => oid);

test("objects of every type and size are found at their place", async () => {
  const parts: PackPart[] = [
    { type: "commit", data: Buffer.from("tree x\n") },
    { type: "tree", data: Buffer.alloc(0) },
    { type: "tag", data: Buffer.from("object x\n") },
    ...[0, 1, 15, 16, 2047, 2048, 5000, 300_000, 2_000_000].map((size): PackPart => ({ type: "blob", data: randomBytes(size) })),
    { type: "blob", data: Buffer.alloc(3_000_000, "zip") },
  ];
  const pack = packBytes(buildPack(parts));
  const found = await indexPack(pack, { limits: DEFAULT_LIMITS });
  expect(found.size).toBe(parts.length);
  for (const part of parts) {
    if (!("type" in part)) continue;
    const place = found.find(hashObject(part.type, part.data));
    expect(place?.type).toBe(part.type);
    expect(readEntry(pack, place?.offset ?? 0, () => {}).data.equals(part.data)).toBe(true);
  }
});

test("deltas are resolved on bases before them, after them, on deltas and outside the pack", async () => {
  const pack = buildPack([
    { onObject: idOf("one"), delta: appending("one", " two") },
    blob("one"),
    { onEntry: 0, delta: appending("one two", " three") },
    { onEntry: 1, delta: appending("one", "!") },
    { onObject: idOf("outside"), delta: appending("outside", " inside") },
    { onObject: idOf("outside inside"), delta: appending("outside inside", " again") },
  ]);
  const found = await index(pack, {}, { [idOf("outside")]: { type: "blob", data: Buffer.from("outside") } });
  expect(idsOf(found)).toEqual(["one", "one two", "one two three", "one!", "outside inside", "outside inside again"].map(idOf).sort());
});

test("an object that is there twice is indexed once", async () => {
  const found = await index(buildPack([blob("same"), blob("same"), { onObject: idOf("same"), delta: appending("same", "?") }]));
  expect(idsOf(found)).toEqual([idOf("same"), idOf("same?")].sort());
});

test("a pack that was written here is read here", async () => {
  const object = fc.record({ type: fc.constantFrom("commit", "tree", "blob", "tag"), data: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) });
  await fc.assert(
    fc.asyncProperty(fc.array(object, { maxLength: 10 }), async (objects) => {
      const body = Buffer.concat([...encodePack(objects.length, objects)]);
      const found = await index(sealPack(body));
      expect(new Set(idsOf(found))).toEqual(new Set(objects.map(({ type, data }) => hashObject(type, data))));
    }),
  );
});

test("no pack is accepted that was cut anywhere or has any byte changed", async () => {
  const pack = buildPack([blob("one"), { onEntry: 0, delta: appending("one", " two") }, { type: "tree", data: Buffer.alloc(0) }]);
  for (let at = 0; at < pack.length; at++) {
    await expect(index(pack.subarray(0, at))).rejects.toMatchObject({ code: "GIT_PACK_INVALID" });
    const flipped = Buffer.from(pack);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
    await expect(index(flipped)).rejects.toMatchObject({ code: "GIT_PACK_INVALID" });
  }
});

test("also with a checksum that fits, a changed byte never gives the ids of the pack that was changed", async () => {
  const pack = buildPack([blob("one"), { onEntry: 0, delta: appending("one", " two") }, { type: "tag", data: Buffer.from("object\n") }]);
  const honest = idsOf(await index(pack));
  for (let at = 0; at < pack.length - 20; at++) {
    const changed = Buffer.from(pack.subarray(0, -20));
    changed.writeUInt8(changed.readUInt8(at) ^ 0x01, at);
    const ids = await index(sealPack(changed)).then(idsOf, (error: unknown) => (error as { code: string }).code);
    expect(ids).not.toEqual(honest);
  }
});

test.each<[string, Buffer, string]>([
  ["more objects announced than there are", buildPack([blob("one")], 2), "it ends after 1 of 2 objects"],
  ["fewer objects announced than there are", buildPack([blob("one"), blob("two")], 1), "bytes follow its 1 objects"],
  ["an object longer than it says", buildPack([{ type: "blob", data: Buffer.from("hello"), size: 3 }]), "does not inflate"],
  ["an object shorter than it says", buildPack([{ type: "blob", data: Buffer.from("hello"), size: 30 }]), "another size than it says"],
  ["a delta without a base", buildPack([{ onObject: idOf("nowhere"), delta: appending("nowhere", "!") }]), `the base ${idOf("nowhere")} of a delta is neither in it nor in the store`],
  ["a delta on the middle of an entry", buildPack([blob("one"), { back: 3, delta: appending("one", "!") }]), "a delta builds on a place where no object begins"],
  ["a delta that does not fit its base", buildPack([blob("one"), { onEntry: 0, delta: appending("other", "!") }]), "made for a base of 5 bytes, not 3"],
  ["another version", sealPack(Buffer.from("PACK\0\0\0\u0003\0\0\0\0")), "no head of a version 2 pack"],
])("a pack with %s is refused", async (_what, pack, message) => {
  await expect(index(pack)).rejects.toMatchObject({ code: "GIT_PACK_INVALID", message: expect.stringContaining(message) as string });
});

test("deltas that build on each other in a circle are refused", async () => {
  const [a, b] = [idOf("a"), idOf("b")];
  await expect(index(buildPack([{ onObject: a, delta: appending("a", "!") }, { onObject: b, delta: appending("b", "!") }]))).rejects.toMatchObject({ code: "GIT_PACK_INVALID" });
});

const chain = buildPack([blob("0"), ...[1, 2, 3].map((step): PackPart => ({ onEntry: step - 1, delta: appending("0".repeat(step), "0") }))]);

test.each<[keyof GitLimits, number, Buffer]>([
  ["maxPackBytes", 40, buildPack([blob("something longer")])],
  ["maxObjects", 1, buildPack([blob("one"), blob("two")])],
  ["maxObjectBytes", 10, buildPack([blob("eleven bytes")])],
  ["maxObjectBytes", 20, buildPack([blob("0123456789"), { onEntry: 0, delta: appending("0123456789", "0123456789abc") }])],
  ["maxTotalBytes", 15, buildPack([blob("0123456789"), blob("abcdefghij")])],
  ["maxDeltaDepth", 2, chain],
])("the limit %s is kept and named", async (limit, value, pack) => {
  await expect(index(pack, { [limit]: value })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", message: expect.stringContaining(limit) as string });
  expect((await index(pack)).size).toBeGreaterThan(0);
});

test("a bomb is refused by the size it announces, before it is inflated", async () => {
  const bomb = buildPack([{ type: "blob", data: Buffer.alloc(70 * 1024 * 1024) }]);
  await expect(index(bomb)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
});

test("other work goes on while a large pack is indexed", async () => {
  const pack = buildPack(Array.from({ length: 2000 }, (_, number) => blob(`object ${number}`)));
  let turns = 0;
  let indexing = true;
  const count = (): void => {
    turns++;
    if (indexing) setImmediate(count);
  };
  setImmediate(count);
  await index(pack);
  indexing = false;
  expect(turns).toBeGreaterThan(10);
});
