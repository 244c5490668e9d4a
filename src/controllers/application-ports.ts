import { compileIgnore } from "../../drift/ignore.ts";
import type { AppIdentity } from "../../reconciler/identity.ts";
import type { LastGood } from "../../reconciler/last-good.ts";
import type { ReconcilePorts } from "../../reconciler/reconcile-ports.ts";
import type { Artifact } from "../../sources/source.ts";
import type { Application } from "../api/application.ts";
import { ReconcileError } from "../errors.ts";
import type { Logger } from "../ports.ts";
import type { AppRegistry, AppState } from "./app-registry.ts";
import type { ApplicationDeps } from "./application-deps.ts";
import type { Attempts } from "./attempts.ts";
import type { MembershipKeeper } from "./membership-keeper.ts";
import { Rivals } from "./rivals.ts";

/** One reconcile of one Application. */
export interface Occasion {
  readonly app: Application;
  readonly state: AppState;
  readonly attempts: Attempts;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What a reconcile reaches the outside through, for one Application. */
export function applicationPorts({ app, state, attempts, logger, signal }: Occasion, membership: MembershipKeeper, registry: AppRegistry, deps: ApplicationDeps): ReconcilePorts {
  const { cluster, renders, members, watches, drift } = deps;
  const { identity } = state;
  const rivals = new Rivals(app, registry, deps);
  return {
    cluster, logger, attempts,
    artifact: () => artifactOf(app, deps),
    render: (artifact) => renders.render(artifact.tree, { path: app.spec.path ?? "." }, `${identity.namespace}/${app.spec.sourceRef.name}`),
    members: () => watches.watchedOnly(members.membersOf(identity.setId)),
    known: () => members.membersOf(identity.setId),
    reach: (effective) => membership.reach(app, identity, effective, signal),
    record: (findings) => drift.record(app, findings, signal),
    loadLastGood: () => loadLastGood(app, identity, deps, signal),
    isAlive: (name) => isAlive(name, deps),
    wants: (name, key) => registry.wants(name, key),
    rival: (key) => rivals.of(key),
    handedOver: (name) => deps.wake(name),
    leaving: (key) => members.leave(identity, key),
    doubted: (key) => members.doubt(identity, key),
    lost: (key) => members.lose(identity, key),
    seen: (member) => members.note(identity, member),
  };
}

/** What is stored of an Application's last good content. */
export function loadLastGood(app: Application, identity: AppIdentity, { lastGood }: Pick<ApplicationDeps, "lastGood">, signal: AbortSignal): Promise<LastGood | undefined> {
  return lastGood.load(app, { identity, ignore: compileIgnore(app.spec.drift?.ignore ?? []).rules }, signal);
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
