import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { linesOf, parseWatchLine } from "../../../../src/kube/watch-lines.ts";

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of sizes) yield bytes.subarray(start, (start += size));
  yield bytes.subarray(start);
}
async function read(text: string, sizes: readonly number[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(chunksOf(Buffer.from(text), sizes))) lines.push(line);
  return lines;
}

describe("watch lines", () => {
  test("come out the same however the stream is cut, multi-byte characters included", async () => {
    const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.nat(7)), async (lines, sizes) => {
        expect(await read(lines.map((entry) => `${entry}\n`).join(""), sizes)).toEqual(lines.map((entry) => Buffer.from(entry).toString()));
      }),
    );
  });

  test("drop what a broken connection left of a line", async () => {
    expect(await read("one\ntwo", [])).toEqual(["one"]);
  });

  test("keep a line of many megabytes whole", async () => {
    const big = "x".repeat(8 * 1024 * 1024);
    const lines = await read(`${big}\n`, Array.from({ length: 500 }, () => 16_384));
    expect(lines.map((entry) => entry.length)).toEqual([big.length]);
  });
});

describe("a watch event", () => {
  test("keeps integers of 64 bits", () => {
    const event = parseWatchLine('{"type":"ADDED","object":{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"n":9223372036854775807}}');
    expect(event?.object["n"]).toBe(9223372036854775807n);
  });

  test("of type ERROR is thrown as the error in it", () => {
    const line = '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}';
    expect(() => parseWatchLine(line)).toThrow(expect.objectContaining({ status: 410, reason: "Expired" }) as KubeApiError);
  });

  test("of a type nobody knows is passed over, as is an empty line", () => {
    expect(parseWatchLine('{"type":"NEW","object":{"metadata":{"name":"a"}}}')).toBeUndefined();
    expect(parseWatchLine("")).toBeUndefined();
  });

  test.each(["{", "[]x", '{"type":"ADDED"}', '{"type":"ADDED","object":{"metadata":5}}'])("%j is an error, not a crash", (line) => {
    expect(() => parseWatchLine(line)).toThrow(KubeApiError);
  });
});
