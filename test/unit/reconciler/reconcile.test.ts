import { expect, test } from "vitest";
import { emptyMemory } from "../../../reconciler/memory.ts";
import type { LiveMember } from "../../../reconciler/observed.ts";
import { reconcile } from "../../../reconciler/reconcile.ts";
import type { ReconcilePorts } from "../../../reconciler/reconcile-ports.ts";
import type { Application } from "../../../src/api/application.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import type { ClusterClient } from "../../../src/ports.ts";
import { kindOf, renderedFrom, shop } from "../../support/desired.ts";
import { MemoryLogger } from "../../support/memory-logger.ts";

const app: Application = { apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "shop", namespace: "shop", generation: 1 }, spec: { sourceRef: { kind: "GitSource", name: "shop" } } };
const revision = `main@sha1:${"a".repeat(40)}`;
const artifact = { revision, digest: "sha1:x", commit: { oid: "a", author: "", message: "", committedAt: new Date(0) }, tree: { id: "x", entry: () => undefined, list: () => undefined, read: () => undefined } };
const own: ManagedFieldsEntry = { manager: "driftless", operation: "Apply", apiVersion: "v1", fieldsV1: {} };
const other: ManagedFieldsEntry = { manager: "kubectl-patch", operation: "Update", apiVersion: "v1", fieldsV1: { "f:data": {} } };

/** One ConfigMap on a cluster where it is absent when looked for and there when it is applied; `synced` per look. */
function run(synced: readonly boolean[], created: boolean) {
  const members = new Map<ObjectKey, LiveMember>();
  const looks = [...synced];
  const answer = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, uid: "1", resourceVersion: "7", managedFields: created ? [own] : [own, other] } });
  const cluster: Partial<ClusterClient> = {
    kindOf: async (apiVersion, kind) => kindOf(apiVersion, kind),
    get: async () => undefined,
    apply: async (object) => ({ object: answer(object), created }),
  };
  const ports: ReconcilePorts = {
    cluster: cluster as ClusterClient, // a create needs no more of it
    logger: new MemoryLogger(),
    artifact: () => artifact,
    render: () => renderedFrom("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
    members: () => members,
    known: () => members,
    reach: async () => ({ synced: looks.shift() ?? true, unwatched: [] }),
    record: async () => undefined,
    seen: (member) => void members.set(member.key, member),
    lost: (key) => void members.delete(key),
  };
  return reconcile({ app, identity: shop, account: { namespace: "shop", name: "deployer" }, operatorNamespace: "driftless-system", memory: emptyMemory(), now: new Date(0), signal: new AbortController().signal }, ports);
}

test("nothing is done before the watches have delivered", async () => {
  expect(await run([false], true)).toEqual({ waiting: true });
});

test("an absent object is created and told", async () => {
  expect(await run([true], true)).toMatchObject({ outcome: { kind: "Attempted", revision, failures: [] }, changes: [{ kind: "created", key: "/ConfigMap/shop/a" }] });
});

test("what the first look did is told although the second has to wait", async () => {
  expect(await run([true, false], false)).toMatchObject({ outcome: { kind: "Attempted" }, changes: [{ kind: "adopted", key: "/ConfigMap/shop/a" }] });
});
