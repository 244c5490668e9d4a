import { describe, expect, test } from "vitest";
import { Budget } from "../../../../charts/budget.ts";
import { applyOperations, readOperations } from "../../../../charts/kustomize/json-patch.ts";
import { readPatch } from "../../../../charts/kustomize/read-patch.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../../src/object/json.ts";
import { parseYaml } from "../../../../src/object/yaml.ts";
import { writtenText } from "../../../../src/object/written.ts";

const spend = (): void => undefined;
const object = (text: string): JsonObject => {
  const value = parseYaml(text, "object.yaml", "kustomize")[0]?.value;
  return isJsonObject(value) ? value : {};
};
const apply = (target: JsonObject, operations: string): JsonObject => applyOperations(target, readOperations(readPatch(operations, "patch.yaml")[0] ?? null), spend);

const LIVE = "{a: 1, l: [x, {name: yy}, 5], m: {k: v, x/y: 1, x~y: 2, ~1: 3}, nil: null, e: []}";

/* Results are those of kustomize 5.8.1. */
describe("a JSON patch", () => {
  test.each([
    ["adds a member", "- {op: add, path: /m/z, value: 1}", "m", "{k: v, x/y: 1, x~y: 2, ~1: 3, z: 1}"],
    ["adds over a member", "- {op: add, path: /a, value: [2]}", "a", "[2]"],
    ["adds null where there is no value", "- {op: add, path: /a}", "a", "null"],
    ["adds a member without a name", '- {op: add, path: /m/, value: 1}', "m", '{k: v, x/y: 1, x~y: 2, ~1: 3, "": 1}'],
    ["reads words as YAML 1.1 does", "- {op: add, path: /a, value: {y: on}}", "a", '{"true": true}'],
    ["inserts before an item", "- {op: add, path: /l/1, value: z}", "l", "[x, z, {name: yy}, 5]"],
    ["appends behind the last position", "- {op: add, path: /l/3, value: z}", "l", "[x, {name: yy}, 5, z]"],
    ["appends at the end", "- {op: add, path: /l/-, value: z}", "l", "[x, {name: yy}, 5, z]"],
    ["appends at position -1", "- {op: add, path: /l/-1, value: z}", "l", "[x, {name: yy}, 5, z]"],
    ["inserts counting from the end", "- {op: add, path: /l/-4, value: z}", "l", "[z, x, {name: yy}, 5]"],
    ["takes a position with zeros or a sign", "- {op: add, path: /l/+01, value: z}", "l", "[x, z, {name: yy}, 5]"],
    ["removes a member", "- {op: remove, path: /m/k}", "m", "{x/y: 1, x~y: 2, ~1: 3}"],
    ["removes a null", "- {op: remove, path: /nil}", "nil", undefined],
    ["removes an item", "- {op: remove, path: /l/0}", "l", "[{name: yy}, 5]"],
    ["removes the last item", "- {op: remove, path: /l/-1}", "l", "[x, {name: yy}]"],
    ["replaces a member", "- {op: replace, path: /m/k, value: w}", "m", "{k: w, x/y: 1, x~y: 2, ~1: 3}"],
    ["replaces what is missing", "- {op: replace, path: /m/z, value: w}", "m", "{k: v, x/y: 1, x~y: 2, ~1: 3, z: w}"],
    ["replaces an item", "- {op: replace, path: /l/-3, value: w}", "l", "[w, {name: yy}, 5]"],
    ["replaces everything", '- {op: replace, path: "", value: {a: 2}}', "a", "2"],
    ["reads escapes", "- {op: replace, path: /m/x~1y, value: w}\n- {op: remove, path: /m/x~0y}\n- {op: remove, path: /m/~01}", "m", "{k: v, x/y: w}"],
    ["steps into an item", "- {op: add, path: /l/1/v, value: 1}", "l", "[x, {name: yy, v: 1}, 5]"],
    ["moves a member", "- {op: move, from: /m/k, path: /a}", "a", "v"],
    ["moves an item", "- {op: move, from: /l/0, path: /l/-}", "l", "[{name: yy}, 5, x]"],
    ["copies a member", "- {op: copy, from: /m, path: /e/-}", "e", "[{k: v, x/y: 1, x~y: 2, ~1: 3}]"],
    ["copies what is missing as null", "- {op: copy, from: /z, path: /a}", "a", "null"],
    ["passes a test", "- {op: test, path: /l, value: [x, {name: yy}, 5]}\n- {op: add, path: /a, value: 2}", "a", "2"],
    ["passes a test of everything", `- {op: test, path: "", value: ${LIVE}}\n- {op: add, path: /a, value: 2}`, "a", "2"],
    ["tests what is missing as null", "- {op: test, path: /z, value: null}\n- {op: test, path: /nil}\n- {op: add, path: /a, value: 2}", "a", "2"],
    ["takes no notice of what stands before the first slash", "- {op: add, path: m/a, value: 2}", "a", "2"],
  ])("%s", (_name, operations, member, expected) => {
    expect({ v: apply(object(LIVE), operations)[member] }).toEqual(expected === undefined ? { v: undefined } : object(`v: ${expected}`));
  });

  test.each([
    ["- {op: add, path: /x/y, value: 1}", 'operation 1 (add /x/y): there is no "x"'],
    ["- {op: add, path: /nil/y, value: 1}", 'operation 1 (add /nil/y): there is null at "nil"'],
    ["- {op: add, path: /a/y, value: 1}", 'operation 1 (add /a/y): there is no map or list at "a"'],
    ["- {op: add, path: /l/4, value: 1}", "operation 1 (add /l/4): position 4 is beyond the list of 3"],
    ["- {op: add, path: /l/-5, value: 1}", "position -5 is beyond the list of 3"],
    ["- {op: add, path: /l/x, value: 1}", '"x" is no position in a list'],
    ['- {op: add, path: "", value: {}}', "the path has no slash"],
    ["- {op: remove, path: /z}", 'operation 1 (remove /z): there is no "z"'],
    ["- {op: remove, path: /l/3}", "position 3 is beyond the list of 3"],
    ["- {op: remove, path: /l/-}", '"-" is no position in a list'],
    ["- {op: replace, path: /l/3, value: 1}", "position 3 is beyond the list of 3"],
    ['- {op: replace, path: "", value: text}', "the whole object can only be replaced by a map or a list"],
    ['- {op: replace, path: "", value: [1]}', "leaves something that is no object"],
    ["- {op: move, from: /z, path: /a}", 'there is no "z"'],
    ["- {op: move, from: /m, path: /m/x}", 'there is no "m"'],
    ["- {op: copy, from: /l/7, path: /a}", "position 7 is beyond the list of 3"],
    ["- {op: move, path: /a}", "operation 1 (move /a): has no from"],
    ["- {op: add, value: 1}", "operation 1: has no path"],
    ["- {op: test, path: /a, value: 2}", "operation 1 (test /a): the value is another one"],
    ["- {op: test, path: /a}", "the value is another one"],
    ["- {op: test, path: /l, value: [x]}", "the value is another one"],
    ["- {op: add, path: /a, value: 2}\n- {op: merge, path: /a}", "operation 2 (merge /a): op is none of add, remove, replace, move, copy, test"],
    ["- {op: add, path: /__proto__/x, value: 1}", 'there is no "__proto__"'],
    ["- text", "operation 1: is not a map"],
  ])("that does not fit says what is wrong: %s", (operations, message) => expect(() => apply(object(LIVE), operations)).toThrow(message));

  test.each<[Json, string]>([[{ op: "add" }, "a JSON patch is a list of operations"], [Array.from({ length: 1001 }, () => ({})), "at most 1000 operations"]])("is a list of a bounded length", (value, message) => expect(() => readOperations(value)).toThrow(message));

  test("keeps integers that a double cannot hold, and what it does not touch", () => {
    const live = { a: { big: 2n ** 60n }, b: { c: 1 } };
    const changed = applyOperations(live, readOperations([{ op: "copy", from: "/a", path: "/d" }, { op: "move", from: "/a/big", path: "/c" }, { op: "test", path: "/c", value: 2n ** 60n }]), spend);
    expect(changed).toEqual({ a: {}, b: { c: 1 }, c: 2n ** 60n, d: { big: 2n ** 60n } });
    expect(changed["b"]).toBe(live.b);
    expect(live).toEqual({ a: { big: 2n ** 60n }, b: { c: 1 } });
  });

  test("leaves nothing of how values were written, as it goes through JSON", () => {
    const live = object("a: {v: 1.10, n: }");
    expect(writtenText(live["a"] as JsonObject, "v")).toBe("1.10"); // the object has it
    expect(writtenText(apply(live, "- {op: add, path: /b, value: 1}")["a"] as JsonObject, "v")).toBeUndefined(); // likewise
  });

  test("that doubles the object again and again ends in an error", () => {
    const doubling = readOperations(Array.from({ length: 40 }, (_, index) => ({ op: "copy", from: "/a", path: `/a/c${index}` })));
    expect(() => applyOperations({ a: { b: { c: 1 } } }, doubling, new Budget().spend)).toThrow(/too much work/);
  });

  test("never tells values in errors", () => {
    const secret = { data: { password: "hunter2" } };
    for (const operation of [{ op: "test", path: "/data/password", value: "guess" }, { op: "add", path: "/data/password/x", value: "guess" }, { op: "replace", path: "", value: "guess" }]) {
      expect(() => applyOperations(secret, readOperations([operation]), spend)).toThrow(/^(?!.*(?:hunter2|guess))/s);
    }
  });
});
