import { Agent, request } from "undici";
import type { Dispatcher } from "undici";
import { TOOL_VERSION } from "../../api/group.ts";
import { DeliveryError } from "./channel.ts";
import { checkUrl, ForbiddenAddress, guardedLookup } from "./destination.ts";
import type { Allowed, Lookup } from "./destination.ts";

/** A whole exchange, from the look-up of the name to the last byte of the answer. */
const TIMEOUT_MS = 10_000;
/** Of an answer, where a request does not ask for more. */
const MAX_ANSWER = 64 * 1024;

/** How channels reach their destinations. */
export interface HttpOptions {
  readonly allowed: Allowed;
  /** Default 10 s. */
  readonly timeoutMs?: number | undefined;
  /** Default: the system's. */
  readonly lookup?: Lookup | undefined;
}

/** One request. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Bytes of the answer that are kept; default 64 KiB. */
  readonly maxAnswer?: number | undefined;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** As UTF-8, at most as long as was asked for. */
  readonly body: string;
}

/** The one way out for all channels: guarded, bounded, redirects not followed. */
export class HttpClient {
  readonly #agent: Agent;
  readonly #allowed: Allowed;
  readonly #timeoutMs: number;

  constructor({ allowed, timeoutMs = TIMEOUT_MS, lookup }: HttpOptions) {
    this.#allowed = allowed;
    this.#timeoutMs = timeoutMs;
    // a connection for each message (`pipelining: 0`): one that was kept may be dead, and nobody could tell whether the message arrived
    this.#agent = new Agent({ pipelining: 0, connect: { lookup: guardedLookup(allowed, lookup), timeout: timeoutMs / 2 } });
  }

  /** Sends once. Throws Unavailable where no complete answer came, Refused for a forbidden address; every HTTP status is an answer. */
  async send({ method, url, headers, body, maxAnswer = MAX_ANSWER }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    checkUrl(url.href, this.#allowed, "the address"); // no look-up happens for an address in digits
    if (signal.aborted) throw new DeliveryError("Unavailable", `${url.host}: ended before anything was sent`, undefined, false);
    const deadline = new Deadline(this.#timeoutMs, signal);
    try {
      const response = await request(url, {
        method,
        headers: { "user-agent": `driftless/${TOOL_VERSION}`, ...headers },
        body: body ?? null,
        dispatcher: this.#agent,
        signal: deadline.signal,
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
      });
      return { status: response.statusCode, headers: headersOf(response), body: await textOf(response, maxAnswer) };
    } catch (error) {
      throw failureOf(error, url, signal.aborted ? "ended before there was an answer" : deadline.signal.aborted ? `no complete answer within ${this.#timeoutMs / 1000} s` : undefined);
    } finally {
      deadline.end();
    }
  }

  /** Ends connections; requests under way fail. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** A signal that ends with another one that has not ended yet, or in time. AbortSignal.any would leave some hundred bytes for each message with a signal that lives as long as the operator. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #abort = (): void => this.#controller.abort();

  constructor(ms: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#abort, ms);
    outer.addEventListener("abort", this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#abort);
  }
}

const headersOf = (response: Dispatcher.ResponseData): ReadonlyMap<string, string> =>
  new Map(Object.entries(response.headers).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]])));

/** What is beyond the limit is not read: the connection ends there. */
async function textOf(response: Dispatcher.ResponseData, max: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= max) break; // ends the iteration, and with it the body
  }
  return Buffer.concat(chunks).subarray(0, max).toString("utf8");
}

/** Codes of failures before a connection was there: nothing was sent. */
const UNSENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused); check host and port",
  ENOTFOUND: "the host name does not exist; check it, or the DNS of the cluster",
  EAI_AGAIN: "the host name could not be looked up; check the DNS of the cluster",
  EHOSTUNREACH: "there is no route to the host; check the network policy of the operator's namespace",
  ENETUNREACH: "there is no route to its network; check the network policy of the operator's namespace",
  UND_ERR_CONNECT_TIMEOUT: "no connection within the time allowed; a firewall or network policy may drop it",
  ETIMEDOUT: "no connection within the time allowed; a firewall or network policy may drop it",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet; check the clocks",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by an unknown authority",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an unknown authority",
  EPROTO: "no TLS connection came about; the port may speak plain http",
  ERR_SSL_WRONG_VERSION_NUMBER: "the port does not speak TLS; the address may have to begin with http://",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "the port does not speak TLS; the address may have to begin with http://",
};

function failureOf(error: unknown, url: URL, ended: string | undefined): DeliveryError {
  const causes = causesOf(error);
  const forbidden = causes.find((cause) => cause instanceof ForbiddenAddress);
  if (forbidden !== undefined) return new DeliveryError("Refused", forbidden.message);
  const code = causes.map((cause) => (cause as { code?: unknown }).code).find((code) => typeof code === "string" && code !== "UND_ERR"); // Node's errors carry it, the type Error does not
  const unsent = typeof code === "string" ? UNSENT[code] : undefined;
  const why = ended ?? unsent ?? (code === "ECONNRESET" || code === "UND_ERR_SOCKET" ? "the connection was closed in the middle of the exchange" : `no answer (${typeof code === "string" ? code : "unknown cause"})`);
  return new DeliveryError("Unavailable", `${url.host}: ${why}`, undefined, ended !== undefined || unsent === undefined);
}

/** undici wraps errors of sockets, and Node wraps those of several addresses. */
function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  for (let current = error; current instanceof Error && found.length < 5; ) {
    found.push(current);
    current = current instanceof AggregateError && current.cause === undefined ? current.errors[0] : current.cause;
  }
  return found;
}
