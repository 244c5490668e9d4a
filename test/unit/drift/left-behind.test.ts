import { expect, test } from "vitest";
import { leftBehind } from "../../../drift/retained.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { FIELD_MANAGER } from "../../../src/api/group.ts";

const entry = (manager: string, operation: "Apply" | "Update", ...keys: readonly string[]): ManagedFieldsEntry => ({
  manager, operation, apiVersion: "v1", fieldsV1: { "f:data": Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) },
});
const object = (data: Record<string, string>, managedFields: readonly ManagedFieldsEntry[] = []): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop", managedFields }, data });

const desired = object({ kept: "1" });
const answerOf = (other: ManagedFieldsEntry): KubeObject => object({ kept: "1", dropped: "1" }, [entry(FIELD_MANAGER, "Apply", "kept"), other]);
const applied = { managedFields: undefined, content: object({ kept: "1", dropped: "1" }) };

test.each([
  ["client-side apply", entry("kubectl-client-side-apply", "Update", "dropped"), true],
  ["what was there before anybody's entry", entry("before-first-apply", "Update", "kept", "dropped"), true],
  ["another tool's apply, which keeps it", entry("kustomize-controller", "Apply", "dropped"), false],
  ["a controller", entry("some-controller", "Update", "dropped"), false],
  ["a person, but of something else", entry("kubectl-edit", "Update", "kept"), false],
])("a field that Git dropped and that %s owns as well", (_who, other, expected) => {
  expect(leftBehind(applied, desired, answerOf(other))).toBe(expected);
});

test("is known from what was ours when it was looked at, too, and is not what was never ours", () => {
  const other = entry("before-first-apply", "Update", "dropped");
  const looked = (...keys: readonly string[]) => leftBehind({ managedFields: [entry(FIELD_MANAGER, "Apply", ...keys)], content: undefined }, desired, answerOf(other));
  expect([looked("kept", "dropped"), looked("kept")]).toEqual([true, false]);
});
