import { describe, expect, test } from "vitest";
import { deepEqual, reflectionFunctions } from "../../../../../charts/helm/functions/reflection.ts";
import { type CallScope, GoList, GoMap, GoObject, type GoValue, int, int64 } from "../../../../../charts/helm/go/value.ts";

const scope: CallScope = { spend: () => undefined, spendText: () => undefined, now: new Date(0), random: (count) => new Uint8Array(count), renewAt: () => undefined };

const call = (name: string, ...args: GoValue[]): GoValue | undefined => reflectionFunctions.get(name)?.call(args, scope);
const map = (entries: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(entries)));

class Version extends GoObject {
  readonly type = "*semver.Version";
  readonly kind = "ptr";
  readonly #text: string;
  constructor(text: string) {
    super();
    this.#text = text;
  }
  member(): undefined {
    return undefined;
  }
  toText(): string {
    return this.#text;
  }
}

describe("functions that ask for types", () => {
  test("name types and kinds", () => {
    expect(call("typeOf", 1)).toBe("float64");
    expect(call("typeOf", null)).toBe("<nil>");
    expect(call("kindOf", null)).toBe("invalid");
    expect(call("kindOf", new GoList([]))).toBe("slice");
    expect(call("typeIs", "int64", int64(1))).toBe(true);
    expect(call("typeIs", "int", int64(1))).toBe(false);
    expect(call("typeIs", "semver.Version", new Version("1"))).toBe(false);
    expect(call("typeIsLike", "semver.Version", new Version("1"))).toBe(true);
    expect(call("typeIsLike", "*semver.Version", new Version("1"))).toBe(true);
    expect(call("kindIs", "map", map({}))).toBe(true);
    expect(call("kindIs", "string", 1)).toBe(false);
  });

  test.each<{ title: string; left: GoValue; right: GoValue; equal: boolean }>([
    { title: "equal maps", left: map({ a: new GoList([1, "x", null]) }), right: map({ a: new GoList([1, "x", null]) }), equal: true },
    { title: "one value differs", left: map({ a: 1 }), right: map({ a: 2 }), equal: false },
    { title: "one key differs", left: map({ a: null }), right: map({ b: null }), equal: false },
    { title: "int and float64", left: int(1), right: 1, equal: false },
    { title: "int and int64", left: int(1), right: int64(1), equal: false },
    { title: "equal integers", left: int(1), right: int(1), equal: true },
    { title: "lists of other types", left: new GoList(["a"]), right: new GoList(["a"], "[]string"), equal: false },
    { title: "nil and empty lists", left: new GoList([], undefined, true), right: new GoList([]), equal: false },
    { title: "lists of other lengths", left: new GoList([1]), right: new GoList([1, 1]), equal: false },
    { title: "not a number", left: Number.NaN, right: Number.NaN, equal: false },
    { title: "nil and nil", left: null, right: null, equal: true },
    { title: "nil and an empty map", left: null, right: map({}), equal: false },
    { title: "equal objects", left: new Version("1"), right: new Version("1"), equal: true },
    { title: "other objects", left: new Version("1"), right: new Version("2"), equal: false },
  ])("$title: $equal", ({ left, right, equal }) => {
    expect(call("deepEqual", left, right)).toBe(equal);
    expect(call("deepEqual", right, left)).toBe(equal);
  });

  test("values that contain themselves or share too much are stopped", () => {
    const [left, right] = [map({}), map({})];
    left.entries.set("self", left);
    right.entries.set("self", right);
    expect(deepEqual(left, left)).toBe(true);
    expect(() => deepEqual(left, right)).toThrow("nested more than 1000 deep");
  });
});
