import { access, chmod, symlink } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";
import { controlPlaneDir, SOURCE_DIR, toolDir, type Environment } from "./cache-dir.ts";
import { buildOnce, type BuildContext, type Progress } from "./go-build.ts";
import { COMPONENTS, kubernetesLinkValues, KUBERNETES_VERSION, TOOLS, type ComponentName, type GoTool, type ToolName } from "./versions.ts";

/** `api`: etcd and API server. `full`: controllers, scheduler and simulated Nodes too, so that Pods run. */
export type Tier = "api" | "full";

/** Where the programs of a control plane are. */
export interface Assets extends Readonly<Record<ComponentName, string>> {
  /** Present for the tier `full`. */
  readonly kwok?: string;
  /** Our Go supervisor; absent when only programs of the user's are at hand. */
  readonly supervisor?: string;
}

/** Options of everything that looks for programs. */
export interface AssetOptions {
  /** Default: `process.env`. Read: KUBEBUILDER_ASSETS, DRIFTLESS_CACHE, XDG_CACHE_HOME, PATH and what Go reads. */
  readonly env?: Environment;
  /** Default: silent. */
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The programs for a tier, each from the first place that has it: `KUBEBUILDER_ASSETS`, the cache, a build with Go.
 * The build happens only if something is missing in the first two.
 */
export async function resolveAssets(tier: Tier, options: AssetOptions = {}): Promise<Assets> {
  const context = contextOf(options);
  const own = await ownAssets(context.env);
  const found: Partial<Record<ComponentName, string>> = {};
  for (const name of COMPONENTS) {
    const path = await fromUser(name, context.env);
    if (path !== undefined) found[name] = path;
  }
  const needed = COMPONENTS.filter((name) => tier === "full" || !FULL_ONLY.has(name));
  const complete = needed.every((name) => found[name] !== undefined);
  const dir = own ?? (complete ? undefined : await buildControlPlane(context));
  const kwok = tier === "full" ? await ensureTool("kwok", options) : undefined;
  const paths = Object.fromEntries(COMPONENTS.map((name) => [name, found[name] ?? join(dir ?? "", name)])) as Record<ComponentName, string>;
  return {
    ...paths,
    ...(kwok === undefined ? {} : { kwok }),
    ...(dir === undefined ? {} : { supervisor: join(dir, SUPERVISOR) }),
  };
}

/** Path of one tool: kubectl, kwok, or a reference for tests (helm, kustomize). Built on the first call, then cached. */
export async function ensureTool(name: ToolName | "kubectl", options: AssetOptions = {}): Promise<string> {
  const context = contextOf(options);
  const given = await fromUser(name, context.env);
  if (given !== undefined) return given;
  if (name === "kubectl") return join(await buildControlPlane(context), name);
  const tool: GoTool = TOOLS[name];
  const dir = await buildOnce(
    {
      title: `${name} ${tool.version}`,
      target: toolDir(context.env, name),
      args: () => ["install", "-v", "-trimpath", `-ldflags=${linkFlags(tool.linkValues ?? {})}`, `${tool.module}@${tool.version}`],
      env: (outDir) => ({ GOBIN: outDir }),
      alternatives: `put ${name} ${tool.version} into the folder KUBEBUILDER_ASSETS names`,
    },
    context,
  );
  return join(dir, name);
}

const SUPERVISOR = "supervise";
const PROGRAM = "controlplane";
const FULL_ONLY: ReadonlySet<ComponentName> = new Set(["kube-controller-manager", "kube-scheduler"]);

/** One Go build for all components and the supervisor; every component becomes a link to the one program. */
async function buildControlPlane(context: BuildContext): Promise<string> {
  return buildOnce(
    {
      title: `Kubernetes ${KUBERNETES_VERSION}`,
      target: controlPlaneDir(context.env),
      source: SOURCE_DIR,
      args: (outDir) => [
        "build", "-v", "-trimpath", "-mod=readonly", "-buildvcs=false",
        `-ldflags=${linkFlags(kubernetesLinkValues())}`, "-o", `${outDir}/`, ".", `./${SUPERVISOR}`,
      ],
      finish: async (outDir) => {
        await chmod(join(outDir, PROGRAM), 0o755);
        for (const name of COMPONENTS) await symlink(PROGRAM, join(outDir, name));
      },
      alternatives:
        "name a folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl and kwok in KUBEBUILDER_ASSETS, " +
        "or use a cluster of your own with --kubeconfig",
    },
    context,
  );
}

/** The cached build, if there is one. */
async function ownAssets(env: Environment): Promise<string | undefined> {
  const dir = controlPlaneDir(env);
  return (await executable(join(dir, PROGRAM))) ? dir : undefined;
}

/** A program in the folder that the user names, as envtest and controller-runtime do. */
async function fromUser(name: string, env: Environment): Promise<string | undefined> {
  const dir = env["KUBEBUILDER_ASSETS"];
  if (!dir) return undefined;
  return (await executable(join(dir, name))) ? join(dir, name) : undefined;
}

function contextOf({ env = process.env, onProgress = () => undefined, signal }: AssetOptions): BuildContext {
  return { env, onProgress, signal };
}

function linkFlags(values: Readonly<Record<string, string>>): string {
  return ["-s", "-w", ...Object.entries(values).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
}

async function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}
