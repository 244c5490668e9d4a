import { NO_CHECKS } from "../../reconciler/health/checks.ts";
import { isAwaiting } from "../../reconciler/awaiting.ts";
import { readinessText } from "../../reconciler/dependencies.ts";
import { readLastGood } from "../../reconciler/correct.ts";
import { finalize } from "../../reconciler/finalize.ts";
import { nextStatus } from "../../reconciler/next-status.ts";
import type { Attempted, Outcome } from "../../reconciler/outcome.ts";
import { isReady } from "../../reconciler/outcome.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import type { ReconcilePorts, ReconcileRequest } from "../../reconciler/reconcile-ports.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import type { Application } from "../api/application.ts";
import type { GitSource } from "../api/git-source.ts";
import { parseDuration } from "../api/duration.ts";
import type { Account, Logger } from "../ports.ts";
import { announce } from "./announce.ts";
import { AppRegistry } from "./app-registry.ts";
import type { AppState } from "./app-registry.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import { applicationPorts, loadLastGood } from "./application-ports.ts";
import type { Occasion } from "./application-ports.ts";
import { Attempts } from "./attempts.ts";
import { backoffDelay } from "./backoff.ts";
import { checkSpec } from "./checked-spec.ts";
import { OutcomeLog } from "./log-outcome.ts";
import { MembershipKeeper } from "./membership-keeper.ts";
import { ProgressNote } from "./progress-note.ts";
import { resultOfAttempt } from "./release-facts.ts";
import { backoffOf, resultOf } from "./requeue.ts";
import { nameOf } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { lookedAt, noteLook, wakeAwaiting } from "./rivals.ts";
import { writeStatus } from "./status-writer.ts";
import { surroundingsOf } from "./surroundings.ts";
import { turnOf } from "./turn.ts";
import { isSick } from "./turns.ts";
import type { WorkResult } from "./work-queue.ts";

/** A reconcile that came to something. */
type Ended = Exclude<Reconciled, { waiting: true }>;

/** Brings Applications to their desired state, one reconcile at a time for each. */
export class ApplicationController {
  readonly #deps: ApplicationDeps;
  readonly #registry: AppRegistry;
  readonly #membership: MembershipKeeper;
  readonly #log = new OutcomeLog();

  constructor(deps: ApplicationDeps) {
    this.#deps = deps;
    this.#registry = new AppRegistry(deps.installation);
    this.#membership = new MembershipKeeper(deps);
  }

  /** The queue's handler. */
  async handle(name: ResourceName, logger: Logger, signal: AbortSignal, othersWait: () => boolean): Promise<WorkResult> {
    const app = this.#deps.applications.get(name);
    if (app === undefined || (app.metadata.deletionTimestamp !== undefined && !this.#membership.isHeld(app))) return this.#forget(name);
    const state = await this.#open(app);
    const progress = new ProgressNote(this.#deps, app, signal);
    const attempts = new Attempts(app, () => this.#deps.members.membersOf(state.identity.setId), { releases: this.#deps.releases, dependencies: this.#dependencies() }, signal);
    const looked = lookedAt(app, this.#deps.artifacts);
    try {
      const result = await this.#run({ app, state, attempts, logger, signal, account: this.#accountOf(app) }, othersWait);
      await progress.end();
      if ("waiting" in result) return { kind: "Done" };
      this.#log.tell(name, result.outcome, logger);
      noteLook(state, result, looked, this.#deps.wake);
      await this.#settle(app, state, result, attempts, signal);
      state.waits = isAwaiting(result.outcome) ? state.waits + 1 : 0;
      return resultOf(app, result.outcome, { waits: state.waits, retries: state.memory.retries, now: this.#deps.clock.now(), random: this.#deps.random() });
    } finally {
      await progress.end();
    }
  }

  async #run(occasion: Occasion, othersWait: () => boolean): Promise<Reconciled> {
    const { app, state, signal } = occasion;
    const ports = applicationPorts(occasion, this.#membership, this.#registry, this.#deps);
    const request = { ...this.#requestOf(app, state, signal), mayBegin: turnOf(this.#deps.clock, othersWait) };
    if (app.metadata.deletionTimestamp !== undefined) return this.#finalize(state, request, ports);
    if (state.spec?.problem !== undefined) return { outcome: { kind: "Failed", error: state.spec.problem, revision: undefined, meanwhile: undefined }, changes: [], plan: undefined };
    const result = await reconcile(request, ports);
    if (request.full && !("waiting" in result)) state.fullAt = this.#deps.clock.monotonic();
    return result;
  }

  async #finalize(state: AppState, request: ReconcileRequest, ports: ReconcilePorts): Promise<Reconciled> {
    const { cluster, operatorNamespace } = this.#deps;
    const surroundings = await surroundingsOf(cluster, request.identity.namespace, operatorNamespace, request.signal);
    const result = await finalize(request, ports, surroundings);
    if ("waiting" in result) return result;
    if (result.outcome.state === "Done" && state.receiving > 0) return { ...result, outcome: { ...result.outcome, state: "Deleting", message: "another Application is handing an object over" }, plan: undefined };
    if (result.outcome.state === "Done") await this.#membership.release(request.app, request.signal);
    return { ...result, plan: undefined };
  }

  #requestOf(app: Application, state: AppState, signal: AbortSignal): ReconcileRequest {
    const { clock, operatorNamespace, random } = this.#deps;
    const resyncMs = parseDuration(app.spec.sync?.resyncInterval ?? "1h");
    const isFull = state.fullAt === undefined || clock.monotonic() - state.fullAt >= resyncMs * RESYNC_SHARE;
    return {
      app, identity: state.identity, operatorNamespace, memory: state.memory, signal,
      account: this.#accountOf(app),
      now: clock.now(),
      full: isFull,
      checks: state.spec?.checks ?? NO_CHECKS,
      sourceSecrets: secretsOf(this.#deps.sources.get(`${app.metadata.namespace ?? ""}/${app.spec.sourceRef.name}`)),
      retryDelay: (attempts) => backoffDelay(attempts, backoffOf(app), random()),
    };
  }

  #accountOf({ metadata, spec }: Application): Account {
    return { namespace: metadata.namespace ?? "", name: spec.serviceAccountName ?? this.#deps.defaultAccount };
  }

  async #settle(app: Application, state: AppState, result: Ended, attempts: Attempts, signal: AbortSignal): Promise<void> {
    const { applications, drift, releases } = this.#deps;
    const { outcome, changes } = result;
    drift.settled(app, changes, reportedBy(outcome));
    const gone = outcome.kind === "Finalized" && outcome.state === "Done";
    announce({ app, wasSick: state.sick }, outcome, changes, this.#deps);
    if (outcome.kind === "Attempted") state.sick = isSick(outcome, state.sick);
    if (!gone) await this.#store(app, state, result, attempts, signal);
    if (outcome.kind === "Attempted" && result.plan !== undefined && state.receiving === 0) {
      await this.#membership.shrink(applications.get(`${state.identity.namespace}/${state.identity.name}`) ?? app, state.identity, state.memory.effective?.effective, outcome, signal);
    }
    this.#follow(app, state);
    this.#noteReadiness(app, state, outcome);
    if (gone) releases.forget(`${state.identity.namespace}/${state.identity.name}`);
  }

  /** Last good content and Release, then the status: who reads the last finds the others done. */
  async #store(app: Application, state: AppState, { outcome, changes }: Ended, attempts: Attempts, signal: AbortSignal): Promise<void> {
    const { cluster, applications, metrics, clock, releases } = this.#deps;
    const { identity } = state;
    if (outcome.kind === "Attempted") await Promise.all([this.#save(app, state, outcome, signal), this.#tellAttempt(app, outcome, changes.length === 0, attempts, signal)]);
    const latest = applications.get(`${identity.namespace}/${identity.name}`) ?? app;
    const news = changes.some(({ kind }) => !["reverted", "reasserted", "unchanged"].includes(kind));
    const status = nextStatus({ ...app, ...(latest.status === undefined ? {} : { status: latest.status }) }, outcome, { release: releases.newest(app)?.metadata.name, news }, clock.now());
    const ready = status.conditions?.find(({ type }) => type === "Ready")?.status === "True";
    metrics.ready("driftless_application_ready", { namespace: identity.namespace, name: identity.name }, ready);
    await writeStatus(cluster, latest, status, (answer) => applications.note(answer), signal);
  }

  async #save(app: Application, { identity, memory }: AppState, outcome: Attempted, signal: AbortSignal): Promise<void> {
    if (!memory.unsaved) return;
    if (outcome.failures.length + outcome.blocked.length > 0) await readLastGood({ memory }, { loadLastGood: () => loadLastGood(app, identity, this.#deps, signal) }); // what is not replaced stays stored
    const objects = [...memory.lastGood.values()].map(({ object }) => object);
    const saving = await this.#deps.lastGood.save(app, outcome.revision, objects, signal);
    memory.unsaved = saving.kind === "NotStored"; // it is not tried at each turn: the store knows when
  }

  async #tellAttempt(app: Application, outcome: Attempted, quiet: boolean, { wanted }: Attempts, signal: AbortSignal): Promise<void> {
    if (wanted !== undefined) await this.#deps.releases.settle({ app, ...wanted }, resultOfAttempt(outcome), signal, quiet);
  }

  /** Differences that are told and left may change, or go, without a trace in the hashes. */
  #follow({ spec }: Application, { identity, memory }: AppState): void {
    const told = spec.drift?.mode === "Report" ? [...memory.baselines] : [];
    this.#deps.members.follow(identity, new Map(told.flatMap(([key, { resourceVersion }]) => (resourceVersion === undefined ? [] : [[key, resourceVersion] as const]))));
  }

  /** What depends on this Application may go on in this moment, or has something else to tell of it. */
  #noteReadiness(app: Application, state: AppState, outcome: Outcome): void {
    const { applications, wakeDependants } = this.#deps;
    const name = nameOf(app);
    const { ready: before, readiness } = state;
    state.ready = outcome.kind === "Attempted" && isReady(outcome) ? { generation: app.metadata.generation ?? 0, revision: outcome.revision } : undefined;
    state.readiness = readinessText(applications.get(name) ?? app);
    if (before?.generation !== state.ready?.generation || before?.revision !== state.ready?.revision || readiness !== state.readiness) wakeDependants(name);
  }

  #dependencies() {
    const { applications, crossNamespace } = this.#deps;
    return {
      app: (namespace: string, name: string) => applications.get(`${namespace}/${name}`),
      readyAt: (namespace: string, name: string) => this.#registry.get(`${namespace}/${name}`)?.ready,
      crossNamespace,
    };
  }

  async #open(app: Application): Promise<AppState> {
    const { state, isNew } = this.#registry.open(app);
    const { members, watches } = this.#deps;
    if (state.spec !== undefined && state.spec.generation === app.metadata.generation && !isNew) return state;
    state.spec = await checkSpec(app);
    watches.tellAgain(state.identity.setId, members.register(state.identity, state.spec.checks));
    return state;
  }

  #forget(name: ResourceName): WorkResult {
    const state = this.#registry.drop(name);
    this.#log.forget(name);
    const { watches, members, drift, metrics, releases, lastGood, wake, wakeDependants } = this.#deps;
    if (state === undefined) return { kind: "Done" };
    watches.want(state.identity.setId, new Set());
    members.forget(state.identity.setId);
    drift.forget(name);
    releases.forget(name);
    lastGood.forget(name);
    metrics.ready("driftless_application_ready", state.identity, undefined);
    wakeDependants(name);
    wakeAwaiting(state, wake);
    return { kind: "Done" };
  }
}

const secretsOf = (source: GitSource | undefined): readonly string[] => [source?.spec.secretRef, source?.spec.webhook?.secretRef].flatMap((ref) => ref?.name ?? []);

/** A resync comes a little early or late; from this share of its interval on it looks at everything. */
const RESYNC_SHARE = 0.8;

const reportedBy = (outcome: Outcome) => (outcome.kind === "Attempted" ? outcome.reported : outcome.kind === "Failed" ? outcome.meanwhile?.reported : undefined);
