/*
 * Semantic versions as Masterminds/semver 3.5 takes them (https://semver.org, with its leniencies): a leading `v`, missing
 * minor and patch numbers and leading zeros of the numbers are accepted.
 */
import { byteLength, compareText } from "../go/bytes.ts";

/** A version. Numbers are Go's uint64. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Behind `-`, without it; empty for a release. */
  readonly prerelease: string;
  /** Behind `+`, without it. */
  readonly metadata: string;
  /** The text that was read. */
  readonly original: string;
}

const MAX_BYTES = 256;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const LENIENT = /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/u;
const DIGITS = /^[0-9]+$/u;
const IDENTIFIER = /^[0-9A-Za-z-]+$/u;

/** A version from a text such as `v1.2`. Throws Error with Masterminds' text. */
export function parseVersion(text: string): Version {
  checkLength(text);
  const match = LENIENT.exec(text);
  if (match === null) throw new Error("invalid semantic version");
  const [, major = "", minor = "", patch = "", prerelease = "", metadata = ""] = match;
  const numbers = { major: segment(major), minor: segment(minor), patch: segment(patch) };
  checkPrerelease(prerelease);
  return { ...numbers, prerelease, metadata, original: text };
}

/** The text of a version in full, without a leading `v`. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease === "" ? "" : `-${prerelease}`}${metadata === "" ? "" : `+${metadata}`}`;
}

/** -1, 0 or 1: the order of the specification; metadata does not count. */
export function compareVersions(left: Version, right: Version): number {
  return compareNumbers(left.major, right.major) || compareNumbers(left.minor, right.minor) || compareNumbers(left.patch, right.patch) || comparePrereleases(left.prerelease, right.prerelease);
}

/** The order of two pre-release texts of one version; a release (empty) comes last. */
export function comparePrereleases(left: string, right: string): number {
  if (left === right) return 0;
  if (left === "") return 1;
  return right === "" ? -1 : compareIdentifiers(left, right);
}

/** The same where an empty text comes first, as identifiers are compared. */
export function compareIdentifiers(left: string, right: string): number {
  const [lefts, rights] = [left.split("."), right.split(".")];
  for (let at = 0; at < Math.max(lefts.length, rights.length); at += 1) {
    const order = compareIdentifier(lefts[at] ?? "", rights[at] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

/** Throws where a pre-release text has an empty identifier, another character than letters, digits and hyphens, or a number with a leading zero. */
export function checkPrerelease(text: string): void {
  if (text === "") return;
  for (const part of text.split(".")) {
    if (!IDENTIFIER.test(part)) throw new Error("invalid prerelease string");
    if (part.length > 1 && part.startsWith("0") && DIGITS.test(part)) throw new Error("version segment starts with 0");
  }
}

/** Throws where build metadata has an empty identifier or another character than letters, digits and hyphens. */
export function checkMetadata(text: string): void {
  if (!text.split(".").every((part) => IDENTIFIER.test(part))) throw new Error("invalid metadata string");
}

function checkLength(text: string): void {
  if (byteLength(text) > MAX_BYTES) throw new Error(`version string is too long (max ${MAX_BYTES} bytes)`);
}

function segment(digits: string): bigint {
  try {
    return digits === "" ? 0n : uint64(digits);
  } catch (error) {
    throw new Error(`error parsing version segment: ${(error as Error).message}`, { cause: error }); // uint64 throws nothing else
  }
}

function uint64(digits: string): bigint {
  const value = BigInt(digits);
  if (value > MAX_UINT64) throw new Error(`strconv.ParseUint: parsing "${digits}": value out of range`);
  return value;
}

const compareNumbers = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0);

function compareIdentifier(left: string, right: string): number {
  if (left === right) return 0;
  if (left === "" || right === "") return left === "" ? -1 : 1;
  const [leftIsNumber, rightIsNumber] = [isUint64(left), isUint64(right)];
  if (leftIsNumber && rightIsNumber) return BigInt(left) > BigInt(right) ? 1 : -1;
  if (leftIsNumber || rightIsNumber) return leftIsNumber ? -1 : 1;
  return compareText(left, right) > 0 ? 1 : -1;
}

const isUint64 = (text: string): boolean => DIGITS.test(text) && BigInt(text) <= MAX_UINT64;
