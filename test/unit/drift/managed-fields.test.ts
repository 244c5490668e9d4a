import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseElement } from "../../../drift/field-path.ts";
import { addsNothing, managersOf, othersHash, ownersOf, ownHash } from "../../../drift/managed-fields.ts";
import { isJsonObject } from "../../../src/object/json.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { entryOf } from "../../support/owned-object.ts";

const fieldsV1: JsonObject = { "f:spec": { "f:replicas": {}, "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {} } } } } } };
const own = entryOf("driftless", fieldsV1, { operation: "Apply" });

/** The same value with the members of every object in another order. */
function reversed(value: JsonObject): JsonObject {
  const members = Object.entries(value).toReversed();
  return Object.fromEntries(members.map(([name, member]) => [name, isJsonObject(member) ? reversed(member) : member]));
}

describe("the hash of our entry", () => {
  test("does not change with the order of keys", () => {
    const names = fc.stringMatching(/^[fkv]:[a-z."{}]{0,4}$/);
    const level = (below: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> => fc.dictionary(names, below, { maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(level(level(level(fc.constant({})))), (fields) => {
        expect(ownHash([{ ...own, fieldsV1: reversed(fields) }])).toBe(ownHash([{ ...own, fieldsV1: fields }]));
      }),
    );
  });

  test("does not change with the time, nor with what others do", () => {
    const before = ownHash([own]);
    expect(ownHash([{ ...own, time: "2027-01-01T00:00:00Z" }])).toBe(before);
    expect(ownHash([entryOf("kubectl-edit", { "f:spec": {} }), own])).toBe(before);
  });

  test.each([
    ["a path is gone", { fieldsV1: { "f:spec": { "f:replicas": {} } } }],
    ["a path is new", { fieldsV1: { ...fieldsV1, "f:data": {} } }],
    ["the version is another", { apiVersion: "apps/v1beta1" }],
  ])("changes when %s", (_, change) => expect(ownHash([{ ...own, ...change }])).not.toBe(ownHash([own])));

  test("is empty where there is no entry of an apply of ours to the object itself", () => {
    expect(ownHash(undefined)).toBe("");
    expect(ownHash([{ ...own, operation: "Update" }, { ...own, subresource: "status" }, { ...own, manager: "driftless-status" }])).toBe("");
  });

  test("survives an entry of absurd depth", () => {
    let deep: JsonObject = {};
    for (let depth = 0; depth < 50_000; depth += 1) deep = { "f:a": deep };
    expect(ownHash([{ ...own, fieldsV1: deep }])).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("the hash of the others", () => {
  const edit = entryOf("kubectl-edit", { "f:spec": { "f:paused": {} } });
  const status = entryOf("kube-controller-manager", { "f:status": { "f:replicas": {} } }, { subresource: "status" });

  test("changes when somebody adds a field", () => expect(othersHash([own, edit])).not.toBe(othersHash([own])));
  test("does not change with our entry", () => expect(othersHash([{ ...own, fieldsV1: {} }, edit])).toBe(othersHash([own, edit])));
  test("does not change with writes to a subresource", () => expect(othersHash([own, edit, status])).toBe(othersHash([own, edit])));
  test("does not change with time or order", () => {
    const other = entryOf("kubectl-patch", { "f:data": {} });
    expect(othersHash([{ ...other, time: "2027-01-01T00:00:00Z" }, edit])).toBe(othersHash([edit, other]));
  });
});

const fields = (...names: string[]): JsonObject => ({ "f:data": Object.fromEntries(names.map((name) => [`f:${name}`, {}])) });

describe("others have added nothing", () => {
  const edit = (...names: string[]) => entryOf("kubectl-edit", fields(...names));
  const scale = entryOf("kubectl", { "f:spec": {} }, { subresource: "scale" });

  test.each<[string, ReturnType<typeof entryOf>[], ReturnType<typeof entryOf>[], boolean]>([
    ["where they own what they owned", [own, edit("a", "b")], [edit("b", "a")], true],
    ["where they lost fields, or all of them", [edit("a", "b"), entryOf("kubectl-patch", fields("c"))], [own, edit("a")], true],
    ["where we or a subresource own more", [edit("a")], [own, edit("a"), scale], true],
    ["but a field", [edit("a")], [edit("a", "b")], false],
    ["but a field that another one had", [edit("a"), entryOf("kubectl-patch", fields("b"))], [edit("a", "b")], false],
    ["but a field of one who had none", [own], [own, edit("a")], false],
    ["but the same by an apply", [edit("a")], [{ ...edit("a"), operation: "Apply" as const }], false],
  ])("%s", (_name, before, after, expected) => expect(addsNothing(before, after)).toBe(expected));
});

describe("the owners of a path", () => {
  const managers = managersOf([own, entryOf("kubectl", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }), entryOf("kubectl-edit", { "f:spec": { "f:tolerations": {} } })]);
  const ownersAt = (...texts: string[]): unknown[] => ownersOf(managers, texts.flatMap((text) => parseElement(text) ?? [])).map(({ entry }) => entry.manager);

  test("are all who own it", () => expect(ownersAt("f:spec", "f:replicas")).toEqual(["driftless", "kubectl"]));
  test("are also those who own something below", () => expect(ownersAt("f:spec", "f:template")).toEqual(["driftless"]));
  test("are also those who own the atomic value around it", () => expect(ownersAt("f:spec", "f:tolerations", "i:0")).toEqual(["kubectl-edit"]));
  test("may be none", () => expect(ownersAt("f:data")).toEqual([]));
});
