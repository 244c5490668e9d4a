/** Timeouts: an object that is on its way and stands still for too long has failed. Does not contact the cluster. */
import { formatDuration } from "../../src/api/duration.ts";
import type { ObjectKey } from "../../src/object/object-id.ts";
import { aggregateHealth } from "./aggregate.ts";
import type { AggregateHealth, ObjectHealth } from "./aggregate.ts";
import { failed, isSettled } from "./health.ts";
import type { Health } from "./health.ts";

/** What was last seen of an object's pace. */
export interface ProgressEntry {
  /** Changes with every sign of progress; empty while the object is settled. */
  readonly fingerprint: string;
  /** The last sign of progress, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * What this process has seen of every object of one Application. All of it can be lost: for an object that is not in it
 * the object itself is asked since when it has been on its way.
 */
export type ProgressLog = Map<ObjectKey, ProgressEntry>;

/** How long objects may stand still. */
export interface ProgressOptions {
  readonly now: Date;
  /** `health.timeout`. */
  readonly timeoutMs: number;
  /** When the Application began to wait, for objects of which nothing else is known, such as missing ones. Default: now. */
  readonly startedAt?: Date | undefined;
  /** Healthy objects besides, which are in the log as such, and the keys of all, these included. Default: none. */
  readonly resting?: { readonly count: number; readonly all: () => ReadonlySet<ObjectKey> };
}

/** The health of a whole with what has timed out taken for failed. */
export interface AssessedHealth {
  readonly health: AggregateHealth;
  /** When the next object times out unless it moves; undefined: none will. */
  readonly nextTimeout: Date | undefined;
}

const SETTLED: ProgressEntry = { fingerprint: "", since: 0 };

/**
 * The health of all objects together, after the log was brought up to date. Progress is any change of an object's
 * message, reason or generation. Whatever is neither healthy nor failed is on its way: also what is missing, and what is
 * terminating. What is held back by us (a later wave) is not timed.
 */
export function assessHealth(objects: readonly ObjectHealth[], log: ProgressLog, options: ProgressOptions): AssessedHealth {
  const { resting = { count: 0, all: () => new Set(objects.map(({ key }) => key)) } } = options;
  let next = Number.POSITIVE_INFINITY;
  const assessed = objects.map((object): ObjectHealth => {
    const entry = entryOf(object, log.get(object.key), options);
    log.set(object.key, entry);
    if (entry === SETTLED) return object;
    const limit = limitOf(object.health, options.timeoutMs);
    if (entry.since + limit <= options.now.getTime()) return { ...object, health: timedOut(object.health, limit) };
    next = Math.min(next, entry.since + limit);
    return object;
  });
  if (log.size > objects.length + resting.count) keepOnly(resting.all(), log);
  return { health: aggregateHealth(assessed, resting.count), nextTimeout: Number.isFinite(next) ? new Date(next) : undefined };
}

function keepOnly(present: ReadonlySet<ObjectKey>, log: ProgressLog): void {
  for (const key of log.keys()) if (!present.has(key)) log.delete(key);
}

function entryOf({ health, held = false }: ObjectHealth, before: ProgressEntry | undefined, { now, startedAt = now }: ProgressOptions): ProgressEntry {
  if (isSettled(health) || held) return SETTLED;
  const fingerprint = `${health.progress?.generation ?? 0} ${health.status} ${health.reason ?? ""} ${health.message}`;
  if (before?.fingerprint === fingerprint) return before;
  const since = before === undefined ? (health.progress?.since ?? startedAt.getTime()) : now.getTime();
  return { fingerprint, since: Math.min(since, now.getTime()) };
}

/** A deadline that the object's author or its own controller gives it is waited for where it is the longer one. */
function limitOf({ progress }: Health, timeoutMs: number): number {
  return Math.max(timeoutMs, progress?.allowedMs ?? 0);
}

function timedOut(health: Health, limit: number): Health {
  return failed("NoProgress", `no progress for ${formatDuration(limit)}: ${health.message}`);
}
