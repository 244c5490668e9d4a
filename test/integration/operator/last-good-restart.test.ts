import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installManifests } from "../../../src/cli/install/manifests.ts";
import { DEFAULT_NAMESPACE } from "../../../src/cli/install/names.ts";
import type { Cluster } from "../../../src/cli/up/environment.ts";
import { API_VERSION } from "../../../src/api/group.ts";
import { startControlPlane } from "../../../src/sandbox/control-plane.ts";
import { commitFiles, runGit } from "../../../src/sandbox/git-repo.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import type { GitServer } from "../../../src/sandbox/git-server.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { adminCluster } from "../../support/admin-cluster.ts";
import { leakingObjects } from "../../support/canaries.ts";
import { configMap, secret } from "../../support/manifests.ts";
import { startOperatorChild } from "../../support/operator-child.ts";
import type { OperatorChild } from "../../support/operator-child.ts";
import { CANARY, leaks } from "../../support/status-linter.ts";
import { Tenant } from "../../support/tenant.ts";
import type { TenantOptions } from "../../support/tenant.ts";

/**
 * One operator applies what all of these tenants have, their sources break in different ways, the operator is killed, and
 * while none runs people change what is live. Its successor has no cache: what it knows is in the cluster.
 */
const stack = new AsyncDisposableStack();
const FILES = { "a.yaml": configMap("a"), "b.yaml": configMap("b"), "login.yaml": secret("login") };
const BROKEN = { "a.yaml": "kind: [", "b.yaml": null };
let cluster: Cluster;
let successor: OperatorChild;
let [unreachable, rewritten, refused, waiting]: Tenant[] = [];
let yes = "";

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const plane = await startControlPlane({ tier: "api" });
  stack.defer(() => plane.stop());
  cluster = await adminCluster(plane, dir);
  stack.defer(() => cluster.client.close());
  await install();
  const kubeconfig = await plane.writeKubeconfig({ name: "operator", user: `system:serviceaccount:${DEFAULT_NAMESPACE}:driftless`, groups: ["system:serviceaccounts"] });
  const first = startOperatorChild(kubeconfig, join(dir, "first"), stack);
  const [lost, kept] = [await startGitServer(), await startGitServer()];
  stack.defer(() => kept.stop());
  [unreachable, rewritten, refused, waiting] = await Promise.all([open(lost), open(kept), open(kept), open(kept, { app: { sync: { approval: "Manual" } } })]);
  await waiting.paste(await waiting.saying("Application", "Ready", "AwaitingApproval"), "kubectl patch");
  const shops = [unreachable, rewritten, refused, waiting];
  await Promise.all(shops.map((shop) => shop.ready()));
  await breakSources();
  first.process.kill("SIGKILL");
  await first.ended;
  await lost.stop();
  await Promise.all(shops.map(tamper));
  await Promise.all([unreachable, rewritten].map(tamperSecret));
  successor = startOperatorChild(kubeconfig, join(dir, "second"), stack);
}, 120_000);

afterAll(() => stack.disposeAsync());

test("with its Git server gone, an operator without a cache puts back what was applied last", async () => {
  await putBack(unreachable);
  expect(unreachable?.condition("GitSource", "Ready")?.reason).toBe("GitUnreachable");
});

test("with the good commit force-pushed away, an operator without a cache puts back what was applied last", async () => {
  await putBack(rewritten);
  expect(await rewritten?.saying("Application", "Ready", "BuildFailed")).toContain("a.yaml");
});

test("an object whose newest content is refused is put back to the content that was applied last, the others to the newest", async () => {
  await refused?.until("both are put back", () => refused?.report?.status?.revertedTotal === 2);
  expect([await refused?.dataOf("a"), await refused?.dataOf("b")]).toEqual([{ value: "one" }, { value: "two" }]);
  expect(await refused?.saying("Application", "Ready", "ApplyFailed")).toContain("a.yaml:1");
});

test("a change that waits for a yes still waits, on the same Release, with the same command", async () => {
  await putBack(waiting);
  expect(waiting?.releases.map(({ metadata }) => metadata.name)).toEqual(["app-1", "app-2"]);
  await waiting?.paste(yes, "kubectl patch");
  await waiting?.ready();
  expect(await waiting?.dataOf("a")).toEqual({ value: "two" });
});

test("a Secret whose value is stored nowhere is left as it is, while nobody knows what it should be", async () => {
  const byHand = Buffer.from(`${CANARY}-by-hand`).toString("base64");
  for (const shop of [unreachable, rewritten]) expect((await shop?.live("v1", "Secret", "login"))?.["data"]).toEqual({ password: byHand });
});

test("nothing of all this holds a Secret's value", async () => {
  const shops = [unreachable, rewritten, refused, waiting].flatMap((shop) => shop ?? []);
  expect((await Promise.all(shops.map(({ namespace }) => leakingObjects(cluster, namespace)))).flat()).toEqual([]);
  expect((await Promise.all(shops.map((shop) => shop.statusProblems()))).flat()).toEqual([]);
  expect(successor.lines.filter((line) => leaks(JSON.stringify(line)))).toEqual([]);
});

async function install(): Promise<void> {
  const { client } = cluster;
  const manifests = installManifests({ namespace: DEFAULT_NAMESPACE, image: "driftless:test", tenants: [] });
  for (const object of manifests) if (object.kind !== "Deployment") await client.apply(object, { fieldManager: "test", force: true });
  const probe = async (): Promise<boolean> => {
    await client.refreshKinds();
    return (await client.kindOf(API_VERSION, "DriftReport")) !== undefined;
  };
  await pollUntil({ what: "our kinds are served", deadlineMs: 20_000, probe });
}

async function open(server: GitServer, options: TenantOptions = {}): Promise<Tenant> {
  // The other roles are put together by controllers, which do not run here.
  const shop = await Tenant.open(cluster, (name) => server.createRepo(name), FILES, { role: "cluster-admin", source: { interval: "1h" }, ...options });
  stack.defer(() => shop.view.stop());
  return shop;
}

async function breakSources(): Promise<void> {
  await unreachable?.commit(BROKEN);
  await unreachable?.saying("Application", "Ready", "BuildFailed");
  await refused?.commit({ "a.yaml": { ...configMap("a"), data: { "no such/key": "x" } }, "b.yaml": configMap("b", { value: "two" }) });
  await refused?.saying("Application", "Ready", "ApplyFailed");
  await waiting?.commit({ "a.yaml": configMap("a", { value: "two" }) });
  yes = (await waiting?.telling("Application", "Ready", / app-2 -n/)) ?? "";
  if (rewritten !== undefined) await forcePush(rewritten.repo.dir);
}

/** The branch becomes a single commit that cannot be built; the one before is gone for good. */
async function forcePush(dir: string): Promise<void> {
  const id = await commitFiles(dir, { "a.yaml": "kind: [" }, { branch: "orphan" });
  await runGit(["--git-dir", dir, "update-ref", "refs/heads/main", id]);
  await runGit(["--git-dir", dir, "update-ref", "-d", "refs/heads/orphan"]);
  await runGit(["--git-dir", dir, "gc", "--quiet", "--prune=now"]);
}

/** What people do while no operator runs. */
async function tamper(shop: Tenant): Promise<void> {
  await shop.kubectl("patch", "configmap/a", "--type=merge", "-p", '{"data":{"value":"by hand"}}');
  await shop.kubectl("delete", "configmap/b");
}

async function tamperSecret(shop: Tenant): Promise<void> {
  await shop.kubectl("patch", "secret/login", "--type=merge", "-p", JSON.stringify({ stringData: { password: `${CANARY}-by-hand` } }));
}

async function putBack(shop: Tenant | undefined): Promise<void> {
  await shop?.reverted(({ object, class: kind }) => object.endsWith("/a") && kind === "Modified");
  await shop?.reverted(({ object, class: kind }) => object.endsWith("/b") && kind === "Missing");
  expect([await shop?.dataOf("a"), await shop?.dataOf("b")]).toEqual([{ value: "one" }, { value: "one" }]);
}
