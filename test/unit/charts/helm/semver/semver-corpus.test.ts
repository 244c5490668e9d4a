import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { increment, withMetadata, withPrerelease, type Part } from "../../../../../charts/helm/semver/change.ts";
import { matches, misfits } from "../../../../../charts/helm/semver/check.ts";
import { parseConstraint, rewriteRanges } from "../../../../../charts/helm/semver/constraint.ts";
import { checkMetadata, checkPrerelease, compareVersions, formatVersion, parseVersion } from "../../../../../charts/helm/semver/version.ts";
import { corpusPath } from "../../../../support/corpus.ts";

interface Case {
  readonly test: string;
  readonly [key: string]: unknown;
}

const path = corpusPath("semver.json");
const cases: readonly Case[] = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases; // the corpus' own form
const text = (value: unknown): string => String(value);
const compare = ({ v1, v2 }: Case): number => compareVersions(parseVersion(text(v1)), parseVersion(text(v2)));

const normal = ({ constraint }: Case): string => parseConstraint(text(constraint)).map(({ comparisons }) => comparisons.map(({ operator, text: version }) => operator + version).join(" ")).join(" || ");

/** No template and no rule of Helm's reaches the strict reader of versions. */
const UNREACHED = "TestStrictNewVersion";

function throws(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}

function check(each: Case): unknown {
  const parsed = parseConstraint(text(each["constraint"]));
  const groups = each.test.endsWith("IncludePrerelease") ? parsed.map((group) => ({ ...group, hasPrerelease: true })) : parsed; // as if each named one
  const version = parseVersion(text(each["version"]));
  if ("msg" in each) return misfits(groups, version)[0]; // the cases give the first reason only
  return matches(groups, version);
}

/** What our library answers, in the form of the case's own expectation. */
const ANSWERS: Readonly<Record<string, (each: Case) => readonly [answer: unknown, expected: unknown]>> = {
  TestConstraintCheck: (each) => [check(each["constraint"] === "" ? { ...each, constraint: "*" } : each), each["check"]], // an empty part of a constraint is an error before it comes to this
  TestConstraintsCheck: (each) => [check(each), each["check"]],
  TestConstraintsCheckIncludePrerelease: (each) => [check(each), each["check"]],
  TestConstraintsValidate: (each) => [check(each), each["msg"] ?? each["check"]],
  TestConstraintsValidateIncludePrerelease: (each) => [check(each), each["msg"] ?? each["check"]],
  TestNewConstraint: (each) => {
    if (each["err"] === true) return [throws(() => parseConstraint(text(each["input"]))), true];
    const groups = parseConstraint(text(each["input"]));
    return [[groups.length, groups[0]?.comparisons.length], [each["ors"], each["count"]]];
  },
  TestRewriteRange: (each) => [rewriteRanges(text(each["c"])), each["nc"]],
  TestIsX: (each) => [!throws(() => parseConstraint(text(each["t"]))) && parseConstraint(text(each["t"]))[0]?.comparisons[0]?.open === "all", each["c"]],
  TestConstraintString: (each) => [normal(each), each["st"]],
  TestTextMarshalConstraints: (each) => [normal(each), each["want"]],
  TestTextUnmarshalConstraints: (each) => [normal(each), each["want"]],
  TestCoerceString: (each) => [formatVersion(parseVersion(text(each["version"]))), each["expected"]],
  TestCompare: (each) => [compare(each), each["expected"]],
  TestLessThan: (each) => [compare(each) < 0, each["expected"]],
  TestLessThanEqual: (each) => [compare(each) <= 0, each["expected"]],
  TestGreaterThan: (each) => [compare(each) > 0, each["expected"]],
  TestGreaterThanEqual: (each) => [compare(each) >= 0, each["expected"]],
  TestEqual: (each) => [each["v1"] === each["v2"] || compare(each) === 0, each["expected"]],
  TestInc: (each) => {
    const version = increment(parseVersion(text(each["v1"])), text(each["how"]) as Part); // the corpus names no other part
    return [[formatVersion(version), version.original], [each["expected"], each["expectedOriginal"]]];
  },
  TestSetPrerelease: (each) => {
    const version = withPrerelease(parseVersion(text(each["v1"])), text(each["prerelease"]));
    return [[formatVersion(version), version.prerelease, version.original], [each["expectedVersion"], each["expectedPrerelease"], each["expectedOriginal"]]];
  },
  TestSetMetadata: (each) => {
    const version = withMetadata(parseVersion(text(each["v1"])), text(each["metadata"]));
    return [[formatVersion(version), version.metadata, version.original], [each["expectedVersion"], each["expectedMetadata"], each["expectedOriginal"]]];
  },
  TestOriginalVPrefix: (each) => [increment(parseVersion(text(each["version"])), "major").original.startsWith("v") ? "v" : "", each["vprefix"]],
  TestValidatePrerelease: (each) => [throws(() => checkPrerelease(text(each["pre"]))), each["expected"] !== null],
  TestValidateMetadata: (each) => [throws(() => checkMetadata(text(each["meta"]))), each["expected"] !== null],
};

test.skipIf(path === undefined)("versions and constraints are read as Masterminds reads them: all of its own cases that Helm reaches", () => {
  const reached = cases.filter((each) => each.test !== UNREACHED);
  const wrong = reached.flatMap((each) => {
    const pair = ANSWERS[each.test]?.(each);
    return pair !== undefined && JSON.stringify(pair[0]) === JSON.stringify(pair[1]) ? [] : [{ ...each, answer: pair?.[0] }];
  });
  expect(wrong).toEqual([]);
  expect([cases.length, reached.length]).toEqual([565, 526]);
});
