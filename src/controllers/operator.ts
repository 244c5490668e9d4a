import { RenderCache } from "../../charts/render-cache.ts";
import { GitRepositories } from "../../sources/git/git-source.ts";
import type { Application } from "../api/application.ts";
import type { GitSource } from "../api/git-source.ts";
import { RECONCILE_ANNOTATION } from "../api/group.ts";
import type { OperatorConfig } from "../config.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import { KubeEventRecorder } from "../kube/events.ts";
import { createLogger } from "../logger.ts";
import type { Logger } from "../ports.ts";
import { startHttpServer } from "../server/http.ts";
import type { HttpServer } from "../server/http.ts";
import { Metrics } from "../server/metrics.ts";
import { WEBHOOK_BODY_LIMIT } from "../server/webhook-receiver.ts";
import { ApplicationController } from "./application.ts";
import { Artifacts } from "./artifacts.ts";
import { systemClock } from "./clock.ts";
import { DriftRecorder } from "./drift-recorder.ts";
import { reconcileGitSource } from "./git-source.ts";
import { installationId } from "./installation.ts";
import { MemberStore } from "./member-store.ts";
import { ResourceStore, wantsReconcile } from "./resource-store.ts";
import { Watches } from "./watches.ts";
import { WebhookRoutes } from "./webhook-routes.ts";
import { WorkQueue } from "./work-queue.ts";

/** How long running reconciles may go on after SIGTERM. */
const DRAIN_MS = 5_000;

/** Runs the operator until the signal is aborted, then ends what runs, writes what waits, and returns. */
export async function runOperator(config: OperatorConfig, signal: AbortSignal): Promise<void> {
  const logger = createLogger({ level: config.logLevel });
  const clock = systemClock;
  const { random } = Math;
  const metrics = new Metrics();
  metrics.watchProcess();
  const access = await loadClusterAccess(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig });
  const cluster = new HttpClusterClient(access, { clock, random, onAnswer: (answer) => metrics.request(answer) });
  const installation = config.installation ?? (await installationId(cluster, config.namespace, signal));
  const stopped = new AbortController();
  const events = new KubeEventRecorder({ client: cluster, clock, logger, random, instance: process.env["HOSTNAME"] ?? "local" });
  const repositories = new GitRepositories({ cacheDir: config.cacheDir, logger, clock });
  const drift = new DriftRecorder({ cluster, clock, logger, metrics, signal: stopped.signal });
  const artifacts = new Artifacts();
  const webhooks = new WebhookRoutes();

  const members = new MemberStore((identity) => applicationQueue.add(`${identity.namespace}/${identity.name}`), () => clock.now());
  const watches = new Watches({ cluster, store: members, clock, logger, random, onStateChange: (setIds) => wake(setIds) });
  const wake = (setIds: readonly string[]): void => {
    for (const setId of setIds) {
      const identity = members.identityOf(setId);
      if (identity !== undefined) applicationQueue.add(`${identity.namespace}/${identity.name}`);
    }
  };
  const applications = new ResourceStore<Application>({
    cluster, clock, logger, random, kind: "Application", plural: "applications",
    listener: (name, before, after) => {
      if (after === undefined || wantsReconcile(before, after, RECONCILE_ANNOTATION)) applicationQueue.add(name);
    },
  });
  const sources = new ResourceStore<GitSource>({
    cluster, clock, logger, random, kind: "GitSource", plural: "gitsources",
    listener: (name, before, after) => {
      if (after === undefined || wantsReconcile(before, after, RECONCILE_ANNOTATION)) sourceQueue.add(name);
    },
  });
  artifacts.onChange(({ namespace, name }) => {
    for (const app of applications.values()) {
      if (app.metadata.namespace === namespace && app.spec.sourceRef.name === name) applicationQueue.add(`${namespace}/${app.metadata.name}`);
    }
  });
  const controller = new ApplicationController({
    cluster, applications, sources, artifacts, members, watches, drift, events, metrics, clock, logger, random, installation,
    renders: new RenderCache({ maxPaths: 2_000, maxParsedBytes: 8 * 1024 * 1024 }),
    defaultAccount: config.defaultServiceAccount,
  });
  const queue = { clock, random, concurrency: config.concurrency };
  const applicationQueue = new WorkQueue({ ...queue, handler: (name, signal) => controller.handle(name, signal), observer: metrics.observerOf("Application") });
  const sourceQueue = new WorkQueue({
    ...queue,
    handler: (name, signal) => reconcileGitSource(name, { cluster, repositories, artifacts, webhooks, events, clock, logger: logger.child({ source: name }), random, sources, metrics }, signal),
    observer: metrics.observerOf("GitSource"),
  });

  let synced = false;
  const servers = await listen(config, logger, metrics, webhooks, (name) => sourceQueue.add(name), () => (synced ? undefined : "the first list of GitSources and Applications"));
  logger.info({ installation, server: access.server, namespace: config.namespace, http: servers[0]?.port, webhooks: servers[1]?.port }, "operator started");
  // Sources first: an Application must not take one that is not listed yet for one that does not exist.
  void sources.start().then(() => applications.start()).then(() => {
    synced = true;
    logger.info({}, "operator ready");
  });

  await aborted(signal);
  logger.info({}, "operator stopping");
  const unfinished = await Promise.all([applicationQueue.stop(DRAIN_MS), sourceQueue.stop(DRAIN_MS)]);
  await Promise.all([sources.stop(), applications.stop(), watches.stop(), drift.close(), events.flush(), ...servers.map((server) => server.close(1_000))]);
  stopped.abort();
  await Promise.all([repositories.close(), cluster.close()]);
  logger.info({ unfinished: unfinished.flat().join(" ") }, "operator stopped");
}

async function listen(config: OperatorConfig, logger: Logger, metrics: Metrics, webhooks: WebhookRoutes, trigger: (source: string) => void, notReady: () => string | undefined): Promise<HttpServer[]> {
  const registry = {
    find: (path: string) => {
      const route = webhooks.find(path);
      return route === undefined ? undefined : { token: route.token, trigger: () => trigger(route.source) };
    },
  };
  return Promise.all([
    startHttpServer({ address: config.httpAddress, logger, probes: { notReady }, metrics }),
    startHttpServer({
      address: config.webhookAddress,
      logger,
      webhooks: { registry, bodyLimit: WEBHOOK_BODY_LIMIT, observe: (outcome) => metrics.count("driftless_webhooks_total", { outcome }) },
    }),
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
