import type { OperatorConfig } from "../config.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import { createLogger } from "../logger.ts";
import type { Logger } from "../ports.ts";
import type { AuditOptions } from "../server/audit-receiver.ts";
import { startHttpServer } from "../server/http.ts";
import type { HttpServer } from "../server/http.ts";
import { Metrics } from "../server/metrics.ts";
import { WEBHOOK_BODY_LIMIT } from "../server/webhook-receiver.ts";
import type { WebhookRegistry } from "../server/webhook-receiver.ts";
import { auditToken } from "./audit-token.ts";
import { systemClock } from "./clock.ts";
import { collectWhenIdle, processMemory } from "./idle-memory.ts";
import { openInstallation } from "./installation.ts";
import { wire } from "./wiring.ts";
import type { Parts } from "./wiring.ts";

/** How long running reconciles may go on after SIGTERM. */
const DRAIN_MS = 5_000;
/** How long running HTTP requests may. */
const HTTP_DRAIN_MS = 1_000;

/** Runs the operator until the signal is aborted, then ends what runs, writes what waits, and returns. */
export async function runOperator(config: OperatorConfig, signal: AbortSignal): Promise<void> {
  const logger = createLogger({ level: config.logLevel });
  const metrics = new Metrics();
  metrics.watchProcess();
  const { random } = Math;
  const access = await loadClusterAccess(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig });
  const cluster = new HttpClusterClient(access, { clock: systemClock, random, onAnswer: (answer) => metrics.request(answer) });
  const { id: installation, key: installationKey } = await openInstallation(cluster, config.namespace, config.installation, signal);
  const parts = wire({ config, cluster, installation, installationKey, clock: systemClock, logger, metrics, random });
  const readiness = { missing: "the first list of GitSources and Applications" as string | undefined };
  const audit: AuditOptions = { token: auditToken(installationKey), receive: (body) => parts.audit(body) };
  const servers = await listen({ config, logger, metrics, parts, audit, notReady: () => readiness.missing });
  logger.info({ installation, server: access.server, namespace: config.namespace, http: servers[0]?.port, webhooks: servers[1]?.port }, "operator started");
  void parts.start().then(() => {
    readiness.missing = undefined;
    logger.info({}, "operator ready");
  });
  const endCollecting = collectWhenIdle(systemClock, processMemory);
  await aborted(signal);
  endCollecting();
  logger.info({}, "operator stopping");
  const [unfinished] = await Promise.all([parts.stop(DRAIN_MS), ...servers.map((server) => server.close(HTTP_DRAIN_MS))]);
  await cluster.close();
  logger.info({ unfinished: unfinished.join(" ") }, "operator stopped");
}

/** What is served from. */
interface Served {
  readonly config: OperatorConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly parts: Parts;
  readonly audit: AuditOptions;
  readonly notReady: () => string | undefined;
}

/** Probes and metrics on one address, webhooks of Git hosts and of the API server on another. */
function listen({ config, logger, metrics, parts, audit, notReady }: Served): Promise<HttpServer[]> {
  const registry: WebhookRegistry = {
    find: (path) => {
      const route = parts.webhooks.find(path);
      return route === undefined ? undefined : { token: route.token, trigger: () => parts.trigger(route.source) };
    },
  };
  const webhooks = { registry, bodyLimit: WEBHOOK_BODY_LIMIT, observe: (outcome: "accepted" | "refused" | "unknown") => metrics.count("driftless_webhooks_total", { outcome }) };
  return Promise.all([
    startHttpServer({ address: config.httpAddress, logger, probes: { notReady }, metrics }),
    startHttpServer({ address: config.webhookAddress, logger, webhooks, audit }),
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
