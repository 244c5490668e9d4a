import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { Pool } from "undici";
import type { ClusterAccess } from "../../src/kube/config.ts";

/** What the peer does with a request: answers by itself, passes it on, breaks the connection, or says nothing. */
export type PeerAction =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | { readonly chunks: readonly string[]; readonly end: "Close" | "Reset" | "Wait" }
  | "Forward"
  | "Reset"
  | "Silence";

/** A request as it arrived. */
export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** An HTTP server in front of an API server that answers in its place when told to; also a CONNECT proxy. */
export class ApiPeer {
  /** The next answers, first to last; when there is none it forwards. */
  readonly script: PeerAction[] = [];
  readonly requests: PeerRequest[] = [];
  /** Hosts that tunnels were opened to. */
  readonly tunnels: string[] = [];
  /** Connections opened so far. */
  connections = 0;
  readonly #server: Server;
  readonly #upstream: Pool | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(upstream: Pool | undefined) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("connection", (socket) => {
      this.connections += 1;
      this.#keep(socket);
    });
    this.#server.on("connect", (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket));
  }

  /** Listens on a free port of this machine; without `upstream` it cannot forward. */
  static async start(upstream?: ClusterAccess): Promise<ApiPeer> {
    const peer = new ApiPeer(upstream === undefined ? undefined : await poolTo(upstream));
    await new Promise<void>((resolve) => peer.#server.listen(0, "127.0.0.1", resolve));
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on a port, not on a pipe
  }

  /** Connections open now, tunnels' far ends included. */
  get open(): number {
    return this.#sockets.size;
  }

  /** This peer as a cluster, under the given path; the token is asked for anew after each 401. */
  access(options: { readonly path?: string; readonly tokens?: string[] } = {}): ClusterAccess {
    const tokens = [...(options.tokens ?? ["token"])];
    const tls = { ca: undefined, cert: undefined, key: undefined, serverName: undefined, skipVerify: true };
    return {
      server: `${this.url}${options.path ?? ""}`,
      proxyUrl: undefined,
      namespace: undefined,
      credentials: ({ fresh = false } = {}) => {
        if (fresh) tokens.shift();
        return Promise.resolve({ headers: { authorization: `Bearer ${tokens[0] ?? "none"}` }, tls });
      },
    };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([new Promise((resolve) => this.#server.close(resolve)), this.#upstream?.destroy()]);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    this.requests.push({ method: request.method ?? "", path, headers: request.headers });
    const action = this.script.shift() ?? "Forward";
    const body = await bodyOf(request);
    if (action === "Reset") request.socket.resetAndDestroy();
    else if (action === "Forward") await this.#forward(request, body, response);
    else if (action === "Silence") return;
    else if ("chunks" in action) stream(action, response);
    else response.writeHead(action.status, action.headers).end(action.body ?? "");
  }

  async #forward(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    if (this.#upstream === undefined) return void response.writeHead(501).end("this peer has no upstream");
    const { authorization: _own, host: _host, connection: _connection, ...headers } = request.headers;
    const method = request.method as "GET" | "POST" | "PATCH" | "DELETE"; // the methods our client knows
    const answer = await this.#upstream.request({ path: request.url ?? "", method, headers, ...(body === "" ? {} : { body }) });
    response.writeHead(answer.statusCode, { "content-type": String(answer.headers["content-type"]) }).end(await answer.body.text());
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    const [host, port] = (request.url ?? "").split(":");
    this.tunnels.push(request.url ?? "");
    const target = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    for (const end of [target, socket]) end.on("error", () => end.destroy());
    this.#keep(socket);
    this.#keep(target);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
  }
}

async function poolTo(upstream: ClusterAccess): Promise<Pool> {
  const { ca, cert, key } = (await upstream.credentials()).tls;
  return new Pool(upstream.server, { connect: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks).toString("utf8");
}

function stream(action: { readonly chunks: readonly string[]; readonly end: "Close" | "Reset" | "Wait" }, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" });
  for (const chunk of action.chunks) response.write(chunk);
  if (action.end === "Close") response.end();
  // What was written is on its way before the connection breaks.
  if (action.end === "Reset") response.write("", () => response.socket?.destroy());
}
