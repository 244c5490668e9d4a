import { nextPollDelay } from "../../sources/poll.ts";
import { isAwaiting } from "../../reconciler/awaiting.ts";
import type { Attempted, Outcome } from "../../reconciler/outcome.ts";
import type { Retries } from "../../reconciler/retries.ts";
import type { Application } from "../api/application.ts";
import { parseDuration } from "../api/duration.ts";
import { backoffDelay } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";
import type { WorkResult } from "./work-queue.ts";

/** What ends by itself mostly ends with an event; a kind that was just defined is served a moment after it is told to be. */
const WAITING: Backoff = { initialMs: 1_000, maxMs: 30_000 };
/** A decision about an Application that is being deleted is an event; that somebody was given a right is none. */
const BLOCKED_MS = 5 * 60_000;

/** What decides besides the outcome. */
export interface RequeueFacts {
  /** How often in a row it had to wait. */
  readonly waits: number;
  /** Objects that come back on their own. */
  readonly retries: Retries;
  readonly now: Date;
  /** 0 to below 1. */
  readonly random: number;
}

/** When an Application comes back by itself. Everything else that could matter to it arrives as an event. */
export function resultOf(app: Application, outcome: Outcome, facts: RequeueFacts): WorkResult {
  const resyncMs = nextPollDelay(parseDuration(app.spec.sync?.resyncInterval ?? "1h"), facts.random);
  switch (outcome.kind) {
    case "Suspended":
      return { kind: "Done" };
    case "Failed":
      if (outcome.error.retry === "backoff" || (outcome.meanwhile?.failures.length ?? 0) > 0) return failed(app, outcome.error, outcome.meanwhile?.wakeAt, facts);
      return { kind: "Done", requeueAfterMs: Math.min(resyncMs, untilMs(outcome.meanwhile?.wakeAt, facts.now)) };
    case "Finalized":
      if (outcome.state === "Done") return { kind: "Done" };
      return { kind: "Done", requeueAfterMs: outcome.state === "Blocked" ? BLOCKED_MS : backoffDelay(facts.waits, WAITING, facts.random) };
    case "Attempted": {
      if (isBad(outcome, facts.retries)) return failed(app, new Error("some objects could not be applied"), outcome.wakeAt, facts);
      const awaitedMs = isAwaiting(outcome) ? backoffDelay(facts.waits, WAITING, facts.random) : Number.POSITIVE_INFINITY;
      return { kind: "Done", requeueAfterMs: Math.min(resyncMs, awaitedMs, untilMs(outcome.wakeAt, facts.now)) };
    }
  }
}

/** What is due at a certain time does not wait for what has failed. */
function failed(app: Application, error: Error, wakeAt: Date | undefined, { now }: RequeueFacts): WorkResult {
  return { kind: "Failed", error, backoff: backoffOf(app), ...(wakeAt === undefined ? {} : { withinMs: untilMs(wakeAt, now) }) };
}

/** Something failed that does not come back on its own. */
function isBad({ failures, blocked }: Attempted, retries: Retries): boolean {
  return failures.some(({ key, outcome }) => outcome === "Stale" || (outcome !== "NotSent" && !retries.has(key))) || blocked.some(({ kind, key }) => kind === "Failed" && !retries.has(key));
}

function untilMs(time: Date | undefined, now: Date): number {
  return time === undefined ? Number.POSITIVE_INFINITY : Math.max(0, time.getTime() - now.getTime());
}

/** spec.sync.retry with its defaults. */
export function backoffOf(app: Application): Backoff {
  const retry = app.spec.sync?.retry;
  return { initialMs: parseDuration(retry?.initial ?? "1s"), maxMs: parseDuration(retry?.max ?? "5m") };
}
