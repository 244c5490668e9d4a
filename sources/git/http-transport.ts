/**
 * Git's smart HTTP transport (gitprotocol-http(5)) with protocol version 2:
 *   GET  <url>/info/refs?service=git-upload-pack   the advertisement
 *   POST <url>/git-upload-pack                     one command
 * both with the header `Git-Protocol: version=2`.
 */
import { request } from "undici";
import type { Dispatcher } from "undici";
import { ReconcileError } from "../../src/errors.ts";
import { parseCapabilities } from "./capabilities.ts";
import type { Capabilities } from "./capabilities.ts";
import { authorizationOf } from "./credentials.ts";
import type { GitCredentials } from "./credentials.ts";
import { isStaleConnection, networkFailure, statusFailure } from "./http-failure.ts";
import type { Access } from "./http-failure.ts";
import { decodePackets } from "./pkt-line.ts";
import type { Packet } from "./pkt-line.ts";
import { displayUrl, serviceUrl } from "./remote-url.ts";
import type { AnswerBound, GitTransport } from "./transport.ts";

const SERVICE = "git-upload-pack";
const SUFFIX = "/info/refs";
const MAX_REDIRECTS = 3;
const ADVERTISEMENT_BOUND: AnswerBound = { bytes: 1 << 20, limit: "advertisement" };

/** How to reach a repository over HTTP. */
export interface HttpTransportOptions {
  readonly url: URL;
  readonly credentials?: GitCredentials | undefined;
  readonly dispatcher: Dispatcher;
  /** Longest silence of the server, in milliseconds (default 30,000; measured in steps of about half a second). */
  readonly idleTimeoutMs?: number;
}

type Response = Dispatcher.ResponseData;

/** Git over HTTP and HTTPS. Credentials go to the origin of the url and to no other. */
export class HttpTransport implements GitTransport {
  readonly #options: HttpTransportOptions;
  /** Where the last advertisement came from, after redirects. */
  #base: URL;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#base = options.url;
  }

  async advertise(signal: AbortSignal): Promise<Capabilities> {
    const { response, url } = await this.#follow(serviceUrl(this.#options.url, SUFFIX.slice(1), `service=${SERVICE}`), signal);
    await checkType(response, `application/x-${SERVICE}-advertisement`);
    const packets: Packet[] = [];
    for await (const packet of decodePackets(this.#bodyOf(response, ADVERTISEMENT_BOUND, signal))) packets.push(packet);
    const capabilities = parseCapabilities(packets);
    this.#base = new URL(url);
    this.#base.pathname = url.pathname.slice(0, -SUFFIX.length);
    this.#base.search = "";
    return capabilities;
  }

  async *command(body: Buffer, bound: AnswerBound, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const url = serviceUrl(this.#base, SERVICE);
    const headers = { "content-type": `application/x-${SERVICE}-request`, accept: `application/x-${SERVICE}-result` };
    const response = await this.#send(url, { method: "POST", body, headers }, signal);
    if (response.statusCode !== 200) throw await this.#failure(response, url);
    await checkType(response, `application/x-${SERVICE}-result`);
    yield* this.#bodyOf(response, bound, signal);
  }

  async #follow(start: URL, signal: AbortSignal): Promise<{ response: Response; url: URL }> {
    let url = start;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await this.#send(url, { method: "GET", headers: {} }, signal);
      if (response.statusCode === 200) return { response, url };
      if (![301, 302, 303, 307, 308].includes(response.statusCode)) throw await this.#failure(response, url);
      await discard(response);
      url = redirectTarget(url, response.headers["location"]);
    }
    throw new ReconcileError("GIT_PROTOCOL", `more than ${MAX_REDIRECTS} redirects; write the final address into the url`);
  }

  async #send(url: URL, options: { method: "GET" | "POST"; body?: Buffer; headers: Readonly<Record<string, string>> }, signal: AbortSignal): Promise<Response> {
    const { dispatcher, idleTimeoutMs = 30_000, credentials } = this.#options;
    const auth = url.origin === this.#options.url.origin ? credentials?.auth : undefined;
    const headers = {
      ...options.headers,
      "git-protocol": "version=2",
      // some servers serve Git only to clients whose name begins like this
      "user-agent": "git/driftless",
      ...(auth === undefined ? {} : { authorization: authorizationOf(auth) }),
    };
    const send = (): Promise<Response> =>
      request(url, { ...options, headers, dispatcher, signal, headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs });
    try {
      // every command only reads, so that it may be sent again when a kept connection turns out to be dead
      return await send().catch((error: unknown) => (isStaleConnection(error) && !signal.aborted ? send() : Promise.reject(error)));
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }

  async *#bodyOf(response: Response, bound: AnswerBound, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        received += chunk.length;
        if (received > bound.bytes) throw new ReconcileError("LIMIT_EXCEEDED", `the answer has more than ${bound.bytes} bytes (limit ${bound.limit}); make the repository smaller or raise the limit`);
        yield chunk;
      }
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }

  #translate(error: unknown, signal: AbortSignal): unknown {
    if (error instanceof ReconcileError) return error;
    return signal.aborted ? signal.reason : networkFailure(error, { credentials: this.#options.credentials });
  }

  async #failure(response: Response, url: URL): Promise<ReconcileError> {
    await discard(response);
    const elsewhere = url.origin !== this.#options.url.origin && this.#options.credentials?.auth !== undefined;
    const access: Access = { credentials: this.#options.credentials, withheldFrom: elsewhere ? url.origin : undefined };
    return statusFailure(response.statusCode, access);
  }
}

function redirectTarget(from: URL, location: string | string[] | undefined): URL {
  const text = typeof location === "string" && URL.canParse(location, from.href) ? location : undefined;
  if (text === undefined) throw new ReconcileError("GIT_PROTOCOL", "the server redirected without an address");
  const to = new URL(text, from);
  if (!["https:", "http:"].includes(to.protocol) || (from.protocol === "https:" && to.protocol === "http:")) {
    throw new ReconcileError("GIT_PROTOCOL", `the server redirected from https to ${displayUrl(to)}, which is not followed`);
  }
  to.username = "";
  to.password = "";
  if (!to.pathname.endsWith(SUFFIX)) {
    throw new ReconcileError("GIT_PROTOCOL", `the server redirected to ${displayUrl(to)}, which is no Git repository; a login page may be in the way`);
  }
  return to;
}

async function checkType(response: Response, expected: string): Promise<void> {
  const type = String(response.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (type === expected) return;
  await discard(response);
  const what = type === "text/html" ? "a web page" : type === "text/plain" ? "plain files (the dumb HTTP protocol)" : `the type ${JSON.stringify(type.slice(0, 60))}`;
  throw new ReconcileError("GIT_PROTOCOL", `the server answered with ${what} instead of Git's smart HTTP protocol; is this the address that git clone takes?`);
}

async function discard(response: Response): Promise<void> {
  await response.body.dump({ limit: 16_384 }).catch(() => {});
}
