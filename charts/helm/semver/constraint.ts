/*
 * Version constraints as Masterminds/semver 3.5 reads them: `||` separates alternatives, commas or spaces what must all
 * hold; `1.2.x`, `1.2` and `*` are ranges, so are `1.2 - 1.4`, `~1.2` and `^1.2`.
 */
import { byteLength } from "../go/bytes.ts";
import { quote } from "../go/strconv.ts";
import { parseVersion, type Version } from "./version.ts";

/** One comparison. */
export interface Comparison {
  readonly operator: Operator;
  /** The version compared with; numbers that the constraint leaves open are 0. */
  readonly version: Version;
  /** The version as it was written. */
  readonly text: string;
  /** From where on the numbers are left open (`*`, `1.x`, `1.2`); `none` where all three are given. */
  readonly open: "none" | "patch" | "minor" | "all";
}

/** How a version is compared; the empty operator is `=`. */
export type Operator = "" | "=" | "!=" | ">" | "<" | ">=" | "=>" | "<=" | "=<" | "~" | "~>" | "^";

/** Comparisons that must all hold. */
export interface Group {
  readonly comparisons: readonly Comparison[];
  /** Whether one of them names a pre-release: then pre-releases are let in. */
  readonly hasPrerelease: boolean;
}

const MAX_BYTES = 512;
const MAX_GROUPS = 32;
const SPACE = "[\\t\\n\\f\\r ]";
const VERSION = "v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";
const COMPARISON = new RegExp(`${SPACE}*(=>|=<|=|!=|>=|<=|~>|>|<|~|\\^|)${SPACE}*(${VERSION})`, "uy");
const SEPARATOR = new RegExp(`${SPACE}*,|${SPACE}+`, "uy");
const REST = new RegExp(`${SPACE}*$`, "uy");
const RANGE = new RegExp(`${SPACE}*(${VERSION})${SPACE}+-${SPACE}+(${VERSION})${SPACE}*`, "gu");

/** The alternatives of a constraint. Throws Error with Masterminds' text. */
export function parseConstraint(text: string): readonly Group[] {
  if (byteLength(text) > MAX_BYTES) throw new Error(`constraint string is too long (max ${MAX_BYTES} bytes)`);
  const groups = rewriteRanges(text).split("||");
  if (groups.length > MAX_GROUPS) throw new Error(`too many constraint groups (max ${MAX_GROUPS})`);
  return groups.map(parseGroup);
}

/** `1.2 - 1.4` written with comparisons, as the parser reads it. */
export function rewriteRanges(text: string): string {
  return text.includes("-") ? text.replace(RANGE, (_match, from: string, _1, _2, _3, _4, to: string) => `>= ${from}, <= ${to} `) : text;
}

function parseGroup(text: string): Group {
  const comparisons = cutComparisons(text).map(comparison);
  return { comparisons, hasPrerelease: comparisons.some(({ version }) => version.prerelease !== "") };
}

/** The comparisons of a group, not yet looked at. Throws where the group is anything else. */
function cutComparisons(text: string): readonly RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (let at = 0; ; ) {
    const match = matchAt(COMPARISON, text, at);
    if (match === null) throw new Error(`improper constraint: ${quote(text)}`);
    found.push(match);
    at += match[0].length;
    if (matchAt(REST, text, at) !== null) return found;
    const separator = matchAt(SEPARATOR, text, at);
    if (separator === null) throw new Error(`improper constraint: ${quote(text)}`);
    at += separator[0].length;
  }
}

function comparison([, operator, text = "", major = "", minor = "", patch = "", prerelease = ""]: RegExpExecArray): Comparison {
  const open = isOpen(major) ? "all" : isOpen(minor) ? "minor" : isOpen(patch) ? "patch" : "none";
  const full = { all: `0.0.0${prerelease}`, minor: `${major}.0.0${prerelease}`, patch: `${major}${minor}.0${prerelease}`, none: text }[open];
  return { operator: operator as Operator, version: parseBound(full), text, open }; // the expression matches no other operator
}

function parseBound(text: string): Version {
  try {
    return parseVersion(text);
  } catch {
    throw new Error("constraint parser error"); // Masterminds says no more, and a cause would be told instead
  }
}

const isOpen = (part: string): boolean => part === "" || /^\.?[xX*]$/u.test(part);

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}
