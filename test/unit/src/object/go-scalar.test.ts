import { expect, test } from "vitest";
import { readScalar, ScalarError, type Scalar } from "../../../../src/object/go-scalar.ts";

/* As go-yaml v2 (kubectl) and v3 (kustomize) read plain texts. */
test.each<readonly [string, Scalar]>([
  ["0x1F", 31], ["-0X1f", -31], ["0b11", 3], ["0b-10", -2], ["017", 15], ["0o17", 15], ["08", 8], ["1_000", 1000], ["0x_1", 1], ["1__0", 10], ["_1", "_1"],
  [".5", 0.5], [".00_9", 0.009], [".5_", ".5_"], ["+.5", 0.5], ["1.e3", 1000], ["1e", "1e"], ["1e400", "1e400"], [".1e400", ".1e400"], ["-0", 0], ["-0.0", 0],
  ["9007199254740993", 9007199254740993n], ["18446744073709551615", 18446744073709551615n], ["+18446744073709551615", 2 ** 64], ["-18446744073709551615", -(2 ** 64)], ["0xfffffffffffffffff", "0xfffffffffffffffff"],
  ["~", null], ["", null], ["True", true], ["tRue", "tRue"], ["+.nan", "+.nan"], ["2001-02-30", "2001-02-30"], ["20011-01-01", "20011-01-01"],
])("%s is %s to both", (text, expected) => {
  expect(readScalar(text, "kubectl")).toBe(expected);
  expect(readScalar(text, "kustomize")).toBe(expected);
});

test.each<readonly [string, Scalar, Scalar]>([
  ["y", true, "y"], ["NO", false, "NO"], ["off", false, "off"], ["0o-11", "0o-11", -9],
  ["2001-1-2", "2001-1-2", "2001-01-02T00:00:00Z"], ["2001-1-2T3:4:5,60+01:30", "2001-1-2T3:4:5,60+01:30", "2001-01-02T03:04:05.6+01:30"],
  ["2001-1-2  3:4:5", "2001-1-2  3:4:5", "2001-01-02T03:04:05Z"], ["2001-01-01T00:00:00-00:00", "2001-01-01T00:00:00-00:00", "2001-01-01T00:00:00Z"], ["2001-01-01T00:00:00+25:00", "2001-01-01T00:00:00+25:00", "2001-01-01T00:00:00+25:00"],
])("%s is %s to kubectl, %s to kustomize", (text, kubectl, kustomize) => {
  expect(readScalar(text, "kubectl")).toBe(kubectl);
  expect(readScalar(text, "kustomize")).toBe(kustomize);
});

test.each([".inf", "-.Inf", "+.INF", ".NaN"])("%s is refused", (text) => expect(() => readScalar(text)).toThrow(ScalarError));
