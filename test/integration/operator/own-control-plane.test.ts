import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Cluster } from "../../../src/cli/up/environment.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ControlPlane } from "../../../src/sandbox/control-plane.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import { startFreezingProxy } from "../../support/freezing-proxy.ts";
import { faultsLeftBehind } from "../../support/left-behind.ts";
import { service } from "../../support/manifests.ts";
import { startOperatorChild } from "../../support/operator-child.ts";
import { install, startEmptyPlane } from "../../support/own-plane.ts";
import { CANARY } from "../../support/status-linter.ts";
import { Tenant } from "../../support/tenant.ts";

/** These tests change what the operator may do, and what reaches it: that is not for the one that all tests share. */
const stack = new AsyncDisposableStack();
let plane: ControlPlane;
let cluster: Cluster;
let kubeconfig: string;

beforeAll(async () => {
  ({ plane, cluster, kubeconfig } = await startEmptyPlane(stack));
  await install(cluster, withoutWideReading);
});

afterAll(() => stack.disposeAsync());

/** The installation as an administrator narrows it whose Applications contain nothing but Services. */
function withoutWideReading(object: KubeObject): KubeObject {
  if (object.kind !== "ClusterRole" || object.metadata.name !== "driftless-operator") return object;
  const rules = object["rules"] as readonly JsonObject[]; // rbac.authorization.k8s.io/v1
  const narrow = rules.map((rule) => (isWide(rule) ? { apiGroups: [""], resources: ["services"], verbs: ["list", "watch"] } : rule));
  expect(narrow).not.toEqual(rules);
  return { ...object, rules: narrow };
}

const isWide = ({ resources }: JsonObject): boolean => Array.isArray(resources) && resources.includes("*");

async function openShop(files: Readonly<Record<string, KubeObject>>): Promise<Tenant> {
  const server = await startGitServer();
  onTestFinished(() => server.stop());
  const shop = await Tenant.open(cluster, (name) => server.createRepo(name), files, {
    role: "cluster-admin", // the other roles are put together by controllers, which do not run here
    source: { webhook: { secretRef: { name: "hook" } } },
    before: async (shop) => void (await shop.apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "hook", namespace: shop.namespace }, stringData: { token: `${CANARY}-${"t".repeat(32)}` } })),
  });
  onTestFinished(() => shop.view.stop());
  return shop;
}

test("an operator whose reading was narrowed to what its Applications contain starts, applies and prunes", async () => {
  const operator = startOperatorChild(kubeconfig, join(cluster.dir, "narrow"));
  await operator.says("operator ready");
  const shop = await openShop({ "a.yaml": service("a"), "b.yaml": service("b") });
  await shop.ready();
  expect(shop.source?.status?.webhookPath).toMatch(/^\/hooks\//); // so it has read the Secret
  await shop.ready(await shop.commit({ "a.yaml": service("a"), "b.yaml": null, "c.yaml": service("c") }));
  const live = await Promise.all(["a", "b", "c"].map((name) => shop.live("v1", "Service", name)));
  expect(live.map((object) => object?.metadata.name)).toEqual(["a", undefined, "c"]);
  expect(operator.lines.filter(({ cause }) => /:driftless-system:driftless\\" cannot (get|list|watch)/.test(JSON.stringify(cause ?? "")))).toEqual([]);
  expect(await faultsLeftBehind(shop, operator)).toEqual([]);
  operator.process.kill("SIGTERM");
  expect(await operator.ended).toBe(0);
});

test("an operator whose API server does not answer any more ends all the same when it is told to", async () => {
  const { port } = new URL(plane.url);
  const proxy = await startFreezingProxy(Number(port));
  const through = join(cluster.dir, "frozen.kubeconfig");
  await writeFile(through, (await readFile(kubeconfig, "utf8")).replaceAll(`:${port}`, `:${proxy.port}`));
  const operator = startOperatorChild(through, join(cluster.dir, "frozen"));
  await operator.says("operator ready");
  const shop = await openShop({ "a.yaml": service("a") });
  await shop.ready();
  expect(await faultsLeftBehind(shop, operator)).toEqual([]);
  await shop.commit({ "b.yaml": service("b") });
  await shop.until("the commit is fetched", () => shop.app?.status?.lastAttemptedRevision !== undefined);
  proxy.freeze();
  operator.process.kill("SIGTERM");
  expect(await operator.ended).toBe(0);
  expect(operator.lines.at(-1)?.["message"]).toBe("operator stopped");
  const at = (message: string): number => {
    const time = operator.lines.find((line) => line["message"] === message)?.["time"];
    return Date.parse(typeof time === "string" ? time : "");
  };
  // What it may take by its own deadlines: 5 s for reconciles, 1 s for those that have to be aborted, 3 s for what waits to be written.
  expect(at("operator stopped") - at("operator stopping")).toBeLessThan(10_000);
});
