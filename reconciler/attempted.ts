import { fightMessage, fightOf, fightState, isBraked } from "../drift/fight.ts";
import type { Application } from "../src/api/application.ts";
import { findCondition } from "../src/api/conditions.ts";
import { parseDuration } from "../src/api/duration.ts";
import type { DriftFight, DriftFinding } from "../src/api/drift-report.ts";
import { byId, compareText } from "../src/object/object-id.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import type { KeptMember, Plan } from "./change.ts";
import { entriesOf } from "./change.ts";
import { appliedDigest } from "./applied.ts";
import { concealer, concealFailures } from "./conceal.ts";
import type { Conceal } from "./conceal.ts";
import { isLeftAlone, isMembership } from "./effective.ts";
import type { BlockedObject, Effective, EffectiveObject } from "./effective.ts";
import { uncorrected } from "./execute.ts";
import type { Executed } from "./execute.ts";
import { expires } from "./expired.ts";
import type { Gate } from "./gate/gate.ts";
import type { Health } from "./health/health.ts";
import { assessHealth } from "./health/progress.ts";
import type { AssessedHealth } from "./health/progress.ts";
import type { Attempted } from "./outcome.ts";
import { holdsOn } from "./drift-holds.ts";
import type { Reach, ReconcilePorts, ReconcileRequest } from "./reconcile-ports.ts";
import { awake } from "./rest.ts";
import { nextRetry } from "./retries.ts";
import { leavingText, lingers } from "./stale.ts";
import { blockedBecause, waitingToGo } from "./verdict-parts.ts";

/** Everything that one look came to. */
export interface Look {
  readonly request: ReconcileRequest;
  readonly ports: Pick<ReconcilePorts, "known">;
  readonly revision: string;
  /** What the newest content wants. */
  readonly desired: Effective;
  /** What was planned for: the same, or what was applied before. */
  readonly effective: Effective;
  readonly plan: Plan;
  readonly result: Executed;
  readonly reach: Reach;
  readonly gate: Gate;
  /** What waits at the closed gate. */
  readonly pending: Plan | undefined;
}

/** The outcome of a look. Does not contact the cluster. */
export function attempted(look: Look): Attempted {
  const { request, revision, desired, effective, plan, result, reach, gate, pending } = look;
  const conceal = concealer(desired.objects === effective.objects ? desired.objects : [...desired.objects, ...effective.objects], request.memory.lastGood);
  const { effective: own, members } = awake(effective, look.ports.known(), request.memory, request.now);
  const { health, nextTimeout } = healthOfAll(own, look, conceal);
  const reported = [...plan.reported, ...uncorrected(plan, result)];
  const later = leftForLater(plan, result);
  const holds = holdsOn(request.app, members, request.now);
  return {
    kind: "Attempted",
    revision,
    objects: desired.objects.length + desired.blocked.length,
    failures: concealFailures(result.failures.filter(({ outcome }) => outcome !== "Later"), conceal),
    blocked: [...plan.blocked, ...recreated(plan, result), ...later],
    kept: [...plan.kept, ...lingering(plan, result)].sort(byId),
    health,
    reported,
    fights: fightsOf(request, reported),
    held: holds.sentences,
    parts: { holds: holds.holds, fights: fightParts(request, reported) },
    unwatched: reach.unwatched,
    unlisted: reach.unlisted ?? [],
    warnings: [...effective.warnings, ...plan.notes],
    gate,
    pending,
    wakeAt: earliest([nextTimeout, nextRetry(request.memory.retries, request.now), openingOf(gate), endOfPause(request), holds.endsAt, nextRevert(reported, request.now), later.length > 0 ? request.now : undefined]),
  };
}

/** What was not sent, so that others have their turn: it is sent with the next one. */
function leftForLater(plan: Plan, { failures }: Executed): BlockedObject[] {
  const later = new Set(failures.flatMap(({ key, outcome }) => (outcome === "Later" ? [key] : [])));
  return later.size === 0 ? [] : entriesOf(plan).flatMap(({ object }) => (later.has(object.key) ? [blockedBecause(object, "Waiting", "is applied with the next turn: others have theirs first")] : []));
}

/** What was deleted to be created again is not there: nothing is complete before it is. */
function recreated(plan: Plan, { changes }: Executed): BlockedObject[] {
  const deleted = new Set(changes.flatMap(({ key, kind }) => (kind === "recreating" ? [key] : [])));
  return entriesOf(plan).flatMap(({ object }) => (deleted.has(object.key) ? [waitingToGo(object).blocked] : []));
}

/** What was told to go and takes a while: until it is gone, the source and the cluster are not the same. */
function lingering({ prune }: Plan, { changes }: Executed): KeptMember[] {
  const deleted = new Set(changes.filter(({ kind }) => kind === "deleted").map(({ key }) => key));
  return prune.filter(({ member }) => deleted.has(member.key) && lingers(member)).map(({ id, member }) => ({ id, kind: "Waiting", reason: leavingText(member) }));
}

const EXPIRED: Health = { status: "Current", message: "finished, and removed by its ttlSecondsAfterFinished" };

/** The health of every desired object, from the watches; of the applied ones, while newer content waits. `awake`: those that are not at rest. */
function healthOfAll({ objects: awake, resting = 0 }: Effective, { request: { app, memory, now }, ports, effective, plan }: Look, conceal: Conceal | undefined): AssessedHealth {
  const members = ports.known();
  const missing: Health = { status: "NotFound", message: "not live" };
  const own = awake.filter(hasHealth);
  const keys = new Set<ObjectKey>([...own, ...effective.blocked].map(({ key }) => key));
  const held = new Set(plan.blocked.filter(({ kind }) => kind === "Waiting").map(({ key }) => key));
  const expired = new Set<ObjectKey>(own.filter((object) => expires(object, appliedDigest(object, memory))).map(({ key }) => key));
  const healthOf = (key: ObjectKey): Health => members.get(key)?.health ?? (expired.has(key) ? EXPIRED : missing);
  const told = (health: Health): Health => (conceal === undefined ? health : { ...health, message: conceal(health.message) });
  const objects = [...keys].map((key) => ({ key, health: told(healthOf(key)), held: held.has(key) }));
  const all = (): ReadonlySet<ObjectKey> => new Set([...effective.objects.filter(hasHealth), ...effective.blocked].map(({ key }) => key));
  return assessHealth(objects, memory.progress, { resting: { count: resting, all }, now, timeoutMs: parseDuration(app.spec.health?.timeout ?? "5m"), startedAt: waitingSince(app) });
}

const hasHealth = (object: EffectiveObject): boolean => !isLeftAlone(object) && isMembership(object);

/** Since when an earlier process has told that the Application is on its way. */
function waitingSince({ status }: Application): Date | undefined {
  const healthy = findCondition(status?.conditions, "Healthy");
  return healthy?.status === "Unknown" ? new Date(healthy.lastTransitionTime) : undefined;
}

/** Sentences on the objects that somebody else keeps changing back. */
function fightsOf({ memory, now }: ReconcileRequest, reported: readonly DriftFinding[]): string[] {
  return [...memory.fights].flatMap(([key, record]) => fightMessage(reported.filter(({ object }) => object === key), record, now) ?? []).sort();
}

/** The same for the DriftReport. */
function fightParts({ memory, now }: ReconcileRequest, reported: readonly DriftFinding[]): DriftFight[] {
  const fights = [...memory.fights].flatMap(([key, record]) => fightOf(reported.filter(({ object }) => object === key), record, now) ?? []);
  return fights.sort((left, right) => compareText(left.object, right.object));
}

function endOfPause({ memory, now }: ReconcileRequest): Date | undefined {
  const nowMs = now.getTime();
  const pauses = [...memory.fights.values()].flatMap((record) => {
    const state = fightState(record, nowMs);
    return state.kind === "Fight" ? [new Date(state.until)] : [];
  });
  const brakes = [...memory.reasserts.values()].flatMap((record) => (isBraked(record, nowMs) ? [new Date(record.until)] : []));
  return earliest([...pauses, ...brakes]);
}

/** When the first of the differences that are left for a while is undone. What is due and was not undone waits for something else. */
function nextRevert(reported: readonly DriftFinding[], now: Date): Date | undefined {
  return earliest(reported.flatMap(({ revertAt }) => (revertAt === undefined || Date.parse(revertAt) <= now.getTime() ? [] : [new Date(revertAt)])));
}

const openingOf = ({ apply }: Gate): Date | undefined => (apply.kind === "Closed" ? apply.until : undefined);

/** The earliest of several moments. */
export function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.flatMap((time) => (time === undefined ? [] : [time.getTime()]));
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}
