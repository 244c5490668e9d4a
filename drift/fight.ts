/**
 * Two writers who undo each other for ever. Each corrective write to an object adds 1 to its heat, which decays by
 * e^-(minutes): an estimate of writes per minute (as Config Sync's fight detector has it). Above five it is a fight:
 * corrections pause for a minute, then one write probes whether the other one has given up; each time it has not, the pause
 * doubles, up to 30 minutes. After six pauses and a last probe corrections end, until somebody acts. Once nothing has
 * differed for a while, all is forgotten.
 *
 * A write that only takes back the ownership of equal values is neither drift nor part of a fight. Somebody who takes it
 * again each time would still keep both writing for ever, so the same arithmetic brakes it, silently, in a record of its
 * own, and without an end: there is nothing to decide.
 */
import type { DriftFight, DriftFinding } from "../src/api/drift-report.ts";
import { shorten, timestamp } from "../src/api/conditions.ts";
import { formatDuration } from "../src/api/duration.ts";
import { displayId, parseKey } from "../src/object/object-id.ts";

/** What is remembered of the corrective writes to one object. Times in milliseconds since 1970. */
export interface FightRecord {
  /** Writes per minute, as of `at`. */
  readonly heat: number;
  /** The latest write. */
  readonly at: number;
  /** Pauses so far, the last probe counted. */
  readonly rounds: number;
  /** End of the latest pause; 0 where there was none. Of a fight that has stopped, also when something was last seen to differ. */
  readonly until: number;
}

/** Whether corrections go on. Fight: until then they pause, and then one write may probe. Stopped: they have ended, until somebody acts. */
export type FightState =
  | { readonly kind: "Peace" }
  | { readonly kind: "Fight"; readonly until: number; readonly rounds: number }
  | { readonly kind: "Stopped"; readonly rounds: number };

/** A heat up to this is in order: somebody tries something out by hand. */
const TOLERATED = 5;
const MINUTE_MS = 60_000;
const FIRST_PAUSE_MS = MINUTE_MS;
const LONGEST_PAUSE_MS = 30 * MINUTE_MS;
/** Pauses of 1, 2, 4, 8, 16 and 30 minutes: an hour in which nobody has looked after it. */
const MOST_ROUNDS = 6;
const MESSAGE_NAMES = 3;
const NAME_LIMIT = 120;

/** The record after one more corrective write. */
export function noteCorrection(record: FightRecord | undefined, nowMs: number): FightRecord {
  const before = record === undefined || isForgotten(record, nowMs) ? PEACE : record;
  const heat = before.heat * Math.exp(-Math.max(0, nowMs - before.at) / MINUTE_MS) + 1;
  if (before.rounds === 0 && heat <= TOLERATED) return { ...before, heat, at: nowMs };
  const rounds = before.rounds + 1;
  return { heat, at: nowMs, rounds, until: nowMs + pauseOf(rounds) };
}

/** Where an object stands; undefined: it was never corrected. */
export function fightState(record: FightRecord | undefined, nowMs: number): FightState {
  if (record === undefined) return { kind: "Peace" };
  const { rounds, until } = record;
  if (rounds > MOST_ROUNDS) return { kind: "Stopped", rounds: MOST_ROUNDS };
  return nowMs >= until ? { kind: "Peace" } : { kind: "Fight", until, rounds };
}

/** True while no write may take back what others own of equal values. */
export function isBraked(record: FightRecord | undefined, nowMs: number): boolean {
  return record !== undefined && nowMs < record.until;
}

/** True for a record that says nothing any more, so that it can be dropped: twice the length of the last pause has gone by without a correction. */
export function isForgotten({ heat, at, rounds, until }: FightRecord, nowMs: number): boolean {
  if (rounds === 0) return heat * Math.exp(-Math.max(0, nowMs - at) / MINUTE_MS) < 0.05;
  return nowMs >= until + 2 * pauseOf(rounds);
}

/** The record while something still differs: corrections that have stopped are not forgotten as long as it does. */
export function stillDiffers(record: FightRecord, nowMs: number): FightRecord {
  return record.rounds > MOST_ROUNDS ? { ...record, until: nowMs } : record;
}

/** The record once somebody has acted: what had ended is tried once more. Who goes on all the same has the longest pause, and then the end again. */
export function resume(record: FightRecord, nowMs: number): FightRecord {
  return record.rounds <= MOST_ROUNDS ? record : { ...record, rounds: MOST_ROUNDS - 1, until: Math.min(record.until, nowMs) };
}

/** The record that an earlier process has told of; undefined for one that cannot be read. */
export function recordOf({ state, rounds, until }: DriftFight, nowMs: number): FightRecord | undefined {
  if (state === "Stopped") return { heat: TOLERATED, at: nowMs, rounds: MOST_ROUNDS + 1, until: nowMs };
  const end = Date.parse(until ?? "");
  return Number.isNaN(end) ? undefined : { heat: TOLERATED, at: nowMs, rounds: Math.min(rounds, MOST_ROUNDS), until: Math.min(end, nowMs + LONGEST_PAUSE_MS) };
}

/** A fight for the DriftReport, which bounds it: who writes what, and what becomes of it. Undefined in peace and where nothing differs. */
export function fightOf(findings: readonly DriftFinding[], record: FightRecord | undefined, now: Date): DriftFight | undefined {
  const state = fightState(record, now.getTime());
  const [first] = findings;
  if (state.kind === "Peace" || first === undefined) return undefined;
  return {
    object: first.object,
    managers: [...managersIn(findings)],
    fields: [...fieldsIn(findings)],
    ...(state.kind === "Stopped" ? { state: "Stopped" } : { state: "BackingOff", until: timestamp(new Date(state.until)) }),
    rounds: state.rounds,
  };
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
  const [managers, fields] = [listed(managersIn(findings)), listed(fieldsIn(findings))];
  const who = managers === "" ? "somebody" : managers;
  const what = fields === "" ? "deleting it" : `changing ${fields}`;
  return `${id === undefined ? first.object : displayId(id)}: ${who} keeps ${what}; ${whatNow(state)}`;
}

function whatNow(state: Exclude<FightState, { kind: "Peace" }>): string {
  if (state.kind === "Stopped") {
    return `corrections have ended after ${state.rounds} pauses, and it stays as it is until somebody decides. Stop the other writer and set driftless.dev/reconcile-requested-at on the Application, or leave the field to it with spec.drift.ignore`;
  }
  const end = new Date(state.until).toISOString().slice(11, 19);
  return `corrections pause for ${formatDuration(pauseOf(state.rounds))}, until ${end}Z. Stop the other writer, or leave the field to it with spec.drift.ignore`;
}

const PEACE: FightRecord = { heat: 0, at: 0, rounds: 0, until: 0 };

function pauseOf(rounds: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(rounds - 1, 16), LONGEST_PAUSE_MS);
}

const managersIn = (findings: readonly DriftFinding[]): readonly string[] => distinct(findings.map(({ manager }) => manager ?? ""));
const fieldsIn = (findings: readonly DriftFinding[]): readonly string[] => distinct(findings.map(({ path }) => path ?? ""));

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== ""))].sort();
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MESSAGE_NAMES).map((name) => shorten(name, NAME_LIMIT));
  return names.length > shown.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : shown.join(", ");
}
