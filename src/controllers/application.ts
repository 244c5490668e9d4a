import type { RenderCache } from "../../charts/render-cache.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import { identityOf } from "../../reconciler/identity.ts";
import type { AppMemory } from "../../reconciler/memory.ts";
import { emptyMemory } from "../../reconciler/memory.ts";
import type { Outcome } from "../../reconciler/outcome.ts";
import { nextStatus } from "../../reconciler/outcome.ts";
import type { Reconciled } from "../../reconciler/reconcile.ts";
import type { ReconcilePorts } from "../../reconciler/reconcile-ports.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import type { GitSource } from "../api/git-source.ts";
import { ReconcileError } from "../errors.ts";
import type { Account, ClusterClient, Clock, EventRecorder, Logger } from "../ports.ts";
import { announce } from "./announce.ts";
import type { Artifacts } from "./artifacts.ts";
import type { DriftRecorder } from "./drift-recorder.ts";
import type { MemberStore } from "./member-store.ts";
import { MembershipKeeper } from "./membership-keeper.ts";
import { ProgressNote } from "./progress-note.ts";
import { resultOf } from "./requeue.ts";
import type { ResourceName, ResourceStore } from "./resource-store.ts";
import { specProblems } from "./spec-problems.ts";
import { writeStatus } from "./status-writer.ts";
import type { Watches } from "./watches.ts";
import type { WorkResult } from "./work-queue.ts";
import type { Metrics } from "../server/metrics.ts";

/** What the Application controller needs from its surroundings. */
export interface ApplicationDeps {
  readonly cluster: ClusterClient;
  readonly applications: Pick<ResourceStore<Application>, "get" | "note">;
  readonly sources: Pick<ResourceStore<GitSource>, "get">;
  readonly artifacts: Artifacts;
  readonly renders: RenderCache;
  readonly members: MemberStore;
  readonly watches: Watches;
  readonly drift: DriftRecorder;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly installation: string;
  /** The operator's own namespace. */
  readonly operatorNamespace: string;
  /** Account of Applications that name none. */
  readonly defaultAccount: string;
}

/** What is kept of one Application between reconciles. */
interface AppState {
  readonly uid: string;
  readonly identity: AppIdentity;
  readonly memory: AppMemory;
  /** Reconciles in a row that ended with something to wait for. */
  waits: number;
}

/** Brings Applications to their desired state, one reconcile at a time for each. */
export class ApplicationController {
  readonly #deps: ApplicationDeps;
  readonly #states = new Map<ResourceName, AppState>();
  readonly #membership: MembershipKeeper;

  constructor(deps: ApplicationDeps) {
    this.#deps = deps;
    this.#membership = new MembershipKeeper(deps);
  }

  /** The queue's handler. */
  async handle(name: ResourceName, logger: Logger, signal: AbortSignal): Promise<WorkResult> {
    const app = this.#deps.applications.get(name);
    if (app === undefined || app.metadata.deletionTimestamp !== undefined) return this.#forget(name);
    const state = this.#stateOf(name, app);
    const progress = new ProgressNote(this.#deps, app, signal);
    try {
      const result = await this.#reconcile(app, state, logger, signal);
      await progress.end();
      if ("waiting" in result) return { kind: "Done" };
      logFailure(result.outcome, logger);
      await this.#settle(name, app, state, result, signal);
      state.waits = isWaiting(result.outcome) ? state.waits + 1 : 0;
      return resultOf(app, result.outcome, state.waits, this.#deps.random());
    } finally {
      await progress.end();
    }
  }

  #reconcile(app: Application, state: AppState, logger: Logger, signal: AbortSignal): Promise<Reconciled> {
    const invalid = specProblems("Application", app);
    if (invalid !== undefined) return Promise.resolve({ outcome: { kind: "Failed", error: invalid, revision: undefined }, changes: [], plan: undefined });
    const { cluster, renders, members, watches, drift, clock } = this.#deps;
    const ports: ReconcilePorts = {
      cluster,
      logger,
      artifact: () => this.#artifactOf(app),
      render: (artifact) => renders.render(artifact.tree, { path: app.spec.path ?? "." }, `${app.metadata.namespace}/${app.spec.sourceRef.name}`),
      members: () => watches.watchedOnly(members.membersOf(state.identity.setId)),
      known: () => members.membersOf(state.identity.setId),
      reach: (effective) => this.#membership.reach(app, state.identity, effective, signal),
      record: (findings) => drift.record(app, findings, signal),
      lost: (key) => members.lose(state.identity, key),
      seen: (member) => members.note(state.identity, member),
    };
    return reconcile({ app, identity: state.identity, account: this.#accountOf(app), operatorNamespace: this.#deps.operatorNamespace, memory: state.memory, now: clock.now(), signal }, ports);
  }

  async #settle(name: ResourceName, app: Application, state: AppState, result: Exclude<Reconciled, { waiting: true }>, signal: AbortSignal): Promise<void> {
    const { cluster, applications, metrics, clock, drift } = this.#deps;
    const latest = applications.get(name) ?? app;
    const status = nextStatus({ ...app, ...(latest.status === undefined ? {} : { status: latest.status }) }, result.outcome, clock.now());
    drift.settled(app, result.changes, reportedBy(result.outcome));
    announce(app, result.outcome, result.changes, this.#deps);
    const ready = status.conditions?.find(({ type }) => type === "Ready")?.status === "True";
    metrics.ready("driftless_application_ready", { namespace: app.metadata.namespace ?? "", name: app.metadata.name }, ready);
    await writeStatus(cluster, latest, status, (answer) => applications.note(answer), signal);
    await this.#membership.shrink(app, state.identity, state.memory.effective?.effective, result.outcome, signal);
  }

  /** Undefined while the source has not been looked at: its controller calls when it has. */
  #artifactOf(app: Application): Artifact | undefined {
    const { artifacts, sources } = this.#deps;
    const source = { namespace: app.metadata.namespace ?? "", name: app.spec.sourceRef.name };
    const state = artifacts.get(source);
    if (state?.kind === "Ready") return state.artifact;
    const name = `${source.namespace}/${source.name}`;
    if (state?.kind === "NotReady") throw new ReconcileError("SOURCE_NOT_READY", `GitSource ${name} has no content yet: ${state.message}`);
    if (sources.get(name) === undefined) throw new ReconcileError("SOURCE_NOT_READY", `GitSource ${name} does not exist; create it or correct spec.sourceRef`);
    return undefined;
  }

  #accountOf(app: Application): Account {
    return { namespace: app.metadata.namespace ?? "", name: app.spec.serviceAccountName ?? this.#deps.defaultAccount };
  }

  #stateOf(name: ResourceName, app: Application): AppState {
    const known = this.#states.get(name);
    if (known !== undefined && known.uid === app.metadata.uid) return known;
    const identity = identityOf(this.#deps.installation, { namespace: app.metadata.namespace ?? "", name: app.metadata.name });
    const state: AppState = { uid: app.metadata.uid ?? "", identity, memory: emptyMemory(), waits: 0 };
    this.#states.set(name, state);
    this.#deps.members.register(identity);
    return state;
  }

  #forget(name: ResourceName): WorkResult {
    const state = this.#states.get(name);
    if (state !== undefined) {
      this.#states.delete(name);
      this.#deps.watches.want(state.identity.setId, new Set());
      this.#deps.members.forget(state.identity.setId);
      this.#deps.drift.forget(name);
      this.#deps.metrics.ready("driftless_application_ready", state.identity, undefined);
    }
    return { kind: "Done" };
  }
}

const isWaiting = (outcome: Outcome): boolean => outcome.kind === "Attempted" && outcome.blocked.some(({ kind }) => kind === "Waiting");

function logFailure(outcome: Outcome, logger: Logger): void {
  if (outcome.kind === "Failed") logger.warn({ reason: outcome.error.reason, revision: outcome.revision, cause: outcome.error.message }, "sync failed");
  if (outcome.kind !== "Attempted") return;
  for (const { message, verb } of outcome.failures) logger.warn({ verb, revision: outcome.revision, cause: message }, "object failed");
  for (const { kind, reason } of outcome.blocked) logger.warn({ blocked: kind, revision: outcome.revision, cause: reason }, "object blocked");
}

const reportedBy = (outcome: Outcome) => (outcome.kind === "Attempted" ? outcome.reported : undefined);
