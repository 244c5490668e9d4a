import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { render } from "../../charts/render.ts";
import { hasChanges } from "../../reconciler/change.ts";
import { NO_CHECKS } from "../../reconciler/health/checks.ts";
import { identityOf } from "../../reconciler/identity.ts";
import { emptyMemory } from "../../reconciler/memory.ts";
import { desiredState } from "../../reconciler/desired-state.ts";
import { planFor } from "../../reconciler/plan-for.ts";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import { parseCredentials } from "../../sources/git/credentials.ts";
import { GitRepositories } from "../../sources/git/git-source.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { parseDuration } from "../api/duration.ts";
import type { GitSource } from "../api/git-source.ts";
import { API_VERSION } from "../api/group.ts";
import { systemClock } from "../controllers/clock.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient } from "../ports.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { DEFAULT_NAMESPACE } from "./install/names.ts";
import { liveApplications } from "./plan/live-applications.ts";
import { findInstallation, listMembers } from "./plan/live-members.ts";
import { printPlan } from "./plan/print-plan.ts";
import type { PlanOutput } from "./plan/print-plan.ts";
import { silentLogger } from "./silent-logger.ts";

/** Options of `driftless plan`. */
export interface PlanOptions extends PlanOutput {
  readonly application: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  /** Plan the files of this folder (the root of a checkout) instead of the source. */
  readonly from?: string;
}

/** Shows what the operator would do for one Application now. 0: nothing to do; 2: there are changes. Writes nothing. */
export const plan: RunCommand<PlanOptions> = async (options, context) => {
  await using stack = new AsyncDisposableStack();
  const access = await loadClusterAccess(options.kubeconfig === undefined ? { env: context.env } : { kubeconfig: options.kubeconfig });
  const cluster = new HttpClusterClient(access, { clock: systemClock, random: Math.random });
  stack.defer(() => cluster.close());
  const namespace = options.namespace ?? access.namespace ?? "default";
  const app = (await read(cluster, "Application", namespace, options.application)) as unknown as Application; // validated by the API server
  const artifact = options.from === undefined ? await fetchArtifact(cluster, app, stack, context) : await localArtifact(options.from);
  const installation = await findInstallation(cluster, app, context.signal);
  const request = {
    app,
    identity: identityOf(installation, { namespace, name: options.application }),
    account: { namespace, name: app.spec.serviceAccountName ?? "default" },
    operatorNamespace: DEFAULT_NAMESPACE,
    memory: emptyMemory(),
    now: new Date(),
    checks: NO_CHECKS, // a plan does not judge health
    full: true,
    retryDelay: () => 0, // nothing was refused before: the memory is empty
    signal: context.signal,
  };
  const effective = await desiredState(artifact, request, { cluster, logger: silentLogger, render: ({ tree }) => render(tree, { path: app.spec.path ?? "." }) });
  const members = await listMembers(cluster, app, request.identity, effective, context.signal);
  const isAlive = await liveApplications(cluster, context.signal);
  const result = await planFor(effective, artifact.revision, request, { cluster, members: () => members, isAlive, wants: () => "Unknown" }, undefined); // what others render to is theirs to know
  printPlan(result, `Application ${namespace}/${options.application} at ${artifact.revision}`, options, context);
  return hasChanges(result) ? 2 : 0;
};

async function read(cluster: ClusterClient, kind: string, namespace: string, name: string): Promise<KubeObject> {
  const object = await cluster.get({ apiVersion: API_VERSION, kind, namespace, name });
  if (object === undefined) throw new Error(`${kind} ${namespace}/${name} not found; see: kubectl get ${kind.toLowerCase()}s.driftless.dev -A`);
  return object;
}

async function fetchArtifact(cluster: ClusterClient, app: Application, stack: AsyncDisposableStack, { signal }: CommandContext): Promise<Artifact> {
  const namespace = app.metadata.namespace ?? "";
  const source = (await read(cluster, "GitSource", namespace, app.spec.sourceRef.name)) as unknown as GitSource; // validated by the API server
  const cacheDir = await mkdtemp(join(tmpdir(), "driftless-plan-"));
  stack.defer(() => rm(cacheDir, { recursive: true, force: true }));
  const repositories = new GitRepositories({ cacheDir, logger: silentLogger, clock: systemClock });
  stack.defer(() => repositories.close());
  const credentials = await credentialsFor(cluster, source);
  const { url, ref, timeout = "60s" } = source.spec;
  const spec = { url, ref, timeoutMs: parseDuration(timeout), ...(credentials === undefined ? {} : { credentials }) };
  return repositories.fetch(spec, await repositories.lookUp(spec, signal), signal);
}

async function credentialsFor(cluster: ClusterClient, source: GitSource): Promise<ReturnType<typeof parseCredentials> | undefined> {
  const name = source.spec.secretRef?.name;
  if (name === undefined) return undefined;
  const namespace = source.metadata.namespace ?? "";
  const secret = await cluster.get({ apiVersion: "v1", kind: "Secret", namespace, name });
  if (secret === undefined) throw new Error(`Secret ${namespace}/${name} of the GitSource does not exist`);
  return parseCredentials({ namespace, name, data: (secret["data"] ?? {}) as Record<string, string> }); // Secret data are base64 strings
}

async function localArtifact(dir: string): Promise<Artifact> {
  const tree = new DirectoryTree(resolve(dir));
  return { revision: `files in ${dir}`, digest: "local", commit: { oid: "", author: "", message: "", committedAt: new Date(0) }, tree };
}
