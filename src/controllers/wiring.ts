import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { GitRepositories } from "../../sources/git/git-source.ts";
import type { GitSource } from "../api/git-source.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import type { OperatorConfig } from "../config.ts";
import { messageOf } from "../errors.ts";
import { delay } from "../kube/delay.ts";
import { KubeEventRecorder } from "../kube/events.ts";
import { IdentityLimiters } from "../kube/identity-limiters.ts";
import type { WatchInterruption } from "../kube/reflector.ts";
import { RECONCILE_ID } from "../logger.ts";
import { parseAllowed } from "../notify/channels/destination.ts";
import type { Json } from "../object/json.ts";
import type { Logger } from "../ports.ts";
import { applicationLoop } from "./application-loop.ts";
import type { ApplicationLoopGround } from "./application-loop.ts";
import { Artifacts } from "./artifacts.ts";
import { reconcileGitSource } from "./git-source.ts";
import { Notifiers } from "./notifiers.ts";
import { ResourceStore, wantsReconcile } from "./resource-store.ts";
import { WebhookRoutes } from "./webhook-routes.ts";
import { WorkQueue } from "./work-queue.ts";
import type { WorkResult } from "./work-queue.ts";

/** What the parts are made from. */
export interface Ground extends Pick<ApplicationLoopGround, "cluster" | "installation" | "installationKey" | "clock" | "logger" | "metrics" | "random"> {
  readonly config: OperatorConfig;
}

/** The parts of a running operator, tied together. */
export interface Parts {
  readonly webhooks: WebhookRoutes;
  /** Looks at a source now. */
  trigger(source: string): void;
  /** Takes in a body of the API server's audit webhook; false where it is none. Returns at once. */
  audit(body: Json): boolean;
  /** Starts the watches over our own kinds; resolves when they have delivered. */
  start(): Promise<void>;
  /**
   * Ends what runs within `drainMs` (and a second, for what has to be aborted), and writes what waits within three
   * seconds more; what is not written then is given up. Resolves with the keys that did not end.
   */
  stop(drainMs: number): Promise<readonly string[]>;
}

/** Contents that are fetched at the same time: what comes is held in memory until it is stored. */
const MAX_FETCHES = 4;

/** Remote bases are somebody else's: they get less room than sources. */
const BASE_LIMITS = { maxPackBytes: 128 << 20, maxTotalBytes: 1 << 30 };
const BASE_CACHE_BYTES = 4 << 20;

/** How long reports, Events and open repositories may take to be brought to an end. */
const FLUSH_MS = 3_000;

/** Ties the parts together: events of one become work of another, always through a queue. */
export function wire(ground: Ground): Parts {
  const { config, cluster, clock, logger, metrics, random } = ground;
  const stopped = new AbortController();
  const events = new KubeEventRecorder({ client: cluster, clock, logger, random, instance: process.env["HOSTNAME"] ?? "local", signal: stopped.signal });
  const repositories = new GitRepositories({ cacheDir: config.cacheDir, logger, clock });
  const bases = new GitRepositories({ cacheDir: join(config.cacheDir, "bases"), logger, clock, limits: BASE_LIMITS, objectCacheBytes: BASE_CACHE_BYTES });
  const artifacts = new Artifacts();
  const webhooks = new WebhookRoutes();
  const onInterrupted = (reason: WatchInterruption): void => metrics.count("driftless_watch_restarts_total", { reason });
  const sources = new ResourceStore<GitSource>({
    cluster, clock, logger, random, onInterrupted,
    kind: "GitSource",
    plural: "gitsources",
    absent: "None",
    listener: (name, before, after) => {
      if (after === undefined || wantsReconcile(before, after, RECONCILE_ANNOTATION)) sourceQueue.add(name, { urgent: true });
      notifiers.sourceChanged(name);
    },
  });
  const fetches = new IdentityLimiters(MAX_FETCHES, { initial: MAX_FETCHES, max: MAX_FETCHES });
  const gitSourceDeps = { cluster, clock, random, sources, repositories, fetches, artifacts, webhooks, events, metrics };
  const sourceQueue = new WorkQueue({
    clock, random,
    concurrency: config.concurrency,
    handler: (name, signal) => logged(logger.child({ source: name }), (logger) => reconcileGitSource(name, { ...gitSourceDeps, logger }, signal)),
    observer: metrics.observerOf("GitSource"),
  });
  const loop = applicationLoop({ ...ground, bases, sources, artifacts, events, onInterrupted, signal: stopped.signal, changed: (name) => notifiers.applicationChanged(name), run: (name, reconcile) => logged(logger.child({ application: name }), reconcile) });
  const notifiers = new Notifiers({
    cluster, clock, logger, random, onInterrupted, sources,
    applications: loop.applications,
    newestRelease: (app) => loop.newestRelease(app),
    operatorNamespace: config.namespace,
    installation: ground.installation,
    installationKey: ground.installationKey,
    allowed: parseAllowed(config.allowDestinations),
    signal: stopped.signal,
  });

  return {
    webhooks,
    trigger: (source) => sourceQueue.add(source, { urgent: true }),
    audit: (body) => loop.audit(body),
    start: async () => {
      if (!(await sources.start())) return;
      await loop.start();
      await notifiers.start();
    },
    stop: async (drainMs) => {
      const unfinished = await Promise.all([loop.stop(drainMs), sourceQueue.stop(drainMs)]);
      const ended = Promise.all([sources.stop(), notifiers.stop(), loop.close(), events.flush(), repositories.close(), bases.close()]);
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
