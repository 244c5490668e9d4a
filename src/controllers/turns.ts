import type { Attempted } from "../../reconciler/outcome.ts";
import { shortRevision } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { findCondition } from "../api/conditions.ts";
import { reasons } from "../api/reasons.ts";
import type { EventContent } from "../kube/event-series.ts";

/** What waits for somebody, or for a time: an Event says so once. Dependencies are waited for in the ordinary course of things. */
const TOLD_WAITS: ReadonlySet<string> = new Set([reasons.AwaitingApproval, reasons.WindowClosed, reasons.PruneHeld, reasons.DependencyCycle, reasons.DependencyRefused]);
/** Here every new plan asks for a yes of its own. */
const TOLD_ANEW: ReadonlySet<string> = new Set([reasons.AwaitingApproval, reasons.PruneHeld]);
const BAD: ReadonlySet<string> = new Set([reasons.DependencyCycle, reasons.DependencyRefused]);

/**
 * What has taken a turn since the last look: the objects broke or recovered, or changes began to wait. `wasSick`: they
 * broke and have not recovered since, as far as was told. Pure.
 */
export function turnsOf(app: Application, outcome: Attempted, wasSick: boolean): EventContent[] {
  return [...healthTurn(outcome, wasSick), ...gateTurn(app, outcome), ...hookTurn(app, outcome)];
}

/** Whether the objects of an Application are broken: what is on its way leaves it open. */
export function isSick({ health }: Attempted, wasSick: boolean): boolean {
  return health.status === "Failed" || (wasSick && health.status !== "Current");
}

function healthTurn({ health }: Attempted, wasSick: boolean): EventContent[] {
  if (health.status === "Failed" && !wasSick) return [{ type: "Warning", reason: reasons.HealthCheckFailed, message: health.message, action: "CheckHealth" }];
  if (health.status === "Current" && wasSick) return [{ type: "Normal", reason: reasons.Healthy, message: `${health.message} again`, action: "CheckHealth" }];
  return [];
}

/** Hooks that begin or end are told where that is found out; one that cannot be started has done neither. */
function hookTurn({ status }: Application, { hooks }: Attempted): EventContent[] {
  if (hooks?.kind !== "Blocked" || findCondition(status?.conditions, "Synced")?.reason === reasons.HookBlocked) return [];
  return [{ type: "Warning", reason: reasons.HookBlocked, message: hooks.message, action: "Sync" }];
}

function gateTurn({ status }: Application, { gate, revision }: Attempted): EventContent[] {
  const closed = gate.apply.kind === "Closed" ? gate.apply : gate.prune;
  if (closed.kind === "Open" || !TOLD_WAITS.has(closed.reason)) return [];
  const before = findCondition(status?.conditions, "Synced");
  const isKnown = before?.reason === closed.reason && (!TOLD_ANEW.has(closed.reason) || before.message.includes(closed.message));
  if (isKnown) return [];
  return [{ type: BAD.has(closed.reason) ? "Warning" : "Normal", reason: closed.reason, message: `${shortRevision(revision)}: ${closed.message}`, action: "Sync" }];
}
