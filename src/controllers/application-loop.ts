import { RenderCache } from "../../charts/render-cache.ts";
import { dependantsOf } from "../../reconciler/dependencies.ts";
import type { Application } from "../api/application.ts";
import type { GitSource } from "../api/git-source.ts";
import { DRIFT_HOLD_ANNOTATION, RECONCILE_ANNOTATION } from "../api/group.ts";
import type { Release } from "../api/release.ts";
import type { OperatorConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import type { Json } from "../object/json.ts";
import type { WatchInterruption } from "../kube/reflector.ts";
import type { ClusterClient, Clock, EventRecorder, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import { ApplicationController } from "./application.ts";
import type { Artifacts } from "./artifacts.ts";
import { AuditLog } from "./audit-log.ts";
import { CHART_VALUES } from "./chart-values-store.ts";
import { CoverageKeeper } from "./coverage.ts";
import { DriftRecorder } from "./drift-recorder.ts";
import { randomSecret } from "./helm-options.ts";
import { HelmRecords } from "./helm-records.ts";
import { LastGoodStore } from "./last-good-store.ts";
import { MemberStore } from "./member-store.ts";
import { Releases } from "./releases.ts";
import { RemoteBases } from "./remote-bases.ts";
import type { RemoteBasesOptions } from "./remote-bases.ts";
import { RenderNeeds } from "./render-needs.ts";
import { RenderPool } from "./render-pool.ts";
import { Renders } from "./renders.ts";
import { nameOf, ResourceStore, wantsReconcile } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { ValueStore } from "./value-store.ts";
import { VariableStore } from "./variables.ts";
import { Watches } from "./watches.ts";
import { WorkQueue } from "./work-queue.ts";
import type { WorkResult } from "./work-queue.ts";

/** What the loop over the Applications is made from. */
export interface ApplicationLoopGround {
  readonly config: Pick<OperatorConfig, "concurrency" | "namespace" | "defaultServiceAccount" | "crossNamespaceDependencies">;
  readonly cluster: ClusterClient;
  readonly installation: string;
  /** Where remote bases are fetched into. */
  readonly bases: RemoteBasesOptions["repositories"];
  /** Secret key of this installation, for digests that others may see. */
  readonly installationKey: Buffer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly events: EventRecorder;
  readonly onInterrupted: (reason: WatchInterruption) => void;
  /** They have to be started before. */
  readonly sources: Pick<ResourceStore<GitSource>, "get">;
  /** What is put there is looked at. */
  readonly artifacts: Artifacts;
  /** Ends writes that wait. */
  readonly signal: AbortSignal;
  /** An Application, or one of its Releases, is not what it was: its status, say. */
  readonly changed: (name: ResourceName) => void;
  /** Runs one reconcile. */
  readonly run: (name: ResourceName, reconcile: (logger: Logger) => Promise<WorkResult>) => Promise<WorkResult>;
}

/** Everything that follows Applications: their watches, their queue, and what is kept of them. */
export interface ApplicationLoop {
  readonly applications: Pick<ResourceStore<Application>, "get" | "values">;
  /** The newest Release of an Application. */
  newestRelease(app: Application): Release | undefined;
  /** Resolves when our own kinds were listed. An Application must not take a source that is not listed yet for one that does not exist. */
  start(): Promise<void>;
  /** Ends reconciles within `drainMs`; resolves with the keys of those that did not end. */
  stop(drainMs: number): Promise<readonly string[]>;
  /** Takes in a body of the API server's audit webhook; false where it is none. Returns at once. */
  audit(body: Json): boolean;
  /** Ends watches, and writes what waits. */
  close(): Promise<void>;
}

/** ServiceAccount that `driftless install` gives the operator. */
const OPERATOR_ACCOUNT = "driftless";
/** Parsed manifests kept in memory; what is parsed of them takes a few times as much. */
const PARSED_BYTES = 8 * 1024 * 1024;
const RENDERED_PATHS = 2_000;

/** Ties it together: events of one part become work of another, always through the queue. */
export function applicationLoop(ground: ApplicationLoopGround): ApplicationLoop {
  const { config, cluster, clock, logger, metrics, random, onInterrupted, sources, artifacts, events, signal, installation, installationKey: key, bases, changed, run } = ground;
  const common = { cluster, clock, logger, random, onInterrupted };
  const wake = (name: ResourceName): void => queue.add(name, { urgent: true });
  const noticed = (name: ResourceName): void => {
    drift.noticed(name);
    queue.add(name);
  };
  const members = new MemberStore(({ namespace, name }) => noticed(`${namespace}/${name}`), () => clock.now());
  const releases = new Releases({ ...common, key, wake, changed });
  const watches = new Watches({ ...common, store: members, onStateChange: (setIds) => wakeSets(setIds) });
  const variables = new VariableStore({ ...common, wake });
  const chartValues = new ValueStore(CHART_VALUES, { ...common, wake });
  const needs = new RenderNeeds({ bases: new RemoteBases({ ...common, repositories: bases }), cluster, clock, wake });
  const audit = new AuditLog({ cluster, clock, logger, signal, ownUser: `system:serviceaccount:${config.namespace}:${OPERATOR_ACCOUNT}`, complete: (object, join) => drift.complete(object, join) });
  const drift = new DriftRecorder({ cluster, clock, logger, metrics, signal, known: (finding) => audit.known(finding) });
  const coverage = new CoverageKeeper({ cluster, clock, logger, installation, tell: (app, counted) => drift.covered(app, counted) });
  const pool = new RenderPool({ clock, logger });
  const applications = new ResourceStore<Application>({
    ...common,
    kind: "Application",
    plural: "applications",
    listener: (name, before, after) => {
      if (after === undefined || wantsReconcile(before, after, RECONCILE_ANNOTATION) || wantsReconcile(before, after, DRIFT_HOLD_ANNOTATION)) wake(name);
      if (before === undefined) wakeDependants(name);
      changed(name);
    },
  });
  const wakeSets = (setIds: readonly string[]): void => {
    for (const { namespace, name } of setIds.flatMap((setId) => members.identityOf(setId) ?? [])) queue.add(`${namespace}/${name}`);
  };
  const wakeDependants = (dependency: ResourceName): void => {
    const [namespace = "", name = ""] = dependency.split("/");
    for (const dependant of dependantsOf({ namespace, name }, applications.values())) wake(nameOf({ metadata: dependant }));
  };
  const controller = new ApplicationController({
    ...common, applications, sources, artifacts, members, watches, drift, coverage, events, metrics, variables, chartValues, needs, releases, installation, wake, wakeDependants,
    randomSecret: randomSecret(key),
    operatorNamespace: config.namespace,
    defaultAccount: config.defaultServiceAccount,
    renders: new Renders({ cache: new RenderCache({ maxPaths: RENDERED_PATHS, maxParsedBytes: PARSED_BYTES }), pool, clock }),
    lastGood: new LastGoodStore({ cluster, clock, logger, key }),
    helmRecords: new HelmRecords({ cluster, clock, logger }),
    crossNamespace: config.crossNamespaceDependencies,
  });
  const queue = new WorkQueue({
    clock, random,
    concurrency: config.concurrency,
    handler: (name, signal, othersWait) => run(name, (logger) => controller.handle(name, logger, signal, othersWait)),
    observer: metrics.observerOf("Application"),
  });
  artifacts.onChange(({ namespace, name }) => {
    for (const app of applications.values()) if (app.metadata.namespace === namespace && app.spec.sourceRef.name === name) wake(nameOf(app));
  });
  return {
    applications,
    newestRelease: (app) => releases.newest(app),
    start: async () => {
      await drift.start(signal).catch((error: unknown) => logger.warn({ cause: messageOf(error) }, "earlier drift reports could not be read"));
      if (await releases.start()) await applications.start();
    },
    stop: (drainMs) => queue.stop(drainMs),
    audit: (body) => audit.receive(body),
    close: async () => {
      needs.stop();
      await Promise.all([applications.stop(), releases.stop(), watches.stop(), variables.stop(), chartValues.stop(), coverage.stop().then(() => drift.close()), pool.close()]);
    },
  };
}
