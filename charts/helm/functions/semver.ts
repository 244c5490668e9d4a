import { GoObject, int, Integer, type FunctionTable, type GoFunction, type GoValue, type ParamType } from "../go/value.ts";
import { increment, withMetadata, withPrerelease, type Part } from "../semver/change.ts";
import { satisfies } from "../semver/satisfies.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "../semver/version.ts";
import { define, fn } from "./define.ts";

/** What `semver` gives: Masterminds' Version with its methods. */
export class SemverObject extends GoObject {
  readonly type: "*semver.Version" | "semver.Version";
  readonly kind: "ptr" | "struct";
  readonly version: Version;

  constructor(version: Version, isPointer: boolean) {
    super();
    this.version = version;
    this.type = isPointer ? "*semver.Version" : "semver.Version";
    this.kind = isPointer ? "ptr" : "struct";
  }

  member(name: string): GoFunction | undefined {
    return VALUE_METHODS.get(name)?.(this.version) ?? (this.kind === "ptr" ? POINTER_METHODS.get(name)?.(this.version) : undefined);
  }

  toText(): string {
    return formatVersion(this.version);
  }
}

type Method = (version: Version) => GoFunction;

const VALUE_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["Major", getter("Major", ({ major }) => new Integer("uint64", major))],
  ["Minor", getter("Minor", ({ minor }) => new Integer("uint64", minor))],
  ["Patch", getter("Patch", ({ patch }) => new Integer("uint64", patch))],
  ["Prerelease", getter("Prerelease", ({ prerelease }) => prerelease)],
  ["Metadata", getter("Metadata", ({ metadata }) => metadata)],
  ["String", getter("String", formatVersion)],
  ["IncMajor", raiser("IncMajor", "major")],
  ["IncMinor", raiser("IncMinor", "minor")],
  ["IncPatch", raiser("IncPatch", "patch")],
  ["SetPrerelease", setter("SetPrerelease", withPrerelease)],
  ["SetMetadata", setter("SetMetadata", withMetadata)],
]);

/** Those that a Version by value, as IncMajor gives it, does not have. */
const POINTER_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["Original", getter("Original", ({ original }) => original)],
  ["Compare", comparer("Compare", (order) => int(order))],
  ["Equal", comparer("Equal", (order) => order === 0)],
  ["LessThan", comparer("LessThan", (order) => order < 0)],
  ["LessThanEqual", comparer("LessThanEqual", (order) => order <= 0)],
  ["GreaterThan", comparer("GreaterThan", (order) => order > 0)],
  ["GreaterThanEqual", comparer("GreaterThanEqual", (order) => order >= 0)],
]);

/** `semver` and `semverCompare`, with Masterminds' rules and error texts. */
export const semverFunctions: FunctionTable = define({
  semver: fn(["string"], (version) => new SemverObject(parseVersion(version), true)),
  semverCompare: fn(["string", "string"], (constraint, version) => satisfies(constraint, version)),
});

function method(name: string, params: readonly ParamType[], call: (argument: GoValue) => GoValue): GoFunction {
  return { name, params, isVariadic: false, call: (args) => call(args[0] ?? null) };
}

function getter(name: string, get: (version: Version) => GoValue): Method {
  return (version) => method(name, [], () => get(version));
}

function raiser(name: string, part: Part): Method {
  return (version) => method(name, [], () => new SemverObject(increment(version, part), false));
}

function setter(name: string, change: (version: Version, text: string) => Version): Method {
  return (version) => method(name, ["string"], (text) => new SemverObject(change(version, typeof text === "string" ? text : ""), false));
}

function comparer(name: string, answer: (order: number) => GoValue): Method {
  return (version) =>
    method(name, ["any"], (other) => {
      if (!(other instanceof SemverObject) || other.kind !== "ptr") throw new Error("wrong type for value; expected *semver.Version");
      return answer(compareVersions(version, other.version));
    });
}
