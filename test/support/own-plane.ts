import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { API_VERSION } from "../../src/api/group.ts";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { installManifests } from "../../src/cli/install/manifests.ts";
import { DEFAULT_NAMESPACE } from "../../src/cli/install/names.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { startControlPlane } from "../../src/sandbox/control-plane.ts";
import type { ControlPlane } from "../../src/sandbox/control-plane.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import { pollUntil } from "../../src/sandbox/poll.ts";
import { adminCluster } from "./admin-cluster.ts";
import { startOperatorChild } from "./operator-child.ts";
import type { OperatorChild } from "./operator-child.ts";
import { Tenant } from "./tenant.ts";
import type { Files } from "./tenant-objects.ts";
import type { TenantOptions } from "./tenant.ts";

/** A control plane without controllers for tests that harm it, or the operator on it. */
export interface OwnPlane {
  readonly cluster: Cluster;
  /** Starts an operator of its own, by default src/main.ts; it ends with the test. Resolves when it is ready. */
  operator(program?: string): Promise<OperatorChild>;
  /** Opens a tenant; what it holds open ends with the test. */
  shop(files: Files, options?: TenantOptions): Promise<Tenant>;
}

/** Starts it, and installs Driftless there as `driftless install` would, but for the operator itself. Ends with the stack. */
export async function startOwnPlane(stack: AsyncDisposableStack): Promise<OwnPlane> {
  const { dir, cluster, kubeconfig } = await startEmptyPlane(stack);
  await install(cluster);
  const operator = async (program?: string): Promise<OperatorChild> => {
    const child = startOperatorChild(kubeconfig, join(dir, "cache"), undefined, program);
    await child.says("operator ready");
    return child;
  };
  return { cluster, operator, shop: (files, options) => openShop(cluster, files, options) };
}

/** A control plane without anything of ours. */
export interface EmptyPlane {
  /** A folder that goes with it. */
  readonly dir: string;
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  /** Kubeconfig of the account that an operator in the default namespace has. */
  readonly kubeconfig: string;
}

/** Starts one, which stops with the stack. */
export async function startEmptyPlane(stack: AsyncDisposableStack): Promise<EmptyPlane> {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const plane = await startControlPlane({ tier: "api" });
  stack.defer(() => plane.stop());
  const cluster = await adminCluster(plane, dir);
  stack.defer(() => cluster.client.close());
  const kubeconfig = await plane.writeKubeconfig({ name: "operator", user: `system:serviceaccount:${DEFAULT_NAMESPACE}:driftless`, groups: ["system:serviceaccounts"] });
  return { dir, plane, cluster, kubeconfig };
}

/** What `driftless install` applies, but for the operator itself; `change`: as somebody has narrowed it. Returns when our kinds are served. */
export async function install(cluster: Cluster, change = (object: KubeObject): KubeObject => object): Promise<void> {
  const manifests = installManifests({ namespace: DEFAULT_NAMESPACE, image: "driftless:test", tenants: [] });
  for (const object of manifests) if (object.kind !== "Deployment") await cluster.client.apply(change(object), { fieldManager: "test", force: true });
  const probe = async (): Promise<boolean> => {
    await cluster.client.refreshKinds();
    return (await cluster.client.kindOf(API_VERSION, "Release")) !== undefined && (await cluster.client.kindOf(API_VERSION, "DriftReport")) !== undefined;
  };
  await pollUntil({ what: "our kinds are served", deadlineMs: 20_000, probe });
}

async function openShop(cluster: Cluster, files: Files, options: TenantOptions = {}): Promise<Tenant> {
  const server = await startGitServer();
  onTestFinished(() => server.stop());
  // The other roles are put together by controllers, which do not run here.
  const shop = await Tenant.open(cluster, (name) => server.createRepo(name), files, { role: "cluster-admin", ...options });
  onTestFinished(() => shop.view.stop());
  return shop;
}
