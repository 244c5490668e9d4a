import { ReconcileError } from "../../src/errors.ts";
import type { GitCredentials } from "./credentials.ts";

/** What a person reads for an error of the network, by its code. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (connection refused); check host and port",
  ENOTFOUND: "the host name does not exist; check the url, or the DNS of the cluster",
  EAI_AGAIN: "the host name could not be looked up (DNS did not answer); check the DNS of the cluster",
  ECONNRESET: "the connection was reset; a proxy or firewall may have cut it",
  EPIPE: "the connection was closed; a proxy or firewall may have cut it",
  UND_ERR_SOCKET: "the connection was closed in the middle of the exchange; a proxy or firewall may have cut it",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the connection was closed in the middle of the exchange; a proxy or firewall may have cut it",
  ETIMEDOUT: "no connection within the time allowed; a firewall or network policy may drop it",
  EHOSTUNREACH: "there is no route to the host; check the network policy of the operator's namespace",
  ENETUNREACH: "there is no route to the network of the host; check the network policy of the operator's namespace",
  UND_ERR_CONNECT_TIMEOUT: "no connection within the time allowed; a firewall or network policy may drop it",
  UND_ERR_HEADERS_TIMEOUT: "the server took the request and then sent nothing for too long",
  UND_ERR_BODY_TIMEOUT: "the server stopped sending in the middle of its answer",
  CERT_HAS_EXPIRED: "the server's certificate has expired; renew it",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet; check the clocks",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host name; check the url",
  EPROTO: "no TLS connection came about; the port may speak plain http",
  ERR_SSL_WRONG_VERSION_NUMBER: "the port does not speak TLS; the url may have to begin with http://",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "the port does not speak TLS; the url may have to begin with http://",
};

const UNKNOWN_ISSUER = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** What the connection was made with, for errors. */
export interface Access {
  readonly credentials?: GitCredentials | undefined;
  /** The origin that a redirect led to, when credentials were held back because of it. */
  readonly withheldFrom?: string | undefined;
}

/** An error of the network → GIT_UNREACHABLE with its cause and what to do. */
export function networkFailure(error: unknown, access: Access): ReconcileError {
  const code = codeOf(error);
  if (UNKNOWN_ISSUER.has(code)) {
    const fix = access.credentials?.ca === undefined ? "put the CA into the key ca.crt of the Secret named in secretRef" : "the key ca.crt of the Secret does not hold the CA that signed it";
    return new ReconcileError("GIT_UNREACHABLE", `the server's certificate is signed by an unknown CA (${code}); ${fix}`);
  }
  if (code.startsWith("HPE_")) return new ReconcileError("GIT_UNREACHABLE", "the port does not speak HTTP; check the url (https:// or http://, and the port)");
  return new ReconcileError("GIT_UNREACHABLE", CAUSES[code] ?? `no answer from the server (${code === "" ? "unknown cause" : code})`);
}

/** True for a connection that was dead before the server took the request: kept alive too long. */
export function isStaleConnection(error: unknown): boolean {
  return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(codeOf(error));
}

/** An answer that is no success → the error that says what to do. */
export function statusFailure(status: number, access: Access): ReconcileError {
  if (status === 401 || status === 403) return new ReconcileError("GIT_UNAUTHORIZED", `access denied (HTTP ${status}): ${accessHint(access)}`);
  if (status === 404 || status === 410) {
    return new ReconcileError("GIT_UNREACHABLE", `no repository there (HTTP ${status}); check the url. Many servers say this of a private repository too: ${accessHint(access)}`);
  }
  if (status === 407) return new ReconcileError("GIT_UNREACHABLE", "a proxy on the way asks for credentials (HTTP 407)");
  if (status === 429) return new ReconcileError("GIT_UNREACHABLE", "the server limits the rate of requests (HTTP 429); raise the interval or use a webhook");
  if (status >= 500) return new ReconcileError("GIT_UNREACHABLE", `the server failed (HTTP ${status}); it is tried again`);
  return new ReconcileError("GIT_PROTOCOL", `unexpected answer (HTTP ${status}); is this the address of a Git repository?`);
}

function accessHint({ credentials, withheldFrom }: Access): string {
  if (withheldFrom !== undefined) return `credentials were not sent because the server redirected to ${withheldFrom}; write that address into the url if it is right`;
  if (credentials?.auth === undefined) return "no credentials were sent; name a Secret with username and password, or bearerToken, in secretRef";
  const keys = credentials.keys.filter((key) => key !== "ca.crt").join(" and ");
  return `${keys} of Secret ${credentials.owner} were sent; check that they are right and may read this repository`;
}

/** undici wraps errors of sockets, and Node wraps those of several addresses. */
function codeOf(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth++) {
    const code = (current as { code?: unknown }).code; // Node's errors carry it, the type Error does not
    if (typeof code === "string" && code !== "UND_ERR") return code;
    current = current instanceof AggregateError && current.cause === undefined ? current.errors[0] : current.cause;
  }
  return "";
}
