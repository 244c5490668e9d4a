/**
 * When an episode opens, closes, is told again: every figure in one place. The rule set is research on other tools' noise
 * put to numbers: wait before telling, wait before withdrawing, one message for one cause.
 */
import type { EpisodeClass } from "../../api/notifier.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What became so by one cause is waited for this long. */
export const GROUP_WAIT_MS = 10 * SECOND;
/** An episode of a group takes in members this long after it opened; a deployment as long as it is open. */
export const JOIN_MS = 60 * SECOND;
/** After a start nothing is opened before this: what inhibits it may not have been heard of yet. */
export const SETTLE_MS = 10 * SECOND;
/** A deployment that takes longer is told while it runs. */
export const RUNNING_MS = 60 * SECOND;
/** The end of trouble is told when it has lasted this long. */
export const CLOSE_MS = 60 * SECOND;
/** More than FLAPS returns within FLAP_WINDOW_MS are flapping, until nothing changed for as long. */
export const FLAPS = 3;
export const FLAP_WINDOW_MS = 30 * MINUTE;
/** Corrections of one field of one object within RECURRING_WINDOW_MS that are still left to a digest; and how long the alarm lasts after the last one. */
export const RECURRING = 5;
export const RECURRING_WINDOW_MS = 60 * MINUTE;
export const RECURRING_HOLD_MS = 30 * MINUTE;
/** Thread lines of one episode about what changed are at least this far apart; a graver state is told at once. */
export const STEP_MS = 60 * SECOND;

/** Bounds of the state. */
export const MAX_EPISODES = 5_000;
export const MAX_STEPS = 50;
export const MAX_SUBJECTS = 10;
export const MAX_FINDINGS = 5;
export const MAX_MEMBERS = 2_000;
export const MAX_ENDED = 5;
export const MAX_LEDGER = 20_000;

/** Reasons of a source that do not go away by trying again. */
const STRUCTURAL: ReadonlySet<string> = new Set(["GitUnauthorized", "RefNotFound", "CredentialsInvalid", "SpecInvalid", "PathNotFound"]);

const OPEN_AFTER: Readonly<Record<EpisodeClass, number>> = { Deploy: GROUP_WAIT_MS, Drift: 60 * SECOND, Health: 120 * SECOND, Source: 5 * MINUTE, Policy: GROUP_WAIT_MS };

/** Milliseconds that trouble has to last before it is told. */
export function openAfter(kind: EpisodeClass, reason: string, security: boolean): number {
  if (kind === "Drift" && security) return 0;
  return kind === "Source" && STRUCTURAL.has(reason) ? GROUP_WAIT_MS : OPEN_AFTER[kind];
}
