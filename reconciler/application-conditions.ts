import { shortRevision } from "../sources/source.ts";
import type { Application } from "../src/api/application.ts";
import { carriedOver, findCondition } from "../src/api/conditions.ts";
import type { WantedCondition } from "../src/api/conditions.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { ConditionType } from "../src/api/reasons.ts";
import { reasons } from "../src/api/reasons.ts";
import { finalizedConditions } from "./finalize-conditions.ts";
import type { AggregateHealth } from "./health/aggregate.ts";
import type { Attempted, FailedOutcome, Outcome } from "./outcome.ts";
import { condition, count, firstLines } from "./sentences.ts";
import { syncedCondition } from "./synced-condition.ts";

/** The conditions that follow from how a reconcile ended. Does not contact the cluster. */
export function wantedConditions(app: Application, outcome: Outcome): WantedCondition[] {
  switch (outcome.kind) {
    case "Suspended":
      return [suspendedCondition(app), ...carried(app, ["Synced", "Healthy", "Drifted", "DriftWatch"])];
    case "Failed":
      return failedConditions(app, outcome);
    case "Attempted":
      return attemptedConditions(outcome);
    case "Finalized":
      return [...finalizedConditions(outcome), ...carried(app, ["Synced", "Healthy", "Drifted"])];
  }
}

function suspendedCondition({ spec }: Application): WantedCondition {
  const why = spec.suspendReason === undefined ? "" : `: ${spec.suspendReason}`;
  return condition("Ready", "Unknown", reasons.Suspended, `suspended by spec.suspend${why}. Nothing is applied, pruned or corrected`);
}

function failedConditions(app: Application, { error, meanwhile }: FailedOutcome): WantedCondition[] {
  const message = firstLines(error.message);
  const next = error.retry === "backoff"
    ? condition("Reconciling", "True", reasons.ProgressingWithRetry, "trying again, with growing delay")
    : condition("Stalled", "True", error.reason, message);
  const live = meanwhile === undefined ? carried(app, ["Healthy", "Drifted"]) : [healthyCondition(meanwhile.health), driftedCondition(meanwhile)];
  return [condition("Ready", "False", error.reason, message), condition("Synced", "False", error.reason, message), next, ...live, ...carried(app, ["DriftWatch"])];
}

function attemptedConditions(outcome: Attempted): WantedCondition[] {
  const synced = syncedCondition(outcome);
  const healthy = healthyCondition(outcome.health);
  const wanted = [readyCondition(outcome, synced, healthy), synced, healthy, driftedCondition(outcome)];
  wanted.push(...movingCondition(synced, healthy));
  wanted.push(...driftWatchCondition(outcome));
  return wanted;
}

function driftWatchCondition({ unwatched, unlisted = [] }: Attempted): WantedCondition[] {
  if (unwatched.length === 0) return [];
  const text = `checked at the resync interval only: ${unwatched.join("; ")}`;
  if (unlisted.length === 0) return [condition("DriftWatch", "False", reasons.WatchForbidden, text)];
  return [condition("DriftWatch", "False", reasons.WatchFailed, firstLines(`${text}\nNothing is deleted until ${unlisted.length === 1 ? "the kind" : `${unlisted.length} kinds`} can be listed`))];
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

/** Not synced for one of these, an Application is between two states, not in a bad one. */
const BETWEEN: ReadonlySet<string> = new Set([
  reasons.Progressing, reasons.WindowClosed, reasons.AwaitingApproval, reasons.DependencyNotReady, reasons.PruneHeld, reasons.HookRunning,
]);

/** Not synced for one of these, nothing changes before somebody changes something. */
const STUCK: ReadonlySet<string> = new Set([reasons.DependencyCycle, reasons.DependencyRefused, reasons.HookFailed]);
/** Not synced for one of these, it goes on by itself. */
const MOVING: ReadonlySet<string> = new Set([reasons.Progressing, reasons.DependencyNotReady, reasons.HookRunning]);

function readyCondition(outcome: Attempted, synced: WantedCondition, healthy: WantedCondition): WantedCondition {
  if (synced.status === "False") return condition("Ready", BETWEEN.has(synced.reason) ? "Unknown" : "False", synced.reason, synced.message);
  if (healthy.status !== "True") return condition("Ready", healthy.status, healthy.reason, healthy.message);
  return condition("Ready", "True", reasons.ReconciliationSucceeded, `${count(outcome.objects, "object")} of ${shortRevision(outcome.revision)} live and healthy`);
}

/** Reconciling while something goes on by itself, Stalled where nothing will; neither while a person or a window is waited for. */
function movingCondition(synced: WantedCondition, healthy: WantedCondition): WantedCondition[] {
  if (synced.status === "False") {
    if (STUCK.has(synced.reason)) return [condition("Stalled", "True", synced.reason, synced.message)];
    if (MOVING.has(synced.reason)) return [condition("Reconciling", "True", reasons.Progressing, synced.message)];
    if (!BETWEEN.has(synced.reason)) return [condition("Reconciling", "True", reasons.ProgressingWithRetry, "what failed is tried again, with growing delay")];
  }
  return healthy.status === "Unknown" ? [condition("Reconciling", "True", reasons.Progressing, healthy.message)] : [];
}

function driftedCondition({ reported, fights, held = [] }: Pick<Attempted, "reported" | "fights" | "held">): WantedCondition {
  const told = (text: string): string => firstLines([text, ...held].join("\n"));
  if (fights.length > 0) return condition("Drifted", "True", reasons.FightDetected, told(fights.join("\n")));
  return reported.length === 0
    ? condition("Drifted", "False", reasons.NoDrift, told("live state is desired state"))
    : condition("Drifted", "True", reasons.DriftDetected, told(`${count(reported.length, "difference")} not corrected${lastUndone(reported)}; see the DriftReport of the same name`));
}

/** When the last of them is undone by itself, where that is so of all. */
function lastUndone(reported: readonly DriftFinding[]): string {
  const times = reported.flatMap(({ revertAt }) => (revertAt === undefined ? [] : [revertAt]));
  return times.length < reported.length ? "" : ` before ${times.sort().at(-1)}`;
}

/** Conditions that an attempt which looked at nothing has no right to change. */
function carried(app: Application, types: readonly ConditionType[]): WantedCondition[] {
  return types.flatMap((type) => {
    const before = findCondition(app.status?.conditions, type);
    return before === undefined ? [] : [carriedOver(before)];
  });
}
