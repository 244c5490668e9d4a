import type { Change, ChangeKind } from "../../reconciler/change.ts";
import type { Finalized } from "../../reconciler/finalize.ts";
import type { Outcome } from "../../reconciler/outcome.ts";
import { summarize } from "../../drift/summary.ts";
import { shortRevision } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { findCondition } from "../api/conditions.ts";
import { reasons } from "../api/reasons.ts";
import type { Clock, EventRecorder } from "../ports.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { Metrics } from "../server/metrics.ts";
import { turnsOf } from "./turns.ts";

/** Of whom something is told. */
export interface Announced {
  readonly app: Application;
  /** Its objects broke, and that they recovered was not told yet. */
  readonly wasSick: boolean;
}

/** What is told where. */
export interface AnnounceDeps {
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, "now">;
}

const verbReason = { apply: reasons.ApplyFailed, delete: reasons.PruneFailed } as const;

/** Findings told one by one in Events; the DriftReport has them all. */
const TOLD_FINDINGS = 5;

/** Tells what a reconcile did, in Events on the Application and in metrics. Says nothing when nothing happened. */
export function announce({ app, wasSick }: Announced, outcome: Outcome, changes: readonly Change[], deps: AnnounceDeps): void {
  const about: KubeObject = { apiVersion: app.apiVersion, kind: app.kind, metadata: app.metadata };
  for (const { kind } of changes) deps.metrics.count("driftless_objects_total", { action: kind });
  announceReverts(about, changes, deps);
  switch (outcome.kind) {
    case "Suspended":
      return;
    case "Failed":
      deps.events.record(about, { type: "Warning", reason: outcome.error.reason, message: outcome.error.message, action: "Sync" });
      return;
    case "Finalized":
      announceDeletion(about, outcome, changes, deps);
      return;
    case "Attempted": {
      deps.metrics.count("driftless_objects_compared_total", {}, outcome.objects);
      const summary = summarizeChanges(changes);
      if (summary !== "" && isNewsworthy(app, changes)) {
        deps.events.record(about, { type: "Normal", reason: reasons.Applied, message: `${summary} from ${shortRevision(outcome.revision)}`, action: "Sync" });
      }
      for (const turn of turnsOf(app, outcome, wasSick)) deps.events.record(about, turn);
      for (const message of outcome.fights.slice(0, TOLD_FINDINGS)) deps.events.record(about, { type: "Warning", reason: reasons.FightDetected, message, action: "Revert" });
      for (const { message, verb } of outcome.failures.slice(0, TOLD_FINDINGS)) deps.events.record(about, { type: "Warning", reason: verbReason[verb], message, action: "Sync" });
      for (const { kind, reason } of outcome.blocked.slice(0, TOLD_FINDINGS)) {
        if (kind === "Failed") deps.events.record(about, { type: "Warning", reason: reasons.ApplyFailed, message: reason, action: "Sync" });
      }
      if (outcome.failures.length > 0) deps.metrics.count("driftless_objects_total", { action: "failed" }, outcome.failures.length);
    }
  }
}

/** Other content of the same objects, on an Application that is well, is told by its Release. */
function isNewsworthy(app: Application, changes: readonly Change[]): boolean {
  const isWell = findCondition(app.status?.conditions, "Ready")?.status === "True";
  return !isWell || changes.some(({ kind }) => kind !== "configured" && kind !== "unchanged" && kind !== "reverted" && kind !== "reasserted");
}

function announceDeletion(about: KubeObject, { state, message, left }: Finalized, changes: readonly Change[], { events }: AnnounceDeps): void {
  const summary = summarizeChanges(changes);
  if (summary !== "") events.record(about, { type: "Normal", reason: reasons.Deleting, message: summary, action: "Delete" });
  if (state === "Blocked") events.record(about, { type: "Warning", reason: reasons.DeletionBlocked, message, action: "Delete" });
  if (state === "Done") events.record(about, { type: left.length > 0 ? "Warning" : "Normal", reason: reasons.Deleting, message: left.length > 0 ? `${message}; left: ${left.join(", ")}` : message, action: "Delete" });
}

function announceReverts(about: KubeObject, changes: readonly Change[], { events, clock }: AnnounceDeps): void {
  const findings = changes.flatMap(({ corrections }) => corrections);
  for (const finding of findings.slice(0, TOLD_FINDINGS)) {
    events.record(about, { type: "Warning", reason: reasons.DriftReverted, message: `reverted ${summarize(finding, clock.now())}`, action: "Revert" });
  }
  if (findings.length > TOLD_FINDINGS) {
    events.record(about, { type: "Warning", reason: reasons.DriftReverted, message: `and ${findings.length - TOLD_FINDINGS} more differences; see the DriftReport`, action: "Revert" });
  }
}

/** `3 created, 2 configured`; "" when nothing but reverts happened. */
export function summarizeChanges(changes: readonly Change[]): string {
  const order: readonly ChangeKind[] = ["created", "configured", "adopted", "recreating", "transferred", "deleted"];
  return order.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  }).join(", ");
}
