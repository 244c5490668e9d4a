import { randomUUID } from "node:crypto";
import { RenderCache } from "../../charts/render-cache.ts";
import { dependantsOf } from "../../reconciler/dependencies.ts";
import { GitRepositories } from "../../sources/git/git-source.ts";
import type { Application } from "../api/application.ts";
import type { GitSource } from "../api/git-source.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import type { OperatorConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import { delay } from "../kube/delay.ts";
import { KubeEventRecorder } from "../kube/events.ts";
import { IdentityLimiters } from "../kube/identity-limiters.ts";
import { RECONCILE_ID } from "../logger.ts";
import type { WatchInterruption } from "../kube/reflector.ts";
import type { ClusterClient, Clock, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import { ApplicationController } from "./application.ts";
import { Artifacts } from "./artifacts.ts";
import { DriftRecorder } from "./drift-recorder.ts";
import { LastGoodStore } from "./last-good-store.ts";
import { reconcileGitSource } from "./git-source.ts";
import { MemberStore } from "./member-store.ts";
import { Releases } from "./releases.ts";
import { nameOf, ResourceStore, wantsReconcile } from "./resource-store.ts";
import type { ResourceName } from "./resource-store.ts";
import { VariableStore } from "./variables.ts";
import { Watches } from "./watches.ts";
import { WebhookRoutes } from "./webhook-routes.ts";
import { WorkQueue } from "./work-queue.ts";
import type { WorkResult } from "./work-queue.ts";

/** What the parts are made from. */
export interface Ground {
  readonly config: OperatorConfig;
  readonly cluster: ClusterClient;
  readonly installation: string;
  /** Secret key of this installation, for digests that others may see. */
  readonly installationKey: Buffer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
}

/** The parts of a running operator, tied together. */
export interface Parts {
  readonly webhooks: WebhookRoutes;
  /** Looks at a source now. */
  trigger(source: string): void;
  /** Starts the watches over our own kinds; resolves when they have delivered. */
  start(): Promise<void>;
  /**
   * Ends what runs within `drainMs` (and a second, for what has to be aborted), and writes what waits within three
   * seconds more; what is not written then is given up. Resolves with the keys that did not end.
   */
  stop(drainMs: number): Promise<readonly string[]>;
}

/** Parsed manifests kept in memory; what is parsed of them takes a few times as much. */
const PARSED_BYTES = 8 * 1024 * 1024;
const RENDERED_PATHS = 2_000;

/** Contents that are fetched at the same time: what comes is held in memory until it is stored. */
const MAX_FETCHES = 4;

/** How long reports, Events and open repositories may take to be brought to an end. */
const FLUSH_MS = 3_000;

/** Ties the parts together: events of one become work of another, always through a queue. */
export function wire(ground: Ground): Parts {
  const { config, cluster, clock, logger, metrics, random } = ground;
  const stopped = new AbortController();
  const events = new KubeEventRecorder({ client: cluster, clock, logger, random, instance: process.env["HOSTNAME"] ?? "local", signal: stopped.signal });
  const repositories = new GitRepositories({ cacheDir: config.cacheDir, logger, clock });
  const drift = new DriftRecorder({ cluster, clock, logger, metrics, signal: stopped.signal });
  const artifacts = new Artifacts();
  const webhooks = new WebhookRoutes();
  const onInterrupted = (reason: WatchInterruption): void => metrics.count("driftless_watch_restarts_total", { reason });
  const common = { cluster, clock, logger, random, onInterrupted };
  const members = new MemberStore(({ namespace, name }) => applicationQueue.add(`${namespace}/${name}`), () => clock.now());
  const releases = new Releases({ ...common, key: ground.installationKey, wake: (name) => applicationQueue.add(name, { urgent: true }) });
  const watches = new Watches({ ...common, store: members, onStateChange: (setIds) => wake(setIds) });
  const variables = new VariableStore({ ...common, wake: (name) => applicationQueue.add(name, { urgent: true }) });

  const sources = new ResourceStore<GitSource>({ ...common, kind: "GitSource", plural: "gitsources", absent: "None", listener: (name, before, after) => offer(sourceQueue, name, before, after) });
  const applications = new ResourceStore<Application>({
    ...common,
    kind: "Application",
    plural: "applications",
    listener: (name, before, after) => {
      offer(applicationQueue, name, before, after);
      if (before === undefined) wakeDependants(name);
    },
  });
  const controller = new ApplicationController({
    ...common, applications, sources, artifacts, members, watches, drift, events, metrics,
    installation: ground.installation,
    operatorNamespace: config.namespace,
    defaultAccount: config.defaultServiceAccount,
    renders: new RenderCache({ maxPaths: RENDERED_PATHS, maxParsedBytes: PARSED_BYTES }),
    variables,
    releases,
    lastGood: new LastGoodStore({ cluster, clock, logger, key: ground.installationKey }),
    crossNamespace: config.crossNamespaceDependencies,
    wake: (name) => applicationQueue.add(name, { urgent: true }),
    wakeDependants: (name) => wakeDependants(name),
  });
  const fetches = new IdentityLimiters(MAX_FETCHES, { initial: MAX_FETCHES, max: MAX_FETCHES });
  const gitSourceDeps = { ...common, sources, repositories, fetches, artifacts, webhooks, events, metrics };
  const queue = { clock, random };
  const sourceQueue = new WorkQueue({
    ...queue,
    concurrency: config.concurrency,
    handler: (name, signal) => logged(logger.child({ source: name }), (logger) => reconcileGitSource(name, { ...gitSourceDeps, logger }, signal)),
    observer: metrics.observerOf("GitSource"),
  });
  const applicationQueue = new WorkQueue({
    ...queue,
    concurrency: config.concurrency,
    handler: (name, signal, othersWait) => logged(logger.child({ application: name }), (logger) => controller.handle(name, logger, signal, othersWait)),
    observer: metrics.observerOf("Application"),
  });

  const wake = (setIds: readonly string[]): void => {
    const identities = setIds.flatMap((setId) => members.identityOf(setId) ?? []);
    for (const { namespace, name } of identities) applicationQueue.add(`${namespace}/${name}`);
  };
  const wakeDependants = (name: ResourceName): void => {
    const [namespace = "", own = ""] = name.split("/");
    for (const dependant of dependantsOf({ namespace, name: own }, applications.values())) applicationQueue.add(nameOf({ metadata: dependant }), { urgent: true });
  };
  artifacts.onChange(({ namespace, name }) => {
    for (const { metadata, spec } of applications.values()) {
      if (metadata.namespace === namespace && spec.sourceRef.name === name) applicationQueue.add(`${namespace}/${metadata.name}`, { urgent: true });
    }
  });

  return {
    webhooks,
    trigger: (source) => sourceQueue.add(source, { urgent: true }),
    // Sources first: an Application must not take one that is not listed yet for one that does not exist.
    start: async () => {
      await drift.start(stopped.signal).catch((error: unknown) => logger.warn({ cause: messageOf(error) }, "earlier drift reports could not be read"));
      if ((await sources.start()) && (await releases.start())) await applications.start();
    },
    stop: async (drainMs) => {
      const unfinished = await Promise.all([applicationQueue.stop(drainMs), sourceQueue.stop(drainMs)]);
      const ended = Promise.all([sources.stop(), applications.stop(), releases.stop(), watches.stop(), variables.stop(), drift.close(), events.flush(), repositories.close()]);
      await Promise.race([ended, delay(clock, FLUSH_MS, stopped.signal)]).finally(() => stopped.abort(new Error("the operator has stopped")));
      return unfinished.flat();
    },
  };
}

/** All lines of one reconcile carry its id. What it did not expect (a status that could not be written, say) is logged; the queue comes back to the key. */
async function logged(parent: Logger, work: (logger: Logger) => Promise<WorkResult>): Promise<WorkResult> {
  const logger = parent.child({ [RECONCILE_ID]: randomUUID().slice(0, 8) });
  try {
    return await work(logger);
  } catch (error) {
    logger.error({ cause: messageOf(error) }, "reconcile failed");
    throw error;
  }
}

function offer(queue: WorkQueue, name: string, before: Application | GitSource | undefined, after: Application | GitSource | undefined): void {
  if (after === undefined || wantsReconcile(before, after, RECONCILE_ANNOTATION)) queue.add(name, { urgent: true });
}
