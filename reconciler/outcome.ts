import type { ReportParts } from "../drift/report.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import type { ReconcileError } from "../src/errors.ts";
import type { Failure, KeptMember, Plan } from "./change.ts";
import type { BlockedObject } from "./effective.ts";
import type { Finalized } from "./finalize.ts";
import type { Gate } from "./gate/gate.ts";
import type { AggregateHealth } from "./health/aggregate.ts";
import type { HookWait } from "./hooks/hook-run.ts";

/** How one reconcile of an Application ended. */
export type Outcome =
  | { readonly kind: "Suspended" }
  | FailedOutcome
  | Attempted
  | Finalized;

/** The newest content could not be had: no source, no render, nothing observed. What is live stays. */
export interface FailedOutcome {
  readonly kind: "Failed";
  readonly error: ReconcileError;
  readonly revision: string | undefined;
  /** How what was applied before is doing; undefined when nobody could look. */
  readonly meanwhile: Pick<Attempted, "failures" | "health" | "reported" | "fights" | "held" | "parts" | "wakeAt"> | undefined;
}

/** A plan was made and carried out as far as it went. */
export interface Attempted {
  readonly kind: "Attempted";
  readonly revision: string;
  /** Number of desired objects, blocked ones included. */
  readonly objects: number;
  readonly failures: readonly Failure[];
  readonly blocked: readonly BlockedObject[];
  /** Members that nothing desires any more and that stay, for now or for good. */
  readonly kept: readonly KeptMember[];
  readonly health: AggregateHealth;
  /** Differences that are live and are not corrected. */
  readonly reported: readonly DriftFinding[];
  /** Sentences on objects that somebody else keeps changing back. */
  readonly fights: readonly string[];
  /** Sentences on holds of drift: those that are on, and annotations that nobody understands. Default: none. */
  readonly held?: readonly string[];
  /** Holds and fights for the DriftReport. Default: none. */
  readonly parts?: ReportParts;
  /** Kinds that are not watched, with the missing verb or the cause. */
  readonly unwatched: readonly string[];
  /** Those of them that cannot be listed because of a fault. Default none. */
  readonly unlisted?: readonly string[];
  readonly warnings: readonly string[];
  readonly gate: Gate;
  /** What waits at the closed gate. */
  readonly pending: Plan | undefined;
  /** Why hooks keep it from being complete. Default: they do not. */
  readonly hooks?: HookWait | undefined;
  /** When to look again at the latest, besides the resync. */
  readonly wakeAt: Date | undefined;
}

/** True when every desired object was applied and nothing is held up. */
export function isComplete(outcome: Attempted): boolean {
  return outcome.failures.length === 0 && outcome.blocked.length === 0 && outcome.gate.apply.kind === "Open" && outcome.hooks === undefined;
}

/** True when an outcome means that what the source wants is live and works: what depends on the Application may go on. */
export function isReady(outcome: Outcome): boolean {
  return outcome.kind === "Attempted" && isComplete(outcome) && outcome.health.status === "Current";
}
