import { GoList, int, type CallScope, type FunctionTable } from "../go/value.ts";
import { define, fn, variadic } from "./define.ts";

/** Characters that take as much memory as an integer. */
const CHARACTERS_OF_INTEGER = 16;

/** Series of integers. Each one is paid for before it is made. */
export const seriesFunctions: FunctionTable = define({
  until: fn(["int"], (count, scope) => listed(series(0, count, count < 0 ? -1 : 1, scope))),
  untilStep: fn(["int", "int", "int"], (start, stop, step, scope) => listed(series(start, stop, step, scope))),
  seq: variadic([], "int", (params, scope) => sequence(params, scope).join(" ")),
});

const listed = (numbers: readonly number[]): GoList => new GoList(numbers.map(int), "[]int");

/** From start on in steps, without stop; none where the step leads away from it. */
function series(start: number, stop: number, step: number, scope: CallScope): readonly number[] {
  const distance = stop - start;
  if (step === 0 || distance === 0 || step < 0 !== distance < 0) return [];
  const count = Math.ceil(distance / step);
  scope.spend(count / 10);
  scope.spendText(count * CHARACTERS_OF_INTEGER);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

/** As the program seq: one number is the end, two are start and end, three have the step between them. */
function sequence(params: readonly number[], scope: CallScope): readonly number[] {
  const [first = 0, second = 0, third = 0] = params;
  switch (params.length) {
    case 1:
      return first < 1 ? series(1, first - 1, -1, scope) : series(1, first + 1, 1, scope);
    case 2:
      return second < first ? series(first, second - 1, -1, scope) : series(first, second + 1, 1, scope);
    case 3:
      if (third < first) return second > 0 ? [] : series(first, third - 1, second, scope);
      return series(first, third + 1, second, scope);
    default:
      return [];
  }
}
