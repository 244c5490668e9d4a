import { expect, test } from "vitest";
import { pathFunctions } from "../../../../../charts/helm/functions/paths.ts";
import { urlFunctions } from "../../../../../charts/helm/functions/urls.ts";
import { failing, rendered } from "./sprig-run.ts";

const functions = [...urlFunctions, ...pathFunctions];

test.each([
  ['{{ urlParse "http://user:p%40ss@Example.com:8080/a%20b/c?x=1&y#frag%20é" }}', "map[fragment:frag é host:Example.com:8080 hostname:Example.com opaque: path:/a b/c query:x=1&y scheme:http userinfo:user:p%40ss]"],
  ['{{ urlParse "mailto:a@b.c" }}', "map[fragment: host: hostname: opaque:a@b.c path: query: scheme:mailto userinfo:]"],
  ['{{ urlParse "//host/path" }}', "map[fragment: host:host hostname:host opaque: path:/path query: scheme: userinfo:]"],
  ['{{ urlParse "/only/path" }}', "map[fragment: host: hostname: opaque: path:/only/path query: scheme: userinfo:]"],
  ['{{ urlParse "*" }}', "map[fragment: host: hostname: opaque: path:* query: scheme: userinfo:]"],
  ['{{ urlParse "" }}', "map[fragment: host: hostname: opaque: path: query: scheme: userinfo:]"],
  ['{{ urlParse "HTTP://[fe80::1%25en0]:80/" }}', "map[fragment: host:[fe80::1%en0]:80 hostname:fe80::1%en0 opaque: path:/ query: scheme:http userinfo:]"],
  ['{{ urlParse "http://h%C3%A9/%2f?a#" }}', "map[fragment: host:hé hostname:hé opaque: path:// query:a scheme:http userinfo:]"],
  ['{{ urlParse "a+b.c-1://h" }}', "map[fragment: host:h hostname:h opaque: path: query: scheme:a+b.c-1 userinfo:]"],
  ['{{ urlParse "http:/x" }}', "map[fragment: host: hostname: opaque: path:/x query: scheme:http userinfo:]"],
  ['{{ urlParse "x?a?b" }}', "map[fragment: host: hostname: opaque: path:x query:a?b scheme: userinfo:]"],
])("urlParse takes a URL apart: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ urlJoin (dict "scheme" "http" "host" "h:80" "path" "/a b?" "query" "q=1" "fragment" "f é" "userinfo" "u:p@x") }}', "http://u:p%40x@h:80/a%20b%3F?q=1#f%20%C3%A9"],
  ['{{ urlJoin (dict "path" "a:b") }}', "./a:b"],
  ['{{ urlJoin (dict "scheme" "mailto" "opaque" "a@b") }}', "mailto:a@b"],
  ['{{ urlJoin (dict "host" "h" "path" "x") }}', "//h/x"],
  ['{{ urlJoin (dict "scheme" "http") }}', "http:"],
  ['{{ urlJoin (dict "path" "*") }}', "*"],
  ['{{ urlJoin (dict) | printf "%q" }}', '""'],
  [String.raw`{{ urlJoin (dict "scheme" "http" "host" "hé<>\"") }}`, 'http://h%C3%A9<>"'],
])("urlJoin puts one together: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ clean "/foo/../bar//x/." }}', "/bar/x"],
  ['{{ dir "/foo/../bar//x/." }}', "/bar/x"],
  ['{{ base "/foo/../bar//x/." }}', "."],
  ['{{ clean "../a/../.." }}', "../.."],
  ['{{ dir "../a/../.." }}', ".."],
  ['{{ base "../a/../.." }}', ".."],
  ['{{ clean "/.." }}', "/"],
  ['{{ dir "/.." }}', "/"],
  ['{{ base "/.." }}', ".."],
  ['{{ clean "" }}', "."],
  ['{{ dir "" }}', "."],
  ['{{ base "" }}', "."],
  ['{{ clean "a/b/" }}', "a/b"],
  ['{{ dir "a/b/" }}', "a/b"],
  ['{{ base "a/b/" }}', "b"],
  ['{{ clean "./a" }}', "a"],
  ['{{ dir "./a" }}', "."],
  ['{{ base "./a" }}', "a"],
  ['{{ clean "/" }}', "/"],
  ['{{ dir "/" }}', "/"],
  ['{{ base "/" }}', "/"],
])("paths are cleaned and cut: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ ext "a.tar.gz" }}', ".gz"],
  ['{{ ext "a.d/b" | printf "%q" }}', '""'],
  ['{{ ext ".x" }}', ".x"],
  ['{{ ext "a." }}', "."],
  ['{{ isAbs "/a" }}', "true"],
  ['{{ isAbs "a" }}', "false"],
])("extensions and roots: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ osBase "/a/b.c" }}', "b.c"],
  ['{{ osDir "/a/b.c" }}', "/a"],
  ['{{ osExt "/a/b.c" }}', ".c"],
  ['{{ osClean "/a/../b" }}', "/b"],
  [String.raw`{{ osIsAbs "C:\\a" }}`, "false"],
  [String.raw`{{ osBase "C:\\a" }}`, String.raw`C:\a`],
])("the os functions are those of Linux: %s", (template, text) => {
  expect(rendered(template, functions)).toBe(text);
});

test.each([
  ['{{ urlParse "http://[::1" }}', `unable to parse url: parse "http://[::1": missing ']' in host`],
  ['{{ urlParse "http://[1.2.3.4]/" }}', 'unable to parse url: parse "http://[1.2.3.4]/": invalid IP-literal'],
  ['{{ urlParse "http://[::1::2]/" }}', 'unable to parse url: parse "http://[::1::2]/": invalid host: ParseAddr("::1::2"): multiple :: in address (at ":2")'],
  ['{{ urlParse "http://[12345::]/" }}', 'unable to parse url: parse "http://[12345::]/": invalid host: ParseAddr("12345::"): each group must have 4 or less digits (at "12345::")'],
  ['{{ urlParse "http://[1:2]/" }}', 'unable to parse url: parse "http://[1:2]/": invalid host: ParseAddr("1:2"): address string too short'],
  ['{{ urlParse "http://h:a/" }}', 'unable to parse url: parse "http://h:a/": invalid port ":a" after host'],
  ['{{ urlParse "http://a:1:2/" }}', 'unable to parse url: parse "http://a:1:2/": invalid port ":1:2" after host'],
  ['{{ urlParse "http://h x/" }}', 'unable to parse url: parse "http://h x/": invalid character " " in host name'],
  ['{{ urlParse "http://u x@h/" }}', 'unable to parse url: parse "http://u x@h/": net/url: invalid userinfo'],
  ['{{ urlParse ":x" }}', 'unable to parse url: parse ":x": missing protocol scheme'],
  ['{{ urlParse "1x://h" }}', 'unable to parse url: parse "1x://h": first path segment in URL cannot contain colon'],
  ['{{ urlParse "/%zz" }}', 'unable to parse url: parse "/%zz": invalid URL escape "%zz"'],
  ['{{ urlParse "/a#%" }}', 'unable to parse url: parse "/a#%": invalid URL escape "%"'],
  [String.raw`{{ urlParse "http://h/\x01" }}`, String.raw`unable to parse url: parse "http://h/\x01": net/url: invalid control character in URL`],
  ['{{ urlParse "http://h%20x/" }}', 'unable to parse url: parse "http://h%20x/": invalid URL escape "%20"'],
  ['{{ urlJoin (dict "host" 1) }}', "unable to parse host key, must be of type string, but int found"],
  ['{{ urlJoin (dict "path" (list)) }}', "unable to parse path key, must be of type string, but slice found"],
  ['{{ urlJoin (dict "scheme" nil) }}', "runtime error: invalid memory address or nil pointer dereference"],
  ['{{ urlJoin (dict "userinfo" "a b") }}', 'unable to parse userinfo in dict: parse "proto://a b@host": net/url: invalid userinfo'],
])("fails as Go does: %s", (template, problem) => {
  expect(failing(template, functions)).toBe(problem);
});
