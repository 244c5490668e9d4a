import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { readBody } from "../../../src/server/body.ts";

/** A request as it arrived; `at` in milliseconds of the monotonic clock. */
export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly at: number;
}

/** An answer. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What goes wrong with a request. The ones with Deliver do the work first: only the answer is lost. Endless: an answer that does not end. */
export type Fault = PeerAnswer | "Endless" | "Hang" | "Reset" | "DeliverThenReset" | "DeliverThenHang";

/** A server on the loopback address whose next answers can be made to fail. */
export abstract class HttpPeer {
  /** What arrived, oldest first. */
  readonly requests: PeerRequest[] = [];
  /** Taken from the front, one for each request. */
  readonly faults: Fault[] = [];
  #server: Server | undefined;

  /** Does what the request asks for. */
  protected abstract answer(request: PeerRequest): PeerAnswer;

  /** Listens, and answers with itself. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response).catch(() => response.destroy()));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** `http://127.0.0.1:port`. */
  get url(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined; // it listens on a port, not on a path
    return `http://127.0.0.1:${address?.port ?? 0}`;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readBody(incoming, 1 << 20)).toString("utf8");
    const request = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, body, at: performance.now() };
    this.requests.push(request);
    const fault = this.faults.shift();
    if (fault === "Hang") return;
    if (fault === "Reset") return void response.destroy();
    if (fault === "Endless") return void Readable.from(endless()).pipe(response);
    const { status, headers = {}, body: text = "" } = typeof fault === "object" ? fault : this.answer(request);
    if (fault === "DeliverThenHang") return;
    if (fault === "DeliverThenReset") return void response.destroy();
    response.writeHead(status, headers).end(text);
  }
}

function* endless(): Generator<string> {
  for (;;) yield "x".repeat(1 << 14);
}

/** JSON with its type. */
export const jsonAnswer = (body: unknown, status = 200): PeerAnswer => ({ status, headers: { "content-type": "application/json; charset=utf-8" }, body: JSON.stringify(body) });

/** Faults that any destination can have, by name, with the failure that they are. */
export const COMMON_FAULTS: Readonly<Record<string, { readonly fault: Fault; readonly failure: "Limited" | "Unavailable" | "Refused"; readonly retryAfterMs?: number }>> = {
  "429 with Retry-After": { fault: { status: 429, headers: { "retry-after": "7" } }, failure: "Limited", retryAfterMs: 7000 },
  "429 without": { fault: { status: 429 }, failure: "Limited" },
  "429 with a wait of years": { fault: { status: 429, headers: { "retry-after": "999999999" } }, failure: "Limited", retryAfterMs: 3_600_000 },
  "429 with nonsense": { fault: { status: 429, headers: { "retry-after": "soon" } }, failure: "Limited" },
  "500": { fault: { status: 500, body: "oops" }, failure: "Unavailable" },
  "503 with Retry-After": { fault: { status: 503, headers: { "retry-after": "2" } }, failure: "Unavailable", retryAfterMs: 2000 },
  "408": { fault: { status: 408 }, failure: "Unavailable" },
  "a redirect": { fault: { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } }, failure: "Refused" },
  "401": { fault: { status: 401, body: "who are you" }, failure: "Refused" },
  "403": { fault: { status: 403 }, failure: "Refused" },
  "404 as a web page": { fault: { status: 404, headers: { "content-type": "text/html" }, body: "<html>not found</html>" }, failure: "Refused" },
  "a closed connection": { fault: "Reset", failure: "Unavailable" },
  "a closed connection after it was delivered": { fault: "DeliverThenReset", failure: "Unavailable" },
  silence: { fault: "Hang", failure: "Unavailable" },
};
