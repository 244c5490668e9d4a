import type { Rendered } from "../../charts/rendered.ts";
import { compileIgnore } from "../../drift/ignore.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import type { LastGood } from "../../reconciler/last-good.ts";
import type { ReconcilePorts } from "../../reconciler/reconcile-ports.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { ReconcileError } from "../errors.ts";
import type { ObjectKey } from "../object/object-id.ts";
import type { Account, Logger } from "../ports.ts";
import type { AppRegistry, AppState } from "./app-registry.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import type { Attempts } from "./attempts.ts";
import { helmOptionsOf } from "./helm-options.ts";
import type { MembershipKeeper } from "./membership-keeper.ts";
import { writing } from "./own-record.ts";
import { nameOf } from "./resource-store.ts";
import { Rivals } from "./rivals.ts";

/** One reconcile of one Application. */
export interface Occasion {
  readonly app: Application;
  readonly state: AppState;
  readonly attempts: Attempts;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Who writes, and looks at what is not watched. */
  readonly account: Account;
}

/** What a reconcile reaches the outside through, for one Application. */
export function applicationPorts(occasion: Occasion, membership: MembershipKeeper, registry: AppRegistry, deps: ApplicationDeps): ReconcilePorts {
  const { app, state, attempts, logger, signal, account } = occasion;
  const { cluster, members, watches, drift } = deps;
  const { identity } = state;
  const rivals = new Rivals(app, registry, deps);
  return {
    cluster, logger, attempts,
    artifact: () => artifactOf(app, deps),
    render: (artifact) => render(artifact, occasion, deps),
    members: () => watches.watchedOnly(identity.setId, members.membersOf(identity.setId)),
    known: () => members.membersOf(identity.setId),
    reach: (effective) => membership.reach(app, identity, effective, signal),
    survey: () => membership.survey(app, identity, account, signal),
    record: (findings) => writing(`DriftReport ${nameOf(app)}`, () => drift.record(app, findings, signal)),
    earlierDrift: () => drift.earlier(app),
    loadLastGood: () => loadLastGood(app, identity, deps, signal),
    forgetStored: (keys) => forgetStored(keys, occasion, deps),
    isAlive: (name) => isAlive(name, deps),
    wants: (name, key) => rivals.wants(name, key),
    rival: (key) => rivals.of(key),
    holds: (name, key) => rivals.holds(name, key),
    applicationOf: (setId) => applicationOf(members.identityOf(setId)),
    handOver: (name, key) => rivals.handOver(name, key),
    handedOver: (name) => deps.wake(name),
    leaving: (key, uid) => members.leave(identity, key, uid),
    doubted: (key) => members.doubt(identity, key),
    lost: (key) => members.lose(identity, key),
    seen: (member) => members.note(identity, member),
  };
}

/** What is stored of an Application's last good content. */
export function loadLastGood(app: Application, identity: AppIdentity, { lastGood }: Pick<ApplicationDeps, "lastGood">, signal: AbortSignal): Promise<LastGood | undefined> {
  return lastGood.load(app, { identity, ignore: compileIgnore(app.spec.drift?.ignore ?? []).rules }, signal);
}

async function render(artifact: Artifact, { app, account, signal, state: { identity } }: Occasion, { renders, variables, chartValues, needs, clock, randomSecret: secret }: ApplicationDeps): Promise<Rendered> {
  const { path = ".", render: { kustomize: overlay, helm: chart = {} } = {}, sourceRef } = app.spec;
  const valuesFrom = await chartValues.made(chart, { name: nameOf(app), account, signal });
  const helm = helmOptionsOf(app, { valuesFrom, secret, now: clock.now() });
  const options = { path, overlay, helm, variables: await variables.of(app, account, signal) };
  return needs.render({ app, account, artifact, signal }, (answers) => renders.render(artifact.tree, { ...options, answers }, `${identity.namespace}/${sourceRef.name}`, signal));
}

const applicationOf = (identity: AppIdentity | undefined): string | undefined => (identity === undefined ? undefined : `${identity.namespace}/${identity.name}`);

/** An Application that is being deleted takes what is stored along: nothing is brought back from it. */
async function forgetStored(keys: ReadonlySet<ObjectKey>, { app, state: { memory }, attempts, signal }: Occasion, { lastGood }: ApplicationDeps): Promise<void> {
  const revision = attempts.wanted?.artifact.revision;
  if (revision === undefined || app.metadata.deletionTimestamp !== undefined || ![...keys].some((key) => memory.lastGood.has(key))) return;
  const others = [...memory.lastGood.values()].filter(({ object }) => !keys.has(object.key)).map(({ object }) => object);
  await lastGood.save(app, revision, others, signal);
}

function isAlive(name: string, { applications }: ApplicationDeps): boolean {
  const app = applications.get(name);
  return app !== undefined && app.metadata.deletionTimestamp === undefined;
}

/** Undefined while the source has not been looked at: its controller calls when it has. */
function artifactOf(app: Application, { artifacts, sources }: ApplicationDeps): Artifact | undefined {
  const source = { namespace: app.metadata.namespace ?? "", name: app.spec.sourceRef.name };
  const state = artifacts.get(source);
  if (state?.kind === "Ready") return state.artifact;
  const name = `${source.namespace}/${source.name}`;
  if (state?.kind === "NotReady") throw new ReconcileError("SOURCE_NOT_READY", `GitSource ${name} has no content yet: ${state.message}`);
  if (sources.get(name) === undefined) throw new ReconcileError("SOURCE_NOT_READY", `GitSource ${name} does not exist; create it or correct spec.sourceRef`);
  return undefined;
}
