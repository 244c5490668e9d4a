import { nextPollDelay } from "../../sources/poll.ts";
import type { Outcome } from "../../reconciler/outcome.ts";
import type { Application } from "../api/application.ts";
import { parseDuration } from "../api/duration.ts";
import { backoffDelay } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";
import type { WorkResult } from "./work-queue.ts";

/** A kind that was just defined is served a moment after it is told to be; most other waits end by an event. */
const WAITING: Backoff = { initialMs: 1_000, maxMs: 30_000 };

/** When an Application comes back by itself; `waits`: how often in a row it had to wait. Everything else that could matter to it arrives as an event. */
export function resultOf(app: Application, outcome: Outcome, waits: number, random: number): WorkResult {
  const resync: WorkResult = { kind: "Done", requeueAfterMs: nextPollDelay(parseDuration(app.spec.sync?.resyncInterval ?? "1h"), random) };
  switch (outcome.kind) {
    case "Suspended":
      return { kind: "Done" };
    case "Failed":
      return outcome.error.retry === "backoff" ? { kind: "Failed", error: outcome.error, backoff: backoffOf(app) } : resync;
    case "Attempted": {
      const bad = outcome.failures.length > 0 || outcome.blocked.some(({ kind }) => kind === "Failed");
      if (bad) return { kind: "Failed", error: new Error("some objects could not be applied"), backoff: backoffOf(app) };
      return outcome.blocked.length > 0 ? { kind: "Done", requeueAfterMs: backoffDelay(waits, WAITING, random) } : resync;
    }
  }
}

/** spec.sync.retry with its defaults. */
function backoffOf(app: Application): Backoff {
  const retry = app.spec.sync?.retry;
  return { initialMs: parseDuration(retry?.initial ?? "1s"), maxMs: parseDuration(retry?.max ?? "5m") };
}
