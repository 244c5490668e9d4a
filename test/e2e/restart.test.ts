import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { startOperator } from "../../src/cli/up/environment.ts";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { Narrator } from "../../src/cli/up/narrator.ts";
import { startOperatorProcess } from "../../src/cli/up/operator-process.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import { startControlPlane } from "../../src/sandbox/control-plane.ts";
import type { ControlPlane } from "../../src/sandbox/control-plane.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import type { GitServer } from "../../src/sandbox/git-server.ts";
import { pollUntil } from "../../src/sandbox/poll.ts";
import { adminCluster } from "../support/admin-cluster.ts";
import { auditLines } from "../support/audit-lines.ts";
import { leakingObjects } from "../support/canaries.ts";
import { configMap, deployment } from "../support/manifests.ts";
import { startOperatorChild } from "../support/operator-child.ts";
import { CANARY } from "../support/status-linter.ts";
import { Tenant } from "../support/tenant.ts";
import type { TenantOptions } from "../support/tenant.ts";
import type { Files } from "../support/tenant-objects.ts";

/** These tests end operators, so they have a control plane and an operator of their own. */
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const stack = new AsyncDisposableStack();
let cluster: Cluster;
let plane: ControlPlane;
let operator: OperatorProcess;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  plane = await startControlPlane({ auditLog: "audit.log" });
  stack.defer(() => plane.stop());
  cluster = await adminCluster(plane, dir);
  stack.defer(() => cluster.client.close());
  const narrator = new Narrator({ stdout: { write: () => undefined }, stderr: process.stderr, env: {}, signal: new AbortController().signal });
  operator = await startOperator(cluster, [], narrator, stack, MAIN);
  stack.defer(() => operator.stop());
});

/** One that failed may have left none running. */
beforeEach(async () => {
  const ended = await Promise.race([operator.ended, Promise.resolve(undefined)]);
  if (ended !== undefined) await start();
});

afterAll(() => stack.disposeAsync());

test("an operator that was killed writes nothing after its start where nothing changed", async () => {
  const { shop } = await openShop({ "web.yaml": deployment("web"), "a.yaml": configMap("a"), "secret.yaml": { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { key: CANARY } } });
  await shop.ready();
  await operator.stop();
  const before = (await writes()).length;
  await start();
  await looked();
  expect((await writes()).slice(before)).toEqual([]);
});

test("drift made while no operator ran is put back and told", async () => {
  const { shop } = await openShop({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
  await shop.ready();
  await operator.stop();
  await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
  await shop.kubectl("delete", "configmap/b");
  await start();
  expect(await shop.reverted(({ path }) => path === "/data/value")).toMatchObject({ desired: '"one"', live: '"by hand"', manager: "kubectl-patch" });
  expect(await shop.reverted(({ class: kind }) => kind === "Missing")).toMatchObject({ object: `/ConfigMap/${shop.namespace}/b` });
  for (const name of ["a", "b"]) expect(await shop.dataOf(name)).toEqual({ value: "one" });
});

test("without its Git server a restarted operator corrects from its cache", async () => {
  const { shop, server } = await openShop({ "a.yaml": configMap("a") });
  await shop.ready();
  await operator.stop();
  await server.stop();
  await shop.kubectl("delete", "configmap/a");
  await start();
  await shop.reverted(({ class: kind }) => kind === "Missing");
  expect(await shop.dataOf("a")).toEqual({ value: "one" });
  await shop.saying("GitSource", "Ready", "GitUnreachable");
  expect(shop.source?.status?.artifact?.revision).toMatch(/^main@sha1:/);
});

test("a commit that comes while no operator runs is applied after the start", async () => {
  const { shop } = await openShop({ "a.yaml": configMap("a"), "b.yaml": configMap("b") });
  await shop.ready();
  await operator.stop();
  const commit = await shop.commit({ "a.yaml": configMap("a", { value: "two" }), "b.yaml": null });
  await start();
  await shop.ready(commit);
  expect(await shop.dataOf("a")).toEqual({ value: "two" });
  expect(await shop.dataOf("b")).toBeUndefined();
});

test("SIGTERM in the middle of an apply ends the operator in order, with 0, and its successor ends the work", async () => {
  const { shop } = await openShop({ "a.yaml": configMap("a") });
  await shop.ready();
  await operator.stop();
  const child = startOperatorChild(join(cluster.dir, "operator.kubeconfig"), join(cluster.dir, "cache"));
  await child.says("operator ready");
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/${index}.yaml`, configMap(`many-${index}`)]));
  const commit = await shop.commit(many);
  await shop.until("the first are there", () => Object.keys(many).some((_, index) => shop.view.get("ConfigMap", `many-${index}`) !== undefined));
  child.process.kill("SIGTERM");
  expect(await child.ended).toBe(0);
  expect(child.lines.at(-1)).toMatchObject({ message: "operator stopped", unfinished: "" });
  await start();
  await shop.ready(commit);
  expect(shop.app?.status?.objects).toBe(301);
});

test("SIGKILL in the middle of an apply leaves nothing that the successor does not know", async () => {
  const { shop } = await openShop({ "a.yaml": configMap("a") }, { app: { sync: { limits: { maxPrune: "100%" } } } });
  await shop.ready();
  const first = Array.from({ length: 300 }, (_, index) => `many-${index}`);
  await shop.commit(Object.fromEntries(first.map((name) => [`many/${name}.yaml`, configMap(name)])));
  await shop.until("the first are there", () => first.some((name) => shop.view.get("ConfigMap", name) !== undefined));
  await operator.stop();
  const commit = await shop.commit({ many: null, "b.yaml": configMap("b") });
  await start();
  await shop.ready(commit);
  const left = JSON.parse(await shop.kubectl("get", "configmaps", "-o", "json")) as { items: { metadata: { name: string } }[] }; // kubectl -o json
  expect(left.items.map(({ metadata }) => metadata.name).sort()).toEqual(["a", "b", "kube-root-ca.crt"]);
});

test("an API server that went away and came back is worked with as before", async () => {
  const { shop } = await openShop({ "a.yaml": configMap("a") });
  await shop.ready();
  await plane.restart("kube-apiserver");
  await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
  await shop.reverted(({ path }) => path === "/data/value");
  await shop.ready(await shop.commit({ "a.yaml": configMap("a", { value: "two" }) }));
  expect(await shop.dataOf("a")).toEqual({ value: "two" });
});

async function openShop(files: Files, options: TenantOptions = {}): Promise<{ shop: Tenant; server: GitServer }> {
  const server = await startGitServer();
  onTestFinished(() => server.stop().catch(() => undefined)); // a test may have stopped it
  const shop = await Tenant.open(cluster, (name) => server.createRepo(name), files, options);
  onTestFinished(async () => {
    expect([...(await shop.statusProblems()), ...(await leakingObjects(cluster, shop.namespace))]).toEqual([]);
    await shop.view.stop();
  });
  return { shop, server };
}

/** Starts an operator anew, with the cache and the account of the one before, which `stop` ended with SIGKILL. */
async function start(): Promise<void> {
  const { dir, supervisor } = cluster;
  const kubeconfig = join(dir, "operator.kubeconfig");
  operator = await startOperatorProcess({ kubeconfig, cacheDir: join(dir, "cache"), logFile: join(dir, "operator.log"), namespace: "driftless-system", supervisor, script: MAIN });
  await operator.ready;
}

/** Waits until the running operator has looked at its first Application. */
async function looked(): Promise<void> {
  await pollUntil({ what: "the operator has looked", deadlineMs: 20_000, probe: async () => /^driftless_application_ready\{/m.test(await metrics()) });
}

async function metrics(): Promise<string> {
  return (await fetch(`${operator.httpUrl}/metrics`)).text();
}

/** Everything that the operator wrote so far, under any account, as the API server's audit log tells it. */
async function writes(): Promise<string[]> {
  const lines = (await auditLines(plane.auditLog ?? "")).filter((line) => line.includes(":driftless-system:driftless"));
  const events = lines.map((line) => JSON.parse(line) as { verb: string; requestURI: string; user: { username: string } }); // audit.k8s.io/v1
  return events.filter(({ verb, user }) => user.username.endsWith(":driftless") && !["get", "list", "watch"].includes(verb)).map(({ verb, requestURI }) => `${verb} ${requestURI}`);
}
