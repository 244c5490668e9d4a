import { expect, test } from "vitest";
import { stringFunctions } from "../../../../../charts/helm/functions/strings.ts";
import { wordFunctions } from "../../../../../charts/helm/functions/words.ts";
import { rendered } from "./sprig-run.ts";

const functions = [...wordFunctions, ...stringFunctions];

test.each([
  [`{{ title "foo-bar baz_x 1st o'neil éa ǆ ა" }}`, "Foo-Bar Baz_x 1st O'Neil Éa ǅ ა"],
  [String.raw`{{ title "a\xffb" | printf "%q" }}`, '"A�b"'],
])("title begins words after what is no letter, digit or underscore: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ untitle "First TRY Éa" }}', "first tRY éa"],
  ['{{ swapcase "This Is a.Test ǅ ß" }}', "tHIS iS A.tEST ǆ ß"],
])("untitle and swapcase look at white space: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ camelcase "http_server" }}', "HttpServer"],
  ['{{ camelcase "_complex__case_" }}', "_Complex_Case_"],
  ['{{ camelcase "no_HTTPS x" }}', "NoHttpsX"],
  ['{{ camelcase "GOLANG_IS_GREAT" }}', "GolangIsGreat"],
  ['{{ camelcase "a-b c" }}', "ABC"],
  ['{{ camelcase "_" }}', "__"],
  ['{{ camelcase "" }}', ""],
  ['{{ camelcase "élan_vital" }}', "ÉlanVital"],
])("camelcase: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ snakecase "FirstName" }}', "first_name"],
  ['{{ snakecase "HTTPServer" }}', "http_server"],
  ['{{ snakecase "NoHTTPS" }}', "no_https"],
  ['{{ snakecase "GO_PATH" }}', "go_path"],
  ['{{ snakecase "http2xx" }}', "http_2xx"],
  ['{{ snakecase "HTTP20xOK" }}', "http_20x_ok"],
  ['{{ snakecase "Duration2m3s" }}', "duration_2m3s"],
  ['{{ snakecase "Bld4Floor3rd" }}', "bld4_floor_3rd"],
  ['{{ snakecase "a.B-c" }}', "a.b_c"],
  ['{{ snakecase "_x" }}', "_x"],
  ['{{ snakecase "日本Go" }}', "日本_go"],
  ['{{ snakecase "ID3v2Tag" }}', "id_3v2_tag"],
  ['{{ snakecase "x1" }}', "x1"],
  ['{{ snakecase "1x" }}', "1x"],
  ['{{ snakecase "v1.2.3-rc" }}', "v1.2.3_rc"],
  ['{{ snakecase "" }}', ""],
  ['{{ snakecase "ÉcoleÀ" }}', "école_à"],
])("snakecase: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ kebabcase "FirstName" }}', "first-name"],
  ['{{ kebabcase "GO PATH" }}', "go-path"],
  ['{{ kebabcase "ABCDef1" }}', "abc-def1"],
  ['{{ kebabcase "aB2C3d" }}', "a-b2-c-3d"],
  ['{{ kebabcase "__a__B" }}', "--a--b"],
])("kebabcase: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ initials "John Ronald  Tolkien" }}', "JRT"],
  ['{{ initials "Éa à b" | printf "%q" }}', '"ÃÃb"'],
  [String.raw`{{ nospace "a b\tc" }}`, "abc"],
  ['{{ nospace "é x" | printf "%q" }}', '"Ã©x"'],
  ['{{ nospace "éx" }}', "éx"],
  ['{{ nospace "àx" | printf "%q" }}', '"Ãx"'],
])("initials and nospace go through bytes: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ plural "one" "many" 1 }}', "one"],
  ['{{ plural "one" "many" 0 }}', "many"],
])("plural: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ abbrev 5 "hello world" }}', "he..."],
  ['{{ abbrev 3 "hello" }}', "hello"],
  ['{{ abbrev 20 "hello" }}', "hello"],
  ['{{ abbrevboth 5 10 "1234 5678 9123" }}', "...5678..."],
  ['{{ abbrevboth 5 6 "1234 5678" }}', "1234 5678"],
  ['{{ abbrevboth 99 8 "1234 5678 9123" }}', "... 9123"],
  ['{{ abbrevboth 6 7 "1234 5678 9123" }}', "...6..."],
  ['{{ abbrevboth -1 5 "1234 5678" }}', "12..."],
])("abbrev leaves dots: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ wrap 5 "Hello big World" | printf "%q" }}', String.raw`"Hello\nbig\nWorld"`],
  ['{{ wrap 3 "abcdefgh ij" | printf "%q" }}', String.raw`"abcdefgh\nij"`],
  ['{{ wrap 3 "ab  cdefgh" | printf "%q" }}', String.raw`"ab \ncdefgh"`],
  ['{{ wrapWith 3 "|" "abcdefgh ij" }}', "abc|def|gh|ij"],
  ['{{ wrapWith 5 "" "Hello World" | printf "%q" }}', String.raw`"Hello\nWorld"`],
  ['{{ wrap 0 "a b" | printf "%q" }}', String.raw`"a\nb"`],
  ['{{ wrap 2 "ééé é" | printf "%q" }}', String.raw`"ééé\né"`],
  ['{{ wrapWith 3 "|" "ééé" | printf "%q" }}', String.raw`"é\xc3|\xa9é"`],
])("wrap breaks lines between words, wrapWith also long words: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});
