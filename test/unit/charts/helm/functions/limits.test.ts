import { expect, test } from "vitest";
import { partFunctions } from "../../../../../charts/helm/functions/parts.ts";
import { regexFunctions } from "../../../../../charts/helm/functions/regex.ts";
import { semverFunctions } from "../../../../../charts/helm/functions/semver.ts";
import { seriesFunctions } from "../../../../../charts/helm/functions/series.ts";
import { stringFunctions } from "../../../../../charts/helm/functions/strings.ts";
import { wordFunctions } from "../../../../../charts/helm/functions/words.ts";
import { GoList, int, type CallScope, type GoFunction, type GoValue } from "../../../../../charts/helm/go/value.ts";
import { FREE } from "../template/run.ts";

const FUNCTIONS = new Map<string, GoFunction>([...stringFunctions, ...partFunctions, ...wordFunctions, ...seriesFunctions, ...regexFunctions, ...semverFunctions]);
const call = (name: string, args: readonly GoValue[], scope: CallScope): GoValue => FUNCTIONS.get(name)?.call(args, scope) ?? null;

/** What is left of an amount, or the end. */
function spent(left: number): number {
  if (left < 0) throw new Error("used up");
  return left;
}

/** A scope that stops at a million of each. */
function limited(): CallScope {
  let [units, characters] = [1e6, 1e6];
  return {
    ...FREE,
    spend: (count) => {
      units = spent(units - count);
    },
    spendText: (count) => {
      characters = spent(characters - count);
    },
  };
}

test.each<[string, readonly GoValue[]]>([
  ["repeat", [int(2 ** 40), "a"]],
  ["indent", [int(2 ** 40), "a"]],
  ["nindent", [int(1e6), "a\nb\n"]],
  ["replace", ["a", "b".repeat(10_000), "a".repeat(1000)]],
  ["replace", ["", "b".repeat(10_000), "a".repeat(1000)]],
  ["until", [int(1e12)]],
  ["untilStep", [int(0), int(-1e12), int(-1)]],
  ["seq", [int(1e12)]],
  ["join", ["x".repeat(10_000), new GoList(Array.from({ length: 1000 }, () => "a"))]],
  ["wrapWith", [int(1), "x".repeat(10_000), "a".repeat(1000)]],
  ["upper", ["é".repeat(200_000)]],
  ["title", ["a".repeat(200_000)]],
  ["splitList", ["", "a".repeat(2_000_000)]],
  ["regexReplaceAll", ["a", "a".repeat(1000), "$0".repeat(10_000)]],
  ["regexReplaceAllLiteral", ["", "a".repeat(1000), "b".repeat(10_000)]],
])("%s pays for its text before it is made", (name, args) => {
  expect(() => call(name, args, limited())).toThrow("used up");
});

test("a search pays for what it looks through, again for each match", () => {
  expect(() => call("regexFindAll", ["(?:a*b|a)", "a".repeat(8000), int(-1)], limited())).toThrow("used up");
  expect(call("regexMatch", ["^(a+)+$", `${"a".repeat(20_000)}b`], limited())).toBe(false);
});

test("a constraint with any number of spaces is read in one pass", () => {
  expect(() => call("semverCompare", [`${"1  ".repeat(150)}!`, "1.0.0"], FREE)).toThrow("improper constraint");
  expect(() => call("semverCompare", [`1 ||${" ".repeat(500)}2-`, "1.0.0"], FREE)).toThrow("improper constraint");
});

test("names of JavaScript's own are groups and parts like any other", () => {
  expect(call("regexReplaceAll", ["a", "banana", "<${constructor}$__proto__>"], FREE)).toBe("b<>n<>n<>");
  expect(call("regexReplaceAll", ["(?P<constructor>a)(?P<__proto__>n)", "banana", "<${constructor}$__proto__>"], FREE)).toBe("b<an><an>a");
});
