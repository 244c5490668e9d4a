import type { Failure } from "../../reconciler/change.ts";
import type { BlockedObject } from "../../reconciler/effective.ts";
import type { Gate } from "../../reconciler/gate/gate.ts";
import type { Attempted } from "../../reconciler/outcome.ts";
import { blockedBecause } from "../../reconciler/verdict-parts.ts";
import { oneObject } from "./plan-cases.ts";

/** The revision of the outcomes here. */
export const revision = `main@sha1:${"a".repeat(40)}`;

/** Nothing is held up. */
export const OPEN: Gate = { apply: { kind: "Open" }, prune: { kind: "Open" }, asksForApproval: false };

/** A gate that is closed for this reason: for all that the source brings, or for deletes only. */
export function closedGate(reason: "WindowClosed" | "AwaitingApproval" | "DependencyNotReady" | "DependencyCycle" | "DependencyRefused" | "PruneHeld", until?: Date): Gate {
  const closed = { kind: "Closed", reason, message: `${reason} says why`, ...(until === undefined ? {} : { until }) } as const;
  return { apply: reason === "PruneHeld" ? { kind: "Open" } : closed, prune: closed, asksForApproval: reason === "PruneHeld" || reason === "AwaitingApproval" };
}

/** Two objects, applied and healthy, with what differs. */
export function attemptedWith(extra: Partial<Attempted> = {}): Attempted {
  return {
    kind: "Attempted", revision, objects: 2, failures: [], blocked: [], kept: [], health: { status: "Current", message: "2 of 2 healthy", healthy: 2, total: 2 }, reported: [], fights: [], unwatched: [], warnings: [],
    gate: OPEN, pending: undefined, wakeAt: undefined, ...extra,
  };
}

const object = oneObject("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");

/** One object that was refused. */
export function failureWith(extra: Partial<Failure> = {}): Failure {
  return { id: object.id, key: object.key, where: "app.yaml:1", message: "app.yaml:1: ConfigMap shop/a: data: Invalid value", verb: "apply", outcome: "Refused", ...extra };
}

/** One object that is held up. */
export const blockedAs = (kind: BlockedObject["kind"]): BlockedObject => blockedBecause(object, kind, "is held up");

/** The health of a whole that is not well. */
export const healthOf = (status: Attempted["health"]["status"]): Attempted["health"] => ({ status, message: `1 of 2 ${status}`, healthy: 1, total: 2 });
