import { timingSafeEqual } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join, resolve } from "node:path";
import { serveGit } from "./git-backend.ts";
import { runGit } from "./git-repo.ts";
import { createSandboxDir } from "./sandbox-dir.ts";

/** Who may use the server; without it everybody on this machine. */
export type GitServerAuth = { readonly username: string; readonly password: string } | { readonly bearer: string };

/** Options of `startGitServer`. */
export interface GitServerOptions {
  /** Folder of the bare repositories. Default: a throwaway folder, removed by `stop`. */
  readonly root?: string | undefined;
  readonly auth?: GitServerAuth | undefined;
  /** Server certificate and key as PEM; given, the server speaks HTTPS only. */
  readonly tls?: { readonly certPem: string; readonly keyPem: string } | undefined;
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** Sees every request before it is answered: tests count them. */
  readonly onRequest?: ((request: GitRequest) => void) | undefined;
  /** Called after a push was answered, with the name of the repository: what a Git host's webhook hangs on. */
  readonly onPush?: ((repo: string) => void) | undefined;
}

/** What `onRequest` is told. */
export interface GitRequest {
  readonly method: string;
  /** Path and query: `/shop.git/info/refs?service=git-upload-pack`. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
}

/** A running Git server on the loopback address. */
export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly root: string;
  /** Creates an empty bare repository `NAME.git` with the branch main and returns its URL and folder. */
  createRepo(name: string): Promise<GitRepo>;
  /** Ends the server and the connections it has; removes the folder if it is a throwaway one. */
  stop(): Promise<void>;
}

/** One repository of the server. */
export interface GitRepo {
  readonly url: string;
  readonly dir: string;
}

/** Serves bare repositories by Git's smart HTTP protocol (v0 to v2), fetch and push, with `git http-backend`. */
export async function startGitServer(options: GitServerOptions = {}): Promise<GitServer> {
  const root = options.root === undefined ? await createSandboxDir() : resolve(options.root);
  await mkdir(root, { recursive: true });
  const server = createServer(options, (incoming, outgoing) => handle(incoming, outgoing, root, options));
  const port = await listen(server, options.port ?? 0);
  const url = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    if (options.root === undefined) await rm(root, { recursive: true, force: true });
  };
  return {
    url,
    root,
    createRepo: async (name) => {
      const dir = join(root, `${name}.git`);
      await initBareRepo(dir);
      return { url: `${url}/${name}.git`, dir };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Creates a bare repository that may be pushed to and fetched from in every way: partially, and by any commit. */
async function initBareRepo(dir: string): Promise<void> {
  await runGit(["init", "--quiet", "--bare", "--initial-branch=main", dir]);
  const settings = { "http.receivepack": "true", "uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true" };
  for (const [name, value] of Object.entries(settings)) await runGit(["--git-dir", dir, "config", name, value]);
}

function createServer({ tls }: GitServerOptions, listener: RequestListener): Server {
  return tls === undefined ? createHttpServer(listener) : createHttpsServer({ cert: tls.certPem, key: tls.keyPem }, listener);
}

function handle(incoming: IncomingMessage, outgoing: ServerResponse, root: string, options: GitServerOptions): void {
  const target = incoming.url ?? "/";
  options.onRequest?.({ method: incoming.method ?? "GET", target, headers: incoming.headers });
  const { auth } = options;
  if (auth !== undefined && !allowed(incoming.headers.authorization ?? "", auth)) {
    const challenge = "bearer" in auth ? "Bearer" : 'Basic realm="git", charset="UTF-8"';
    outgoing.writeHead(401, { "www-authenticate": challenge, "content-type": "text/plain" }).end("unauthorized\n");
    return;
  }
  const user = auth === undefined ? undefined : "username" in auth ? auth.username : "token";
  const pushed = /^\/(.+)\.git\/git-receive-pack$/.exec(target)?.[1];
  if (pushed !== undefined && incoming.method === "POST") outgoing.once("finish", () => options.onPush?.(pushed));
  serveGit(incoming, outgoing, { root, url: new URL(target, "http://localhost"), user });
}

function allowed(header: string, auth: GitServerAuth): boolean {
  const expected =
    "bearer" in auth ? `Bearer ${auth.bearer}` : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;
  const [given, wanted] = [Buffer.from(header), Buffer.from(expected)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((done, reject) => server.once("error", reject).listen(port, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the Git server has no TCP port");
  return address.port;
}
