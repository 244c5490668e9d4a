import { shortRevision } from "../sources/source.ts";
import type { Application, ApplicationStatus } from "../src/api/application.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { WantedCondition } from "../src/api/conditions.ts";
import { carriedOver, findCondition, nextConditions } from "../src/api/conditions.ts";
import type { ConditionType } from "../src/api/reasons.ts";
import { reasons } from "../src/api/reasons.ts";
import type { ReconcileError } from "../src/errors.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Failure, KeptMember } from "./change.ts";
import type { BlockedObject } from "./effective.ts";
import type { AggregateHealth } from "./health/aggregate.ts";

/** How one reconcile of an Application ended. */
export type Outcome =
  | { readonly kind: "Suspended" }
  /** Ended before anything was written: no source, no render, nothing observed. What is live stays. */
  | { readonly kind: "Failed"; readonly error: ReconcileError; readonly revision: string | undefined }
  | Attempted;

/** A plan was made and carried out as far as it went. */
export interface Attempted {
  readonly kind: "Attempted";
  readonly revision: string;
  /** Number of desired objects, blocked ones included. */
  readonly objects: number;
  readonly failures: readonly Failure[];
  readonly blocked: readonly BlockedObject[];
  /** Members that nothing desires any more and that stay all the same. */
  readonly kept: readonly KeptMember[];
  readonly health: AggregateHealth;
  /** Differences that are live and are not corrected. */
  readonly reported: readonly DriftFinding[];
  /** Kinds that the operator may not watch, with the missing verb. */
  readonly unwatched: readonly string[];
  readonly warnings: readonly string[];
}

/** True when every desired object was applied and nothing is held up. */
export function isComplete(outcome: Attempted): boolean {
  return outcome.failures.length === 0 && outcome.blocked.length === 0;
}

/** The status that follows from an outcome. The one place that decides conditions. */
export function nextStatus(app: Application, outcome: Outcome, now: Date): ApplicationStatus {
  const before = app.status ?? {};
  const generation = app.metadata.generation ?? 0;
  const handled = app.metadata.annotations?.["driftless.dev/reconcile-requested-at"];
  return {
    ...before,
    observedGeneration: generation,
    conditions: nextConditions(before.conditions ?? [], wantedConditions(app, outcome), generation, now),
    ...(handled === undefined ? {} : { lastHandledReconcileAt: handled }),
    ...revisions(outcome),
  };
}

function revisions(outcome: Outcome): Partial<ApplicationStatus> {
  switch (outcome.kind) {
    case "Suspended":
      return {};
    case "Failed":
      return outcome.revision === undefined ? {} : { lastAttemptedRevision: outcome.revision };
    case "Attempted":
      return {
        lastAttemptedRevision: outcome.revision,
        objects: outcome.objects,
        ...(isComplete(outcome) ? { lastAppliedRevision: outcome.revision } : {}),
      };
  }
}

function wantedConditions(app: Application, outcome: Outcome): WantedCondition[] {
  switch (outcome.kind) {
    case "Suspended":
      return [condition("Ready", "Unknown", reasons.Suspended, "suspended by spec.suspend: nothing is applied, pruned or corrected"), ...carried(app, ["Synced", "Healthy", "Drifted"])];
    case "Failed":
      return failedConditions(app, outcome.error);
    case "Attempted":
      return attemptedConditions(outcome);
  }
}

function failedConditions(app: Application, error: ReconcileError): WantedCondition[] {
  const message = firstLines(error.message);
  const next = error.retry === "backoff"
    ? condition("Reconciling", "True", reasons.ProgressingWithRetry, "trying again, with growing delay")
    : condition("Stalled", "True", error.reason, message);
  return [condition("Ready", "False", error.reason, message), condition("Synced", "False", error.reason, message), next, ...carried(app, ["Healthy", "Drifted"])];
}

function attemptedConditions(outcome: Attempted): WantedCondition[] {
  const synced = syncedCondition(outcome);
  const healthy = healthyCondition(outcome.health);
  const wanted = [readyCondition(outcome, synced, healthy), synced, healthy, driftedCondition(outcome.reported)];
  if (synced.status === "False" || healthy.status === "Unknown") wanted.push(reconcilingCondition(synced, healthy));
  if (outcome.unwatched.length > 0) {
    wanted.push(condition("DriftWatch", "False", reasons.WatchForbidden, `checked at the resync interval only: ${outcome.unwatched.join("; ")}`));
  }
  return wanted;
}

function syncedCondition(outcome: Attempted): WantedCondition {
  const revision = shortRevision(outcome.revision);
  if (isComplete(outcome)) {
    const head = `${count(outcome.objects, "object")} of ${revision} applied`;
    const kept = outcome.kept.map(({ id, reason }) => `no longer desired, but kept: ${displayId(id)}: ${reason}`);
    return condition("Synced", "True", reasons.Applied, firstLines([head, ...kept, ...outcome.warnings].join("\n")));
  }
  const held = (wanted: BlockedObject["kind"]): string[] => outcome.blocked.filter(({ kind }) => kind === wanted).map(({ reason }) => reason);
  const failed = (wanted: Failure["verb"]): string[] => outcome.failures.filter(({ verb }) => verb === wanted).map(({ message }) => message);
  const unapplied = [...failed("apply"), ...held("Failed")];
  if (unapplied.length > 0) {
    return condition("Synced", "False", reasons.ApplyFailed, firstLines([`${unapplied.length} of ${count(outcome.objects, "object")} of ${revision} could not be applied:`, ...unapplied].join("\n")));
  }
  const undeleted = failed("delete");
  if (undeleted.length > 0) return condition("Synced", "False", reasons.PruneFailed, firstLines([`${count(undeleted.length, "object")} that ${revision} no longer has could not be deleted:`, ...undeleted].join("\n")));
  return condition("Synced", "False", reasons.Progressing, firstLines(held("Waiting").join("\n")));
}

function healthyCondition(health: AggregateHealth): WantedCondition {
  switch (health.status) {
    case "Current":
      return condition("Healthy", "True", reasons.Healthy, health.message);
    case "Failed":
      return condition("Healthy", "False", reasons.HealthCheckFailed, health.message);
    case "InProgress":
    case "Unknown":
      return condition("Healthy", "Unknown", reasons.Progressing, health.message);
  }
}

function readyCondition(outcome: Attempted, synced: WantedCondition, healthy: WantedCondition): WantedCondition {
  if (synced.status === "False") {
    const status = synced.reason === reasons.Progressing ? "Unknown" : "False";
    return condition("Ready", status, synced.reason, synced.message);
  }
  if (healthy.status !== "True") return condition("Ready", healthy.status, healthy.reason, healthy.message);
  return condition("Ready", "True", reasons.ReconciliationSucceeded, `${count(outcome.objects, "object")} of ${shortRevision(outcome.revision)} live and healthy`);
}

function reconcilingCondition(synced: WantedCondition, healthy: WantedCondition): WantedCondition {
  if (synced.status === "False" && synced.reason !== reasons.Progressing) {
    return condition("Reconciling", "True", reasons.ProgressingWithRetry, "what failed is tried again, with growing delay");
  }
  return condition("Reconciling", "True", reasons.Progressing, synced.status === "False" ? synced.message : healthy.message);
}

function driftedCondition(reported: readonly DriftFinding[]): WantedCondition {
  return reported.length === 0
    ? condition("Drifted", "False", reasons.NoDrift, "live state is desired state")
    : condition("Drifted", "True", reasons.DriftDetected, `${count(reported.length, "difference")} not corrected; see the DriftReport of the same name`);
}

/** Conditions that an attempt which looked at nothing has no right to change. */
function carried(app: Application, types: readonly ConditionType[]): WantedCondition[] {
  return types.flatMap((type) => {
    const before = findCondition(app.status?.conditions, type);
    return before === undefined ? [] : [carriedOver(before)];
  });
}

const condition = (type: ConditionType, status: WantedCondition["status"], reason: string, message: string): WantedCondition => ({ type, status, reason, message });

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** The first problems in full and the number of the rest: a condition is read on a terminal. */
function firstLines(text: string, limit = 12): string {
  const lines = text.split("\n");
  return lines.length <= limit ? text : [...lines.slice(0, limit), `and ${lines.length - limit} more`].join("\n");
}
