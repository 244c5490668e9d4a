import { expect, test } from "vitest";
import { convertFunctions } from "../../../../../charts/helm/functions/convert.ts";
import { mathFunctions } from "../../../../../charts/helm/functions/math.ts";
import { seriesFunctions } from "../../../../../charts/helm/functions/series.ts";
import { failing, rendered } from "./sprig-run.ts";

const functions = [...convertFunctions, ...mathFunctions, ...seriesFunctions];

test.each([
  ['{{ int "0644" }}', "420"],
  ['{{ int "0x1F" }}', "31"],
  ['{{ int "0b11" }}', "3"],
  ['{{ int "0o17" }}', "15"],
  ['{{ int "1_000" }}', "1000"],
  ['{{ int "1.00" }}', "1"],
  ['{{ int "1.50" }}', "0"],
  ['{{ int "1e3" }}', "0"],
  ['{{ int " 1" }}', "0"],
  ['{{ int "9223372036854775808" }}', "0"],
  ['{{ int "-9223372036854775808" }}', "-9223372036854775808"],
  ['{{ int "" }}', "0"],
  ['{{ int ".0" }}', "0"],
])("int reads texts with Go's prefixes, else it is 0: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ int true }}", "1"],
  ["{{ int nil }}", "0"],
  ["{{ int -1.9 }}", "-1"],
  ["{{ int 1e19 }}", "-9223372036854775808"],
  ['{{ int (float64 "nan") }}', "-9223372036854775808"],
  ["{{ int (list 1) }}", "0"],
  ['{{ printf "%T %T %T" (int 1.5) (int64 1.5) (float64 1) }}', "int int64 float64"],
])("int of other values: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ float64 "1.5" }}', "1.5"],
  ['{{ float64 "1e3" }}', "1000"],
  ['{{ float64 "inf" }}', "+Inf"],
  ['{{ float64 "-Infinity" }}', "-Inf"],
  ['{{ float64 "nan" }}', "NaN"],
  ['{{ float64 "0x1p4" }}', "16"],
  ['{{ float64 "1e400" }}', "0"],
  ['{{ float64 "abc" }}', "0"],
  ['{{ float64 " 1" }}', "0"],
  ['{{ float64 "" }}', "0"],
  ["{{ float64 true }}", "1"],
  ["{{ float64 nil }}", "0"],
  ["{{ float64 9007199254740993 }}", "9.007199254740992e+15"],
])("float64: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ atoi "12" }}', "12"],
  ['{{ atoi "1.0" }}', "0"],
  ['{{ atoi "99999999999999999999" }}', "9223372036854775807"],
  ['{{ toDecimal "0777" }}', "511"],
  ["{{ toDecimal 777 }}", "511"],
  ['{{ toDecimal "9" }}', "0"],
  ["{{ toDecimal nil }}", "0"],
])("atoi and toDecimal: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ toString nil }}", "<nil>"],
  ["{{ toString 1e6 }}", "1e+06"],
  ['{{ toString (list 1 "a" nil) }}', "[1 a <nil>]"],
  ['{{ toString (dict "b" 1 "a" true) }}', "map[a:true b:1]"],
  ['{{ toStrings (list 1 nil 1.5 "a") | printf "%q" }}', '["1" "1.5" "a"]'],
  ['{{ toStrings nil | printf "%q" }}', "[]"],
  ["{{ toStrings 5 }}", "[5]"],
])("toString and toStrings: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ add 9223372036854775807 1 }}", "-9223372036854775808"],
  ["{{ mul 9223372036854775807 2 }}", "-2"],
  ['{{ sub (int64 "-9223372036854775808") 1 }}', "9223372036854775807"],
  ['{{ div (int64 "-9223372036854775808") -1 }}', "-9223372036854775808"],
  ["{{ add }}", "0"],
  ['{{ add "0x10" 1.9 true nil "x" }}', "18"],
  ['{{ add1 "7" }}', "8"],
  ['{{ printf "%T" (add 1 2) }}', "int64"],
])("integers wrap round: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ div -7 2 }}", "-3"],
  ["{{ mod -7 2 }}", "-1"],
  ["{{ mod 7 -2 }}", "1"],
  ["{{ div 7 2.9 }}", "3"],
])("division goes towards zero: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ addf 0.1 0.2 }}", "0.3"],
  ["{{ add1f 3.4 }}", "4.4"],
  ["{{ subf 0.3 0.1 }}", "0.2"],
  ["{{ mulf 1.1 1.1 }}", "1.21"],
  ["{{ divf 10 3 }}", "3.3333333333333335"],
  ["{{ divf 2 3 }}", "0.6666666666666667"],
  ["{{ divf -2 3 }}", "-0.6666666666666667"],
  ["{{ divf 1 3 0.5 }}", "0.6666666666666666"],
  ["{{ divf 1e-20 7 }}", "0"],
  ["{{ addf }}", "0"],
  ["{{ mulf 1e300 1e300 }}", "+Inf"],
  ["{{ subf 5 }}", "5"],
])("decimals are exact until they come out: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ max 1 "0x20" 3.9 }}', "32"],
  ["{{ biggest -1 -2 }}", "-1"],
  ['{{ min 3 "2" true }}', "1"],
  ['{{ maxf 1.5 "2.5" }}', "2.5"],
  ["{{ minf 1.5 nil }}", "0"],
  ['{{ maxf (float64 "nan") 1 }}', "NaN"],
  ['{{ maxf (float64 "nan") (float64 "inf") }}', "+Inf"],
])("the greatest and the least: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ ceil 1.1 }}", "2"],
  ["{{ ceil -0.5 }}", "-0"],
  ["{{ floor -1.1 }}", "-2"],
  ['{{ floor "2.9" }}', "2"],
  ["{{ round 2.675 2 }}", "2.68"],
  ["{{ round 123.5555 3 }}", "123.556"],
  ["{{ round 1234 -2 }}", "1200"],
  ["{{ round -2.5 0 }}", "-3"],
  ["{{ round 10.5 0 0.6 }}", "10"],
  ['{{ round "1.25" 1 }}', "1.3"],
  ["{{ round 1.5 400 }}", "NaN"],
])("rounding: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ until 3 }}", "[0 1 2]"],
  ["{{ until -3 }}", "[0 -1 -2]"],
  ["{{ until 0 }}", "[]"],
  ["{{ untilStep 0 10 3 }}", "[0 3 6 9]"],
  ["{{ untilStep 10 0 -3 }}", "[10 7 4 1]"],
  ["{{ untilStep 0 10 -1 }}", "[]"],
  ["{{ untilStep 10 0 1 }}", "[]"],
  ["{{ untilStep 1 5 0 }}", "[]"],
  ['{{ printf "%T" (until 1) }}', "[]int"],
])("series: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ seq 3 }}", "1 2 3"],
  ["{{ seq -2 }}", "1 0 -1 -2"],
  ["{{ seq 2 5 }}", "2 3 4 5"],
  ["{{ seq 5 2 }}", "5 4 3 2"],
  ["{{ seq 0 3 10 }}", "0 3 6 9"],
  ["{{ seq 10 -3 0 }}", "10 7 4 1"],
  ["{{ seq 10 3 0 }}", ""],
  ["{{ seq 0 -1 5 }}", ""],
  ["{{ seq 1 2 3 4 }}", ""],
  ["{{ seq }}", ""],
])("seq: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ div 1 0 }}", "runtime error: integer divide by zero"],
  ['{{ mod 1 "x" }}', "runtime error: integer divide by zero"],
  ["{{ divf 1 0 }}", "decimal division by 0"],
  ['{{ addf (float64 "inf") }}', "Cannot create a Decimal from +Inf"],
  ['{{ mulf (float64 "nan") 1 }}', "Cannot create a Decimal from NaN"],
  ["{{ randInt 5 5 }}", "invalid argument to Intn"],
])("fails as Go does: %s", (template, problem) => {
  expect(failing(template, functions)).toBe(problem);
});
