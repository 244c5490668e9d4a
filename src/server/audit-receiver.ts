/**
 * `POST /audit`: the API server's audit webhook tells who made which request (audit.k8s.io/v1 EventList). It proves itself by
 * a bearer token, or by the same token in the path (`/audit/TOKEN`): clients made from a kubeconfig send no credentials
 * without TLS (client-go, `clientcmd`).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { parseJson } from "../object/json.ts";
import type { Json } from "../object/json.ts";
import { readBody } from "./body.ts";
import type { Answer } from "./http.ts";

/** Where the API server sends events. */
export const AUDIT_PATH = "/audit";
/** Largest body that is read: the server sends up to 400 events of some 1.5 KB at once. */
export const AUDIT_BODY_LIMIT = 8 * 1024 * 1024;

/** True for a path that events are sent to. */
export function isAuditPath(path: string): boolean {
  return path === AUDIT_PATH || path.startsWith(`${AUDIT_PATH}/`);
}

/** How audit events are received. */
export interface AuditOptions {
  /** What the caller has to show. */
  readonly token: string;
  /** Takes a body in. Returns at once; false where it is no list of events. */
  readonly receive: (body: Json) => boolean;
  /** In bytes. Default: 8 MiB. */
  readonly bodyLimit?: number;
}

/** 200 when the events were taken in; 405, 401 (nothing of the body is read), 413 by BodyTooLarge, or 400. `path` without its query. */
export async function receiveAudit(request: IncomingMessage, path: string, { token, receive, bodyLimit = AUDIT_BODY_LIMIT }: AuditOptions): Promise<Answer> {
  if (request.method !== "POST") return { status: 405, body: "only POST\n", headers: { allow: "POST" } };
  const given = path === AUDIT_PATH ? bearerOf(request.headers.authorization) : path.slice(AUDIT_PATH.length + 1);
  if (!timingSafeEqual(digest(given), digest(token))) return { status: 401, body: "the token is not the one that driftless audit-config prints\n", headers: { "www-authenticate": "Bearer" } };
  const body = parsed(await readBody(request, bodyLimit));
  if (body === undefined || !receive(body)) return { status: 400, body: "not an EventList of audit.k8s.io/v1 in JSON\n" };
  return { status: 200, body: "ok\n" };
}

const bearerOf = (authorization = ""): string => /^Bearer ([!-~]+)$/i.exec(authorization)?.[1] ?? "";

/** Digests are compared, so that neither the token nor its length shows in the time it takes. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function parsed(body: Buffer): Json | undefined {
  try {
    return parseJson(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
