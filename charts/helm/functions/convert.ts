import { textOf } from "../go/format.ts";
import { parseInt } from "../go/strconv.ts";
import { GoList, int, int64, type FunctionTable } from "../go/value.ts";
import { textFrom, textsFrom, toFloat64, toInt64 } from "./cast.ts";
import { define, fn } from "./define.ts";

/** Conversions between texts and numbers. None of them fails. */
export const convertFunctions: FunctionTable = define({
  toString: fn(["any"], (value, scope) => textFrom(value, scope.spendText)),
  toStrings: fn(["any"], (value, scope) => new GoList(textsFrom(value, scope.spendText), "[]string")),
  toDecimal: fn(["any"], (value, scope) => int64(readOctal(textOf(value, scope.spendText)))),
  atoi: fn(["string"], (text) => int(readDecimal(text))),
  int: fn(["any"], (value) => int(toInt64(value))),
  int64: fn(["any"], (value) => int64(toInt64(value))),
  float64: fn(["any"], (value) => toFloat64(value)),
});

/** What is beyond int64 is its limit, as Go's Atoi leaves it beside its error. */
function readDecimal(text: string): bigint {
  return parseInt(text, 10).value;
}

function readOctal(text: string): bigint {
  const read = parseInt(text, 8);
  return read.error === undefined ? read.value : 0n;
}
