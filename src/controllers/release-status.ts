import type { AggregateHealth } from "../../reconciler/health/aggregate.ts";
import type { HookWait } from "../../reconciler/hooks/hook-run.ts";
import type { Gate } from "../../reconciler/gate/gate.ts";
import { findCondition, nextConditions, shorten, timestamp } from "../api/conditions.ts";
import type { WantedCondition } from "../api/conditions.ts";
import type { Release, ReleaseStatus } from "../api/release.ts";
import type { reasons as knownReasons } from "../api/reasons.ts";
import { reasons } from "../api/reasons.ts";

/** How an attempt stands after a reconcile. */
export type ReleaseResult =
  | { readonly kind: "Waiting"; readonly reason: keyof typeof knownReasons; readonly message: string }
  | { readonly kind: "InProgress"; readonly message: string }
  /** It is tried again: a later result may be another one. */
  | { readonly kind: "Failed"; readonly message: string }
  | { readonly kind: "Succeeded"; readonly message: string }
  | { readonly kind: "Superseded"; readonly message: string };

/** What a reconcile that made a plan found out about its attempt. */
export interface AttemptFacts {
  readonly gate: Gate;
  /** What could not be applied or deleted, or cannot be. */
  readonly failures: readonly string[];
  /** What waits for something that ends by itself: objects of later waves, deletes of later steps. */
  readonly waiting: readonly string[];
  readonly health: Pick<AggregateHealth, "status" | "message">;
  /** Why hooks keep it from being done. Default: they do not. */
  readonly hooks?: HookWait | undefined;
  /** What was done, for the message. */
  readonly done: string;
}

/** What the facts come to. Pure. */
export function releaseResult({ gate, failures, waiting, health, hooks, done }: AttemptFacts): ReleaseResult {
  if (gate.apply.kind === "Closed") return { kind: "Waiting", reason: gate.apply.reason, message: gate.apply.message };
  if (hooks?.kind === "Failed" || hooks?.kind === "Blocked") return { kind: "Failed", message: [hooks.message, ...failures].join("\n") };
  if (failures.length > 0) return { kind: "Failed", message: failures.join("\n") };
  if (gate.prune.kind === "Closed") return { kind: "Waiting", reason: gate.prune.reason, message: gate.prune.message };
  if (hooks?.kind === "Running") return { kind: "InProgress", message: hooks.message };
  if (waiting.length > 0) return { kind: "InProgress", message: waiting.join("\n") };
  if (hooks !== undefined && health.status === "Current") return { kind: "InProgress", message: hooks.message };
  switch (health.status) {
    case "Current":
      return { kind: "Succeeded", message: done };
    case "Failed":
      return { kind: "Failed", message: `applied, but not healthy: ${health.message}` };
    case "InProgress":
    case "Unknown":
      return { kind: "InProgress", message: health.message };
  }
}

/** True once nothing more is to be done for a Release: it succeeded, or another one took its place. */
export function isFinished({ status }: Release): boolean {
  const condition = findCondition(status?.conditions, "Succeeded");
  return condition !== undefined && (condition.status === "True" || condition.reason === reasons.Superseded);
}

/** True for a Release that did what it was made for. */
export function hasSucceeded({ status }: Release): boolean {
  return findCondition(status?.conditions, "Succeeded")?.status === "True";
}

/** True for one that ended in failure as far as is known: what is tried again is told by the Release that tries it. */
export function hasFailed({ status }: Release): boolean {
  return findCondition(status?.conditions, "Succeeded")?.reason === reasons.Failed;
}

/** The status that follows from a result. Equal input gives an equal status, so that nothing new costs no write. */
export function nextReleaseStatus(release: Release, result: ReleaseResult, now: Date): ReleaseStatus {
  const { metadata: { generation = 0 }, status = {} } = release;
  const startedAt = status.startedAt ?? (hasBegun(result) ? beginOf(release, now) : undefined);
  const ended = result.kind === "Succeeded" || result.kind === "Superseded";
  const { completedAt: _completedAt, ...kept } = status;
  return {
    ...kept,
    observedGeneration: generation,
    conditions: nextConditions(status.conditions ?? [], [conditionOf(result)], generation, now),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(ended ? { completedAt: status.completedAt ?? timestamp(now) } : {}),
  };
}

function conditionOf(result: ReleaseResult): WantedCondition {
  const message = firstLines(result.message);
  switch (result.kind) {
    case "Waiting":
      return { type: "Succeeded", status: "Unknown", reason: result.reason, message };
    case "InProgress":
      return { type: "Succeeded", status: "Unknown", reason: reasons.InProgress, message };
    case "Failed":
    case "Superseded":
      return { type: "Succeeded", status: "False", reason: reasons[result.kind], message };
    case "Succeeded":
      return { type: "Succeeded", status: "True", reason: reasons.Succeeded, message };
  }
}

/** Something was done: a closed brake holds up deletes only. */
function hasBegun(result: ReleaseResult): boolean {
  if (result.kind === "Superseded") return false;
  return result.kind !== "Waiting" || result.reason === reasons.PruneHeld;
}

/** One that never waited began when it was made. */
const beginOf = ({ metadata, status }: Release, now: Date): string => (status?.conditions === undefined ? metadata.creationTimestamp : undefined) ?? timestamp(now);

const MAX_LINES = 12;
/** A Release stays below 64 KiB. */
const MAX_CHARACTERS = 4096;

function firstLines(text: string): string {
  const lines = text.split("\n");
  const first = lines.length <= MAX_LINES ? text : [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more`].join("\n");
  return shorten(first, MAX_CHARACTERS);
}
