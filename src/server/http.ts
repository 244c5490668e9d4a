/** The operator's HTTP side: probes and metrics on one port, webhooks on another. Each part that is not given is a 404. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAddress } from "../config.ts";
import { messageOf } from "../errors.ts";
import type { Logger } from "../ports.ts";
import { isAuditPath, receiveAudit } from "./audit-receiver.ts";
import type { AuditOptions } from "./audit-receiver.ts";
import { BodyTooLarge, readBody } from "./body.ts";
import { receiveWebhook, WEBHOOK_BODY_LIMIT, WEBHOOK_PREFIX } from "./webhook-receiver.ts";
import type { WebhookOptions } from "./webhook-receiver.ts";

/** What is served. */
export interface HttpOptions {
  readonly address: ListenAddress;
  readonly logger: Logger;
  /** `/healthz` is always fine while the process answers; `/readyz` names what is missing, or undefined when nothing is. */
  readonly probes?: { readonly notReady: () => string | undefined };
  /** `/metrics`. */
  readonly metrics?: { readonly text: () => Promise<string>; readonly contentType: string };
  /** `POST /hooks/…`. */
  readonly webhooks?: WebhookOptions;
  /** `POST /audit`, of the API server. */
  readonly audit?: AuditOptions;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Accepts nothing more, lets running requests end for at most `drainMs`, then cuts them off. */
  close(drainMs: number): Promise<void>;
}

/** An answer before it is written. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Times within which a client has to say what it wants, so that slow ones cannot hold all connections. */
const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5000;
const CHECK_TIMEOUTS_EVERY_MS = 1000;
const HANG_UP_EVERY_MS = 50;
const MOST_CONNECTIONS = 256;
const MOST_HEADER_BYTES = 16 * 1024;

/** Starts a server; rejects when the address cannot be listened on. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_TIMEOUTS_EVERY_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
    },
    (request, response) => void respond(request, response, options),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, options.address);
  const { port } = server.address() as AddressInfo; // listening on TCP, so it has one
  return { port, close: (drainMs) => close(server, drainMs) };
}

async function respond(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  try {
    write(request, response, await answer(request, options));
  } catch (error) {
    if (error instanceof BodyTooLarge) write(request, response, { status: 413, body: `${error.message}\n`, headers: { connection: "close" } });
    else if (!request.destroyed) {
      options.logger.error({ cause: messageOf(error), path: pathOf(request).split("/")[1] }, "http request failed");
      write(request, response, { status: 500, body: "internal error\n" });
    }
  }
}

async function answer(request: IncomingMessage, options: HttpOptions): Promise<Answer> {
  const path = pathOf(request);
  const { probes, metrics, webhooks, audit } = options;
  if (probes !== undefined && path === "/healthz") return forReading(request, { status: 200, body: "ok\n" });
  if (probes !== undefined && path === "/readyz") return forReading(request, readiness(probes.notReady()));
  if (metrics !== undefined && path === "/metrics") {
    return forReading(request, { status: 200, body: await metrics.text(), headers: { "content-type": metrics.contentType } });
  }
  if (webhooks !== undefined && path.startsWith(WEBHOOK_PREFIX)) return webhook(request, path, webhooks);
  if (audit !== undefined && isAuditPath(path)) return receiveAudit(request, path, audit);
  return { status: 404, body: "not found\n" };
}

async function webhook(request: IncomingMessage, path: string, webhooks: WebhookOptions): Promise<Answer> {
  if (request.method !== "POST") return { status: 405, body: "only POST\n", headers: { allow: "POST" } };
  const body = await readBody(request, webhooks.bodyLimit ?? WEBHOOK_BODY_LIMIT);
  return receiveWebhook(path, { headers: request.headers, body }, webhooks);
}

function readiness(missing: string | undefined): Answer {
  return missing === undefined ? { status: 200, body: "ok\n" } : { status: 503, body: `not ready: ${missing}\n` };
}

function forReading(request: IncomingMessage, found: Answer): Answer {
  if (request.method === "GET" || request.method === "HEAD") return found;
  return { status: 405, body: "only GET\n", headers: { allow: "GET, HEAD" } };
}

function write(request: IncomingMessage, response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const common = { "content-type": "text/plain; charset=utf-8", "content-length": String(Buffer.byteLength(body)), "cache-control": "no-store", "x-content-type-options": "nosniff" };
  response.writeHead(status, { ...common, ...headers });
  response.end(request.method === "HEAD" ? undefined : body);
  if (!request.complete) response.once("finish", () => request.destroy()); // what is still coming is not wanted
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === "" ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function close(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  const cutOff = setTimeout(() => server.closeAllConnections(), drainMs);
  const hangUp = setInterval(() => server.closeIdleConnections(), HANG_UP_EVERY_MS); // clients keep connections after their answer
  await closed;
  clearTimeout(cutOff);
  clearInterval(hangUp);
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "/").split("?", 1)[0] ?? "/";
