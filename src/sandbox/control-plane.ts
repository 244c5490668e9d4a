import { resolve } from "node:path";
import { auditKubeconfig, auditPolicy } from "../server/audit-setup.ts";
import type { AuditDestination } from "../server/audit-setup.ts";
import { createApiRequester, type ApiRequester } from "./api-request.ts";
import { resolveAssets, type AssetOptions, type Assets, type Tier } from "./assets.ts";
import { createCertificateAuthority, type ClientIdentity, type KeyPairPem } from "./certificates.ts";
import { ComponentError, ComponentRunner } from "./component-runner.ts";
import { apiServerArgs, controllerManagerArgs, etcdArgs, kwokArgs, schedulerArgs, type ApiServerSettings, type RunningComponent } from "./components.ts";
import { freePort } from "./free-port.ts";
import { pollUntil } from "./poll.ts";
import { createSandboxDir, fastestParentDir, sweepSandboxDirs } from "./sandbox-dir.ts";
import { writeKubeconfig, writeSharedFiles, type AuditFiles, type KubeconfigRequest } from "./shared-files.ts";
import { createSimulatedNodes, nodesTakePods } from "./simulated-nodes.ts";
import { startSupervised } from "./supervised-process.ts";

/** Options of `startControlPlane`; those of `AssetOptions` say where programs come from. */
export interface ControlPlaneOptions extends AssetOptions {
  /** Default `full`. */
  readonly tier?: Tier;
  /** Simulated Nodes of the tier `full`. Default 2. */
  readonly nodes?: number;
  /** The API server writes an audit event per request to this file (JSON lines, no bodies); relative to `dir`. Default: none. */
  readonly auditLog?: string | undefined;
  /** The API server sends audit events of writes to this operator's webhook port, of all requests where there is an audit log too. Default: none. */
  readonly auditWebhook?: AuditDestination | undefined;
  /** Further flags of the API server, which win over ours: `["--max-requests-inflight=50"]`. */
  readonly apiServerFlags?: readonly string[] | undefined;
  /** Programs found before; default: `resolveAssets(tier)`. */
  readonly assets?: Assets | undefined;
}

/** A running control plane. It ends with `stop`, or with this process, however that ends. */
export interface ControlPlane extends AsyncDisposable {
  readonly url: string;
  readonly caPem: string;
  /** Kubeconfig of a member of system:masters. */
  readonly kubeconfigPath: string;
  /** Throwaway folder: kubeconfigs, certificates, `logs/NAME.log`. */
  readonly dir: string;
  readonly tier: Tier;
  readonly assets: Assets;
  /** Absolute path of the audit log, if one was asked for. */
  readonly auditLog: string | undefined;
  /** Writes `dir/NAME.kubeconfig` and returns its path. */
  writeKubeconfig(request: KubeconfigRequest): Promise<string>;
  /** Kills one component with SIGKILL and leaves it down. */
  kill(component: RunningComponent): Promise<void>;
  /** Starts a component again, killing it first if it runs; resolves when the API server answers. */
  restart(component: RunningComponent): Promise<void>;
  /** Ends everything and removes the folder. May be called twice. */
  stop(): Promise<void>;
}

const PORT_ATTEMPTS = 5;
const READY_DEADLINE_MS = 90_000;
/** Whose requests are not sent: the operator's account where `driftless install` puts it. */
const OPERATOR = "system:serviceaccount:driftless-system:driftless";
const ADMIN: ClientIdentity = { user: "kubernetes-admin", groups: ["system:masters"] };

/** Starts etcd and the API server, and for the tier `full` all that makes Pods run. Resolves when it is usable. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const tier = options.tier ?? "full";
  const assets = options.assets ?? (await resolveAssets(tier, options));
  await sweepSandboxDirs();
  const dirs = await createDirs(assets);
  const runner = new ComponentRunner(assets, dirs.dir);
  const stop = once(async () => {
    await runner.stopAll();
    await dirs.remove();
  });
  try {
    const running = await bringUp({ options, tier, dirs, runner });
    return { ...running, dir: dirs.dir, auditLog: auditLogOf(options, dirs), tier, assets, kill: (name) => runner.stop(name), stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Dirs {
  readonly dir: string;
  readonly dataDir: string;
  readonly remove: () => Promise<void>;
}

/** The folder of the control plane and the one of etcd's data; a supervisor removes both when this process is gone. */
async function createDirs(assets: Assets): Promise<Dirs> {
  const dir = await createSandboxDir();
  const dataDir = await createSandboxDir(await fastestParentDir());
  const janitor = startSupervised({ supervisor: assets.supervisor, remove: [dir, dataDir], output: { onText: () => undefined } });
  return { dir, dataDir, remove: () => janitor.stop() };
}

function auditLogOf({ auditLog }: ControlPlaneOptions, { dir }: Dirs): string | undefined {
  return auditLog === undefined ? undefined : resolve(dir, auditLog);
}

/** Both ways out share one policy. */
function auditFiles({ auditLog, auditWebhook }: ControlPlaneOptions): AuditFiles {
  if (auditWebhook === undefined) return {};
  return { webhook: auditKubeconfig(auditWebhook), policy: auditLog === undefined ? auditPolicy(OPERATOR) : undefined };
}

interface Start {
  readonly options: ControlPlaneOptions;
  readonly tier: Tier;
  readonly dirs: Dirs;
  readonly runner: ComponentRunner;
}

type Running = Pick<ControlPlane, "url" | "caPem" | "kubeconfigPath" | "writeKubeconfig" | "restart">;

async function bringUp(start: Start): Promise<Running> {
  const { options, tier, dirs, runner } = start;
  const progress = options.onProgress ?? (() => undefined);
  progress("starting etcd and the API server");
  await runner.start("etcd", etcdArgs(dirs.dataDir));
  const ca = await createCertificateAuthority("driftless-sandbox");
  await writeSharedFiles(dirs.dir, ca, auditFiles(options));
  const admin = await ca.issueClient(ADMIN);
  const { url, api } = await startApiServer(start, ca.certPem, admin);
  const write = (request: KubeconfigRequest): Promise<string> => writeKubeconfig({ dir: dirs.dir, url, ca }, request);
  const kubeconfigPath = await write({ name: "admin", ...admin });
  if (tier === "full") {
    progress("starting controllers, scheduler and simulated nodes");
    await startFullTier(start, api, write);
  }
  options.signal?.throwIfAborted();
  return {
    url,
    caPem: ca.certPem,
    kubeconfigPath,
    writeKubeconfig: write,
    restart: async (name) => {
      await runner.startAgain(name);
      await runner.whileRunning((signal) => serverReady(api, signal));
    },
  };
}

/** Another process may take the free port before the API server does; then the next one is tried. */
async function startApiServer(start: Start, caPem: string, admin: KeyPairPem): Promise<{ url: string; api: ApiRequester }> {
  const { options, tier, dirs, runner } = start;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings: ApiServerSettings = {
      port,
      serviceAccounts: tier === "full",
      auditLog: auditLogOf(options, dirs),
      auditWebhook: options.auditWebhook !== undefined,
      extraFlags: options.apiServerFlags,
    };
    await runner.start("kube-apiserver", apiServerArgs(settings));
    const url = `https://127.0.0.1:${port}`;
    const api = createApiRequester(url, caPem, admin);
    try {
      await runner.whileRunning((signal) => serverReady(api, signal), options.signal);
      return { url, api };
    } catch (error) {
      api.close();
      const clash = error instanceof ComponentError && error.log.includes("address already in use");
      if (!clash || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function startFullTier({ options, runner }: Start, api: ApiRequester, write: ControlPlane["writeKubeconfig"]): Promise<void> {
  const kubeconfigOf = (user: string, groups: string[] = []): Promise<string> => write({ name: user.replace("system:", ""), user, groups });
  await Promise.all([
    kubeconfigOf("system:kube-controller-manager").then((path) => runner.start("kube-controller-manager", controllerManagerArgs(path))),
    kubeconfigOf("system:kube-scheduler").then((path) => runner.start("kube-scheduler", schedulerArgs(path))),
    kubeconfigOf("kwok", ["system:masters"]).then((path) => runner.start("kwok", kwokArgs(path))),
    createSimulatedNodes(api, options.nodes ?? 2),
  ]);
  await runner.whileRunning((signal) => nodesTakePods(api, READY_DEADLINE_MS, signal), options.signal);
}

async function serverReady(api: ApiRequester, signal: AbortSignal): Promise<void> {
  const probe = async (): Promise<boolean> => (await api.send("GET", "/readyz")).status === 200;
  await pollUntil({ what: "the API server is ready", deadlineMs: READY_DEADLINE_MS, probe, signal });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
