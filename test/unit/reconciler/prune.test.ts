import { describe, expect, test } from "vitest";
import { memberOf } from "../../../reconciler/member.ts";
import { prune } from "../../../reconciler/prune.ts";
import { KubeApiError } from "../../../src/errors.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/object/kube-object.ts";
import type { ClusterClient, DeleteOptions } from "../../../src/ports.ts";
import { shop } from "../../support/desired.ts";
import { liveObject, ownEntryOf } from "../../support/owned-object.ts";
import { account, configMapMember, oneObject } from "../../support/plan-cases.ts";

const member = configMapMember("old", { uid: "1" });

/** A cluster of which only what prune uses exists. */
const pruneOn = (cluster: Partial<ClusterClient>, what = member, onRead?: (live: KubeObject) => void) =>
  prune([{ id: what.id, member: what }], { cluster: cluster as ClusterClient, account, identity: shop, signal: new AbortController().signal, onRead });

const refuse = (status: number): never => {
  throw new KubeApiError(status, "Refused", `answer ${status}`);
};

/** The object without any mark of ours. */
const bare = (uid: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "old", namespace: "shop", uid, resourceVersion: "8" } });

test("what was deleted is told as deleted", async () => {
  expect((await pruneOn({ delete: async () => true })).changes).toMatchObject([{ kind: "deleted", key: member.key }]);
});

test("what was gone already is told neither as deleted nor as failed", async () => {
  expect(await pruneOn({ delete: async () => false })).toEqual({ changes: [], failures: [] });
});

test("an object that took the name since is left alone", async () => {
  expect(await pruneOn({ delete: async () => refuse(409), get: async () => bare("2") })).toEqual({ changes: [], failures: [] });
});

test("a conflict on an object that lost our marks ends in a failure and not in a delete", async () => {
  let deletes = 0;
  const conflict = async (): Promise<boolean> => {
    deletes += 1;
    return refuse(409);
  };
  const { failures } = await pruneOn({ delete: conflict, get: async () => bare("1") });
  expect([deletes, failures.map(({ message }) => message)]).toEqual([1, [expect.stringContaining("no longer ours")]]);
});

test("an error of any kind is this object's failure", async () => {
  expect((await pruneOn({ delete: async () => refuse(500) })).failures).toMatchObject([{ verb: "delete", message: "ConfigMap shop/old: not deleted: answer 500" }]);
});

describe("an object that others write to between plan and delete", () => {
  const { object } = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: old}, data: {x: a}}");
  const planned = memberOf(liveObject(object, [ownEntryOf(object)]), new Date(0));

  /** It has these annotations and entries by the time of the delete. */
  async function pruneWith(annotations: Readonly<Record<string, string>>, entries: readonly ManagedFieldsEntry[] = [ownEntryOf(object)]) {
    const found = liveObject({ ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations }, resourceVersion: "8" } }, entries);
    const deletes: DeleteOptions[] = [];
    const read: KubeObject[] = [];
    const cluster: Partial<ClusterClient> = { get: async () => found, delete: async (_ref, options) => {
      deletes.push(options);
      return options.resourceVersion === "8" || refuse(409);
    } };
    const { changes, failures } = await pruneOn(cluster, planned, (live) => void read.push(live));
    return { versions: deletes.map(({ resourceVersion }) => resourceVersion), changes, failures, news: read.map((live) => live === found) };
  }

  test("is deleted in the version in which it was read and proved again", async () => {
    expect(await pruneWith({ "example.com/note": "x" })).toMatchObject({ versions: ["7", "8"], changes: [{ kind: "deleted" }], failures: [], news: [true] });
  });

  test.each<[string, Readonly<Record<string, string>>, (readonly ManagedFieldsEntry[])?]>([
    ["to keep it", { "driftless.dev/prune": "disabled" }],
    ["to leave it alone", { "driftless.dev/reconcile": "disabled" }],
    ["to delete it in another wave", { "driftless.dev/wave": "3" }],
    ["to have it", { "driftless.dev/claimed-by": "inst-1/team/b" }],
    ["for other content, which no approval covers", {}, [ownEntryOf({ ...object, data: {} })]],
  ])("and ask %s is left to the next look, which knows what was read", async (_what, annotations, entries) => {
    expect(await pruneWith(annotations, entries)).toMatchObject({ versions: ["7"], changes: [], failures: [{ outcome: "Stale", verb: "delete" }], news: [true] });
  });
});
