import type { HookTransition } from "../../reconciler/hooks/ledger.ts";
import type { Application } from "../api/application.ts";
import { reasons } from "../api/reasons.ts";
import type { EventRecorder, Logger } from "../ports.ts";

const REASONS = { Running: reasons.HookRunning, Succeeded: reasons.HookSucceeded, Failed: reasons.HookFailed } as const;

/** Tells that a hook began or ended: one line of the log, and one Event on the Application. */
export function announceHook({ apiVersion, kind, metadata }: Application, { state, message }: HookTransition, logger: Logger, events: EventRecorder): void {
  const isBad = state === "Failed";
  logger[isBad ? "warn" : "info"]({ state, cause: message }, "hook");
  events.record({ apiVersion, kind, metadata }, { type: isBad ? "Warning" : "Normal", reason: REASONS[state], message, action: "Sync" });
}
