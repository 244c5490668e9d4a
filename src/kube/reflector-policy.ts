/** What a reflector does after a failure. Does not contact the cluster. */
import { KubeApiError } from "../errors.ts";

/** The request that failed; also the verb that is missing after a 403. */
export type ReflectorVerb = "list" | "watch";

/** The next step. `delayMs` 0: at once. */
export type NextStep =
  /** Watch again from the last version seen. */
  | { readonly kind: "Resume"; readonly delayMs: number }
  /** The version is too old, or unknown: list again. */
  | { readonly kind: "Relist"; readonly delayMs: number }
  /** Not allowed; tried again slowly, beginning with a list. */
  | { readonly kind: "Forbidden"; readonly delayMs: number }
  /** The kind is not served; tried again slowly, beginning with a list. */
  | { readonly kind: "Gone"; readonly delayMs: number };

const BASE_MS = 250;
const MAX_BACKOFF_MS = 30_000;
/** A right or a kind that is missing seldom comes back by the second. */
const SLOW_MS = 30_000;
/** An API server that has just started refuses everything until it knows its roles: so many refusals are not believed. */
const DISBELIEVED_REFUSALS = 4;

/** `failures` counts failures in a row, this one included, for a 403 the refusals alone; `random` in [0, 1). */
export function afterFailure(error: unknown, verb: ReflectorVerb, failures: number, random: number): NextStep {
  const again = verb === "list" ? "Relist" : "Resume";
  const status = error instanceof KubeApiError ? error.status : 0;
  switch (status) {
    case 410:
      return { kind: "Relist", delayMs: failures <= 1 ? 0 : backoff(failures, random) };
    case 403:
      return failures <= DISBELIEVED_REFUSALS ? { kind: again, delayMs: backoff(failures, random) } : { kind: "Forbidden", delayMs: slow(random) };
    case 404:
      return { kind: "Gone", delayMs: slow(random) };
    default:
      return { kind: again, delayMs: Math.max(backoff(failures, random), askedBy(error)) };
  }
}

/** A watch that the server ended: on at once, unless it ended as good as unopened. */
export function afterClose(endured: boolean, failures: number, random: number): NextStep {
  return { kind: "Resume", delayMs: endured ? 0 : backoff(failures, random) };
}

function backoff(failures: number, random: number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}

function slow(random: number): number {
  return Math.round(SLOW_MS * (1 + random));
}

function askedBy(error: unknown): number {
  return Math.min(MAX_BACKOFF_MS, error instanceof KubeApiError ? (error.retryAfterMs ?? 0) : 0);
}
