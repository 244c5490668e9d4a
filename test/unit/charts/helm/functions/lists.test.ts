import { expect, test } from "vitest";
import { failing, rendered } from "./render-text.ts";

test.each([
  ["{{ list 1 nil }}", "[1 <nil>]"],
  ["{{ list | toJson }}", "[]"],
  ["{{ append (list 1) 2 }}{{ prepend (list 1) 2 }}", "[1 2][2 1]"],
  ["{{ first (list 1 2) }}{{ last (list 1 2) }}", "12"],
  ["{{ first list }}|{{ last list | toJson }}", "<no value>|null"],
  ["{{ rest (list 1 2 3) }}{{ initial (list 1 2 3) }}", "[2 3][1 2]"],
  ["{{ rest list | toJson }}{{ initial list | toJson }}", "nullnull"],
  ["{{ rest (list 1) | toJson }}", "[]"],
  ['{{ reverse (splitList "," "a,b") | toJson }}', '["b","a"]'],
  ['{{ compact (list 0 "" nil false list dict 1 "a") | toJson }}', '[1,"a"]'],
  ['{{ uniq (list 1 1.0 "1" 1 (list 1) (list 1) dict dict) }}', "[1 1 1 [1] map[]]"],
  ["{{ without (list 1 2 nil (list 3)) nil (list 3) }}", "[1 2]"],
  ['{{ has 1 (list 1.0 "1") }}{{ has (list 1) (list (list 1)) }}{{ has 1 nil }}', "falsetruefalse"],
  ['{{ slice (list 1 2 3) }}{{ slice (list 1 2 3) 1 }}{{ slice (list 1 2 3) 1.9 "2" }}', "[1 2 3][2 3][2]"],
  ['{{ slice list 1 2 | toJson }}{{ slice (splitList "," "a,b") 1 | typeOf }}', "null[]string"],
  ['{{ concat (list 1) (splitList "," "a,b") (until 2) | toJson }}{{ concat | toJson }}', '[1,"a","b",0,1]null'],
  ["{{ chunk 2 (list 1 2 3) }}{{ chunk 2 list | toJson }}{{ chunk -1 (list 1 2) }}{{ chunk -2 (list 1) }}", "[[1 2] [3]][][][[1]]"],
  ["{{ chunk 2 (list 1) | typeOf }}{{ push (until 1) 2 | typeOf }}", "[][]interface {}[]interface {}"],
])("lists: %s", (template, text) => {
  expect(rendered(template)).toBe(text);
});

test.each([
  ["{{ first nil }}", "runtime error: invalid memory address or nil pointer dereference"],
  ['{{ first "abc" }}', "Cannot find first on type string"],
  ["{{ mustAppend 1 2 }}", "Cannot push on type int"],
  ["{{ concat list 1 }}", "Cannot concat type int as list"],
  ["{{ chunk 0 (list 1 2) }}", "runtime error: makeslice: len out of range"],
  ["{{ slice (list 1 2 3) 2 1 }}", "reflect.Value.Slice: slice index out of bounds"],
  ["{{ slice (list 1 2 3) 0 7 }}", "reflect.Value.Slice: slice index out of bounds"],
  ["{{ mustSlice dict }}", "list should be type of slice or array but map"],
])("what is no list fails in sprig's words: %s", (template, text) => {
  expect(failing(template)).toBe(text);
});

test("functions on lists change none", () => {
  expect(rendered("{{ $l := list 2 1 }}{{ $_ := append $l 3 }}{{ $_ = reverse $l }}{{ $_ = rest $l }}{{ $_ = without $l 2 }}{{ $l }}")).toBe("[2 1]");
});
