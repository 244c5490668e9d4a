import { expect, test } from "vitest";
import { partFunctions } from "../../../../../charts/helm/functions/parts.ts";
import { stringFunctions } from "../../../../../charts/helm/functions/strings.ts";
import { failing, rendered } from "./sprig-run.ts";

const functions = [...stringFunctions, ...partFunctions];

test.each([
  ['{{ upper "Straße ŉ ﬀ ᾳ Ǆ" }}', "STRAßE ŉ ﬀ ᾼ Ǆ"],
  ['{{ lower "STRAẞE İ ΑΣ" }}', "straße i ασ"],
  ['{{ upper "abc-1" }}', "ABC-1"],
  ['{{ lower "ABC-1" }}', "abc-1"],
  [String.raw`{{ upper "a\xffé" | printf "%q" }}`, '"A�É"'],
])("case mappings are one rune for one rune: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ trunc 5 "hello world" }}', "hello"],
  ['{{ trunc -5 "hello world" }}', "world"],
  ['{{ trunc 63 "short" }}', "short"],
  ['{{ trunc -63 "short" }}', "short"],
  ['{{ trunc 2 "aé" | printf "%q" }}', String.raw`"a\xc3"`],
  ['{{ trunc -1 "aé" | printf "%q" }}', String.raw`"\xa9"`],
  ['{{ trunc 3 "aé" }}', "aé"],
  ['{{ substr 1 3 "aéb" }}', "é"],
  ['{{ substr 0 99 "abc" }}', "abc"],
  ['{{ substr -1 2 "abc" }}', "ab"],
  ['{{ substr 1 -1 "abc" }}', "bc"],
  ['{{ printf "%s%s" (trunc 1 "é") (trunc -1 "é") }}', "é"],
])("texts are cut at bytes: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ contains (trunc 1 "é") "é" }}', "true"],
  ['{{ hasPrefix (trunc 1 "é") "éa" }}', "true"],
  ['{{ hasSuffix (trunc -1 "é") "é" }}', "true"],
  ['{{ trimPrefix (trunc 1 "é") "é" | printf "%q" }}', String.raw`"\xa9"`],
  ['{{ trimSuffix (trunc -1 "é") "é" | printf "%q" }}', String.raw`"\xc3"`],
  ['{{ splitList (trunc 1 "é") "aéb" | printf "%q" }}', String.raw`["a" "\xa9b"]`],
  ['{{ join "" (list (trunc 1 "é") (trunc -1 "é")) }}', "é"],
  ['{{ replace "x" "" (printf "%sx%s" (trunc 1 "é") (trunc -1 "é")) }}', "é"],
  ['{{ cat (trunc 1 "é") "x" | printf "%q" }}', String.raw`"\xc3 x"`],
  [String.raw`{{ repeat 2 "\xa9\xc3" | printf "%q" }}`, String.raw`"\xa9é\xc3"`],
])("what is cut apart is found and joined byte by byte: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  [String.raw`{{ trim " \t\n  a b  " | printf "%q" }}`, '"a b"'],
  ['{{ trimAll "$é" "é$5.00é$" }}', "5.00"],
  ['{{ trimall "" " a " | printf "%q" }}', '" a "'],
  ['{{ trimPrefix "-" "--a" }}', "-a"],
  ['{{ trimSuffix "-" "a--" }}', "a-"],
  ['{{ trimSuffix "" "a" }}', "a"],
  [String.raw`{{ trimAll "\xff" "\xfeaé\xfe" | printf "%q" }}`, '"aé"'],
])("trimming takes white space, a set of runes or one affix: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ replace "." "-" "a.b.c" }}', "a-b-c"],
  ['{{ replace "" "-" "aé😀" }}', "-a-é-😀-"],
  ['{{ replace "" "-" "" }}', "-"],
  ['{{ replace "a" "$&" "banana" }}', "b$&n$&n$&"],
  ['{{ replace "x" "y" "banana" }}', "banana"],
])("replace puts an empty part before every rune: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  [String.raw`{{ indent 2 "a\n\nb\n" | printf "%q" }}`, String.raw`"  a\n  \n  b\n  "`],
  [String.raw`{{ nindent 4 "a\nb" | printf "%q" }}`, String.raw`"\n    a\n    b"`],
  ['{{ indent 0 "a" }}', "a"],
  ['{{ indent 2 "" | printf "%q" }}', '"  "'],
])("indent puts spaces before every line, the empty ones too: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  [String.raw`{{ quote "a\"b\\c\n\té日\x7f\u00a0" }}`, String.raw`"a\"b\\c\n\té日\x7f\u00a0"`],
  ['{{ quote nil 1 1.5 true (list 1 nil) "" }}', '"1" "1.5" "true" "[1 <nil>]" ""'],
  [`{{ squote nil "it's" 1e6 }}`, "'it's' '1e+06'"],
  ["{{ quote }}", ""],
  ["{{ squote nil }}", ""],
  [String.raw`{{ quote "\xff" }}`, String.raw`"\xff"`],
])("quote escapes as Go does and leaves nil out: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ cat "a" nil " b " 1 | printf "%q" }}', '"a  b  1"'],
  ['{{ repeat 3 "ab" }}', "ababab"],
  ['{{ repeat 0 "ab" | printf "%q" }}', '""'],
  ["{{ hello }}", "Hello!"],
])("cat, repeat and hello: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ split "/" "a/b//c" }}', "map[_0:a _1:b _2: _3:c]"],
  ['{{ (split "$" "foo$bar")._1 }}', "bar"],
  ['{{ splitn "/" 2 "a/b/c" }}', "map[_0:a _1:b/c]"],
  ['{{ splitn "/" 0 "a/b" | len }}', "0"],
  ['{{ splitn "/" -1 "a/b/c" | len }}', "3"],
  ['{{ splitList "," "a,b," | printf "%q" }}', '["a" "b" ""]'],
  ['{{ splitList "" "aé😀" | printf "%q" }}', '["a" "é" "😀"]'],
  ['{{ splitList "," "" | printf "%q" }}', '[""]'],
  ['{{ printf "%T %T" (splitList "," "a") (split "," "a") }}', "[]string map[string]string"],
])("parts of a text have numbers or are a list: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ join "-" (list 1 nil "a" true 1.5) }}', "1-a-true-1.5"],
  ['{{ join "-" "abc" }}', "abc"],
  ['{{ join "-" nil | printf "%q" }}', '""'],
  ['{{ join "-" (dict "a" 1) }}', "map[a:1]"],
  ['{{ sortAlpha (list "b" "a" "B" "é" "z" 10 9) }}', "[10 9 B a b z é]"],
  ['{{ sortAlpha nil | printf "%q" }}', '["<nil>"]'],
  ['{{ sortAlpha "b" }}', "[b]"],
])("join and sortAlpha take lists and single values: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ substr 1 9 (trunc 0 "a") }}', "runtime error: slice bounds out of range [1:0]"],
  ['{{ substr -1 5 "abc" }}', "runtime error: slice bounds out of range [:5] with length 3"],
  ['{{ substr 3 1 "abc" }}', "runtime error: slice bounds out of range [3:1]"],
  ['{{ substr -1 -1 "abc" }}', "runtime error: slice bounds out of range [:-1]"],
  ['{{ substr 5 -1 "abc" }}', "runtime error: slice bounds out of range [5:3]"],
  ['{{ repeat -1 "a" }}', "strings: negative Repeat count"],
  ['{{ indent -1 "a" }}', "strings: negative Repeat count"],
  ['{{ nindent -2 "a" }}', "strings: negative Repeat count"],
])("fails as Go does: %s", (template, problem) => {
  expect(failing(template, functions)).toBe(problem);
});
