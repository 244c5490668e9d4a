import { describe, expect, test } from "vitest";
import { byteAt, byteLength, byteSlice, compareText, concatBytes, fromBytes, isAscii, toBytes } from "../../../../../charts/helm/go/bytes.ts";

const ROWS: readonly (readonly [string, readonly number[]])[] = [
  ["", []],
  ["abc", [0x61, 0x62, 0x63]],
  ["é", [0xc3, 0xa9]],
  ["😀x", [0xf0, 0x9f, 0x98, 0x80, 0x78]],
  ["\uFFFD", [0xef, 0xbf, 0xbd]],
  ["\uFEFFa", [0xef, 0xbb, 0xbf, 0x61]],
  ["a\uDCFFb", [0x61, 0xff, 0x62]],
  ["\uDCC3", [0xc3]],
  ["\uDCED\uDCA0\uDC80", [0xed, 0xa0, 0x80]],
  ["\uDCF0\uDC9F\uDC98", [0xf0, 0x9f, 0x98]],
  ["\uDCC0\uDC80", [0xc0, 0x80]],
];

describe("texts and their bytes", () => {
  test.each(ROWS)("%j is these bytes, both ways", (text, bytes) => {
    expect([...toBytes(text)]).toEqual(bytes);
    expect(fromBytes(Uint8Array.from(bytes))).toBe(text);
    expect(byteLength(text)).toBe(bytes.length);
  });

  test("every byte alone comes back as it was", () => {
    for (let byte = 0; byte < 256; byte += 1) expect([...toBytes(fromBytes(Uint8Array.of(byte, 0x41)))]).toEqual([byte, 0x41]);
  });

  test("a surrogate that stands for no byte is U+FFFD, as Go has no such text", () => expect([...toBytes("\uD800a\uDC10")]).toEqual([0xef, 0xbf, 0xbd, 0x61, 0xef, 0xbf, 0xbd]));

  test("a slice counts bytes and may cut a character", () => {
    expect(byteSlice("aéb", 0, 2)).toBe("a\uDCC3");
    expect(byteSlice("aéb", 2)).toBe("\uDCA9b");
    expect(byteSlice("abc", 1, 2)).toBe("b");
    expect(byteAt("aé", 1)).toBe(0xc3);
    expect(byteAt("ab", 1)).toBe(0x62);
  });

  test("halves of a character that meet are the character", () => {
    expect(concatBytes("a\uDCC3", "\uDCA9b")).toBe("aéb");
    expect(concatBytes("a", "b")).toBe("ab");
    expect(concatBytes("😀", "\uDCA9")).toBe("😀\uDCA9");
  });

  test("texts are ordered byte by byte, not by UTF-16", () => {
    const sorted = ["a", "b", "\uDC80", "é", "\uE000", "\uFFFF", "😀"];
    expect(sorted.toReversed().toSorted(compareText)).toEqual(sorted);
    expect(compareText("a", "ab")).toBeLessThan(0);
    expect(compareText("x", "x")).toBe(0);
  });

  test("ASCII is what has one byte each", () => {
    expect(isAscii("abc\u0000\u007F")).toBe(true);
    expect(isAscii("\u0080")).toBe(false);
  });
});
