import { expect, test } from "vitest";
import type { PlanEntry } from "../../../reconciler/change.ts";
import { emptyMemory, forgetStale, noteLive } from "../../../reconciler/memory.ts";
import { othersHash } from "../../../drift/managed-fields.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import { desiredFrom } from "../../support/desired.ts";

const effective = desiredFrom("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
const [object] = effective.objects;
const own: ManagedFieldsEntry = { manager: "driftless", operation: "Apply", apiVersion: "v1", fieldsV1: {} };
const hand: ManagedFieldsEntry = { manager: "kubectl-patch", operation: "Update", apiVersion: "v1", fieldsV1: { "f:data": { "f:x": {} } } };
const answer = (...managedFields: ManagedFieldsEntry[]): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop", uid: "1", managedFields } });

function note(live: KubeObject, looked: string | undefined, created = false): boolean {
  if (object === undefined) throw new Error("nothing composed");
  const entry: PlanEntry = { action: "Revert", id: object.id, object, uid: "1", resourceVersion: "7", othersHash: looked, findings: [], takeover: [] };
  return noteLive(emptyMemory(), object, live, entry, created);
}

test("an answer in which others own what they owned when it was looked at needs no other look", () => {
  expect(note(answer(own, hand), othersHash([own, hand]))).toBe(true);
});

test("an answer in which somebody owns more than when it was looked at needs another look", () => {
  expect(note(answer(own, hand), othersHash([own]))).toBe(false);
});

test("what the server says it created has nobody else's fields", () => {
  expect(note(answer(own), undefined, true)).toBe(true);
});

test("an object that was never looked at needs a look", () => {
  expect(note(answer(own), undefined)).toBe(false);
});

test("what is no longer desired is forgotten", () => {
  const memory = emptyMemory();
  if (object !== undefined) noteLive(memory, object, answer(own), { action: "Create", id: object.id, object, uid: undefined, resourceVersion: undefined, othersHash: undefined, findings: [], takeover: [] }, true);
  expect(memory.baselines.size).toBe(1);
  forgetStale(memory, { objects: [], blocked: [], warnings: [] });
  expect(memory.baselines.size).toBe(0);
});
