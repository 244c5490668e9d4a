import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { auditWiring, startOperator } from "../../src/cli/up/environment.ts";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { kubectlWith } from "../../src/cli/up/kubectl.ts";
import type { Kubectl } from "../../src/cli/up/kubectl.ts";
import { Narrator } from "../../src/cli/up/narrator.ts";
import type { OperatorProcess } from "../../src/cli/up/operator-process.ts";
import type { Tier } from "../../src/sandbox/assets.ts";
import { startControlPlane } from "../../src/sandbox/control-plane.ts";
import type { ControlPlane } from "../../src/sandbox/control-plane.ts";
import { startGitServer } from "../../src/sandbox/git-server.ts";
import { adminCluster } from "./admin-cluster.ts";
import { Tenant } from "./tenant.ts";
import type { Files } from "./tenant-objects.ts";
import type { TenantOptions } from "./tenant.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** A control plane with an operator of its own that is told, or not, who makes requests. */
export interface AuditedPlane {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly operator: OperatorProcess;
  /** kubectl of a user with a certificate of that name, who may do everything. */
  as(user: string, groups?: readonly string[]): Promise<Kubectl>;
  /** Opens a tenant; it ends with the stack. */
  shop(files: Files, options?: TenantOptions): Promise<Tenant>;
}

/** How it is to be. */
export interface AuditedPlaneOptions {
  readonly tier: Tier;
  /** The API server sends audit events to the operator. */
  readonly audit: boolean;
  readonly say?: (text: string) => void;
}

/** Starts both; they end with the stack. */
export async function startAuditedPlane({ tier, audit, say = () => undefined }: AuditedPlaneOptions, stack: AsyncDisposableStack): Promise<AuditedPlane> {
  const dir = await mkdtemp(join(tmpdir(), "driftless-test-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const wiring = audit ? await auditWiring() : undefined;
  const plane = await startControlPlane({ tier, auditWebhook: wiring?.auditWebhook, onProgress: say });
  stack.defer(() => plane.stop());
  const cluster: Cluster = { ...(await adminCluster(plane, dir)), audit: wiring };
  stack.defer(() => cluster.client.close());
  const narrator = new Narrator({ stdout: { write: (text) => say(text.trim()) }, stderr: process.stderr, env: {}, signal: new AbortController().signal });
  const operator = await startOperator(cluster, [], narrator, stack, MAIN);
  const shop = async (files: Files, options: TenantOptions = {}): Promise<Tenant> => {
    const server = await startGitServer();
    stack.defer(() => server.stop());
    const tenant = await Tenant.open(cluster, (name) => server.createRepo(name), files, { role: "cluster-admin", ...options });
    stack.defer(() => tenant.view.stop());
    return tenant;
  };
  const as = async (user: string, groups: readonly string[] = []): Promise<Kubectl> =>
    kubectlWith(plane.assets.kubectl, await plane.writeKubeconfig({ name: user.replace(/[^a-z0-9]/g, "-"), user, groups: [...groups, "system:masters"] }));
  return { plane, cluster, operator, as, shop };
}
