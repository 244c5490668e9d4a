import { describe, expect, test } from "vitest";
import { canBackquote, formatFloat, parseBool, parseFloat, parseInt, parseUint, quote, quoteRune, quoteToAscii, unquote, unquoteChar, type FloatFormat } from "../../../../../charts/helm/go/strconv.ts";

const FLOATS: readonly (readonly [number, FloatFormat, number, string])[] = [
  [1, "g", -1, "1"], [1e6, "g", -1, "1e+06"], [999_999.5, "g", -1, "999999.5"], [123_456_789, "g", -1, "1.23456789e+08"], [0.0001, "g", -1, "0.0001"], [0.000_01, "g", -1, "1e-05"],
  [-0, "g", -1, "-0"], [Infinity, "g", -1, "+Inf"], [-Infinity, "f", 2, "-Inf"], [Number.NaN, "e", 3, "NaN"], [1e21, "f", -1, "1000000000000000000000"], [5e-324, "g", -1, "5e-324"],
  [0.5, "f", 0, "0"], [1.5, "f", 0, "2"], [2.5, "f", 0, "2"], [0.25, "f", 1, "0.2"], [0.35, "f", 1, "0.3"], [99.995, "f", 2, "100.00"], [1e-7, "f", 3, "0.000"], [9.99, "f", 0, "10"],
  [12_345.678, "e", 2, "1.23e+04"], [0, "e", 6, "0.000000e+00"], [1e100, "E", 1, "1.0E+100"], [9.96, "e", 1, "1.0e+01"], [1.5, "e", -1, "1.5e+00"],
  [1_234_567, "g", 3, "1.23e+06"], [100, "g", 3, "100"], [100, "g", 2, "1e+02"], [0.1, "g", 20, "0.10000000000000000555"], [1e-7, "G", -1, "1E-07"], [0, "g", 5, "0"],
  [1.5, "x", -1, "0x1.8p+00"], [1, "x", 3, "0x1.000p+00"], [2.75, "x", 3, "0x1.600p+01"], [0, "x", -1, "0x0p+00"], [1.999_999, "x", 1, "0x1.0p+01"], [-255, "X", -1, "-0X1.FEP+07"],
  [1.5, "b", -1, "6755399441055744p-52"], [1, "b", 4, "4503599627370496p-52"], [5e-324, "x", -1, "0x1p-1074"],
];

describe("floats as text", () => {
  test.each(FLOATS)("%d with %s and precision %d is %s", (value, format, precision, expected) => expect(formatFloat(value, format, precision)).toBe(expected));
});

describe("numbers from text", () => {
  test.each([
    ["1_000", 1000, undefined], ["0x1_0p0", 16, undefined], ["0x_1p4", 16, undefined], ["1_0.5", 10.5, undefined], ["0x1.8p1", 3, undefined], [".5", 0.5, undefined], ["5.", 5, undefined],
    ["inf", Infinity, undefined], ["+Infinity", Infinity, undefined], ["nan", Number.NaN, undefined], ["1e-400", 0, undefined], ["1e400", Infinity, "value out of range"], ["0x1p-1080", 0, undefined],
    ["-nan", 0, "invalid syntax"], ["0x1", 0, "invalid syntax"], ["0x1.8", 0, "invalid syntax"], [".", 0, "invalid syntax"], ["e5", 0, "invalid syntax"], ["", 0, "invalid syntax"], ["0b1", 0, "invalid syntax"],
    ["1e", 0, "invalid syntax"], ["1__0", 0, "invalid syntax"], ["1_", 0, "invalid syntax"], [" 1", 0, "invalid syntax"], ["0x1p2000", Infinity, "value out of range"], ["0x1.fffffffffffff8p0", 2, undefined],
    ["0x0.0000000000001p-1022", 5e-324 * 2 ** 0, undefined],
  ])("the float %j is %d (%s)", (text, value, error) => {
    const parsed = parseFloat(text);
    expect(parsed.value).toBe(value);
    expect(parsed.error).toBe(error);
  });

  test.each([
    ["1_000", 0, 1000n, undefined], ["0x_1", 0, 1n, undefined], ["0b11", 0, 3n, undefined], ["0o17", 0, 15n, undefined], ["017", 0, 15n, undefined], ["0_7", 0, 7n, undefined], ["-0x1f", 0, -31n, undefined],
    ["00", 0, 0n, undefined], ["_1", 0, 0n, "invalid syntax"], ["1_", 0, 0n, "invalid syntax"], ["08", 0, 0n, "invalid syntax"], ["0x", 0, 0n, "invalid syntax"],
    ["017", 10, 17n, undefined], ["+5", 10, 5n, undefined], ["1_000", 10, 0n, "invalid syntax"], ["", 10, 0n, "invalid syntax"], ["-", 10, 0n, "invalid syntax"], ["zz", 36, 1295n, undefined],
    ["9223372036854775808", 10, 2n ** 63n - 1n, "value out of range"], ["-9223372036854775808", 10, -(2n ** 63n), undefined], ["-9223372036854775809", 0, -(2n ** 63n), "value out of range"],
    [`1${"0".repeat(5000)}`, 10, 2n ** 63n - 1n, "value out of range"],
  ])("the integer %s in base %d is %d (%s)", (text, base, value, error) => expect(parseInt(text, base)).toEqual(error === undefined ? { value } : { value, error }));

  test("unsigned integers take no sign and have their own limit", () => {
    expect(parseUint("18446744073709551615")).toEqual({ value: 2n ** 64n - 1n });
    expect(parseUint("18446744073709551616")).toEqual({ value: 2n ** 64n - 1n, error: "value out of range" });
    expect(parseUint("-1")).toEqual({ value: 0n, error: "invalid syntax" });
    expect(parseUint("256", 10, 8)).toEqual({ value: 255n, error: "value out of range" });
  });

  test("booleans have six words each", () => {
    expect(["1", "t", "T", "TRUE", "true", "True"].map(parseBool)).toEqual([true, true, true, true, true, true]);
    expect(["0", "f", "F", "FALSE", "false", "False"].map(parseBool)).toEqual([false, false, false, false, false, false]);
    expect(["", "yes", "tRUE"].map(parseBool)).toEqual([undefined, undefined, undefined]);
  });
});

describe("quoted texts", () => {
  test.each([
    ["abc", '"abc"'], ['a"b\\', String.raw`"a\"b\\"`], ["\u0007\b\f\n\r\t\v", String.raw`"\a\b\f\n\r\t\v"`], ["\u0000\u007F", String.raw`"\x00\x7f"`],
    ["\u0080\u00A0\uFEFF\u200B😀\uFFFD", String.raw`"\u0080\u00a0\ufeff\u200b😀` + '\uFFFD"'], ["\uDCFFé\u00AD\u2028\uE000", String.raw`"\xffé\u00ad\u2028\ue000"`], ["\u{E0001}", String.raw`"\U000e0001"`],
  ])("%j is quoted as %s, and back", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
    expect(unquote(quoted)).toBe(text);
  });

  test("beyond ASCII all is escaped where asked for", () => {
    expect(quoteToAscii("é😀a")).toBe(String.raw`"\u00e9\U0001f600a"`);
    expect(quoteRune(0x41)).toBe("'A'");
    expect(quoteRune(0x27)).toBe(String.raw`'\''`);
    expect(quoteRune(0xd800)).toBe("'\uFFFD'");
    expect(quoteRune(0xe9, true)).toBe(String.raw`'\u00e9'`);
  });

  test.each([
    ["`a\r\nb`", "a\nb"], [String.raw`'\xff'`, "\uDCFF"], [String.raw`"\xc3\xa9"`, "é"], [String.raw`"\303"`, "\uDCC3"], [`'"'`, '"'], [`"a'b"`, "a'b"], [String.raw`"\U0001F600"`, "😀"], ['"\uDCFF"', "\uFFFD"],
    [String.raw`"\'"`, undefined], [`'ab'`, undefined], [`"a`, undefined], [`"a\nb"`, undefined], ["`a`b`", undefined], [String.raw`"\ud800"`, undefined], [String.raw`"\400"`, undefined], [String.raw`"\xg1"`, undefined],
    ['"a"b"', undefined], ["", undefined], ['"', undefined], ["''", undefined], ["xax", undefined],
  ])("%s stands for %j", (literal, text) => expect(unquote(literal)).toBe(text));

  test("characters are read one by one", () => {
    expect(unquoteChar(String.raw`\n'`, 0, "'")).toEqual({ code: 10, isByte: false, end: 2 });
    expect(unquoteChar(String.raw`x\'y`, 1, "'")).toEqual({ code: 0x27, isByte: false, end: 3 });
    expect(unquoteChar("é", 0, "'")).toEqual({ code: 0xe9, isByte: false, end: 1 });
    expect(unquoteChar("'", 0, "'")).toBeUndefined();
    expect(unquoteChar("", 0, "'")).toBeUndefined();
  });

  test("back quotes take one line without control characters", () => {
    expect(["ab\t", "a`", "a\n", "\uFEFF", "\uDCFF", "\u007F"].map(canBackquote)).toEqual([true, false, false, false, false, false]);
  });
});
