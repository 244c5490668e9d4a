import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodingFunctions } from "../../../../../charts/helm/functions/encoding.ts";
import { printValue } from "../../../../../charts/helm/go/format.ts";
import { fromJson } from "../../../../../charts/helm/go/json.ts";
import { typeName } from "../../../../../charts/helm/go/types.ts";
import { type CallScope, GoList, GoMap, type GoValue, int, int64, Integer } from "../../../../../charts/helm/go/value.ts";
import type { Json } from "../../../../../src/object/json.ts";
import { corpusPath } from "../../../../support/corpus.ts";

const scope: CallScope = { spend: () => undefined, spendText: () => undefined, now: new Date(0), random: (count) => new Uint8Array(count), renewAt: () => undefined };

function call(name: string, value: GoValue, given: CallScope = scope): GoValue {
  const found = encodingFunctions.get(name);
  if (found === undefined) throw new Error(`no function ${name}`);
  return found.call([value], given);
}

const asJson = (value: GoValue): GoValue => call("toJson", value);
const list = (...items: GoValue[]): GoList => new GoList(items);
const map = (entries: Readonly<Record<string, GoValue>>): GoMap => new GoMap(new Map(Object.entries(entries)));
const selfish = (): GoMap => {
  const self = map({});
  self.entries.set("self", list(self));
  return self;
};

describe("JSON is written as encoding/json does", () => {
  test.each<{ title: string; value: GoValue; json: string }>([
    { title: "HTML and line separators as escapes", value: "a<b>&\u2028\u007F\b\f\u0001", json: String.raw`"a\u003cb\u003e\u0026\u2028` + '\u007F\\b\\f\\u0001"' },
    { title: "floats by JavaScript's rules, as Go has them", value: list(1e6, 1e20, 1e21, 1e-6, 1e-7, 0.1, -0), json: "[1000000,100000000000000000000,1e+21,0.000001,1e-7,0.1,-0]" },
    { title: "integers to the last digit", value: list(int(5), int64(2n ** 63n - 1n), new Integer("time.Duration", 5n)), json: "[5,9223372036854775807,5]" },
    { title: "keys byte by byte", value: map({ b: 1, a10: 1, a9: 1, B: null, "😀": 1, "\uE000": 1 }), json: '{"B":null,"a10":1,"a9":1,"b":1,"\uE000":1,"😀":1}' },
    { title: "bytes that are no text", value: list("\uDCFF", "a\uDCC3", "😀\uDC80"), json: String.raw`["\ufffd","a\ufffd","😀\ufffd"]` },
    { title: "bytes as base 64", value: new GoList([new Integer("uint8", 97n)], "[]uint8"), json: '"YQ=="' },
    { title: "nil lists and maps as null", value: list(new GoList([], undefined, true), new GoMap(undefined, undefined, true), list(), map({})), json: "[null,null,[],{}]" },
    { title: "keys that mean something to JavaScript", value: new GoMap(new Map<string, GoValue>([["__proto__", 1], ["constructor", 2]])), json: '{"__proto__":1,"constructor":2}' },
  ])("$title", ({ value, json }) => {
    expect(asJson(value)).toBe(json);
    expect(call("mustToJson", value)).toBe(json);
  });

  test("raw JSON escapes no HTML, pretty JSON is indented", () => {
    expect(call("toRawJson", "<a>\u2028")).toBe(String.raw`"<a>\u2028"`);
    expect(call("mustToRawJson", "&")).toBe('"&"');
    expect(call("toPrettyJson", map({ a: list(), b: map({}), c: list(1, map({ x: "<" })) }))).toBe('{\n  "a": [],\n  "b": {},\n  "c": [\n    1,\n    {\n      "x": "\\u003c"\n    }\n  ]\n}');
    expect(call("mustToPrettyJson", list(1))).toBe("[\n  1\n]");
  });

  test("what JSON cannot hold is nothing, or fails with Go's text", () => {
    expect(["toJson", "toPrettyJson", "toYaml"].map((name) => call(name, Infinity))).toEqual(["", "", ""]);
    expect(() => call("mustToJson", Number.NaN)).toThrow("json: unsupported value: NaN");
    expect(() => call("toRawJson", -Infinity)).toThrow("json: unsupported value: -Inf");
    expect(() => call("mustToYaml", selfish())).toThrow("encountered a cycle via");
    expect(asJson(selfish())).toBe("");
  });

  test("a budget that is used up is no empty text", () => {
    let shared: GoValue = "0123456789";
    for (let level = 0; level < 60; level += 1) shared = list(shared, shared);
    const poor = { ...scope, spendText: () => { throw new Error("used up"); } };
    for (const name of ["toJson", "toPrettyJson", "toYaml", "toYamlPretty", "toToml"]) expect(() => call(name, map({ shared }), poor)).toThrow("used up");
  });
});

describe("JSON is read as encoding/json does", () => {
  test.each([
    ["fromJson", '{"a":[1,null,{"__proto__":2}]}', '{"a":[1,null,{"__proto__":2}]}'], ["fromJson", "null", "null"], ["fromJsonArray", "null", "null"], ["fromJsonArray", '["a",1]', '["a",1]'],
    ["fromJson", String.raw`{"a":"\ud800"}`, '{"a":"\uFFFD"}'], ["fromJson", '{"a":"\uDCFF"}', '{"a":"\uFFFD"}'],
    ["fromJson", '{"a":1e400,"b":2}', '{"Error":"json: cannot unmarshal number 1e400 into Go value of type float64","a":null,"b":2}'],
  ])("%s of %s is %s", (name, text, json) => expect(asJson(call(name, text))).toBe(json));

  test.each([
    ["", "unexpected end of JSON input"], ["{", "unexpected end of JSON input"], ['{"a":[1,2', "unexpected end of JSON input"], ['{"a":1}x', "invalid character 'x' after top-level value"],
    ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`], ["[1,]", "invalid character ']' looking for beginning of value"], ['{"a" 1}', "invalid character '1' after object key"],
    ["tru", "invalid character ' ' in literal true (expecting 'e')"], ["é", "invalid character 'Ã' looking for beginning of value"], ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"], ['{"a":1ex}', "invalid character 'x' in exponent of numeric literal"], ['{"a":-}', "invalid character '}' in numeric literal"],
    ['{"a":1e', "invalid character ' ' in exponent of numeric literal"], ["-", "invalid character ' ' in numeric literal"], [String.raw`"\x"`, "invalid character 'x' in string escape code"],
    [String.raw`"\u12g"`, String.raw`invalid character 'g' in \u hexadecimal character escape`], ['"a\nb"', String.raw`invalid character '\n' in string literal`], ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["[1 2]", "invalid character '2' after array element"], ["5", "json: cannot unmarshal number into Go value of type map[string]interface {}"], ['"s"', "json: cannot unmarshal string into Go value of type map[string]interface {}"],
    ["true", "json: cannot unmarshal bool into Go value of type map[string]interface {}"], ["[1e999]", "json: cannot unmarshal array into Go value of type map[string]interface {}"],
  ])("of %s the map holds the error", (text, error) => expect(call("fromJson", text)).toEqual(map({ Error: error })));

  test("of a list the error is its item, and mustFromJson fails", () => {
    expect(call("fromJsonArray", "{}")).toEqual(list("json: cannot unmarshal object into Go value of type []interface {}"));
    expect(call("mustFromJson", "5")).toBe(5);
    expect(() => call("mustFromJson", "{")).toThrow("unexpected end of JSON input");
    expect(() => call("mustFromJson", "[1e400]")).toThrow("cannot unmarshal number 1e400");
  });
});

describe("YAML", () => {
  test("is written as sigs.k8s.io/yaml does, without the line break at the end", () => {
    const value = map({ b: list(1e6, 1e-6, "yes", "12:30"), a10: map({}), a9: "x\ny\n", n: null, "😀": int64(2n ** 62n) });
    expect(call("toYaml", value)).toBe('"\\U0001F600": 4611686018427387904\na9: |\n  x\n  y\na10: {}\nb:\n- 1000000\n- 1e-06\n- "yes"\n- "12:30"\n"n": null');
    expect(call("mustToYaml", "a")).toBe("a");
    expect(call("toYaml", new GoMap(new Map([["__proto__", "x"]])))).toBe("__proto__: x");
    expect(call("toYaml", "a\uDCFF")).toBe("a\uFFFD");
  });

  test("pretty is written as go-yaml v3 does, with lists indented and long lines kept", () => {
    const long = "long ".repeat(30).trim();
    expect(call("toYamlPretty", map({ b: list(1e6, list("y")), long, tabs: "a\tb\nc", "01": 1, "0b1": 2, d: new Integer("time.Duration", 5_000_000_000n), inf: Infinity, nan: Number.NaN }))).toBe(
      `"0b1": 2\n"01": 1\nb:\n  - 1e+06\n  - - "y"\nd: 5s\ninf: .inf\nlong: ${long}\nnan: .nan\ntabs: |-\n  a\tb\n  c`,
    );
  });

  test("pretty writes bytes that are no text in base 64, line by line where they are many", () => {
    expect(call("toYamlPretty", map({ a: list("a\uDCFF") }))).toBe("a:\n  - !!binary Yf8=");
    expect(call("toYamlPretty", map({ a: "\uDCFF".repeat(54) }))).toBe(`a: !!binary |\n  ${"/".repeat(70)}\n  //`);
  });

  test("what go-yaml could not read back is nothing", () => {
    expect(call("toYaml", "a\u007Fb")).toBe("");
    expect(call("toYaml", map({ ["k".repeat(1023)]: 1 }))).toBe("");
    expect(call("toYaml", map({ ["k".repeat(1022)]: 1 }))).toBe(`? ${"k".repeat(1022)}\n: 1`);
    expect(call("toYaml", map({ ["<".repeat(171)]: 1 }))).toBe("");
  });

  test.each([
    ["", "{}"], ["null", "{}"], ["---\n---\na: 1", "{}"], ["a: 1\n---\nb: [", '{"a":1}'], ["# c\n---\na: 1", '{"a":1}'], ["a: 0644\nb: yes\n1: x", '{"1":"x","a":420,"b":true}'],
    ["5", '{"Error":"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go value of type map[string]interface {}"}'],
    ["true", '{"Error":"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal bool into Go value of type map[string]interface {}"}'],
    ["a: .inf", '{"Error":"error converting YAML to JSON: json: unsupported value: +Inf"}'],
    ["a: b: c", '{"Error":"error converting YAML to JSON: yaml: mapping values are not allowed in this context"}'],
    ["a:\n\t- b", '{"Error":"error converting YAML to JSON: yaml: line 2: found character that cannot start any token"}'],
    ["a: 1\nb\nc: 2", `{"Error":"error converting YAML to JSON: yaml: line 3: could not find expected ':'"}`],
    ["a: 1\n  b: 2", '{"Error":"error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"}'],
    ["a: [1, 2", `{"Error":"error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'"}`],
    ["b: 1\nc: [a,\n", '{"Error":"error converting YAML to JSON: yaml: line 2: did not find expected node content"}'],
    ["x:\n- a: 1\n  b\n\n   c: d", `{"Error":"error converting YAML to JSON: yaml: line 5: could not find expected ':'"}`],
    ["x:\n  b\n   c: d", '{"Error":"error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context"}'],
    ["{a: 1}}", '{"a":1}'], ["{a: 1}\nb: c", '{"a":1}'], ["{a: 1},\n{b: 2}", '{"a":1}'],
    ["{a: 1", `{"Error":"error converting YAML to JSON: yaml: line 1: did not find expected ',' or '}'"}`],
    ["a:\n- b\nc", `{"Error":"error converting YAML to JSON: yaml: line 4: could not find expected ':'"}`],
    ["a: 'x", '{"Error":"error converting YAML to JSON: yaml: found unexpected end of stream"}'],
    ["<<: 1", '{"Error":"error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"}'],
    ["a: *nope", `{"Error":"error converting YAML to JSON: yaml: unknown anchor 'nope' referenced"}`],
    ["a: {{ .X }}\nb: {{ .Y }}", String.raw`{"Error":"error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{\".X\":interface {}(nil)}"}`],
    ["a: {{{ .X }}}", String.raw`{"Error":"error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{\".X\":interface {}(nil)}"}`],
    ['a: {{ include "x" . }}', String.raw`{"Error":"error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{\"include \\\"x\\\" .\":interface {}(nil)}"}`],
    ["a: {[1, 2.5, x, true, null, {b: c, a: 1}]: 3}", String.raw`{"Error":"error converting YAML to JSON: yaml: invalid map key: []interface {}{1, 2.5, \"x\", true, interface {}(nil), map[interface {}]interface {}{\"a\":1, \"b\":\"c\"}}"}`],
    ["[a]: b", String.raw`{"Error":"error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}"}`],
    ["a: {{ .X }}-b", '{"Error":"error converting YAML to JSON: yaml: did not find expected key"}'],
    ["a: {{ .X }}\nb: {{ .Y }}\nc: [", '{"Error":"error converting YAML to JSON: yaml: line 3: did not find expected node content"}'],
    ["a: {{\n  .X }}\nb: *c", "{\"Error\":\"error converting YAML to JSON: yaml: unknown anchor 'c' referenced\"}"],
  ])("fromYaml of %j is %s", (text, json) => expect(asJson(call("fromYaml", text))).toBe(json));

  test("keys within keys that are no keys end in an error, however many there are", () => {
    expect(asJson(call("fromYaml", `a: ${"{".repeat(500)}a${"}".repeat(500)}`))).toContain("a template");
  });

  test.each([
    ["", "[]"], ["null", "[]"], ["[a, 1]", '["a",1]'], ["a: 1", '["error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}"]'],
  ])("fromYamlArray of %j is %s", (text, json) => expect(asJson(call("fromYamlArray", text))).toBe(json));
});

describe("TOML", () => {
  test("is written as BurntSushi/toml does: values first, tables below, lists of tables with two brackets", () => {
    const value = map({ "a b": int(1), "": 2, é: 3, t: map({ x: 1, "y y": map({ z: 2 }) }), l: list(map({ a: 1, b: list(map({ c: 1 })) }), map({})), e: map({}), s: 'a"\n\u007Fé', f: 1e21, g: 0.0001, n: null });
    expect(call("toToml", value)).toBe(
      '"" = 2.0\n"a b" = 1\nf = 1e+21\ng = 0.0001\ns = "a\\"\\n\\u007fé"\n"é" = 3.0\n\n[e]\n\n[[l]]\n  a = 1.0\n\n  [[l.b]]\n    c = 1.0\n\n[[l]]\n\n[t]\n  x = 1.0\n  [t."y y"]\n    z = 2.0\n',
    );
  });

  test.each<{ title: string; value: GoValue; toml: string }>([
    { title: "a value alone", value: int(5), toml: "5" },
    { title: "a list alone", value: list(int(1), "x"), toml: '[1, "x"]' },
    { title: "tables in a mixed list, whose nil leave their commas", value: map({ a: list(int(1), map({ x: null, y: int(2), z: null })) }), toml: "a = [1, {y = 2, }]\n" },
    { title: "a list of tables alone", value: list(map({})), toml: "toml: top-level values must be Go maps or structs" },
    { title: "nil in a list", value: map({ a: list(null) }), toml: "toml: cannot encode array with nil element" },
    { title: "special floats", value: list(Infinity, -Infinity, Number.NaN, 1.5, true), toml: "[inf, -inf, nan, 1.5, true]" },
    { title: "a duration", value: map({ d: new Integer("time.Duration", 1500n) }), toml: 'd = "1.5µs"\n' },
  ])("$title", ({ value, toml }) => expect(call("toToml", value)).toBe(toml));

  test("mustToToml fails, and nil alone does always", () => {
    expect(() => call("mustToToml", map({ a: list(null) }))).toThrow("toml: cannot encode array with nil element");
    expect(() => call("toToml", null)).toThrow("reflect: call of reflect.Value.Type on zero Value");
  });

  const TEXT = 'a = 1\nb = 1.5\nc = 1979-05-27T07:32:00.5Z\nd = 1979-05-27\ne = 07:32:00\nf = 1979-05-27T07:32:00\ng = [1, 2.0, "x"]\nh = {a = 1}\nj = 1979-05-27T07:32:00-07:00\n[[t]]\nx=1\n[q.r]\ns=2';

  test("is read with Go's types", () => {
    const read = call("fromToml", TEXT) as GoMap; // what fromToml gives
    expect(printValue(read)).toBe(
      "map[a:1 b:1.5 c:1979-05-27 07:32:00.5 +0000 UTC d:1979-05-27 00:00:00 +0000 date-local e:0000-01-01 07:32:00 +0000 time-local f:1979-05-27 07:32:00 +0000 datetime-local g:[1 2 x] h:map[a:1] j:1979-05-27 07:32:00 -0700 -0700 q:map[r:map[s:2]] t:[map[x:1]]]",
    );
    expect(["a", "b", "c", "g", "t"].map((key) => typeName(read.entries.get(key) ?? null))).toEqual(["int64", "float64", "time.Time", "[]interface {}", "[]map[string]interface {}"]);
  });

  test.each([
    ["one", "line 1: unexpected EOF; expected key separator '='"], ["a b", "line 1: expected '.' or '=', but got 'b' instead"], ["= 1", "line 1: unexpected '=': key name appears blank"],
    ["[a", String.raw`line 1: expected '.' or ']' to end table name, but got '\x00' instead`], ["[]", "line 1: unexpected end of table name (table names cannot be empty)"], ["map[a:1]", "line 1: expected '.' or '=', but got '[' instead"],
    ["x\n", String.raw`line 1: expected '.' or '=', but got '\n' instead`], ["[^]", "line 1: expected '.' or ']' to end table name, but got '^' instead"],
  ])("of %j the map holds Go's error", (text, error) => expect(call("fromToml", text)).toEqual(map({ Error: `toml: ${error}` })));

  test("of a value that is none the map holds an error with its line", () => {
    const read = call("fromToml", "a = 1\nb = x") as GoMap; // what fromToml gives
    expect(printValue(read.entries.get("Error") ?? null)).toMatch(/^toml: line 2: /);
  });

  test("is written back as it was read", () => {
    expect(call("toToml", call("fromToml", TEXT))).toBe(
      'a = 1\nb = 1.5\nc = 1979-05-27T07:32:00.5Z\nd = 1979-05-27\ne = 07:32:00\nf = 1979-05-27T07:32:00\ng = [1, 2.0, "x"]\nj = 1979-05-27T07:32:00-07:00\n\n[h]\n  a = 1\n\n[q]\n  [q.r]\n    s = 2\n\n[[t]]\n  x = 1\n',
    );
  });
});

describe("base 64 and 32", () => {
  test.each([
    ["b64enc", "a\uDCFFé", "Yf/DqQ=="], ["b64enc", "", ""], ["b64dec", "Yf/DqQ==", "a\uDCFFé"], ["b64dec", "YWJj\n", "abc"], ["b64dec", "YW==", "a"], ["b64dec", "YW\n=\r=\n", "a"], ["b64dec", "YWK=", "ab"],
    ["b64dec", "!!", "illegal base64 data at input byte 0"], ["b64dec", "YW", "illegal base64 data at input byte 0"], ["b64dec", "YWJjZA", "illegal base64 data at input byte 4"], ["b64dec", "YWJjZA=", "illegal base64 data at input byte 7"],
    ["b64dec", "YW Jj", "illegal base64 data at input byte 2"], ["b64dec", "_-8=", "illegal base64 data at input byte 0"], ["b64dec", "YWJj=", "illegal base64 data at input byte 4"], ["b64dec", "YWI=YWI=", "illegal base64 data at input byte 4"],
    ["b32enc", "abcde", "MFRGGZDF"], ["b32enc", "a", "ME======"], ["b32enc", "abcdef", "MFRGGZDFMY======"], ["b32dec", "ME======", "a"], ["b32dec", "MFRGGZDF", "abcde"], ["b32dec", "MFRG\nGZDF", "abcde"], ["b32dec", "MFRGGZDFMY======", "abcdef"],
    ["b32dec", "!!", "illegal base32 data at input byte 0"], ["b32dec", "ME", "illegal base32 data at input byte 0"], ["b32dec", "mfrggzdf", "illegal base32 data at input byte 0"], ["b32dec", "ME=====", "illegal base32 data at input byte 7"], ["b32dec", "ME======😀", "illegal base32 data at input byte 2"], ["b32dec", "MFR=====", "illegal base32 data at input byte 3"],
    ["b32dec", "ME=A====", "illegal base32 data at input byte 2"], ["b64dec", "Y===", "illegal base64 data at input byte 1"], ["b64dec", "YW=x", "illegal base64 data at input byte 2"], ["b64dec", "YWJj\nY", "illegal base64 data at input byte 5"],
  ])("%s of %j is %j", (name, text, expected) => expect(call(name, text)).toBe(expected));
});

interface Case {
  readonly template: string;
  readonly values: Json;
  readonly expected: string;
}

const path = corpusPath("helmfuncs.json");
const ONE_CALL = /^\{\{ ?(\w+) \. ?\}\}$/;
const cases = (path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases).filter(({ template }) => encodingFunctions.has(ONE_CALL.exec(template)?.[1] ?? ""));

describe.skipIf(path === undefined)("Helm's own table", () => {
  test.each(cases)("$template of $values is $expected", ({ template, values, expected }) => expect(printValue(call(ONE_CALL.exec(template)?.[1] ?? "", fromJson(values)))).toBe(expected));

  test("has 15 such cases", () => expect(cases).toHaveLength(15));
});

interface YamlCase {
  readonly in: string;
  readonly out: string;
  readonly err?: string;
}

const yamlPath = corpusPath("yaml.json");
const yamlCases = yamlPath === undefined ? [] : (JSON.parse(readFileSync(yamlPath, "utf8")) as { cases: YamlCase[] }).cases;
/** Texts of errors in our own words: Go's name its own types. */
const OWN_WORDS = new Set(["? [a, b]\n: c", "null: x"]);

describe.skipIf(yamlPath === undefined)("fromYaml reads as sigs.k8s.io/yaml does", () => {
  const maps = yamlCases.filter((given) => given.err !== undefined || given.out.startsWith("{"));

  test.each(maps)("$in", (given) => {
    const read = call("fromYaml", given.in) as GoMap; // what fromYaml gives
    if (given.err === undefined) expect(asJson(read)).toBe(asJson(call("fromJson", given.out)));
    else if (OWN_WORDS.has(given.in)) expect([...read.entries.keys()]).toEqual(["Error"]);
    else expect(read).toEqual(map({ Error: `error converting YAML to JSON: ${given.err}` }));
  });

  test("98 cases, of which 95 give a map or an error", () => expect([yamlCases.length, maps.length]).toEqual([98, 95]));
});
