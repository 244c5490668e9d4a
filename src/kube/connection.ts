/** Kept-alive connections to one API server: one pool for requests, one for watches. */
import type { Dispatcher } from "undici";
import { Pool, ProxyAgent } from "undici";
import { TOOL_VERSION } from "../api/group.ts";
import type { Clock } from "../ports.ts";
import type { ClusterAccess, Credentials, TlsMaterial } from "./config.ts";

/** Most requests under way at once, over all identities; one alone gets half of them. */
const REQUEST_CONNECTIONS = 64;
/** A connection behind a load balancer sticks to one API server: none grows older than this, in milliseconds. */
const CONNECTION_TTL_MS = 10 * 60_000;
/** Below the 90 s after which an API server closes an idle connection, so that we never write into a closing one. */
const KEEP_ALIVE_MS = 60_000;
/** Credentials are asked for again after this long; token files and certificates rotate in minutes. */
const CREDENTIALS_TTL_MS = 2_000;

/** How a connection behaves; the defaults suit an API server in the same cluster. */
export interface ConnectionOptions {
  readonly clock: Clock;
  /** Default `driftless/<version>`. */
  readonly userAgent?: string;
  /** Default 64. */
  readonly requestConnections?: number;
}

/** What a request needs to go out now. */
export interface Route {
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
  readonly origin: string;
  /** Path under which the server hangs, without a slash at the end; mostly "". */
  readonly prefix: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Connections that follow the credentials: the pools are replaced only when certificate or key bytes changed. */
export class Connection {
  readonly #access: ClusterAccess;
  readonly #options: ConnectionOptions;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #pools = new Set<Dispatcher>();
  #tls: TlsMaterial | undefined;
  #route: Route | undefined;
  #loading: Promise<Route> | undefined;
  #validUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(access: ClusterAccess, options: ConnectionOptions) {
    const url = new URL(access.server);
    this.#access = access;
    this.#options = options;
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, "");
  }

  /** Requests that can be under way at once. */
  get requestConnections(): number {
    return this.#options.requestConnections ?? REQUEST_CONNECTIONS;
  }

  /** The way to the server with credentials at most two seconds old; `fresh` after the server refused them. */
  route(fresh = false): Route | Promise<Route> {
    if (!fresh && this.#route !== undefined && this.#options.clock.monotonic() < this.#validUntil) return this.#route;
    this.#loading ??= this.#load(fresh).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Ends every connection at once, running watches included. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools].map((pool) => pool.destroy()));
  }

  async #load(fresh: boolean): Promise<Route> {
    const credentials = await this.#access.credentials({ fresh });
    if (this.#closed) throw new Error("the connection to the API server is closed");
    const pools = this.#route !== undefined && sameTls(this.#tls, credentials.tls) ? this.#route : this.#open(credentials.tls);
    this.#validUntil = this.#options.clock.monotonic() + CREDENTIALS_TTL_MS;
    const headers = this.#headers(credentials);
    this.#route = { requests: pools.requests, watches: pools.watches, origin: this.#origin, prefix: this.#prefix, headers };
    return this.#route;
  }

  #headers(credentials: Credentials): Record<string, string> {
    return { ...credentials.headers, "user-agent": this.#options.userAgent ?? `driftless/${TOOL_VERSION}` };
  }

  #open(tls: TlsMaterial): Pick<Route, "requests" | "watches"> {
    const outdated = this.#route;
    this.#tls = tls;
    const requests = this.#pool(tls, this.requestConnections);
    const watches = this.#pool(tls, null);
    if (outdated !== undefined) for (const pool of [outdated.requests, outdated.watches]) this.#retire(pool);
    return { requests, watches };
  }

  /** `connections` null: no limit. */
  #pool(tls: TlsMaterial, connections: number | null): Dispatcher {
    const common = { connections, pipelining: 1, clientTtl: CONNECTION_TTL_MS, keepAliveTimeout: KEEP_ALIVE_MS, keepAliveMaxTimeout: KEEP_ALIVE_MS, allowH2: false };
    const { proxyUrl } = this.#access;
    const pool =
      proxyUrl === undefined
        ? new Pool(this.#origin, { ...common, connect: connectOptions(tls) })
        : new ProxyAgent({ ...common, uri: proxyUrl, requestTls: connectOptions(tls) });
    this.#pools.add(pool);
    return pool;
  }

  /** What still runs on it ends by itself: a request in seconds, a watch in minutes. */
  #retire(pool: Dispatcher): void {
    const forget = (): boolean => this.#pools.delete(pool);
    pool.close().then(forget, forget);
  }
}

function connectOptions(tls: TlsMaterial): NonNullable<Exclude<Pool.Options["connect"], (...args: never[]) => unknown>> {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    rejectUnauthorized: !tls.skipVerify,
    allowH2: false,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  };
}

function sameTls(left: TlsMaterial | undefined, right: TlsMaterial): boolean {
  if (left === undefined || left.serverName !== right.serverName || left.skipVerify !== right.skipVerify) return false;
  return sameBytes(left.ca, right.ca) && sameBytes(left.cert, right.cert) && sameBytes(left.key, right.key);
}

function sameBytes(left: string | Buffer | undefined, right: string | Buffer | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return Buffer.from(left as string).equals(Buffer.from(right as string)); // both overloads of from take what a TlsMaterial holds
}
