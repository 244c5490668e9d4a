import { expect, test } from "vitest";
import { semverFunctions } from "../../../../../charts/helm/functions/semver.ts";
import { failing, rendered } from "./sprig-run.ts";

const functions = [...semverFunctions];

test.each([
  ['{{ semver "v1.2.3-beta.1+c0ff33" }}', "1.2.3-beta.1+c0ff33"],
  ['{{ (semver "v1.2.3-beta.1+c0").Original }}', "v1.2.3-beta.1+c0"],
  ['{{ $s := semver "v1.2-rc+m" }}{{ $s.Major }}.{{ $s.Minor }}.{{ $s.Patch }} {{ $s.Prerelease }} {{ $s.Metadata }} {{ $s.String }}', "1.2.0 rc m 1.2.0-rc+m"],
  ['{{ printf "%T %T" (semver "1") (semver "1").Major }}', "*semver.Version uint64"],
  ['{{ semver "01.02" }}', "1.2.0"],
])("semver gives a version with its parts: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ semver "1.3" | (semver "1.2").Compare }}', "-1"],
  ['{{ (semver "1.2").LessThan (semver "1.10") }}', "true"],
  ['{{ (semver "1.2+a").Equal (semver "1.2.0+b") }}', "true"],
  ['{{ (semver "1.2").GreaterThan (semver "1.2-rc") }}', "true"],
  ['{{ (semver "1").GreaterThanEqual (semver "1") }}', "true"],
  ['{{ (semver "1").LessThanEqual (semver "0.9") }}', "false"],
  ['{{ (semver "v1.2.3-rc+m").IncPatch }}', "1.2.3"],
  ['{{ (semver "v1.2.3").IncPatch }}', "1.2.4"],
  ['{{ (semver "v1.2.3").IncMinor.IncMajor }}', "2.0.0"],
  ['{{ (semver "1.2.3").SetPrerelease "beta" }}', "1.2.3-beta"],
  ['{{ (semver "1.2.3-a").SetMetadata "x.y" }}', "1.2.3-a+x.y"],
  ['{{ printf "%T" (semver "1").IncMajor }}', "semver.Version"],
])("versions compare and count up: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ semverCompare ">=1.2, <2" "1.9" }}', "true"],
  ['{{ semverCompare "^1.2 || ~3.4" "3.4.9" }}', "true"],
  ['{{ semverCompare "1.2 - 1.4" "1.4.9" }}', "true"],
  ['{{ semverCompare ">=1.19-0" "1.20.4-eks-1" }}', "true"],
  ['{{ semverCompare ">=1.19" "1.20.4-eks-1" }}', "false"],
  ['{{ semverCompare "*" "1.2.3-rc" }}', "false"],
  ['{{ semverCompare "*-0" "1.2.3-rc" }}', "true"],
  ['{{ semverCompare "~0.0.0" "9.1.0" }}', "true"],
  ['{{ semverCompare "^0.2" "0.2.9" }}', "true"],
  ['{{ semverCompare "^0.0" "0.1.0" }}', "false"],
  ['{{ semverCompare "!=1.x" "2.0" }}', "true"],
  ['{{ semverCompare "=<2.0" "2.0.9" }}', "true"],
  ['{{ semverCompare "=>1 <3" "2" }}', "true"],
  ['{{ semverCompare "~>1.2" "1.2.9" }}', "true"],
  ['{{ semverCompare ">1" "1.9" }}', "false"],
  ['{{ semverCompare "<1.2" "1.2.0-rc" }}', "false"],
  ['{{ semverCompare "1.2.3+m" "1.2.3" }}', "true"],
  ['{{ semverCompare "v1.X" "v1.9" }}', "true"],
])("constraints: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ semver "x" }}', "invalid semantic version"],
  ['{{ semver "1.2.3.4" }}', "invalid semantic version"],
  ['{{ semver "1.2.3-01" }}', "version segment starts with 0"],
  ['{{ semver "99999999999999999999.0.0" }}', 'error parsing version segment: strconv.ParseUint: parsing "99999999999999999999": value out of range'],
  ['{{ semverCompare "" "1" }}', 'improper constraint: ""'],
  ['{{ semverCompare "==1" "1" }}', 'improper constraint: "==1"'],
  ['{{ semverCompare "1 ||" "1" }}', 'improper constraint: ""'],
  ['{{ semverCompare "1x.2" "1" }}', "constraint parser error"],
  ['{{ semverCompare ">1" "latest" }}', "invalid semantic version"],
  ['{{ (semver "1").SetPrerelease "a..b" }}', "invalid prerelease string"],
  ['{{ (semver "18446744073709551615.0.0").IncMajor }}', "major version increment would overflow uint64"],
  ['{{ semver (printf "%0257d" 0) }}', "version string is too long (max 256 bytes)"],
  ['{{ semverCompare (printf "%0513d" 0) "1" }}', "constraint string is too long (max 512 bytes)"],
  ['{{ semverCompare "1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1||1" "1" }}', "too many constraint groups (max 32)"],
])("fails as Go does: %s", (template, problem) => {
  expect(failing(template, functions)).toBe(problem);
});
