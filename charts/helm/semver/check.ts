import { quote } from "../go/strconv.ts";
import type { Comparison, Group, Operator } from "./constraint.ts";
import { compareIdentifiers, compareVersions, formatVersion, type Version } from "./version.ts";

/** Whether a version meets one of the alternatives. Pre-releases meet only those that name one. */
export function matches(groups: readonly Group[], version: Version): boolean {
  return groups.some(({ comparisons, hasPrerelease }) => comparisons.every((comparison) => misfit(comparison, version, hasPrerelease) === undefined));
}

/** Why a version does not meet a constraint, in Masterminds' words; empty where it does. */
export function misfits(groups: readonly Group[], version: Version): readonly string[] {
  const found: string[] = [];
  for (const { comparisons, hasPrerelease } of groups) {
    const reasons = comparisons.flatMap((comparison) => misfit(comparison, version, hasPrerelease) ?? []);
    if (reasons.length === 0) return [];
    found.push(...reasons);
  }
  return version.prerelease === "" ? found : [...new Set(found)];
}

type Test = (comparison: Comparison, version: Version, order: number) => Problem | undefined;

/** The words between the version and the constraint. */
type Problem = string;

const TESTS: Readonly<Record<Operator, Test>> = {
  "": equal,
  "=": equal,
  "!=": unequal,
  ">": greater,
  "<": (_, _version, order) => (order < 0 ? undefined : "is greater than or equal to"),
  ">=": atLeast,
  "=>": atLeast,
  "<=": atMost,
  "=<": atMost,
  "~": tilde,
  "~>": tilde,
  "^": caret,
};

/** The first thing wrong with a version, or undefined where it fits. */
function misfit(comparison: Comparison, version: Version, withPrereleases: boolean): string | undefined {
  if (version.prerelease !== "" && !withPrereleases) return `${quote(formatVersion(version))} is a prerelease version and the constraint is only looking for release versions`;
  const problem = TESTS[comparison.operator](comparison, version, compareVersions(version, comparison.version));
  return problem === undefined ? undefined : explain(problem, comparison, version);
}

function explain(problem: Problem, { text }: Comparison, version: Version): string {
  const [words = "", sentence = ""] = problem.split("; ");
  return `${quote(formatVersion(version))} ${words} ${quote(text)}${sentence}`;
}

function equal(comparison: Comparison, version: Version, order: number): Problem | undefined {
  if (comparison.open !== "none") return tilde(comparison, version, order);
  return order === 0 ? undefined : "is not equal to";
}

function unequal({ open, version: bound }: Comparison, version: Version, order: number): Problem | undefined {
  const problem = "is equal to";
  if (open === "none") return order === 0 ? problem : undefined;
  if (version.major !== bound.major) return undefined;
  if (open === "minor") return problem;
  if (version.minor !== bound.minor) return undefined;
  if (open === "patch") return compareIdentifiers(version.prerelease, bound.prerelease) === 0 ? problem : undefined;
  return order === 0 ? problem : undefined;
}

function greater({ open, version: bound }: Comparison, version: Version, order: number): Problem | undefined {
  const isGreater = open === "minor" ? version.major > bound.major : open === "patch" ? version.major > bound.major || (version.major === bound.major && version.minor > bound.minor) : order > 0;
  return isGreater ? undefined : "is less than or equal to";
}

function atLeast(_: Comparison, _version: Version, order: number): Problem | undefined {
  return order >= 0 ? undefined : "is less than";
}

function atMost({ open, version: bound }: Comparison, version: Version, order: number): Problem | undefined {
  const isGreater = open === "none" ? order > 0 : version.major > bound.major || (version.major === bound.major && version.minor > bound.minor && open !== "minor");
  return isGreater ? "is greater than" : undefined;
}

/** `~1.2.3` is `>=1.2.3 <1.3`, `~1` is `>=1 <2`; `~0.0.0` and `*` are every version, as Masterminds has it. */
function tilde({ open, version: bound }: Comparison, version: Version, order: number): Problem | undefined {
  if (order < 0) return "is less than";
  if ((open === "none" || open === "all") && bound.major === 0n && bound.minor === 0n && bound.patch === 0n) return undefined;
  if (version.major !== bound.major) return "does not have same major version as";
  return version.minor !== bound.minor && open !== "minor" ? "does not have same major and minor version as" : undefined;
}

/** `^1.2.3` is `>=1.2.3 <2`, `^0.2.3` is `>=0.2.3 <0.3`, `^0.0.3` is `0.0.3`. */
function caret({ open, version: bound }: Comparison, version: Version, order: number): Problem | undefined {
  if (order < 0) return "is less than";
  if (version.major !== bound.major) return "does not have same major version as";
  if (bound.major > 0n || open === "minor") return undefined;
  if (bound.minor > 0n || open === "patch") return version.minor === bound.minor ? undefined : "does not have same minor version as; . Expected minor versions to match when constraint major version is 0";
  if (version.minor > 0n) return "does not have same minor version as";
  return version.patch === bound.patch ? undefined : "does not equal; . Expect version and constraint to equal when major and minor versions are 0";
}
