import { expect, test } from "vitest";
import { regexFunctions } from "../../../../../charts/helm/functions/regex.ts";
import { stringFunctions } from "../../../../../charts/helm/functions/strings.ts";
import { failing, rendered } from "./sprig-run.ts";

const functions = [...regexFunctions, ...stringFunctions];

test.each([
  [String.raw`{{ regexMatch "^[[:alpha:]]+\\d{2}\\z" "abc12" }}`, "true"],
  ['{{ regexMatch "(?i)straße" "STRAßE" }}', "true"],
  [String.raw`{{ regexFind "(?m)^b.*$" "a\nbcd\nb" }}`, "bcd"],
  [String.raw`{{ regexFind "\\p{Greek}+" "abc αβγ" }}`, "αβγ"],
  [String.raw`{{ regexFind "\\Qa.b\\E" "aXb a.b" }}`, "a.b"],
  ['{{ regexFind "(?U)a+" "aaa" }}', "a"],
  ['{{ regexFind "a|ab" "ab" }}', "a"],
  ['{{ regexFind "x" "abc" | printf "%q" }}', '""'],
  ['{{ regexFind "." (trunc 1 "é") | printf "%q" }}', String.raw`"\xc3"`],
])("RE2's syntax is understood: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ regexMatch "(" "a" }}', "false"],
  ['{{ regexMatch "(?=a)" "a" }}', "false"],
])("a bad pattern does not match: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ regexFindAll "a*" "baaac" -1 | printf "%q" }}', '["" "aaa" ""]'],
  ['{{ regexFindAll "[0-9]" "1a2b3" 2 }}', "[1 2]"],
  ['{{ regexFindAll "[0-9]" "1a2b3" 0 }}', "[]"],
  ['{{ regexFindAll "x" "abc" -1 }}', "[]"],
  ['{{ regexFindAll "" "é😀" -1 | printf "%q" }}', '["" "" ""]'],
])("findAll stops at its limit and skips empty matches behind others: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ["{{ regexReplaceAll \"a(x*)b\" \"-ab-axxb-\" \"${1}W\" }}", "-W-xxW-"],
  ['{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W" }}', "---"],
  ["{{ regexReplaceAll \"(?P<first>\\\\w+) (\\\\w+)\" \"Jane Doe\" \"$2 ${first}!\" }}", "Doe Jane!"],
  ['{{ regexReplaceAll "a" "banana" "$$" }}', "b$n$n$"],
  ['{{ regexReplaceAll "a" "banana" "$" }}', "b$n$n$"],
  ["{{ regexReplaceAll \"a\" \"banana\" \"${\" }}", "b${n${n${"],
  ['{{ regexReplaceAll "(a)" "banana" "[$0$2$01]" }}', "b[a]n[a]n[a]"],
  ['{{ regexReplaceAll "a*" "baaac" "x" }}', "xbxcx"],
  ['{{ regexReplaceAll "" "é😀" "-" }}', "-é-😀-"],
  ['{{ regexReplaceAll "(?P<n>a)|(?P<n>b)" "abc" "<$n>" }}', "<a><b>c"],
  ["{{ regexReplaceAllLiteral \"a(x*)b\" \"-ab-\" \"${1}\" }}", "-${1}-"],
  ['{{ regexReplaceAll "[^-A-Za-z0-9]" "a b_c/d" "-" }}', "a-b-c-d"],
])("replacements know groups by number and name: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ regexSplit "a+" "baaacad" -1 | printf "%q" }}', '["b" "c" "d"]'],
  ['{{ regexSplit "a" "banana" 2 | printf "%q" }}', '["b" "nana"]'],
  ['{{ regexSplit "a" "banana" 0 | printf "%q" }}', "[]"],
  ['{{ regexSplit "" "abc" -1 | printf "%q" }}', '["a" "b" "c"]'],
  ['{{ regexSplit "z+" "" -1 | printf "%q" }}', '[""]'],
  ['{{ regexSplit "x*" "axxb" -1 | printf "%q" }}', '["a" "b"]'],
])("splits: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  [String.raw`{{ regexQuoteMeta "a.b*c+?()|[]{}^$\\-é" }}`, String.raw`a\.b\*c\+\?\(\)\|\[\]\{\}\^\$\\-é`],
])("quoteMeta: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ mustRegexMatch "a" "a" }}', "true"],
  ['{{ mustRegexFind "a+" "caat" }}', "aa"],
  ['{{ mustRegexFindAll "a" "aa" -1 }}', "[a a]"],
  ['{{ mustRegexReplaceAll "a" "aa" "b" }}', "bb"],
  ['{{ mustRegexReplaceAllLiteral "a" "a" "$1" }}', "$1"],
  ['{{ mustRegexSplit "," "a,b" -1 }}', "[a b]"],
])("must functions: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ regexFind "a(b" "x" }}', "regexp: Compile(`a(b`): error parsing regexp: missing closing ): `a(b`"],
  ['{{ regexFind "(?=a)" "x" }}', "regexp: Compile(`(?=a)`): error parsing regexp: invalid or unsupported Perl syntax: `(?=`"],
  ['{{ regexFind "(?<!a)b" "x" }}', "regexp: Compile(`(?<!a)b`): error parsing regexp: invalid named capture: `(?<!a)b`"],
  ['{{ mustRegexMatch "a**" "x" }}', "error parsing regexp: invalid nested repetition operator: `**`"],
  [String.raw`{{ mustRegexMatch "\\1" "x" }}`, "error parsing regexp: invalid escape sequence: `\\1`"],
  ['{{ mustRegexFind "[z-a]" "x" }}', "error parsing regexp: invalid character class range: `z-a`"],
  [String.raw`{{ mustRegexSplit "a\\" "x" -1 }}`, "error parsing regexp: trailing backslash at end of expression: ``"],
  ['{{ mustRegexFindAll "a{1001}" "x" -1 }}', "error parsing regexp: invalid repeat count: `{1001}`"],
  ['{{ mustRegexReplaceAll "[a" "x" "y" }}', "error parsing regexp: missing closing ]: `[a`"],
  ['{{ mustRegexReplaceAllLiteral "a)" "x" "y" }}', "error parsing regexp: unexpected ): `a)`"],
  [String.raw`{{ mustRegexMatch "\\p{Foo}" "x" }}`, "error parsing regexp: invalid character class range: `\\p{Foo}`"],
  ['{{ mustRegexMatch "(?P<n>a)(?P<n>b)[" "x" }}', "error parsing regexp: missing closing ]: `[`"],
  ["{{ regexFind \"`(\" \"x\" }}", "regexp: Compile(\"`(\"): error parsing regexp: missing closing ): ``(`"],
  ['{{ mustRegexMatch "((a{100}){100}){100}" "x" }}', "error parsing regexp: invalid repeat count: `{100}`"],
  ['{{ mustRegexMatch "*a" "x" }}', "error parsing regexp: missing argument to repetition operator: `*`"],
  ['{{ mustRegexMatch "(?P<" "x" }}', "error parsing regexp: invalid or unsupported Perl syntax: `(?P`"],
  ['{{ mustRegexMatch "(?<1 b>x)" "x" }}', "error parsing regexp: invalid named capture: `(?<1 b>`"],
  ['{{ mustRegexMatch "[[:foo:]]" "x" }}', "error parsing regexp: invalid character class range: `[:foo:]`"],
  ['{{ mustRegexMatch "(?z)" "x" }}', "error parsing regexp: invalid or unsupported Perl syntax: `(?z`"],
  ['{{ mustRegexMatch "a{2,1}" "x" }}', "error parsing regexp: invalid repeat count: `{2,1}`"],
])("fails as Go does: %s", (template, problem) => {
  expect(failing(template, functions)).toBe(problem);
});
