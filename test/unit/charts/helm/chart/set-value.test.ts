import { expect, test } from "vitest";
import { mergeUserValues, type UserValues } from "../../../../../charts/helm/chart/user-values.ts";
import { textOf } from "../../../../../charts/helm/go/format.ts";
import { GoList, Integer } from "../../../../../charts/helm/go/value.ts";
import { problemOf } from "./chart-fixture.ts";

const text = (user: UserValues): string => textOf(mergeUserValues(user));

// what Helm v4.3.1 prints with {{ .Values }}
test.each<[string, string]>([
  ["a=1,b=x", "map[a:1 b:x]"],
  ["a.b.c=1", "map[a:map[b:map[c:1]]]"],
  ["a={1,x,true}", "map[a:[1 x true]]"],
  ["a={}", "map[a:[]]"],
  ["a={x}b=1", "map[a:[x] b:1]"],
  ["a[0]=1,a[2]=x", "map[a:[1 <nil> x]]"],
  ["a[0].b=1,a[0].c=2", "map[a:[map[b:1 c:2]]]"],
  ["a[0][1]=1", "map[a:[[<nil> 1]]]"],
  ["a\\.b=1", "map[a.b:1]"],
  ["a=1\\,2", "map[a:1,2]"],
  ["a=TRUE,b=Null,c=007,d=-5,e=1.5", "map[a:true b:<nil> c:007 d:-5 e:1.5]"],
  ["a=1000000,b=9223372036854775808", "map[a:1000000 b:9223372036854775808]"],
  ["a=", "map[a:]"],
  ["=1", "map[]"],
  ["a.", "map[]"],
  ["a[0]", "map[a:[]]"],
  ["a[0", "map[]"],
])("--set %s", (flag, expected) => {
  expect(text({ set: [flag] })).toBe(expected);
});

test("integers of --set are int64, those of --set-json and of files float64, those of --set-string text", () => {
  const entries = mergeUserValues({ set: ["a=1"], setJson: ["b=1"], setString: ["c=1"], files: [{ name: "v.yaml", text: "d: 1" }] }).entries;
  const a = entries.get("a");
  expect([a instanceof Integer && a.type, entries.get("b"), entries.get("c"), entries.get("d")]).toEqual(["int64", 1, "1", 1]);
});

test.each<[string, UserValues, string]>([
  ["files in order", { files: [{ name: "1", text: "a: {x: 1, z: 1}" }, { name: "2", text: "a: {x: null, w: 2}" }] }, "map[a:map[w:2 x:<nil> z:1]]"],
  ["--set-json of names", { setJson: ['a={"b":[1,"x"]} ,c=null,d='] }, "map[a:map[b:[1 x]] c:<nil> d:<nil>]"],
  ["--set-json of an object, merged", { setJson: ['{"a":{"b":1}}', ' {"a":{"c":2}}'] }, "map[a:map[b:1 c:2]]"],
  ["--set-literal", { setLiteral: ["a.b={x},\\y=z"] }, "map[a:map[b:{x},\\y=z]]"],
  ["--set-file", { setFile: ["a=name,b.c=name"], readFile: (path) => `<${path}>` }, "map[a:<name> b:map[c:<name>]]"],
  ["all of them in Helm's order", { setLiteral: ["f=1"], setFile: ["e=1,f=0"], setString: ["d=1,e=0"], set: ["c=1,d=0"], setJson: ["b=1,c=0"], files: [{ name: "v", text: "b: 0" }], readFile: () => "1" }, "map[b:1 c:1 d:1 e:1 f:1]"],
])("%s", (_name, user, expected) => {
  expect(text(user)).toBe(expected);
});

test.each<[string, UserValues, string]>([
  ["a name without a value", { set: ["a.b"] }, 'failed parsing --set data: key "b" has no value (in "a.b")'],
  ["a name before a comma", { set: ["a,b=secret"] }, 'failed parsing --set data: key "a" has no value (cannot end with ,) (in "a,b=…")'],
  ["a list without an end", { set: ["a={1"] }, "list must terminate with '}'"],
  ["an index that is none", { set: ["a[x]=1"] }, 'error parsing index: strconv.Atoi: parsing "x": invalid syntax'],
  ["a negative index", { set: ["a[-1]=1"] }, "negative -1 index not allowed"],
  ["an index that is too large", { set: ["a[65537]=1"] }, "index of 65537 is greater than maximum supported index of 65536"],
  ["indexes that make too much", { set: [Array.from({ length: 20 }, (_, index) => `a${index}[65536]=1`).join(",")] }, "lists of more than 1000000 items are made"],
  ["text behind an index", { set: ["a[0]bc=1"] }, "unexpected data at end of array index: ['b' 'c']"],
  ["names within names without an end", { set: [`${"a.".repeat(31)}b=1`] }, "value name nested level is greater than maximum supported nested level of 30"],
  ["lists within lists without an end", { set: [`a${"[0]".repeat(101)}=1`] }, "lists are nested more than 100 deep"],
  ["a map where text is", { set: ["a=x,a.b=1"] }, "unable to parse key: interface conversion: interface {} is string, not map[string]interface {}"],
  ["a list where null is", { set: ["a=null,a[0]=1"] }, "unable to parse key: interface conversion: interface {} is nil, not []interface {}"],
  ["JSON that breaks off", { setJson: ['a={"b":'] }, "failed parsing --set-json data"],
  ["JSON that is nested too deep", { setJson: [`a=${"[".repeat(200)}${"]".repeat(200)}`] }, "nested more than 100 deep"],
  ["an object for --set-json in Helm 3", { version: "v3", setJson: ['{"a":1}'] }, "failed parsing --set-json data"],
  ["a file that cannot be read", { setFile: ["a=x"] }, "file x cannot be read here"],
  ["a values file that is no YAML", { files: [{ name: "prod.yaml", text: "a: 1\nb: [" }] }, "prod.yaml:"],
])("%s is refused", (_name, user, message) => {
  expect(problemOf(() => mergeUserValues(user))).toContain(message);
});

test("a refused flag does not show its values", () => {
  expect(problemOf(() => mergeUserValues({ set: ["password=geheim,b"] }))).not.toContain("geheim");
});

test("flags change no values file that is used again", () => {
  const files = [{ name: "v", text: "a: [1, {b: 1}]" }];
  const list = mergeUserValues({ files, set: ["a[1].b=2"] }).entries.get("a");
  expect([list instanceof GoList && textOf(list), text({ files })]).toEqual(["[1 map[b:2]]", "map[a:[1 map[b:1]]]"]);
});
