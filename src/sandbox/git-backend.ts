import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";

/** One request for `git http-backend`. */
export interface BackendRequest {
  /** Folder with the bare repositories. */
  readonly root: string;
  readonly url: URL;
  /** Who is logged in; absent: nobody needed to. */
  readonly user?: string | undefined;
}

/** How much a CGI program may say before the empty line that ends its headers. */
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Answers one HTTP request by the CGI program that Git ships. CGI (RFC 3875): the request is described in variables and
 * its body is standard input; standard output is headers, with the status as one of them, an empty line, and the body.
 */
export function serveGit(incoming: IncomingMessage, outgoing: ServerResponse, request: BackendRequest): void {
  const child = spawn("git", ["http-backend"], { env: cgiEnvironment(incoming, request), stdio: ["pipe", "pipe", "ignore"] });
  child.on("error", (error) => fail(outgoing, error.message));
  // Git stops reading when it has what it needs; a client that goes away takes the program with it.
  child.stdin.on("error", () => undefined);
  outgoing.on("close", () => child.kill());
  incoming.pipe(child.stdin);
  let head = Buffer.alloc(0);
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0 && head.length < MAX_HEADER_BYTES) return;
    child.stdout.off("data", onHead);
    if (end < 0) {
      child.kill();
      return fail(outgoing, "git http-backend sent no headers");
    }
    writeHead(outgoing, head.subarray(0, end).toString("latin1"));
    outgoing.write(head.subarray(end + 4));
    child.stdout.pipe(outgoing);
  };
  child.stdout.on("data", onHead);
  child.on("close", () => (outgoing.headersSent ? outgoing.end() : fail(outgoing, "git http-backend ended without an answer")));
}

function cgiEnvironment(incoming: IncomingMessage, { root, url, user }: BackendRequest): NodeJS.ProcessEnv {
  const { headers, method = "GET" } = incoming;
  const optional = {
    REMOTE_USER: user,
    CONTENT_TYPE: headers["content-type"],
    CONTENT_LENGTH: headers["content-length"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    GIT_PROTOCOL: headers["git-protocol"]?.toString(),
  };
  return {
    ...isolatedGitEnvironment(),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    GATEWAY_INTERFACE: "CGI/1.1",
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: method,
    REMOTE_ADDR: incoming.socket.remoteAddress,
    SERVER_PROTOCOL: `HTTP/${incoming.httpVersion}`,
  };
}

function writeHead(outgoing: ServerResponse, head: string): void {
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") outgoing.statusCode = Number.parseInt(value, 10);
    else outgoing.setHeader(name, value);
  }
}

function fail(outgoing: ServerResponse, message: string): void {
  if (!outgoing.headersSent) outgoing.writeHead(502, { "content-type": "text/plain" });
  outgoing.end(`${message}\n`);
}

/** Environment in which Git sees neither the user's configuration nor a repository around it, and never asks. */
export function isolatedGitEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(inherited),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
}
