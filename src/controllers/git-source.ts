import type { GitCredentials, SecretData } from "../../sources/git/credentials.ts";
import { parseCredentials } from "../../sources/git/credentials.ts";
import type { GitRemoteSpec, GitRepositories } from "../../sources/git/git-source.ts";
import { nextPollDelay } from "../../sources/poll.ts";
import type { Artifact } from "../../sources/source.ts";
import { parseRevision, shortRevision } from "../../sources/source.ts";
import { parseWebhookToken, webhookPath } from "../../sources/webhook.ts";
import { nextConditions, shorten, timestamp } from "../api/conditions.ts";
import type { WantedCondition } from "../api/conditions.ts";
import { parseDuration } from "../api/duration.ts";
import type { GitSource, GitSourceStatus } from "../api/git-source.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import type { NamespacedName } from "../api/meta.ts";
import { reasons } from "../api/reasons.ts";
import { messageOf, ReconcileError } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { ClusterClient, Clock, EventRecorder, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import type { Artifacts } from "./artifacts.ts";
import type { ResourceName, ResourceStore } from "./resource-store.ts";
import { specProblems } from "./spec-problems.ts";
import { writeStatus } from "./status-writer.ts";
import type { WebhookRoutes } from "./webhook-routes.ts";
import type { WorkResult } from "./work-queue.ts";

/** What the GitSource controller needs from its surroundings. */
export interface GitSourceDeps {
  readonly cluster: ClusterClient;
  readonly repositories: GitRepositories;
  readonly artifacts: Artifacts;
  readonly webhooks: WebhookRoutes;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly sources: Pick<ResourceStore<GitSource>, "get" | "note" | "values">;
}

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
  const credentials = await credentialsOf(source, deps, signal).catch(() => undefined); // they only tell stores apart here
  await reopen(source, { url, ref, timeoutMs: 0, ...(credentials === undefined ? {} : { credentials }) }, deps);
  deps.artifacts.fail(placeOf(source), "it is suspended, and nothing that it fetched is at hand");
  await settle(source, deps, signal, [ready("Unknown", reasons.Suspended, "suspended by spec.suspend: the last fetched content stays in use")], {});
  return { kind: "Done" };
}

async function newestArtifact(source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<Artifact> {
  const { url, ref = {} } = source.spec;
  const timeoutMs = parseDuration(source.spec.timeout ?? "60s");
  const credentials = await credentialsOf(source, deps, signal);
  const remote = { url, ref, timeoutMs, ...(credentials === undefined ? {} : { credentials }) };
  await reopen(source, remote, deps);
  const resolved = await deps.repositories.lookUp(remote, signal);
  if (source.status?.artifact?.revision.endsWith(resolved.commit) === true) return deps.repositories.fetch(remote, resolved, signal);
  return counted(deps, () => deps.repositories.fetch(remote, resolved, signal));
}

/** Look-ups that find nothing new are not worth a count. */
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
async function reopen(source: GitSource, remote: GitRemoteSpec, deps: GitSourceDeps): Promise<void> {
  const stored = parseRevision(source.status?.artifact?.revision ?? "");
  if (stored === undefined || deps.artifacts.has(placeOf(source))) return;
  const artifact = await deps.repositories.open(remote, stored);
  if (artifact !== undefined) deps.artifacts.put(placeOf(source), artifact);
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

async function credentialsOf(source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<GitCredentials | undefined> {
  const name = source.spec.secretRef?.name;
  return name === undefined ? undefined : parseCredentials(await secretData(source, name, deps, signal));
}

async function routeWebhook(name: ResourceName, source: GitSource, deps: GitSourceDeps, signal: AbortSignal): Promise<string | undefined> {
  const secret = source.spec.webhook?.secretRef.name;
  if (secret === undefined) {
    deps.webhooks.remove(name);
    return undefined;
  }
  const token = parseWebhookToken(await secretData(source, secret, deps, signal));
  const path = webhookPath(token, { namespace: source.metadata.namespace ?? "", name: source.metadata.name, uid: source.metadata.uid ?? "" });
  deps.webhooks.set(name, path, token);
  return path;
}

async function secretData(source: GitSource, name: string, deps: GitSourceDeps, signal: AbortSignal): Promise<SecretData> {
  const namespace = source.metadata.namespace ?? "";
  const secret = await deps.cluster.get({ apiVersion: "v1", kind: "Secret", namespace, name }, { signal });
  if (secret === undefined) throw new ReconcileError("CREDENTIALS_INVALID", `Secret ${namespace}/${name} does not exist; create it or correct the reference`);
  const data = secret["data"];
  return { namespace, name, ...(isJsonObject(data) ? { data: data as Record<string, string> } : {}) }; // Secret data are base64 strings
}

async function settle(source: GitSource, deps: GitSourceDeps, signal: AbortSignal, wanted: readonly WantedCondition[], found: { artifact?: Artifact; webhook?: string | undefined }): Promise<void> {
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

const placeOf = ({ metadata }: GitSource): NamespacedName => ({ namespace: metadata.namespace ?? "", name: metadata.name });

const ready = (status: WantedCondition["status"], reason: string, message: string): WantedCondition => ({ type: "Ready", status, reason, message });

const eventTarget = (source: GitSource): Parameters<EventRecorder["record"]>[0] => ({ apiVersion: source.apiVersion, kind: source.kind, metadata: source.metadata });
