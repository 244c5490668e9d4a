import { expect, test } from "vitest";
import { prune } from "../../../reconciler/prune.ts";
import { KubeApiError } from "../../../src/errors.ts";
import type { ClusterClient } from "../../../src/ports.ts";
import { shop } from "../../support/desired.ts";
import { account, configMapMember } from "../../support/plan-cases.ts";

const member = configMapMember("old", { uid: "1" });

/** A cluster of which only what prune uses exists. */
const pruneOn = (cluster: Partial<ClusterClient>) =>
  prune([{ id: member.id, member }], { cluster: cluster as ClusterClient, account, identity: shop, signal: new AbortController().signal });

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
