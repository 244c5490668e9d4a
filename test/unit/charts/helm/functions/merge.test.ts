import { expect, test } from "vitest";
import { failing, rendered } from "./render-text.ts";

/** Sources as JSON, what each merge gives. */
test.each([
  ["zero values of the first map are missing", '{"a":0,"b":false,"c":"","d":null,"e":[],"f":{}}', '{"a":1,"b":true,"c":"x","d":2,"e":[1],"f":{"g":1}}', '{"a":1,"b":true,"c":"x","d":2,"e":[1],"f":{"g":1}}', '{"a":1,"b":true,"c":"x","d":2,"e":[1],"f":{"g":1}}'],
  ["empty values of a source fill and overwrite", '{"a":1,"c":"x","e":[1]}', '{"a":0,"c":"","e":[],"n":null}', '{"a":1,"c":"x","e":[1]}', '{"a":0,"c":"","e":[],"n":null}'],
  ["nil overwrites", '{"a":1}', '{"a":null}', '{"a":1}', '{"a":null}'],
  ["maps merge, lists are replaced", '{"m":{"a":1,"l":[1,2]}}', '{"m":{"b":2,"l":[3]}}', '{"m":{"a":1,"b":2,"l":[1,2]}}', '{"m":{"a":1,"b":2,"l":[3]}}'],
  ["a map meets a text", '{"m":{"a":1}}', '{"m":"x"}', '{"m":{"a":1}}', '{"m":"x"}'],
  ["a text meets a map", '{"m":"x"}', '{"m":{"a":1}}', '{"m":"x"}', '{"m":{"a":1}}'],
  ["a map meets an empty one", '{"m":{"a":1}}', '{"m":{}}', '{"m":{"a":1}}', '{"m":{"a":1}}'],
  ["keys of JavaScript's own are keys", "{}", '{"__proto__":{"a":1},"constructor":2}', '{"__proto__":{"a":1},"constructor":2}', '{"__proto__":{"a":1},"constructor":2}'],
])("%s", (_, into, source, merged, overwritten) => {
  const both = (name: string): string => rendered(`{{ ${name} (fromJson \`${into}\`) (fromJson \`${source}\`) | toJson }}`);
  expect([both("merge"), both("mustMerge"), both("mergeOverwrite"), both("mustMergeOverwrite")]).toEqual([merged, merged, overwritten, overwritten]);
});

test("the first map is changed, and shares what it lacked with its source", () => {
  const text = rendered('{{ $d := dict "a" (dict "x" 1) }}{{ $e := dict "a" (dict "y" 2) "n" dict }}{{ $m := merge $d $e }}{{ $_ := set $m.n "z" 1 }}{{ $_ := set $m.a "q" 5 }}{{ $d }}{{ $e }}');
  expect(text).toBe("map[a:map[q:5 x:1 y:2] n:map[z:1]]map[a:map[y:2] n:map[z:1]]");
});

test("values of different types that cannot be merged give an empty text, or an error where they must", () => {
  const maps = '(dict "x" (semver "1.2.3")) (dict "x" (dict "a" 1))';
  expect(rendered(`{{ merge ${maps} | toJson }}`)).toBe('""');
  expect(failing(`{{ mustMerge ${maps} }}`)).toBe("src and dst must be of same type");
  expect(rendered(`{{ mergeOverwrite ${maps} }}`)).toBe("map[x:map[a:1]]");
});

test("a map of texts takes no other values", () => {
  expect(failing('{{ merge (dict "x" (split "," "a,b")) (dict "x" (dict "z" "d")) }}')).toBe("reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string");
  expect(rendered('{{ mergeOverwrite (dict "x" (split "," "a,b")) (dict "x" (split "," "c")) }}')).toBe("map[x:map[_0:c _1:b]]");
});
