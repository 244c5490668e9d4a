import { afterAll, beforeAll, expect, test } from "vitest";
import { API_VERSION, PART_OF_LABEL } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { faultsLeftBehind } from "../../support/left-behind.ts";
import { configMap, job, secret } from "../../support/manifests.ts";
import type { OperatorChild } from "../../support/operator-child.ts";
import { startOwnPlane } from "../../support/own-plane.ts";
import type { OwnPlane } from "../../support/own-plane.ts";
import type { Tenant } from "../../support/tenant.ts";
import type { Files } from "../../support/tenant-objects.ts";

/** These tests kill the operator, and in the end remove Driftless: that is not for the one that all tests share. */
const stack = new AsyncDisposableStack();
let plane: OwnPlane;

beforeAll(async () => {
  plane = await startOwnPlane(stack);
});
afterAll(() => stack.disposeAsync());

const OBJECTS = 80;
const all: Files = Object.fromEntries(Array.from({ length: OBJECTS }, (_, index) => [`m${index}.yaml`, configMap(`m${index}`)]));
const none: Files = Object.fromEntries(Object.keys(all).map((path) => [path, null]));

const liveOf = (shop: Tenant): number => Array.from({ length: OBJECTS }, (_, index) => shop.view.get("ConfigMap", `m${index}`)).filter((object) => object !== undefined).length;

async function kill(operator: OperatorChild): Promise<void> {
  operator.process.kill("SIGKILL");
  expect(await operator.ended).toBeNull();
}

/** Everything with a label of ours, as the API server has it. */
async function labelled(shop: Tenant): Promise<string[]> {
  return (await shop.kubectl("get", "configmaps", "-l", PART_OF_LABEL, "-o", "name")).trim().split("\n").filter((name) => name !== "");
}

test("an operator killed while it applies, while it prunes and while it deletes leaves no orphan and deletes nothing else", async () => {
  const first = await plane.operator();
  const shop = await plane.shop({ ...all, "keep.yaml": configMap("keep"), "login.yaml": secret("login") }, { app: { sync: { limits: { maxPrune: "100%" } } } });
  await shop.kubectl("create", "configmap", "theirs");
  await shop.until("some are there", () => liveOf(shop) > 0);
  await kill(first);
  expect(shop.app?.status?.lastAppliedRevision).toBeUndefined();

  // Half of what it made is gone from Git when the next one comes: that it is ours is known all the same.
  const half = await shop.commit(Object.fromEntries(Object.keys(all).slice(OBJECTS / 2).map((path) => [path, null])));
  const second = await plane.operator();
  await shop.ready(half);
  expect(await labelled(shop)).toHaveLength(OBJECTS / 2 + 1);

  const commit = await shop.commit(none);
  await shop.until("some are gone", () => liveOf(shop) < OBJECTS / 2);
  await kill(second);
  const third = await plane.operator();
  await shop.ready(commit);
  expect(await labelled(shop)).toEqual(["configmap/keep"]);

  await shop.ready(await shop.commit(all));
  expect(await faultsLeftBehind(shop, third)).toEqual([]);
  await shop.delete();
  await shop.until("some are gone", () => liveOf(shop) < OBJECTS);
  await kill(third);
  expect(shop.app).toBeDefined();
  await plane.operator();
  await shop.gone();
  expect(await labelled(shop)).toEqual([]);
  expect(await shop.live("v1", "ConfigMap", "theirs")).toBeDefined();
}, 120_000);

const hook = (phase: string, object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, annotations: { "driftless.dev/hook": phase } } });
const uidOf = (shop: Tenant, name: string): string | undefined => shop.view.get("Job", name)?.metadata.uid;
const told = (shop: Tenant): string[] => (shop.releases.at(-1)?.status?.hooks ?? []).map(({ phase, object, state }) => `${phase} ${object.split("/").at(-1)} ${state}`);

/** The Job's controller, which does not run here, tells that it has completed. */
async function complete(shop: Tenant, name: string): Promise<void> {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({ type, status: "True", lastProbeTime: at, lastTransitionTime: at }));
  await shop.kubectl("patch", "job", name, "--subresource=status", "--type=merge", "-p", JSON.stringify({ status: { startTime: at, completionTime: at, succeeded: 1, conditions } }));
}

test("an operator killed right after it made a hook, and another one while the hook runs, run it once, and see its end", async () => {
  const first = await plane.operator();
  const shop = await plane.shop({ "a.yaml": configMap("a"), "migrate.yaml": hook("PreSync", job("migrate", { ttlSecondsAfterFinished: 0 })), "smoke.yaml": hook("PostSync", job("smoke")) }, { watch: [{ apiVersion: "batch/v1", kind: "Job" }] });
  await shop.until("the hook is there", () => uidOf(shop, "migrate") !== undefined);
  await kill(first);
  const migrate = uidOf(shop, "migrate");

  const second = await plane.operator();
  await shop.until("it is told", () => told(shop).join() === "PreSync migrate Running");
  await kill(second);
  expect([uidOf(shop, "migrate"), await shop.dataOf("a")]).toEqual([migrate, undefined]);
  await complete(shop, "migrate");

  await plane.operator();
  await shop.until("the next hook is there", () => uidOf(shop, "smoke") !== undefined);
  const smoke = uidOf(shop, "smoke");
  await complete(shop, "smoke");
  await shop.ready();
  await shop.until("both are told", () => told(shop).join() === "PreSync migrate Succeeded,PostSync smoke Succeeded");
  await shop.until("what had no time to live is gone", () => uidOf(shop, "migrate") === undefined);
  await shop.handled("Application");
  expect(shop.releases.map(({ status }) => status?.hooks?.map(({ uid }) => uid))).toEqual([[migrate, smoke]]);
  expect([uidOf(shop, "migrate"), uidOf(shop, "smoke")]).toEqual([undefined, smoke]);
}, 180_000);

test("removing Driftless with its definitions leaves everything that it applied as it is", async () => {
  const operator = await plane.operator();
  const shop = await plane.shop({ "a.yaml": configMap("a"), "b.yaml": configMap("b"), "login.yaml": secret("login") }, { app: { sync: { deletionPolicy: "Delete" } } });
  await shop.ready();
  expect(await faultsLeftBehind(shop, operator)).toEqual([]);
  await plane.cluster.kubectl("delete", "crd", "applications.driftless.dev", "--timeout=40s");
  expect(await labelled(shop)).toEqual(["configmap/a", "configmap/b"]);
  expect(operator.lines.filter(({ message, cause }) => message === "deletion" && JSON.stringify(cause).includes("Driftless itself is being removed"))).not.toEqual([]);
  await plane.cluster.client.refreshKinds();
  expect(await plane.cluster.client.kindOf(API_VERSION, "Application")).toBeUndefined();
});
