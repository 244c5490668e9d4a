import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { request } from "undici";

/** One request and what the real server answered. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the client gets: another answer, and after it the connection cut, or silence. */
export type Altered = Partial<Pick<Exchange, "status" | "headers" | "body">> & { readonly ending?: "cut" | "silence" };

/** A running proxy on the loopback address. */
export interface AlteringProxy {
  readonly url: string;
  readonly exchanges: Exchange[];
}

/** Passes every request on to `upstream` and answers as `alter` says. Ends with the test. */
export async function startAlteringProxy(upstream: string, alter: (exchange: Exchange) => Altered): Promise<AlteringProxy> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const requestBody = await buffer(incoming);
      const { host: _host, connection: _connection, "content-length": _length, ...headers } = incoming.headers;
      const method = incoming.method ?? "GET";
      const options = { method: method as "GET" | "POST", headers, ...(method === "POST" ? { body: requestBody } : {}) }; // Git sends no other
      const answer = await request(`${upstream}${incoming.url ?? "/"}`, options);
      const exchange: Exchange = {
        method,
        target: incoming.url ?? "/",
        requestHeaders: incoming.headers,
        requestBody,
        status: answer.statusCode,
        headers: { "content-type": String(answer.headers["content-type"] ?? "text/plain") },
        body: Buffer.from(await answer.body.arrayBuffer()),
      };
      exchanges.push(exchange);
      reply(outgoing, exchange, alter(exchange));
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no TCP port");
  return { url: `http://127.0.0.1:${address.port}`, exchanges };
}

function reply(outgoing: ServerResponse, exchange: Exchange, altered: Altered): void {
  const { status, headers, body, ending } = { ending: undefined, ...exchange, ...altered };
  outgoing.writeHead(status, headers);
  if (ending === "silence") outgoing.write(body);
  else if (ending === "cut") outgoing.write(body, () => outgoing.destroy());
  else outgoing.end(body);
}
