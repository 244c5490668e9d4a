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
  /** Default Peace. */
  readonly fight?: FightState | undefined;
}

/** In a fight nothing is undone, but all is told, save what is ignored anyway; else the mode decides. */
export function treatmentOf({ mode = "Revert", fight }: DriftSituation): Treatment {
  return (fight?.kind ?? "Peace") !== "Peace" && mode === "Revert" ? "Report" : mode;
}
