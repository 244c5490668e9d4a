/** One request to the API server: credentials, limit, timeout, retries. Paths and bodies are the caller's. */
import type { Dispatcher } from "undici";
import { KubeApiError, messageOf } from "../errors.ts";
import type { Account, Clock } from "../ports.ts";
import type { Connection, Route } from "./connection.ts";
import { asError, delay } from "./delay.ts";
import { NO_ANSWER, toKubeApiError } from "./errors.ts";
import { IdentityLimiters } from "./identity-limiters.ts";
import type { LimiterOptions } from "./limiter.ts";
import type { Failure, Retry } from "./retry-policy.ts";
import { isOverload, planRetry } from "./retry-policy.ts";

/** What is sent. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path and query below the server's root. */
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: string;
  /** Sent as If-None-Match; the answer may then be a 304 without body. */
  readonly etag?: string | undefined;
  readonly as?: Account | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A second landing of the same request changes nothing: it may be sent again when an answer got lost. */
  readonly repeatable: boolean;
}

/** A success (2xx, or 304 where an etag was sent). */
export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: string;
}

/** How requests behave. */
export interface RequesterOptions {
  readonly clock: Clock;
  /** A number in [0, 1) for jitter. */
  readonly random: () => number;
  /** Longest wait for the answer's head, and then between its parts. Default 30 s. */
  readonly timeoutMs?: number;
  readonly limiter?: LimiterOptions;
  /** Told of every answer, for metrics; status 0: there was none. Watches are told when they are answered, without a time. */
  readonly onAnswer?: ((answer: AnswerFacts) => void) | undefined;
}

/** What metrics learn of an answer. */
export interface AnswerFacts {
  readonly method: string;
  readonly status: number;
  readonly durationMs: number | undefined;
}

type Exchange = { readonly kind: "Success"; readonly answer: Answer } | Failure;

/** Sends requests over a Connection; every method throws KubeApiError, or the signal's reason. */
export class Requester {
  readonly #connection: Connection;
  readonly #options: RequesterOptions;
  readonly #limiters: IdentityLimiters;

  constructor(connection: Connection, options: RequesterOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#limiters = new IdentityLimiters(connection.requestConnections, options.limiter);
  }

  /** The answer, after as many attempts as the retry policy allows. */
  async send(request: ApiRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(request, attempt);
      if ("answer" in outcome) return outcome.answer;
      if (outcome.delayMs > 0) await delay(this.#options.clock, outcome.delayMs, request.signal);
    }
  }

  /** The body of a long answer as it arrives; `silenceMs` is the longest pause within it. Not limited, not retried. */
  async *stream(request: ApiRequest, silenceMs: number): AsyncGenerator<Uint8Array, void, undefined> {
    const body = await this.#open(request, silenceMs);
    try {
      for await (const chunk of body) yield chunk as Uint8Array; // a body stream has no object mode
    } catch (error) {
      throw this.#broken(request, error).error;
    } finally {
      body.destroy();
    }
  }

  async #attempt(request: ApiRequest, attempt: number): Promise<{ readonly answer: Answer } | Retry> {
    const slot = await this.#limiters.of(identityOf(request.as)).acquire(request.signal);
    try {
      const exchange = await this.#exchange(request);
      if (exchange.kind === "Success") {
        slot.succeeded();
        return exchange;
      }
      if (isOverload(exchange)) slot.overloaded();
      const retry = planRetry(exchange, request.repeatable, attempt, this.#options.random());
      if (retry === undefined) throw exchange.error;
      if (!retry.holdSlot) return retry;
      await delay(this.#options.clock, retry.delayMs, request.signal);
      return { delayMs: 0, holdSlot: false };
    } finally {
      slot.release();
    }
  }

  /** One exchange; a 401 is tried once more with credentials read anew. */
  async #exchange(request: ApiRequest): Promise<Exchange> {
    const first = await this.#roundTrip(request, false);
    return first.kind === "Answer" && first.error.status === 401 ? this.#roundTrip(request, true) : first;
  }

  async #roundTrip(request: ApiRequest, fresh: boolean): Promise<Exchange> {
    const began = this.#options.clock.monotonic();
    const exchange = await this.#send(request, fresh);
    const status = exchange.kind === "Success" ? exchange.answer.status : exchange.error.status;
    this.#options.onAnswer?.({ method: request.method, status, durationMs: this.#options.clock.monotonic() - began });
    return exchange;
  }

  async #send(request: ApiRequest, fresh: boolean): Promise<Exchange> {
    const route = await this.#connection.route(fresh);
    try {
      const timeoutMs = this.#options.timeoutMs ?? 30_000;
      const { statusCode, headers, body } = await route.requests.request(dispatchOptions(request, route, timeoutMs));
      const text = await body.text();
      if (statusCode < 300 || statusCode === 304) {
        return { kind: "Success", answer: { status: statusCode, etag: single(headers["etag"]), body: text } };
      }
      return { kind: "Answer", error: this.#refused(request, statusCode, headers, text) };
    } catch (error) {
      return this.#broken(request, error);
    }
  }

  async #open(request: ApiRequest, silenceMs: number): Promise<Dispatcher.ResponseData["body"]> {
    const first = await this.#openOnce(request, silenceMs, false);
    if (first.statusCode !== 401) return this.#accepted(request, first);
    await first.body.dump();
    return this.#accepted(request, await this.#openOnce(request, silenceMs, true));
  }

  async #openOnce(request: ApiRequest, silenceMs: number, fresh: boolean): Promise<Dispatcher.ResponseData> {
    const route = await this.#connection.route(fresh);
    try {
      const options = dispatchOptions(request, route, this.#options.timeoutMs ?? 30_000);
      const response = await route.watches.request({ ...options, bodyTimeout: silenceMs });
      this.#options.onAnswer?.({ method: request.method, status: response.statusCode, durationMs: undefined });
      return response;
    } catch (error) {
      throw this.#broken(request, error).error;
    }
  }

  async #accepted(request: ApiRequest, response: Dispatcher.ResponseData): Promise<Dispatcher.ResponseData["body"]> {
    if (response.statusCode < 300) return response.body;
    throw this.#refused(request, response.statusCode, response.headers, await response.body.text());
  }

  #refused(request: ApiRequest, status: number, headers: Dispatcher.ResponseData["headers"], body: string): KubeApiError {
    const answer = { status, retryAfter: single(headers["retry-after"]), body };
    return toKubeApiError(answer, whatOf(request), this.#options.clock.now());
  }

  /** Throws the reason of an aborted signal: that is no failure of the server. */
  #broken(request: ApiRequest, cause: unknown): Failure & { readonly kind: "Network" } {
    if (request.signal?.aborted === true) throw asError(request.signal.reason);
    const code = codeOf(cause);
    const message = `${whatOf(request)}: ${messageOf(cause) || code}`;
    return { kind: "Network", code, error: new KubeApiError(0, NO_ANSWER, message, { cause }) };
  }
}

function dispatchOptions(request: ApiRequest, route: Route, timeoutMs: number): Dispatcher.RequestOptions {
  return {
    origin: route.origin,
    path: `${route.prefix}${request.path}`,
    method: request.method,
    headers: headersOf(request, route),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
}

function headersOf(request: ApiRequest, route: Route): Record<string, string> {
  const headers: Record<string, string> = { ...route.headers, accept: request.accept };
  if (request.contentType !== undefined) headers["content-type"] = request.contentType;
  if (request.etag !== undefined) headers["if-none-match"] = request.etag;
  // Only the user is sent: the server adds a ServiceAccount's groups by itself, and lets nobody choose them.
  if (request.as !== undefined) headers["impersonate-user"] = identityOf(request.as);
  return headers;
}

/** The user name of a ServiceAccount; "" for the operator's own identity. */
function identityOf(account: Account | undefined): string {
  return account === undefined ? "" : `system:serviceaccount:${account.namespace}:${account.name}`;
}

function whatOf(request: ApiRequest): string {
  return `${request.method} ${request.path}`;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code; // whatever was thrown, reading a member of an Error is safe
  return typeof code === "string" ? code : "";
}
