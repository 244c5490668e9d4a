import type { Rendered } from "../charts/rendered.ts";
import { compileIgnore } from "../drift/ignore.ts";
import { shortRevision } from "../sources/source.ts";
import type { Artifact } from "../sources/source.ts";
import { combineErrors, ReconcileError } from "../src/errors.ts";
import type { ClusterClient } from "../src/ports.ts";
import { compose } from "./compose.ts";
import type { Effective } from "./effective.ts";
import type { KindTable } from "./memory.ts";
import { sameKinds } from "./memory.ts";
import { waveContradictions } from "./order/wave-contradictions.ts";
import type { ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";

/** Source → rendered → effective. Throws the error of the first stage that fails. */
export async function desiredState(artifact: Artifact, request: ReconcileRequest, ports: Pick<ReconcilePorts, "cluster" | "render" | "logger">): Promise<Effective> {
  const began = performance.now();
  const rendered = ports.render(artifact);
  if (rendered.objects.length === 0) {
    throw new ReconcileError("EMPTY_RENDER", `path "${request.app.spec.path ?? "."}" of ${shortRevision(artifact.revision)} holds no objects; nothing was applied and nothing was pruned. If it is meant to be empty, delete the Application`);
  }
  const kinds = await resolveKinds(rendered, ports.cluster, request.signal);
  const known = request.memory.effective;
  if (known !== undefined && known.rendered === rendered && known.generation === request.app.metadata.generation && sameKinds(known.kinds, kinds)) return known.effective;
  const effective = compose(rendered, {
    identity: request.identity,
    defaultNamespace: request.app.spec.defaultNamespace ?? request.identity.namespace,
    kindOf: (apiVersion, kind) => kinds.get(`${apiVersion} ${kind}`),
    ignore: compileIgnore(request.app.spec.drift?.ignore ?? []).rules,
  });
  refuseContradictions(effective);
  request.memory.effective = { rendered, generation: request.app.metadata.generation, kinds, effective };
  ports.logger.info({ revision: artifact.revision, objects: rendered.objects.length, durationMs: Math.round(performance.now() - began) }, "rendered");
  return effective;
}

/** What is in an earlier wave than its Namespace or definition would wait for ever. */
function refuseContradictions(effective: Effective): void {
  const problems = waveContradictions(effective).map(({ message }) => new ReconcileError("BUILD_FAILED", message));
  if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
}

async function resolveKinds(rendered: Rendered, cluster: ClusterClient, signal: AbortSignal): Promise<KindTable> {
  const names = new Map(rendered.objects.map(({ object }) => [`${object.apiVersion} ${object.kind}`, object]));
  const kinds = await Promise.all([...names].map(async ([name, { apiVersion, kind }]) => [name, await cluster.kindOf(apiVersion, kind, signal)] as const));
  return new Map(kinds);
}
