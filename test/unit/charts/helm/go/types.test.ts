import { describe, expect, test } from "vitest";
import { isEmpty, isTrue, kindName, typeName } from "../../../../../charts/helm/go/types.ts";
import { GoList, GoMap, GoObject, type GoValue, int, int64, Integer } from "../../../../../charts/helm/go/value.ts";

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

const ROWS: readonly { readonly value: GoValue; readonly type: string; readonly kind: string; readonly isTrue: boolean }[] = [
  { value: null, type: "<nil>", kind: "invalid", isTrue: false },
  { value: true, type: "bool", kind: "bool", isTrue: true },
  { value: false, type: "bool", kind: "bool", isTrue: false },
  { value: 0, type: "float64", kind: "float64", isTrue: false },
  { value: Number.NaN, type: "float64", kind: "float64", isTrue: true },
  { value: "", type: "string", kind: "string", isTrue: false },
  { value: "0", type: "string", kind: "string", isTrue: true },
  { value: int(0), type: "int", kind: "int", isTrue: false },
  { value: int64(-1), type: "int64", kind: "int64", isTrue: true },
  { value: new Integer("time.Duration", 5n), type: "time.Duration", kind: "int64", isTrue: true },
  { value: new Integer("time.Month", 1n), type: "time.Month", kind: "int", isTrue: true },
  { value: new GoList([]), type: "[]interface {}", kind: "slice", isTrue: false },
  { value: new GoList([null], "[]string"), type: "[]string", kind: "slice", isTrue: true },
  { value: new GoMap(), type: "map[string]interface {}", kind: "map", isTrue: false },
  { value: new GoMap(new Map([["a", null]]), "common.Values"), type: "common.Values", kind: "map", isTrue: true },
  { value: new Version(), type: "*semver.Version", kind: "ptr", isTrue: true },
];

describe("Go's types", () => {
  test.each(ROWS)("$type of kind $kind, true: $isTrue", ({ value, ...expected }) => {
    expect({ type: typeName(value), kind: kindName(value), isTrue: isTrue(value) }).toEqual(expected);
    expect(isEmpty(value)).toBe(!expected.isTrue);
  });
});
