import { isAwaiting } from "../../reconciler/awaiting.ts";
import { finalize } from "../../reconciler/finalize.ts";
import { NO_CHECKS } from "../../reconciler/health/checks.ts";
import { ownerOf } from "../../reconciler/identity.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import type { ReconcilePorts, ReconcileRequest } from "../../reconciler/reconcile-ports.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import type { Application } from "../api/application.ts";
import { parseDuration } from "../api/duration.ts";
import { STATUS_MANAGER } from "../api/group.ts";
import { messageOf } from "../errors.ts";
import type { Account, Logger } from "../ports.ts";
import { AppRegistry } from "./app-registry.ts";
import type { AppState } from "./app-registry.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import { announceHook } from "./announce-hook.ts";
import { applicationPorts } from "./application-ports.ts";
import type { Occasion } from "./application-ports.ts";
import { settle } from "./application-settle.ts";
import { Attempts } from "./attempts.ts";
import { backoffDelay } from "./backoff.ts";
import { checkSpec } from "./checked-spec.ts";
import { isHeld, takeFinalizerOff } from "./finalizer.ts";
import { secretsOf } from "./git-source-secrets.ts";
import { releaseOf } from "./helm-options.ts";
import { OutcomeLog } from "./log-outcome.ts";
import { MembershipKeeper } from "./membership-keeper.ts";
import { ProgressNote } from "./progress-note.ts";
import { backoffOf, resultOf } from "./requeue.ts";
import type { ResourceName } from "./resource-store.ts";
import { lookedAt, noteLook, wakeAwaiting } from "./rivals.ts";
import { refOf } from "./status-writer.ts";
import { surroundingsOf } from "./surroundings.ts";
import { turnOf } from "./turn.ts";
import type { WorkResult } from "./work-queue.ts";

/** A resync comes a little early or late; from this share of its interval on it looks at everything. */
const RESYNC_SHARE = 0.8;

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
    if (app === undefined || (app.metadata.deletionTimestamp !== undefined && !isHeld(app))) return this.#forget(name);
    const state = await this.#open(app);
    const progress = new ProgressNote(this.#deps, app, signal);
    const attempts = new Attempts(app, () => this.#deps.members.membersOf(state.identity.setId), { releases: this.#deps.releases, dependencies: this.#dependencies(), tellHook: (transition) => announceHook(app, transition, logger, this.#deps.events) }, signal);
    const looked = lookedAt(app, this.#deps.artifacts);
    try {
      const occasion: Occasion = { app, state, attempts, logger, signal, account: this.#accountOf(app) };
      const result = await this.#run(occasion, othersWait);
      await progress.end();
      if ("waiting" in result) return { kind: "Done" };
      this.#log.tell(name, result.outcome, logger);
      noteLook(state, result, looked, this.#deps.wake);
      await settle(occasion, result, this.#membership, this.#deps);
      this.#deps.coverage.looked(app, occasion.account, this.#deps.members.membersOf(state.identity.setId));
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
    if (result.outcome.state === "Done" && result.outcome.left.length === 0) await this.#forgetRelease(request);
    if (result.outcome.state === "Done") await takeFinalizerOff(cluster, { ref: refOf(request.app), uid: request.app.metadata.uid }, { fieldManager: STATUS_MANAGER, signal: request.signal });
    return { ...result, plan: undefined };
  }

  /** Helm's record goes with the objects. That nobody may delete it any more is no reason to hold the Application. */
  async #forgetRelease({ app, account, identity, signal }: ReconcileRequest): Promise<void> {
    if (app.spec.render?.helm?.recordRelease !== true) return;
    try {
      await this.#deps.helmRecords.remove(releaseOf(app), { owner: ownerOf(identity), account, signal });
    } catch (error) {
      signal.throwIfAborted();
      this.#deps.logger.warn({ application: ownerOf(identity), cause: messageOf(error) }, "the record for helm stays; kubectl delete secret -l owner=helm,name=RELEASE deletes it");
    }
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
    const { watches, members, drift, coverage, metrics, releases, lastGood, helmRecords, variables, chartValues, needs, wake, wakeDependants } = this.#deps;
    variables.forget(name);
    chartValues.forget(name);
    needs.forget(name);
    if (state === undefined) return { kind: "Done" };
    watches.want(state.identity.setId, new Set());
    members.forget(state.identity.setId);
    this.#membership.forget(state.identity);
    drift.forget(name);
    coverage.forget(name);
    releases.forget(name);
    lastGood.forget(name);
    helmRecords.forget(ownerOf(state.identity));
    metrics.ready("driftless_application_ready", state.identity, undefined);
    wakeDependants(name);
    wakeAwaiting(state, wake);
    return { kind: "Done" };
  }
}
