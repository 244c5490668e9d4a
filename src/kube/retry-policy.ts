/** Whether a failed request is sent again, and when. Does not contact the cluster. */
import type { KubeApiError } from "../errors.ts";

/** Attempts in all while the server asks for patience. */
export const MAX_ATTEMPTS = 6;
/** Attempts in all on a connection that broke or never came to be. */
const MAX_NETWORK_ATTEMPTS = 3;
/** Longest wait we hold a caller for; a server that asks for more is answered by the caller's own backoff. */
const MAX_WAIT_MS = 20_000;
const BASE_WAIT_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** The server's clock and ours do not tick together; this part of what it asked for is added at random. */
const JITTER = 0.2;

/** The connection was refused before anything was sent: any request may go again. */
const NEVER_SENT = new Set(["ECONNREFUSED", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);
/** The connection broke: what was sent may have landed. */
const BROKEN = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
const NO_LEADER = /etcdserver: (leader changed|no leader|request timed out)/;

/** A failed attempt: an answer of the server, or none with the code of the network error. */
export type Failure =
  | { readonly kind: "Answer"; readonly error: KubeApiError }
  | { readonly kind: "Network"; readonly code: string; readonly error: KubeApiError };

/** When to send again. `holdSlot`: the server is overloaded, nobody else takes this request's place meanwhile. */
export interface Retry {
  readonly delayMs: number;
  readonly holdSlot: boolean;
}

/**
 * The next attempt, or undefined when the failure goes to the caller. `repeatable`: a second landing changes nothing.
 * `attempt` counts from 1; `random` in [0, 1).
 */
export function planRetry(failure: Failure, repeatable: boolean, attempt: number, random: number): Retry | undefined {
  switch (failure.kind) {
    case "Answer":
      return attempt < MAX_ATTEMPTS ? afterAnswer(failure.error, repeatable, attempt, random) : undefined;
    case "Network":
      if (attempt >= MAX_NETWORK_ATTEMPTS || !mayRepeat(failure.code, repeatable)) return undefined;
      return { delayMs: backoff(attempt, random), holdSlot: false };
  }
}

/** True when the failure says that the server has more than it can do. */
export function isOverload(failure: Failure): boolean {
  if (failure.kind === "Network") return failure.code.endsWith("_TIMEOUT");
  return failure.error.status === 429 || failure.error.status === 503;
}

function afterAnswer(error: KubeApiError, repeatable: boolean, attempt: number, random: number): Retry | undefined {
  const rejected = error.status === 429;
  if (!rejected && !(repeatable && isPassing(error))) return undefined;
  const asked = error.retryAfterMs;
  const delayMs = asked === undefined ? backoff(attempt, random) : Math.ceil(asked * (1 + JITTER * random));
  return delayMs > MAX_WAIT_MS ? undefined : { delayMs, holdSlot: rejected };
}

function isPassing(error: KubeApiError): boolean {
  if (error.status < 500) return false;
  return error.status === 503 || error.retryAfterMs !== undefined || NO_LEADER.test(error.message);
}

function mayRepeat(code: string, repeatable: boolean): boolean {
  return NEVER_SENT.has(code) || (repeatable && BROKEN.has(code));
}

function backoff(attempt: number, random: number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, BASE_WAIT_MS * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}
