import type { Rendered } from "../charts/rendered.ts";
import { ignoreRulesOf } from "../drift/ignore.ts";
import { shortRevision } from "../sources/source.ts";
import type { Artifact } from "../sources/source.ts";
import { combineErrors, KubeApiError, ReconcileError } from "../src/errors.ts";
import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ClusterClient, ResourceKind } from "../src/ports.ts";
import { compose } from "./compose.ts";
import type { Effective } from "./effective.ts";
import { groupKind } from "./group-kind.ts";
import type { KindTable } from "./memory.ts";
import { sameKinds } from "./memory.ts";
import { waveContradictions } from "./order/wave-contradictions.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** Source → rendered → effective. Throws the error of the first stage that fails. */
export async function desiredState(artifact: Artifact, request: ReconcileRequest, ports: Pick<ReconcilePorts, "cluster" | "render" | "logger">): Promise<Effective> {
  const began = performance.now();
  const rendered = await ports.render(artifact);
  if (rendered.objects.length === 0) throw emptyRender(artifact, request);
  const kinds = await resolveKinds(rendered, ports.cluster, request.signal);
  const known = request.memory.effective;
  if (known !== undefined && known.rendered === rendered && known.generation === request.app.metadata.generation && sameKinds(known.kinds, kinds)) return known.effective;
  const effective = compose(rendered, {
    identity: request.identity,
    defaultNamespace: request.app.spec.defaultNamespace ?? request.identity.namespace,
    kindOf: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`),
    anyVersionOf: (group, kind) => kinds.get(groupKind(group, kind)),
    ignore: ignoreRulesOf(request.app),
  });
  if (effective.desired.size === 0 && effective.hooks === undefined) throw emptyRender(artifact, request); // what is only skipped is as good as nothing
  refuseContradictions(effective);
  request.memory.effective = { rendered, generation: request.app.metadata.generation, kinds, effective };
  ports.logger.info({ revision: artifact.revision, objects: rendered.objects.length, durationMs: Math.round(performance.now() - began) }, "rendered");
  return effective;
}

/** Nobody means to delete everything by a commit that holds nothing. */
function emptyRender({ revision }: Artifact, { app }: ReconcileRequest): ReconcileError {
  return new ReconcileError("EMPTY_RENDER", `path "${app.spec.path ?? "."}" of ${shortRevision(revision)} holds no objects; nothing was applied and nothing was pruned. If it is meant to be empty, delete the Application`);
}

/** What is in an earlier wave than its Namespace or definition would wait for ever. */
function refuseContradictions(effective: Effective): void {
  const problems = waveContradictions(effective).map(({ message }) => new ReconcileError("BUILD_FAILED", message));
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
}

type Named = Pick<KubeObject, "apiVersion" | "kind">;
const kindsIn = new WeakMap<Rendered, ReadonlyMap<string, Named>>();

/** The kinds that were rendered, by `<apiVersion> <kind>`; found once for each rendering. */
function kindsOf(rendered: Rendered): ReadonlyMap<string, Named> {
  const known = kindsIn.get(rendered) ?? new Map(rendered.objects.map(({ object: { apiVersion, kind } }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));
  kindsIn.set(rendered, known);
  return known;
}

async function resolveKinds(rendered: Rendered, cluster: ClusterClient, signal: AbortSignal): Promise<KindTable> {
  const kinds = await Promise.all([...kindsOf(rendered)].map(async ([name, { apiVersion, kind }]) => {
    const served = await cluster.kindOf(apiVersion, kind, signal);
    return served === undefined ? [[name, served], await anyVersion(groupOf(apiVersion), kind, cluster, signal)] as const : [[name, served]] as const;
  }));
  return new Map(kinds.flat());
}

/** A kind that is not served in the version that is asked for; that nobody can tell is no reason to stop. */
async function anyVersion(group: string, kind: string, cluster: ClusterClient, signal: AbortSignal): Promise<readonly [string, ResourceKind | undefined]> {
  try {
    return [groupKind(group, kind), await cluster.preferredKind(group, kind, signal)];
  } catch (error) {
    if (error instanceof KubeApiError) return [groupKind(group, kind), undefined];
    throw error;
  }
}
