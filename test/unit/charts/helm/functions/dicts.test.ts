import { expect, test } from "vitest";
import { GoMap } from "../../../../../charts/helm/go/value.ts";
import { failing, rendered } from "./render-text.ts";

const values = (): GoMap => new GoMap(new Map([["Values", new GoMap(new Map([["m", new GoMap(new Map([["a", 1]]))]]), "common.Values")]]));

test.each([
  ["{{ dict 1 2 nil 4 true }}", "map[1:2 <nil>:4 true:]"],
  ['{{ get (dict "a" nil) "a" | toJson }}{{ get dict "a" | toJson }}', 'null""'],
  ['{{ $d := dict "a" 1 }}{{ $_ := set $d "b" 2 }}{{ $_ := unset $d "a" }}{{ $d }}', "map[b:2]"],
  ['{{ set .Values "q" 1 | typeOf }}{{ .Values.q }}{{ typeOf .Values }}', "map[string]interface {}1common.Values"],
  ['{{ hasKey (dict "a" nil) "a" }}{{ hasKey dict "__proto__" }}{{ dict "__proto__" 1 "constructor" 2 }}', "truefalsemap[__proto__:1 constructor:2]"],
  ['{{ pluck "a" (dict "a" 1) (dict "b" 1) (dict "a" nil) | toJson }}', "[1,null]"],
  ['{{ keys (dict "b" 1 "a" 2) (dict "c" 3) }}{{ values (dict "b" 1 "a" 2) }}', "[a b c][2 1]"],
  ['{{ pick (dict "a" 1 "b" 2) "b" "c" }}{{ omit (dict "a" 1 "b" 2) "b" }}', "map[b:2]map[a:1]"],
  ['{{ dig "a" "b" "x" (dict "a" (dict "b" 1)) }}{{ dig "a" "c" "x" (dict "a" dict) }}{{ dig "a" "x" (dict "a" nil) | toJson }}', "1xnull"],
  ['{{ $d := dict "a" (dict "b" (list 1)) }}{{ $c := deepCopy $d }}{{ $_ := set $c.a "b" 2 }}{{ $d }}{{ $c }}', "map[a:map[b:[1]]]map[a:map[b:2]]"],
  ['{{ typeOf (deepCopy .Values) }}{{ deepCopy (rest list) | toJson }}{{ deepCopy (split "," "a") | typeOf }}', "common.Valuesnullmap[string]string"],
])("maps: %s", (template, text) => {
  expect(rendered(template, values())).toBe(text);
});

test.each([
  ['{{ dig "a" .Values }}', "dig needs at least three arguments"],
  ['{{ dig "m" "a" "d" .Values }}', "interface conversion: interface {} is common.Values, not map[string]interface {}"],
  ['{{ dig "a" "b" "d" (dict "a" nil) }}', "interface conversion: interface {} is nil, not map[string]interface {}"],
  ['{{ dig 1 "d" 2 }}', "interface conversion: interface {} is int, not map[string]interface {}"],
  ['{{ dig "a" 1 "d" .Values.m }}', "interface conversion: interface {} is int, not string"],
  ["{{ deepCopy nil }}", "reflect: call of reflect.Value.Type on zero Value"],
  ['{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ deepCopy $d }}', "maps are nested deeper than 1000 levels: does one hold itself?"],
  ['{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $e := deepCopy (dict "d" (dict "d" 1)) }}{{ $_ := set $e.d "d" $e }}{{ merge $d $e }}', "maps are nested deeper than 1000 levels: does one hold itself?"],
])("what is no map, or has no end, is an error: %s", (template, text) => {
  expect(failing(template, values())).toBe(text);
});

test.each([
  ["{{ default 1 nil }}{{ default 1 }}{{ default 1 2 3 }}{{ default 1 0 }}{{ default 1 list }}{{ default 1 now | typeOf }}", "11211time.Time"],
  ["{{ empty now }}{{ empty nil }}{{ empty 0.0 }}{{ empty dict }}", "falsetruetruetrue"],
  ['{{ coalesce nil 0 "" 3 4 }}{{ coalesce | toJson }}', "3null"],
  ['{{ all }}{{ any }}{{ all 1 "" }}{{ any 0 2 }}', "truefalsefalsetrue"],
  ["{{ true | ternary 1 2 }}{{ ternary 1 2 false }}", "12"],
])("empty values: %s", (template, text) => {
  expect(rendered(template)).toBe(text);
});

test("fail says what the chart says", () => {
  expect(failing('{{ fail "set .Values.name" }}')).toBe("set .Values.name");
});
