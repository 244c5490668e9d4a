/** What happens with a difference that somebody else made: `spec.drift.mode` and what comes before it. */
import type { FightState } from "./fight.ts";

/**
 * Revert: it is told and undone. Report: it is told (Drifted is True) and left, deleted objects included. Ignore: it is
 * not even looked for. In all of them a change of the source is applied, and brings the whole object to what Git says.
 */
export type Treatment = "Revert" | "Report" | "Ignore";

/** What decides about one object. */
export interface DriftSituation {
  /** spec.drift.mode. Default Revert. */
  readonly mode?: Treatment | undefined;
  /** spec.suspend. Default false. */
  readonly suspended?: boolean | undefined;
  /** The annotation `driftless.dev/reconcile: disabled`, or an alias of it, on the desired or the live object. Default false. */
  readonly reconcileDisabled?: boolean | undefined;
  /** Default Peace. */
  readonly fight?: FightState | undefined;
}

/**
 * In order: a suspended Application and an object that is left alone are not looked at; in a fight nothing is undone, but
 * all is told; else the mode decides.
 */
export function treatmentOf({ mode = "Revert", suspended = false, reconcileDisabled = false, fight }: DriftSituation): Treatment {
  if (suspended || reconcileDisabled || mode === "Ignore") return "Ignore";
  return fight?.kind === "Fight" ? "Report" : mode;
}
