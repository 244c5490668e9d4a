import type { Artifact } from "../../sources/source.ts";
import type { WantedCondition } from "../api/conditions.ts";
import { nextConditions, shorten, timestamp } from "../api/conditions.ts";
import type { GitSource, GitSourceStatus } from "../api/git-source.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import { placeOf } from "./git-source-deps.ts";
import type { GitSourceDeps } from "./git-source-deps.ts";
import { writeStatus } from "./status-writer.ts";

/** Writes what came of a look at a source. */
export async function settle(source: GitSource, deps: GitSourceDeps, signal: AbortSignal, wanted: readonly WantedCondition[], found: { artifact?: Artifact; webhook?: string | undefined }): Promise<void> {
  const now = deps.clock.now();
  deps.metrics.ready("driftless_source_ready", placeOf(source), wanted[0]?.status === "True");
  const before = source.status ?? {};
  const { webhookPath: _path, ...rest } = before;
  const path = found.webhook;
  const handled = source.metadata.annotations?.[RECONCILE_ANNOTATION];
  const status: GitSourceStatus = {
    ...rest,
    observedGeneration: source.metadata.generation ?? 0,
    conditions: nextConditions(before.conditions ?? [], wanted, source.metadata.generation ?? 0, now),
    ...(path === undefined ? {} : { webhookPath: path }),
    ...(handled === undefined ? {} : { lastHandledReconcileAt: handled }),
    ...(found.artifact === undefined ? {} : { artifact: artifactStatus(before, found.artifact, now) }),
  };
  await writeStatus(deps.cluster, source, status, (answer) => deps.sources.note(answer), signal);
}

function artifactStatus(before: GitSourceStatus, artifact: Artifact, now: Date): NonNullable<GitSourceStatus["artifact"]> {
  if (before.artifact?.revision === artifact.revision) return before.artifact;
  return {
    revision: artifact.revision,
    digest: artifact.digest,
    author: shorten(artifact.commit.author, 512),
    message: shorten(artifact.commit.message, 512),
    committedAt: timestamp(artifact.commit.committedAt),
    fetchedAt: timestamp(now),
  };
}
