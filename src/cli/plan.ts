import { resolve } from "node:path";
import { hasChanges } from "../../reconciler/change.ts";
import { identityOf } from "../../reconciler/identity.ts";
import { emptyMemory } from "../../reconciler/memory.ts";
import { desiredState } from "../../reconciler/desired-state.ts";
import { planFor } from "../../reconciler/plan-for.ts";
import { DirectoryTree } from "../../sources/directory-tree.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { parseDuration } from "../api/duration.ts";
import type { GitSource } from "../api/git-source.ts";
import { API_VERSION } from "../api/group.ts";
import { checkSpec } from "../controllers/checked-spec.ts";
import { systemClock } from "../controllers/clock.ts";
import { credentialsOf, secretsOf } from "../controllers/git-source-secrets.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import type { ClusterClient, ObjectRef } from "../ports.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { DEFAULT_NAMESPACE } from "./install/names.ts";
import { liveApplications } from "./plan/live-applications.ts";
import { findInstallation, listMembers } from "./plan/live-members.ts";
import { withPlannedHooks } from "./plan/planned-hooks.ts";
import { printPlan } from "./plan/print-plan.ts";
import type { PlanOutput } from "./plan/print-plan.ts";
import { renderApplication } from "./plan/render-application.ts";
import { fetchedBases, temporaryRepositories } from "./repositories.ts";
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
  const appRef = { apiVersion: API_VERSION, kind: "Application", namespace, name: options.application };
  const app = found(await cluster.get(appRef), appRef) as unknown as Application; // validated by the API server
  const { problem, checks } = await checkSpec(app);
  if (problem !== undefined) throw problem;
  const sourceRef = { apiVersion: API_VERSION, kind: "GitSource", namespace, name: app.spec.sourceRef.name };
  const source = (await cluster.get(sourceRef, { signal: context.signal })) as GitSource | undefined; // validated by the API server
  const artifact = options.from === undefined ? await fetchArtifact(cluster, found(source, sourceRef), stack, context) : await localArtifact(options.from);
  const installation = await findInstallation(cluster, app, context.signal);
  const request = {
    app,
    identity: identityOf(installation, { namespace, name: options.application }),
    account: { namespace, name: app.spec.serviceAccountName ?? "default" },
    operatorNamespace: DEFAULT_NAMESPACE,
    memory: emptyMemory(),
    now: new Date(),
    checks,
    sourceSecrets: secretsOf(source),
    full: true,
    retryDelay: () => 0, // nothing was refused before: the memory is empty
    signal: context.signal,
  };
  const bases = fetchedBases(stack, context.signal);
  const effective = await desiredState(artifact, request, { cluster, logger: silentLogger, render: (artifact) => renderApplication(app, artifact, { cluster, bases, now: request.now, signal: context.signal }) });
  const members = await listMembers(cluster, request, effective);
  const isAlive = await liveApplications(cluster, context.signal);
  const written = await planFor(effective, artifact.revision, request, { cluster, members: () => members, isAlive, wants: () => "Unknown" }, undefined); // what others render to is theirs to know
  const result = withPlannedHooks(written, effective.hooks, app, artifact.revision);
  printPlan(result, `Application ${namespace}/${options.application} at ${artifact.revision}`, options, context);
  return hasChanges(result) ? 2 : 0;
};

function found<T>(object: T | undefined, { kind, namespace, name }: ObjectRef): T {
  if (object === undefined) throw new Error(`${kind} ${namespace}/${name} not found; see: kubectl get ${kind.toLowerCase()}s.driftless.dev -A`);
  return object;
}

async function fetchArtifact(cluster: ClusterClient, source: GitSource, stack: AsyncDisposableStack, { signal }: CommandContext): Promise<Artifact> {
  const repositories = await temporaryRepositories(stack);
  const credentials = await credentialsOf(source, cluster, signal);
  const { url, ref, timeout = "60s" } = source.spec;
  const spec = { url, ref, timeoutMs: parseDuration(timeout), ...(credentials === undefined ? {} : { credentials }) };
  return repositories.fetch(spec, await repositories.lookUp(spec, signal), signal);
}

async function localArtifact(dir: string): Promise<Artifact> {
  const tree = new DirectoryTree(resolve(dir));
  return { revision: `files in ${dir}`, digest: "local", commit: { oid: "", author: "", message: "", committedAt: new Date(0) }, tree };
}
