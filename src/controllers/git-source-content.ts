/** What a GitSource's remote has now, and what was fetched of it before. */
import type { GitRemoteSpec } from "../../sources/git/git-source.ts";
import type { ResolvedRef } from "../../sources/git/resolve.ts";
import type { Artifact } from "../../sources/source.ts";
import { parseRevision } from "../../sources/source.ts";
import { parseDuration } from "../api/duration.ts";
import type { GitSource } from "../api/git-source.ts";
import { placeOf } from "./git-source-deps.ts";
import type { GitSourceDeps } from "./git-source-deps.ts";
import { credentialsOf } from "./git-source-secrets.ts";

/** The content that the ref means now, fetched unless it is here. Throws ReconcileErrors. */
export async function newestArtifact(source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<Artifact> {
  const { url, ref = {} } = source.spec;
  const timeoutMs = parseDuration(source.spec.timeout ?? "60s");
  const credentials = await credentialsOf(source, deps.cluster, signal);
  const remote = { url, ref, timeoutMs, ...(credentials === undefined ? {} : { credentials }) };
  await reopen(source, remote, deps);
  const resolved = await deps.repositories.lookUp(remote, signal);
  return (await deps.repositories.open(remote, resolved)) ?? fetchNew(source, remote, resolved, deps, signal);
}

/** Nobody waits here for a look-up that is not answered, and not long for another namespace's fetches. */
async function fetchNew(source: GitSource, remote: GitRemoteSpec, resolved: ResolvedRef, deps: GitSourceDeps, signal: AbortSignal): Promise<Artifact> {
  const slot = await deps.fetches.of(placeOf(source).namespace).acquire(signal);
  try {
    return await counted(deps, () => deps.repositories.fetch(remote, resolved, signal));
  } finally {
    slot.release();
  }
}

async function counted(deps: GitSourceDeps, fetch: () => Promise<Artifact>): Promise<Artifact> {
  const began = deps.clock.monotonic();
  let outcome: "success" | "failure" = "failure";
  try {
    const artifact = await fetch();
    outcome = "success";
    return artifact;
  } finally {
    deps.metrics.count("driftless_fetches_total", { outcome });
    deps.metrics.observe("driftless_fetch_duration_seconds", {}, deps.clock.monotonic() - began);
  }
}

/** After a restart: what was fetched last is published from the cache before the remote is asked. */
export async function reopen(source: GitSource, remote: GitRemoteSpec, deps: GitSourceDeps): Promise<void> {
  const stored = parseRevision(source.status?.artifact?.revision ?? "");
  if (stored === undefined || deps.artifacts.has(placeOf(source))) return;
  const artifact = await deps.repositories.open(remote, stored);
  if (artifact !== undefined) deps.artifacts.put(placeOf(source), artifact);
}
