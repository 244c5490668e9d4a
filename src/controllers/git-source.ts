import { nextPollDelay } from "../../sources/poll.ts";
import type { Artifact } from "../../sources/source.ts";
import { shortRevision } from "../../sources/source.ts";
import { webhookPath } from "../../sources/webhook.ts";
import type { WantedCondition } from "../api/conditions.ts";
import { parseDuration } from "../api/duration.ts";
import type { GitSource } from "../api/git-source.ts";
import { reasons } from "../api/reasons.ts";
import { messageOf, ReconcileError } from "../errors.ts";
import type { EventRecorder } from "../ports.ts";
import { newestArtifact, reopen } from "./git-source-content.ts";
import { placeOf } from "./git-source-deps.ts";
import type { GitSourceDeps } from "./git-source-deps.ts";
import { credentialsOf, webhookTokenOf } from "./git-source-secrets.ts";
import { settle } from "./git-source-status.ts";
import type { ResourceName } from "./resource-store.ts";
import { specProblems } from "./spec-problems.ts";
import type { WorkResult } from "./work-queue.ts";

/** Looks up the ref of one GitSource, fetches what is new, publishes it and writes the status. */
export async function reconcileGitSource(name: ResourceName, deps: GitSourceDeps, signal: AbortSignal): Promise<WorkResult> {
  const source = deps.sources.get(name);
  if (source === undefined) return forget(name, deps);
  const invalid = specProblems("GitSource", source);
  if (invalid !== undefined) return failed(source, invalid, undefined, deps, signal);
  if (source.spec.suspend === true) return suspended(source, deps, signal);
  const found = await lookAndFetch(name, source, deps, signal);
  if (!isSameSpec(deps.sources.get(name), source)) return { kind: "Done" }; // what was fetched is no longer asked for; the change has queued it again
  if (found.kind === "Failed") return failed(source, found.error, found.webhook, deps, signal);
  const { artifact, webhook } = found;
  publish(source, artifact, deps);
  await settle(source, deps, signal, [ready("True", reasons.ArtifactStored, describe(artifact))], { artifact, webhook });
  if (source.status?.observedGeneration !== source.metadata.generation) await retainUsed(deps);
  return { kind: "Done", requeueAfterMs: nextPollDelay(parseDuration(source.spec.interval ?? "1m"), deps.random()) };
}

const isSameSpec = (now: GitSource | undefined, then: GitSource): boolean => now?.metadata.uid === then.metadata.uid && now?.metadata.generation === then.metadata.generation;

/** What a look at the remote led to. */
type Found =
  | { readonly kind: "Fetched"; readonly artifact: Artifact; readonly webhook: string | undefined }
  | { readonly kind: "Failed"; readonly error: unknown; readonly webhook: string | undefined };

async function lookAndFetch(name: ResourceName, source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<Found> {
  let webhook: string | undefined;
  try {
    webhook = await routeWebhook(name, source, deps, signal);
    return { kind: "Fetched", artifact: await newestArtifact(source, deps, signal), webhook };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "Failed", error, webhook };
  }
}

/** Hands the content to the Applications, and tells of it when it is new. */
function publish(source: GitSource, artifact: Artifact, deps: GitSourceDeps): void {
  deps.artifacts.put(placeOf(source), artifact);
  if (source.status?.artifact?.revision === artifact.revision) return;
  deps.logger.info({ revision: artifact.revision, author: artifact.commit.author }, "fetched");
  deps.events.record(eventTarget(source), { type: "Normal", reason: reasons.ArtifactStored, message: `fetched ${describe(artifact)}`, action: "Fetch" });
}

const describe = ({ revision, commit }: Artifact): string => `${shortRevision(revision)}: ${commit.message} (${commit.author})`;

/** Fetches nothing; what was fetched before stays in use, after a restart too. */
async function suspended(source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<WorkResult> {
  const { url, ref = {} } = source.spec;
  const credentials = await credentialsOf(source, deps.cluster, signal).catch(() => undefined); // they only tell stores apart here
  await reopen(source, { url, ref, timeoutMs: 0, ...(credentials === undefined ? {} : { credentials }) }, deps);
  deps.artifacts.fail(placeOf(source), "it is suspended, and nothing that it fetched is at hand");
  await settle(source, deps, signal, [ready("Unknown", reasons.Suspended, "suspended by spec.suspend: the last fetched content stays in use")], {});
  return { kind: "Done" };
}

async function failed(source: GitSource, error: unknown, webhook: string | undefined, deps: GitSourceDeps, signal: AbortSignal): Promise<WorkResult> {
  const problem = error instanceof ReconcileError ? error : new ReconcileError("INTERNAL", messageOf(error), { cause: error });
  deps.artifacts.fail(placeOf(source), problem.message);
  deps.logger.warn({ reason: problem.reason, cause: problem.message }, "source failed");
  deps.events.record(eventTarget(source), { type: "Warning", reason: problem.reason, message: problem.message, action: "Fetch" });
  const conditions = [
    ready("False", problem.reason, problem.message),
    problem.retry === "backoff"
      ? { type: "Reconciling" as const, status: "True" as const, reason: reasons.ProgressingWithRetry, message: "trying again, with growing delay" }
      : { type: "Stalled" as const, status: "True" as const, reason: problem.reason, message: problem.message },
  ];
  await settle(source, deps, signal, conditions, webhook === undefined ? {} : { webhook });
  return problem.retry === "backoff" ? { kind: "Failed", error: problem } : { kind: "Done", requeueAfterMs: nextPollDelay(parseDuration(source.spec.interval ?? "1m"), deps.random()) };
}

/** Lets go of repositories that no source refers to any more. */
async function retainUsed(deps: GitSourceDeps): Promise<void> {
  const specs = [...deps.sources.values()].map(({ metadata, spec: { url, secretRef } }) => ({
    url,
    timeoutMs: 0,
    ...(secretRef === undefined ? {} : { credentials: { owner: `${metadata.namespace ?? ""}/${secretRef.name}`, keys: [] } }),
  }));
  await deps.repositories.retain(specs).catch((error: unknown) => deps.logger.warn({ cause: messageOf(error) }, "unused repositories were not removed"));
}

async function forget(name: ResourceName, deps: GitSourceDeps): Promise<WorkResult> {
  const [namespace = "", bare = ""] = name.split("/");
  deps.artifacts.remove({ namespace, name: bare });
  deps.metrics.ready("driftless_source_ready", { namespace, name: bare }, undefined);
  deps.webhooks.remove(name);
  await retainUsed(deps);
  return { kind: "Done" };
}

/** The path under which a push is told, where there is one. */
async function routeWebhook(name: ResourceName, source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<string | undefined> {
  const token = await webhookTokenOf(source, deps.cluster, signal);
  if (token === undefined) {
    deps.webhooks.remove(name);
    return undefined;
  }
  const path = webhookPath(token, { ...placeOf(source), uid: source.metadata.uid ?? "" });
  deps.webhooks.set(name, path, token);
  return path;
}

const ready = (status: WantedCondition["status"], reason: string, message: string): WantedCondition => ({ type: "Ready", status, reason, message });

const eventTarget = (source: GitSource): Parameters<EventRecorder["record"]>[0] => ({ apiVersion: source.apiVersion, kind: source.kind, metadata: source.metadata });
