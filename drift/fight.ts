/**
 * Two writers who undo each other for ever. More than five corrective writes to one object within a minute are a fight:
 * corrections pause for a minute, then one write probes whether the other one has given up; each time it has not, the
 * pause doubles, up to 30 minutes. Once a pause and twice its length have passed without a correction, all is forgotten.
 *
 * A write that only takes back the ownership of equal values is neither drift nor part of a fight. Somebody who takes it
 * again each time would still keep both writing for ever, so the same arithmetic brakes it, silently, in a record of its own.
 */
import type { DriftFinding } from "../src/api/drift-report.ts";
import { shorten } from "../src/api/conditions.ts";
import { formatDuration } from "../src/api/duration.ts";
import { displayId, parseKey } from "../src/object/object-id.ts";

/** What is remembered of the corrective writes to one object: at most five times and two numbers. */
export interface FightRecord {
  /** Milliseconds of the latest writes within a minute, oldest first. */
  readonly recent: readonly number[];
  /** Pauses so far. */
  readonly rounds: number;
  /** End of the latest pause; 0 where there was none. */
  readonly until: number;
}

/** Whether corrections go on. `until` in milliseconds: when one write may probe. */
export type FightState = { readonly kind: "Peace" } | { readonly kind: "Fight"; readonly until: number; readonly rounds: number };

/** So many corrective writes within a minute are in order; one more is a fight. */
const TOLERATED = 5;
const SPAN_MS = 60_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 30 * 60_000;
const MESSAGE_NAMES = 3;
const NAME_LIMIT = 120;

/** The record after one more corrective write. */
export function noteCorrection(record: FightRecord | undefined, nowMs: number): FightRecord {
  const before = record === undefined || isForgotten(record, nowMs) ? PEACE : record;
  const recent = [...before.recent.filter((at) => nowMs - at < SPAN_MS), nowMs];
  if (before.rounds === 0 && recent.length <= TOLERATED) return { ...before, recent };
  const rounds = before.rounds + 1;
  return { recent: [], rounds, until: nowMs + pauseOf(rounds) };
}

/** Where an object stands; undefined: it was never corrected. */
export function fightState(record: FightRecord | undefined, nowMs: number): FightState {
  if (record === undefined || nowMs >= record.until) return { kind: "Peace" };
  return { kind: "Fight", until: record.until, rounds: record.rounds };
}

/** True for a record that says nothing any more, so that it can be dropped. */
export function isForgotten({ recent, rounds, until }: FightRecord, nowMs: number): boolean {
  return rounds === 0 ? recent.every((at) => nowMs - at >= SPAN_MS) : nowMs >= until + 2 * pauseOf(rounds);
}

/**
 * Who undoes what, and when it is tried again: `Deployment shop/cart: kube-hpa keeps changing /spec/replicas; corrections
 * pause for 4m, until 10:09:00Z. …`. Undefined in peace and where nothing differs.
 */
export function fightMessage(findings: readonly DriftFinding[], record: FightRecord | undefined, now: Date): string | undefined {
  const state = fightState(record, now.getTime());
  const [first] = findings;
  if (state.kind === "Peace" || first === undefined) return undefined;
  const id = parseKey(first.object);
  const managers = listed(findings.map(({ manager }) => manager ?? "").filter((name) => name !== ""));
  const fields = listed(findings.map(({ path }) => path ?? "").filter((path) => path !== ""));
  const who = managers === "" ? "somebody" : managers;
  const what = fields === "" ? "deleting it" : `changing ${fields}`;
  const end = new Date(state.until).toISOString().slice(11, 19);
  return `${id === undefined ? first.object : displayId(id)}: ${who} keeps ${what}; corrections pause for ${formatDuration(pauseOf(state.rounds))}, until ${end}Z. Stop the other writer, or leave the field to it with spec.drift.ignore`;
}

const PEACE: FightRecord = { recent: [], rounds: 0, until: 0 };

function pauseOf(rounds: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(rounds - 1, 16), LONGEST_PAUSE_MS);
}

function listed(names: readonly string[]): string {
  const all = [...new Set(names)].sort();
  const shown = all.slice(0, MESSAGE_NAMES).map((name) => shorten(name, NAME_LIMIT));
  return all.length > shown.length ? `${shown.join(", ")} and ${all.length - shown.length} more` : shown.join(", ");
}
