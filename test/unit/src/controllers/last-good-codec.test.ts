import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compress, readLines, TooLargeError, writePlain } from "../../../../src/controllers/last-good-codec.ts";

const { signal } = new AbortController();
const seal = { key: Buffer.alloc(32, 1), owner: "u1" };
const MIB = 1024 * 1024;

async function linesIn(...packed: readonly Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  await readLines(packed, seal, (line) => void lines.push(line), signal);
  return lines;
}

describe("lines", () => {
  test.each([
    ["none", []],
    ["one", ["{}"]],
    ["an empty one", ["", "a"]],
    ["letters of several bytes, spread over many pieces", Array.from({ length: 50_000 }, (_, index) => `${index} žluťoučký 日本語 🐴`)],
  ])("come back as they were: %s", async (_what, lines) => {
    const { pieces, digest, bytes } = await writePlain(lines, seal);
    expect(bytes).toBe(Buffer.byteLength(lines.map((line) => `${line}\n`).join("")));
    const packed = await compress(pieces, MIB, signal);
    const halves = [packed.subarray(0, packed.length >> 1), packed.subarray(packed.length >> 1)];
    expect(await linesIn(...halves)).toEqual(lines);
    expect(await readLines(halves, seal, () => undefined, signal)).toBe(digest);
  });

  test("give the same bytes each time", async () => {
    const packs = await Promise.all([1, 2].map(async () => compress((await writePlain(["a", "b"], seal)).pieces, MIB, signal)));
    expect(packs[0]).toEqual(packs[1]);
  });
});

test("equal text of another owner, or under another key, has another digest", async () => {
  const digests = await Promise.all([seal, { ...seal, owner: "u2" }, { ...seal, key: Buffer.alloc(32, 2) }].map(async (one) => (await writePlain(["a"], one)).digest));
  expect(new Set(digests).size).toBe(3);
});

describe("what is too large", () => {
  test("is not put together", async () => {
    const line = "x".repeat(MIB);
    await expect(writePlain(Array.from({ length: 65 }, () => line), seal)).rejects.toThrow(TooLargeError);
  });

  test("is not compressed", async () => {
    const { pieces } = await writePlain(Array.from({ length: 1000 }, (_, index) => `${Math.imul(index, 2_654_435_761)}`), seal);
    await expect(compress(pieces, 1000, signal)).rejects.toThrow(TooLargeError);
  });

  test("is not unpacked, however small it is packed", async () => {
    const bomb = gzipSync(Buffer.alloc(65 * MIB, `${"a".repeat(1000)}\n`));
    expect(bomb.length).toBeLessThan(MIB / 4);
    await expect(linesIn(bomb)).rejects.toThrow("larger than 64 MiB");
  });

  test("is no line", async () => {
    await expect(linesIn(gzipSync(Buffer.alloc(17 * MIB, "a")))).rejects.toThrow("line of more than 16 MiB");
  });
});

describe("broken bytes", () => {
  const whole = gzipSync("a\nb\n");
  test.each([
    ["no gzip", Buffer.from("hello")],
    ["nothing", Buffer.alloc(0)],
    ["a cut-off end", whole.subarray(0, -4)],
    ["a flipped bit", Buffer.concat([whole.subarray(0, -5), Buffer.from([(whole.at(-5) ?? 0) ^ 1]), whole.subarray(-4)])],
    ["a last line without an end", gzipSync("a\nb")],
  ])("are an error: %s", async (_what, bytes) => {
    await expect(linesIn(bytes)).rejects.toThrow();
  });
});
