import { expect, test } from "vitest";
import { identityOf } from "../../../../reconciler/identity.ts";
import { originOf } from "../../../../reconciler/identity.ts";
import { MemberStore } from "../../../../src/controllers/member-store.ts";
import { DRIFT_HOLD_ANNOTATION, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../../src/api/group.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../../src/object/object-id.ts";
import { ownEntryOf } from "../../../support/owned-object.ts";

const identity = identityOf("inst-1", { namespace: "shop", name: "shop" });
const KEY = "/ConfigMap/shop/a" as ObjectKey;

function member(resourceVersion: string): KubeObject {
  const labels = { [PART_OF_LABEL]: identity.setId };
  const annotations = { [ORIGIN_ANNOTATION]: originOf(identity, { group: "", kind: "ConfigMap", namespace: "shop", name: "a" }) };
  const object: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop", uid: "u1", labels, annotations } };
  return { ...object, metadata: { ...object.metadata, resourceVersion, managedFields: [ownEntryOf(object)] } };
}

function rig() {
  const told: string[] = [];
  const store = new MemberStore(({ name }) => told.push(name), () => new Date(0));
  store.register(identity);
  store.upsert(member("7"));
  told.length = 0;
  return { store, told };
}

test("another version of a member is no news as long as nothing about it has changed that counts", () => {
  const { store, told } = rig();
  store.upsert(member("8"));
  expect(told).toEqual([]);
});

/** The member with the annotation of a hold. */
function held(resourceVersion: string, value: string): KubeObject {
  const object = member(resourceVersion);
  const { annotations, managedFields = [] } = object.metadata;
  const owner: ManagedFieldsEntry = { manager: "kubectl-annotate", operation: "Update", time: "2026-05-04T10:00:00Z", fieldsV1: { "f:metadata": { "f:annotations": { [`f:${DRIFT_HOLD_ANNOTATION}`]: {} } } } };
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [DRIFT_HOLD_ANNOTATION]: value }, managedFields: [...managedFields, owner] } };
}

test("another value of a hold counts, though the tool that set it owned the annotation before", () => {
  const { store, told } = rig();
  store.upsert(held("8", "1h"));
  told.length = 0;
  store.upsert(held("9", "1h"));
  store.upsert(held("10", "2h"));
  store.upsert(held("11", "soon"));
  expect(told).toEqual(["shop", "shop"]);
});

test("every version of a member counts whose differences are told", () => {
  const { store, told } = rig();
  store.follow(identity, new Map([[KEY, "7"]]));
  expect(told).toEqual([]);
  store.upsert(member("8"));
  expect(told).toEqual(["shop"]);
  store.follow(identity, new Map());
  store.upsert(member("9"));
  expect(told).toEqual(["shop"]);
});

test("a version that came while an older one was looked at counts at once", () => {
  const { store, told } = rig();
  store.upsert(member("8"));
  store.follow(identity, new Map([[KEY, "7"]]));
  expect(told).toEqual(["shop"]);
});

test("a member that was told to go is on its way out, and the next one of its name is not", () => {
  const { store } = rig();
  store.leave(identity, KEY, "u0");
  expect(store.membersOf(identity.setId).get(KEY)?.terminating).toBe(false);
  store.leave(identity, KEY, "u1");
  expect(store.membersOf(identity.setId).get(KEY)?.terminating).toBe(true);
});

test("what a list of a kind that is not watched does not have is forgotten, and nobody is told", () => {
  const { store, told } = rig();
  store.replace(identity, { group: "apps", kind: "Deployment" }, []);
  expect(store.membersOf(identity.setId).size).toBe(1);
  store.replace(identity, { group: "", kind: "ConfigMap" }, [member("9")]);
  expect(store.membersOf(identity.setId).get(KEY)?.resourceVersion).toBe("9");
  store.replace(identity, { group: "", kind: "ConfigMap" }, []);
  expect([store.membersOf(identity.setId).size, told]).toEqual([0, []]);
});
