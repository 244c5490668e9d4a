import { hasFailed, isFinished } from "../../controllers/release-status.ts";
import type { Application } from "../../api/application.ts";
import { findCondition } from "../../api/conditions.ts";
import type { Condition } from "../../api/meta.ts";
import type { EpisodeClass } from "../../api/notifier.ts";
import { reasons } from "../../api/reasons.ts";
import type { Release } from "../../api/release.ts";
import type { Observation } from "../observation.ts";

/** An Application with its newest Release, if it has one. */
export interface ObservedApplication {
  readonly app: Application;
  readonly release: Release | undefined;
}

type Verdict = Pick<Observation, "state" | "severity" | "story" | "reason" | "since"> & { readonly summary: string };

/** What waits for a person, or for a time: class Policy. */
const WAITS: ReadonlySet<string> = new Set([
  reasons.AwaitingApproval, reasons.WindowClosed, reasons.PruneHeld, reasons.DependencyCycle, reasons.DependencyRefused, reasons.DeletionBlocked,
]);
/** Nobody has to know of these: the ordinary course of things. */
const ORDINARY: ReadonlySet<string> = new Set([reasons.Progressing, reasons.HookRunning, reasons.DependencyNotReady, reasons.Deleting, reasons.Suspended, reasons.Applied]);

/** Deployment, health and what waits, of one Application. Classes of which nothing can be told now are left out. */
export function observeApplication({ app, release }: ObservedApplication): readonly Observation[] {
  const conditions = app.status?.conditions;
  const ready = findCondition(conditions, "Ready");
  if (ready === undefined) return [];
  if (ready.reason === reasons.Suspended) return (["Deploy", "Health", "Policy"] as const).map((kind) => made(app, release, kind, quiet(ready)));
  const synced = findCondition(conditions, "Synced") ?? ready;
  const healthy = findCondition(conditions, "Healthy");
  const drifted = findCondition(conditions, "Drifted");
  return [
    made(app, release, "Deploy", deployVerdict(synced, release)),
    ...(healthy === undefined || healthy.status === "Unknown" ? [] : [made(app, release, "Health", healthVerdict(healthy))]),
    made(app, release, "Policy", policyVerdict(synced, ready, drifted)),
  ];
}

function deployVerdict(synced: Condition, release: Release | undefined): Verdict {
  const attempt = findCondition(release?.status?.conditions, "Succeeded");
  if (release !== undefined && attempt !== undefined && hasFailed(release)) return active(attempt, `${release.metadata.name}/${attempt.reason}`, "Critical");
  if (synced.status === "False" && !WAITS.has(synced.reason) && !ORDINARY.has(synced.reason)) return active(synced, synced.reason, "Warning");
  if (release !== undefined && attempt !== undefined && !isFinished(release) && !WAITS.has(attempt.reason)) return { ...active(attempt, release.metadata.name, "Info"), state: "Running" };
  return { ...quiet(attempt ?? synced), since: release?.status?.completedAt ?? (attempt ?? synced).lastTransitionTime };
}

function healthVerdict(healthy: Condition): Verdict {
  return healthy.status === "False" ? active(healthy, healthy.reason, "Critical") : quiet(healthy);
}

function policyVerdict(synced: Condition, ready: Condition, drifted: Condition | undefined): Verdict {
  const waiting = [synced, ready].find(({ reason }) => WAITS.has(reason));
  if (waiting !== undefined) return active(waiting, waiting.reason, waiting.reason === reasons.WindowClosed ? "Info" : "Warning");
  if (drifted?.reason === reasons.FightDetected) return active(drifted, drifted.reason, "Warning");
  return quiet(synced);
}

const active = ({ reason, lastTransitionTime, message }: Condition, story: string, severity: Observation["severity"]): Verdict => ({ state: "Active", severity, story, reason, since: lastTransitionTime, summary: message });
const quiet = ({ reason, lastTransitionTime, message }: Condition): Verdict => ({ state: "Quiet", severity: "Info", story: "", reason, since: lastTransitionTime, summary: message });

function made({ metadata, spec, status }: Application, release: Release | undefined, kind: EpisodeClass, { summary, ...verdict }: Verdict): Observation {
  const { namespace = "", name, labels } = metadata;
  const source = `${namespace}/${spec.sourceRef.name}`;
  const revision = release?.spec.revision ?? status?.lastAttemptedRevision;
  const { id, author, message } = release?.spec.commit ?? {};
  return {
    subject: { kind: "Application", namespace, name },
    class: kind,
    ...verdict,
    group: revision === undefined ? undefined : `${source}@${revision}`,
    source,
    security: false,
    facts: { summary, revision, labels, release: release?.metadata.name, ...(id === undefined ? {} : { commit: { sha: id, author, message } }) },
  };
}
