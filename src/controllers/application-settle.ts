import { readLastGood } from "../../reconciler/correct.ts";
import { readinessText } from "../../reconciler/dependencies.ts";
import { ownerOf } from "../../reconciler/identity.ts";
import { nextStatus } from "../../reconciler/next-status.ts";
import type { Attempted, Outcome } from "../../reconciler/outcome.ts";
import { isComplete, isReady } from "../../reconciler/outcome.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import { awake } from "../../reconciler/rest.ts";
import type { Application } from "../api/application.ts";
import type { ObjectKey } from "../object/object-id.ts";
import { announce } from "./announce.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import { loadLastGood } from "./application-ports.ts";
import type { Occasion } from "./application-ports.ts";
import { endHold } from "./end-hold.ts";
import type { MembershipKeeper } from "./membership-keeper.ts";
import { resultOfAttempt } from "./release-facts.ts";
import { nameOf } from "./resource-store.ts";
import { writeStatus } from "./status-writer.ts";
import { isSick } from "./turns.ts";

/** A reconcile that came to something. */
export type Ended = Exclude<Reconciled, { waiting: true }>;

/**
 * What follows from a reconcile: people are told, last good content, Release and status are written, the record of
 * members shrinks, and who depends on the Application is woken.
 */
export async function settle(occasion: Occasion, result: Ended, membership: MembershipKeeper, deps: ApplicationDeps): Promise<void> {
  const { app, state, signal } = occasion;
  const { outcome, changes } = result;
  deps.drift.settled(app, changes, reportedBy(outcome), partsOf(outcome));
  const gone = outcome.kind === "Finalized" && outcome.state === "Done";
  announce({ app, wasSick: state.sick }, outcome, changes, deps);
  if (outcome.kind === "Attempted") state.sick = isSick(outcome, state.sick);
  if (!gone) await store(occasion, result, deps);
  if (outcome.kind === "Attempted" && result.plan !== undefined && state.receiving === 0 && isComplete(outcome)) await shrink(occasion, membership, deps);
  follow(occasion, deps);
  if (!gone) await endHold(latestOf(app, deps), deps, signal);
  noteReadiness(occasion, outcome, deps);
  if (gone) deps.releases.forget(nameOf(app));
}

const reportedBy = (outcome: Outcome) => (outcome.kind === "Attempted" ? outcome.reported : outcome.kind === "Failed" ? outcome.meanwhile?.reported : undefined);

const partsOf = (outcome: Outcome) => (outcome.kind === "Attempted" ? outcome.parts : outcome.kind === "Failed" ? outcome.meanwhile?.parts : undefined);

const latestOf = (app: Application, { applications }: ApplicationDeps): Application => applications.get(nameOf(app)) ?? app;

/** What is at rest is among what is desired. */
async function shrink({ app, state: { identity, memory }, signal }: Occasion, membership: MembershipKeeper, deps: ApplicationDeps): Promise<void> {
  const { effective } = memory.effective ?? {};
  if (effective === undefined) return;
  const { members } = awake(effective, deps.members.membersOf(identity.setId), memory, deps.clock.now());
  await membership.shrink(latestOf(app, deps), identity, effective, members, signal);
}

/** Last good content and Release, then the status: who reads the last finds the others done. */
async function store(occasion: Occasion, { outcome, changes }: Ended, deps: ApplicationDeps): Promise<void> {
  const { app, state: { identity }, signal } = occasion;
  const { cluster, applications, metrics, clock, releases } = deps;
  if (outcome.kind === "Attempted") await Promise.all([save(occasion, outcome, deps), record(occasion, outcome, deps), tellAttempt(occasion, outcome, changes.length === 0, deps)]);
  const latest = latestOf(app, deps);
  const news = changes.some(({ kind }) => !["reverted", "reasserted", "unchanged"].includes(kind));
  const status = nextStatus({ ...app, ...(latest.status === undefined ? {} : { status: latest.status }) }, outcome, { release: releases.newest(app)?.metadata.name, news, hooks: releases.syncedHooks(app, occasion.attempts.wanted?.effective.hooks) }, clock.now());
  const ready = status.conditions?.find(({ type }) => type === "Ready")?.status === "True";
  metrics.ready("driftless_application_ready", { namespace: identity.namespace, name: identity.name }, ready);
  await writeStatus(cluster, latest, status, (answer) => applications.note(answer), signal);
}

async function save({ app, state: { identity, memory }, signal }: Occasion, outcome: Attempted, deps: ApplicationDeps): Promise<void> {
  if (!memory.unsaved) return;
  if (outcome.failures.length + outcome.blocked.length > 0) await readLastGood({ memory }, { loadLastGood: () => loadLastGood(app, identity, deps, signal) }); // what is not replaced stays stored
  const objects = [...memory.lastGood.values()].map(({ object }) => object);
  const saving = await deps.lastGood.save(app, outcome.revision, objects, signal);
  memory.unsaved = saving.kind === "NotStored"; // it is not tried at each turn: the store knows when
}

/** What was applied in full is told to Helm as well, where that is wanted. */
async function record({ account, state: { identity, memory }, signal }: Occasion, outcome: Attempted, { helmRecords }: ApplicationDeps): Promise<void> {
  const { record: release } = memory.effective?.rendered ?? {};
  if (release !== undefined && isComplete(outcome)) await helmRecords.save(release, { owner: ownerOf(identity), account, signal });
}

async function tellAttempt({ app, attempts: { wanted }, signal }: Occasion, outcome: Attempted, quiet: boolean, { releases }: ApplicationDeps): Promise<void> {
  if (wanted !== undefined) await releases.settle({ app, ...wanted }, resultOfAttempt(outcome), signal, quiet);
}

/** Differences that are told and left may change, or go, without a trace in the hashes. */
function follow({ state: { identity, memory: { baselines, reported } } }: Occasion, { members }: ApplicationDeps): void {
  const told = new Map<ObjectKey, string>();
  for (const { object } of reported) {
    const key = object as ObjectKey; // findings of ours name objects by key
    const version = baselines.get(key)?.resourceVersion;
    if (version !== undefined) told.set(key, version);
  }
  members.follow(identity, told);
}

/** What depends on this Application may go on in this moment, or has something else to tell of it. */
function noteReadiness({ app, state }: Occasion, outcome: Outcome, deps: ApplicationDeps): void {
  const { ready: before, readiness } = state;
  state.ready = outcome.kind === "Attempted" && isReady(outcome) ? { generation: app.metadata.generation ?? 0, revision: outcome.revision } : undefined;
  state.readiness = readinessText(latestOf(app, deps));
  if (before?.generation !== state.ready?.generation || before?.revision !== state.ready?.revision || readiness !== state.readiness) deps.wakeDependants(nameOf(app));
}
