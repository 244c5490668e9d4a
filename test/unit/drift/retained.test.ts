import { describe, expect, test } from "vitest";
import { keptByPeople, retainedAfter, retainedBy, retainedText } from "../../../drift/retained.ts";
import { formatPath } from "../../../drift/field-path.ts";
import { compileIgnore } from "../../../drift/ignore.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import { idOf } from "../../../src/object/object-id.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { entryOf, fieldsOf, liveObject, ownEntryOf } from "../../support/owned-object.ts";

const config = (data: JsonObject): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", namespace: "shop" }, data });
const [before, after] = [config({ a: "1", b: "2" }), config({ a: "1" })];
const flux = entryOf("kustomize-controller", fieldsOf({ data: { a: "1", b: "2" } }), { operation: "Apply" });

describe("a field that Git drops", () => {
  test("and that another manager applies too stays, and says who keeps it", () => {
    const retained = retainedBy(liveObject(before, [ownEntryOf(before), flux, { ...flux, manager: "argocd-controller" }]), after);
    expect(retained.map(retainedText)).toEqual(["/data/b stays, because argocd-controller and kustomize-controller apply it too"]);
  });

  test("is told by the answer of an apply as well", () => {
    expect(retainedAfter(before, after, liveObject(before, [ownEntryOf(after), flux])).map(retainedText)).toEqual(["/data/b stays, because kustomize-controller applies it too"]);
    expect(retainedAfter(after, after, liveObject(before, [ownEntryOf(after), flux]))).toEqual([]);
  });

  test("goes when others only updated it, or we handed it over, or nobody else has it", () => {
    for (const entry of [{ ...flux, operation: "Update" as const }, { ...flux, manager: "driftless-handover" }, { ...flux, fieldsV1: {} }]) {
      expect(retainedBy(liveObject(before, [ownEntryOf(before), entry]), after)).toEqual([]);
    }
  });

  test("is nobody's business where it is ignored", () => {
    const ignored = compileIgnore([{ paths: ["/data/b"] }]).rules.forObject(idOf(after));
    expect(retainedBy(liveObject(before, [ownEntryOf(before), flux]), after, ignored)).toEqual([]);
  });
});

test("a field that another manager alone applies was never ours to drop", () => {
  expect(retainedBy(liveObject(before, [ownEntryOf(after), flux]), after)).toEqual([]);
});

test("a dropped field of ours that a person's tool owns as well has to be taken, not one of a tool that applies it, nor one that is left to others", () => {
  const edit = entryOf("kubectl-edit", fieldsOf({ data: { b: "2" } }));
  const pathsOf = (entry: ManagedFieldsEntry, own = before, ignored = compileIgnore([]).rules.forObject(idOf(after))): string[] => keptByPeople(liveObject(before, [ownEntryOf(own), entry]), after, ignored).map(formatPath);
  expect([pathsOf(edit), pathsOf(flux), pathsOf(edit, after)]).toEqual([["/data/b"], [], []]);
  expect(pathsOf(edit, before, compileIgnore([{ paths: ["/data/b"] }]).rules.forObject(idOf(after)))).toEqual([]);
  expect(keptByPeople(liveObject(before, [edit]), after)).toEqual([]);
});
