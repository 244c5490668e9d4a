import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { printValue, sprint, sprintf, sprintln, textOf } from "../../../../../charts/helm/go/format.ts";
import { GoList, GoMap, GoObject, type GoValue, int, int64, Integer } from "../../../../../charts/helm/go/value.ts";
import { corpusPath } from "../../../../support/corpus.ts";

const list = (...items: GoValue[]): GoList => new GoList(items);
const map = (entries: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(entries)));
const bytes = (...items: number[]): GoList => new GoList(items.map((item) => new Integer("uint8", BigInt(item))), "[]uint8");
const duration = (nanoseconds: bigint): Integer => new Integer("time.Duration", nanoseconds);

class Version extends GoObject {
  readonly type = "*semver.Version";
  readonly kind = "ptr";
  member(): undefined {
    return undefined;
  }
  toText(): string {
    return "1.2.3";
  }
}

/** Recorded with Go's fmt. */
const ROWS: readonly (readonly [string, readonly GoValue[], string])[] = [
  ["%!|%!d|%z|%|%5", [int(1)], "%!!(int=1)|%!!(MISSING)d|%!z(MISSING)|%!|(MISSING)%!(NOVERB)"],
  ["%5.1x|%b|%x|%.3x|%#g|%#.3x|%+q|%#q|%#q", ["abc", 1.5, 1.5, 2.75, 1, 1, "é", "a`b", "ab"], '   61|6755399441055744p-52|0x1.8p+00|0x1.600p+01|1.00000|0x1.000p+00|"\\u00e9"|"a`b"|`ab`'],
  ["%z %z %5z %d %d", [duration(5n), list(int(1), null, "a"), int(3), null, list(null, "x", duration(5n))], "%!z(time.Duration=5) [%!z(int=1) <nil> %!z(string=a)] %!z(int=    3) %!d(<nil>) [<nil> %!d(string=x) 5]"],
  ["%#v %#v", [list(int(1), null, "a", 1, 1e6, 1e21, new Integer("uint8", 3n)), map({ a: null })], '[]interface {}{1, interface {}(nil), "a", 1, 1e+06, 1e+21, 0x3} map[string]interface {}{"a":interface {}(nil)}'],
  ["%#v %#v %#v %#v %#v %#v %+v", [bytes(97, 98), new GoList([], "[]string", true), 1, null, true, duration(5n), map({ a: int(1) })], "[]byte{0x61, 0x62} []string(nil) 1 <nil> true 5 map[a:1]"],
  ["%06.2f|%+.2e|% d|%x|%X|%#o|%O|%08b|%+d", [3.24159, 12345.678, int(5), int(-255), int(255), int(8), int(8), int(5), int(5)], "003.24|+1.23e+04| 5|-ff|FF|010|0o10|00000101|+5"],
  ["%U|%#U|%c|%q|%-8d|%08.3d|%x", [int(0x1f600), int(0x1f600), int(65), int(65), int(5), int(5), "hello"], "U+1F600|U+1F600 '😀'|A|'A'|5       |     005|68656c6c6f"],
  ["%6.2f%%|%t|%v|%5t|%v", [99.5, true, 1e20, true, 1e21], " 99.50%|true|1e+20| true|1e+21"],
  ["%010.2f %+010.2f %-10.2f| %v %5v %05d %x %g %f", [-3.24159, 3.14, 3.14, list(int(1), "a", null), list(int(1), "a", null), list(int(1), int(2)), new GoList(["ab", "c"], "[]string"), Infinity, -Infinity], "-000003.24 +000003.14 3.14      | [1 a <nil>] [    1     a <nil>] [00001 00002] [6162 63] +Inf -Inf"],
  ["%[2]d %[1]d|%[3]d|%[2]*[1]d|%[5]z|%[x]d|%[1]|%[1]d %d", [int(1), int(2)], "2 1|%!d(BADINDEX)| 1|%!z(BADINDEX)|%!d(BADINDEX)|%!|(int=1)1 2"],
  ["%*d|%-*d|%*d|%.*f|%.*f", [int(5), int(42), int(5), int(42), "x", int(1), int(2), 3.24159, int(-1), 2.5], "   42|42   |%!(BADWIDTH)1|3.24|%!(BADPREC)2.500000"],
  ["%d", [1], "%!d(float64=1)"],
  ["%s %s %v", [null, 5, list(null, map({ b: 1, a: "x" }))], "%!s(<nil>) %!s(float64=5) [<nil> map[a:x b:1]]"],
  ["%s", ["a", int(1), null], "a%!(EXTRA int=1, <nil>)"],
  ["%T %T %T %8T %T", [null, 1.5, map({}), "", new Version()], "<nil> float64 map[string]interface {}   string *semver.Version"],
  ["%s %v %q %x %d", [new Version(), new Version(), new Version(), duration(90_000_000_000n), duration(90n)], '1.2.3 1.2.3 "1.2.3" 316d333073 90'],
  ["%s|%x|% x|%v|%q", [bytes(97, 255), bytes(97, 98), bytes(97, 98), bytes(97, 98), bytes(97)], 'a\uDCFF|6162|61 62|[97 98]|"a"'],
  ["%5s|%-5s|%05s|%.2s|%.1q", ["é", "é", "ab", "é😀x", "日本"], '    é|é    |000ab|é😀|"日"'],
  ["%w", [list(int(1))], "%!w([]interface {}=[1])"],
  ["%p %p", [int(1), "x"], "%!p(int=1) %!p(string=x)"],
  ["%99999999d|", [int(1)], "%!(NOVERB)%!(EXTRA int=1)"],
];

describe("sprintf", () => {
  test.each(ROWS.map(([format, args, expected]) => ({ format, args, expected })))("$format", ({ format, args, expected }) => expect(sprintf(format, args)).toBe(expected));

  test("what a wide field costs is paid for", () => {
    const paid: number[] = [];
    sprintf("%1000000d", [int(1)], (characters) => paid.push(characters));
    expect(paid).toEqual([1_000_000]);
  });
});

const PRINTED: readonly (readonly [GoValue, string])[] = [
  [1e6, "1e+06"], [999_999, "999999"], [12_345_678, "1.2345678e+07"], [0.000_001, "1e-06"], [0.5, "0.5"], [-0, "-0"], [Number.NaN, "NaN"], [int64(2n ** 63n - 1n), "9223372036854775807"], [true, "true"],
  [duration(-3_661_500_000_000n), "-1h1m1.5s"], [duration(1500n), "1.5µs"], [duration(2_000_000n), "2ms"], [duration(0n), "0s"], [new Integer("time.Month", 3n), "March"], [new Integer("time.Weekday", 0n), "Sunday"], [new Integer("time.Month", 13n), "%!Month(13)"],
  [map({ b: list(1, "x"), a: map({}), B: null, "\uE000": 1, "😀": 2 }), "map[B:<nil> a:map[] b:[1 x] \uE000:1 😀:2]"],
];

describe("print and println", () => {
  test("spaces stand between operands that are no texts", () => {
    expect(sprint([int(1), int(2), "a", "b", 3, null, true])).toBe("1 2ab3 <nil> true");
    expect(sprint([])).toBe("");
    expect(sprintln(["a", int(1), null])).toBe("a 1 <nil>\n");
    expect(sprintln([])).toBe("\n");
  });

  test("a template prints nil as no value, a function as nil", () => {
    expect(printValue(null)).toBe("<no value>");
    expect(textOf(null)).toBe("<nil>");
    expect(printValue(list(null))).toBe("[<nil>]");
  });

  test.each(PRINTED.map(([value, expected]) => ({ value, expected })))("a value prints as $expected", ({ value, expected }) => expect(printValue(value)).toBe(expected));

  test("a value that contains itself is refused instead of printed for ever", () => {
    const self = map({});
    self.entries.set("self", self);
    expect(() => textOf(self)).toThrow("nested more than 1000 deep");
    expect(() => sprintf("%q", [self])).toThrow("nested more than 1000 deep");
  });

  test("a value that shares its parts is stopped by what it costs", () => {
    let shared: GoValue = "0123456789";
    for (let level = 0; level < 60; level += 1) shared = list(shared, shared);
    let paid = 0;
    const spend = (characters: number): void => {
      paid += characters;
      if (paid > 1_000_000) throw new Error("too much");
    };
    expect(() => textOf(shared, spend)).toThrow("too much");
    expect(() => sprintf("%d", [shared], spend)).toThrow("too much");
  });
});

interface Case {
  readonly fmt: string;
  readonly val: string | number;
  readonly type: string;
  readonly out: string;
}

const path = corpusPath("gofmt.json");
const text = path === undefined ? '{"cases":[]}' : readFileSync(path, "utf8");
const withSource = (_key: string, value: unknown, context?: { source?: string }): unknown => (typeof value === "number" && Math.abs(value) > 2 ** 53 && /^-?\d+$/.test(context?.source ?? "") ? context?.source : value);
const cases = (JSON.parse(text, withSource) as { cases: Case[] }).cases;

/** The corpus says int or float64 for types that templates never meet: their texts name a type that was lost, or an address. */
const LOST_TYPE = /PTR|uint8$|\((?:uint|float32)=|^8388608p-23$/;

describe.skipIf(path === undefined)("printf as in Go's own table", () => {
  const kept = cases.filter(({ out }) => !LOST_TYPE.test(out));

  test.each(kept)("$fmt of $val is $out", ({ fmt, val, type, out }) => {
    const integer = (): Integer => new Integer(BigInt(val) > 2n ** 63n ? "uint64" : "int", BigInt(val));
    expect(sprintf(fmt, [type === "int" ? integer() : val])).toBe(out);
  });

  test("of 304 cases 10 were of types that the table lost", () => expect([cases.length, cases.length - kept.length]).toEqual([304, 10]));
});
