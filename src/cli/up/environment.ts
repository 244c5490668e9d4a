import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { API_VERSION } from "../../api/group.ts";
import { auditToken } from "../../controllers/audit-token.ts";
import { systemClock } from "../../controllers/clock.ts";
import { installationSecret } from "../../controllers/installation.ts";
import { HttpClusterClient } from "../../kube/client.ts";
import { loadClusterAccess } from "../../kube/config.ts";
import { resolveAssets } from "../../sandbox/assets.ts";
import { startControlPlane } from "../../sandbox/control-plane.ts";
import { freePort } from "../../sandbox/free-port.ts";
import { formatKubeconfig } from "../../sandbox/kubeconfig.ts";
import { pollUntil } from "../../sandbox/poll.ts";
import { createSandboxDir } from "../../sandbox/sandbox-dir.ts";
import { DEFAULT_IMAGE, DEFAULT_NAMESPACE, OPERATOR_NAME } from "../install/names.ts";
import type { AuditDestination } from "../../server/audit-setup.ts";
import { installManifests } from "../install/manifests.ts";
import type { Tenant } from "../install/tenant.ts";
import { ClusterView } from "./cluster-view.ts";
import { findKubectl, kubectlWith } from "./kubectl.ts";
import type { Kubectl } from "./kubectl.ts";
import type { Narrator } from "./narrator.ts";
import { startOperatorProcess } from "./operator-process.ts";
import type { OperatorProcess } from "./operator-process.ts";

/** Name of the operator's log in the throwaway folder. */
export const OPERATOR_LOG = "operator.log";

/** A cluster that a person has the administrator's kubeconfig of. */
export interface Cluster {
  readonly client: HttpClusterClient;
  readonly kubeconfig: string;
  readonly kubectlPath: string;
  readonly kubectl: Kubectl;
  readonly view: ClusterView;
  /** Throwaway folder for logs and caches. */
  readonly dir: string;
  readonly supervisor: string | undefined;
  /** Where its API server sends audit events; absent: it does not. */
  readonly audit?: AuditWiring | undefined;
  /** Somebody who is no administrator; absent: only the administrator is known. */
  readonly person?: Person | undefined;
}

/** What has to be known of an operator before the API server starts, so that audit events reach it. */
export interface AuditWiring {
  readonly webhookPort: number;
  readonly installationKey: Buffer;
}

/** A user of the cluster with a name and a group. */
export interface Person {
  readonly name: string;
  readonly group: string;
  readonly kubectl: Kubectl;
}

/** An audit webhook for an operator that is started later, and what that operator has to be given. */
export async function auditWiring(): Promise<AuditWiring & { readonly auditWebhook: AuditDestination }> {
  const [webhookPort, installationKey] = [await freePort(), randomBytes(32)];
  return { webhookPort, installationKey, auditWebhook: { url: `http://127.0.0.1:${webhookPort}`, token: auditToken(installationKey) } };
}

/** Where a cluster comes from. */
export interface ClusterOptions {
  /** The user's own cluster; undefined: one is started here. */
  readonly kubeconfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Starts a control plane, or takes the cluster of the given kubeconfig. What it opens is closed by the stack. */
export async function openCluster(options: ClusterOptions, narrator: Narrator, stack: AsyncDisposableStack): Promise<Cluster> {
  const dir = await createSandboxDir();
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const found = options.kubeconfig === undefined ? await ownCluster(options, narrator, stack) : await givenCluster(options, options.kubeconfig, narrator);
  const client = new HttpClusterClient(await loadClusterAccess({ kubeconfig: found.kubeconfig }), { clock: systemClock, random: Math.random, userAgent: "driftless-up" });
  stack.defer(() => client.close());
  const view = new ClusterView(client, systemClock);
  stack.defer(() => view.stop());
  return { ...found, client, kubectl: kubectlWith(found.kubectlPath, found.kubeconfig), view, dir };
}

type FoundCluster = Pick<Cluster, "kubeconfig" | "kubectlPath" | "supervisor" | "audit" | "person">;

/** Who does in the story what people do. */
const ALICE = { user: "alice@example.com", groups: ["shop-team"] };

async function ownCluster({ env, signal }: ClusterOptions, narrator: Narrator, stack: AsyncDisposableStack): Promise<FoundCluster> {
  const began = performance.now();
  const audit = await auditWiring();
  const plane = await startControlPlane({ env, signal, auditWebhook: audit.auditWebhook, onProgress: (line) => narrator.note(line) });
  stack.defer(() => plane.stop());
  const alice = kubectlWith(plane.assets.kubectl, await plane.writeKubeconfig({ name: "alice", ...ALICE }));
  narrator.saw(`etcd, API server, controllers, scheduler and simulated nodes are up at ${plane.url}`, performance.now() - began);
  const person = { name: ALICE.user, group: ALICE.groups[0] ?? "", kubectl: alice };
  return { kubeconfig: plane.kubeconfigPath, kubectlPath: plane.assets.kubectl, supervisor: plane.assets.supervisor, audit, person };
}

async function givenCluster({ env, signal }: ClusterOptions, kubeconfig: string, narrator: Narrator): Promise<FoundCluster> {
  const kubectlPath = (await findKubectl(env["PATH"] ?? "")) ?? (await resolveAssets("api", { env, signal, onProgress: (line) => narrator.note(line) })).kubectl;
  narrator.saw(`using the cluster of ${kubeconfig}; what is made there stays there`);
  return { kubeconfig, kubectlPath, supervisor: undefined };
}

/**
 * Installs definitions and access rights, and starts the operator as a process that has only its own account's rights.
 * `script`: another build of the program than the one that runs now.
 */
export async function startOperator(cluster: Cluster, tenants: readonly Tenant[], narrator: Narrator, stack: AsyncDisposableStack, script?: string): Promise<OperatorProcess> {
  const { client, kubectl, dir, supervisor, audit } = cluster;
  for (const { namespace } of tenants) await ensureNamespace(cluster, namespace);
  const manifests = installManifests({ namespace: DEFAULT_NAMESPACE, image: DEFAULT_IMAGE, tenants });
  for (const object of manifests) {
    if (object.kind !== "Deployment") await client.apply(object, { fieldManager: "driftless-install", force: true });
  }
  await pollUntil({
    what: "the kinds of Driftless are served",
    deadlineMs: 20_000,
    probe: async () => {
      await client.refreshKinds();
      return (await client.kindOf(API_VERSION, "DriftReport")) !== undefined;
    },
  });
  if (audit !== undefined) await client.create(installationSecret(DEFAULT_NAMESPACE, audit.installationKey), { fieldManager: "driftless-install" });
  const token = (await kubectl("create", "token", OPERATOR_NAME, "-n", DEFAULT_NAMESPACE, "--duration", "24h")).trim();
  const kubeconfig = await writeOperatorKubeconfig(cluster, token);
  const logFile = join(dir, OPERATOR_LOG);
  const operator = await startOperatorProcess({ kubeconfig, cacheDir: join(dir, "cache"), logFile, namespace: DEFAULT_NAMESPACE, supervisor, script, webhookPort: audit?.webhookPort });
  stack.defer(() => operator.stop());
  await operator.ready;
  narrator.saw(`the operator runs as ServiceAccount ${DEFAULT_NAMESPACE}/${OPERATOR_NAME}; it may read, and act as ${tenants.map(({ namespace, account }) => `${namespace}/${account}`).join(", ")}`);
  narrator.note(`log: ${logFile}`);
  return operator;
}

/** Creates a namespace if it is not there. */
export async function ensureNamespace({ client }: Cluster, name: string): Promise<void> {
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } }, { fieldManager: "driftless-up" });
}

async function writeOperatorKubeconfig(cluster: Cluster, token: string): Promise<string> {
  const access = await loadClusterAccess({ kubeconfig: cluster.kubeconfig });
  const { tls } = await access.credentials();
  const path = join(cluster.dir, "operator.kubeconfig");
  await writeFile(path, formatKubeconfig({ url: access.server, caPem: String(tls.ca ?? ""), user: OPERATOR_NAME, credentials: { token } }), { mode: 0o600 });
  return path;
}
