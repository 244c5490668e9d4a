import { nextConditions, timestamp } from "../api/conditions.ts";
import type { WantedCondition } from "../api/conditions.ts";
import type { Notifier, NotifierStatus } from "../api/notifier.ts";
import { reasons } from "../api/reasons.ts";
import { messageOf, ReconcileError } from "../errors.ts";
import { DeliveryError } from "../notify/channels/channel.ts";
import type { NotifierStanding } from "../notify/delivery/driver.ts";

/** How a Notifier stands: at work, or why it is not. */
export interface NotifierFacts {
  /** Undefined while it has not begun. */
  readonly standing: NotifierStanding | undefined;
  /** Why its spec or its destination cannot be used. */
  readonly problem: unknown;
  /** Its own template fails over messages. */
  readonly templateProblem: string | undefined;
  /** The generation of the spec that was read for this. */
  readonly generation: number;
}

/** The status that follows. Pure; equal facts give an equal status. */
export function notifierStatus({ spec, status = {} }: Pick<Notifier, "spec" | "status">, facts: NotifierFacts, now: Date): NotifierStatus {
  const { standing, generation } = facts;
  return {
    ...status,
    observedGeneration: generation,
    conditions: nextConditions(status.conditions ?? [], [readyCondition(spec.suspend ?? false, facts)], generation, now),
    ...(standing === undefined ? {} : countsOf(standing)),
  };
}

function countsOf({ openEpisodes, waiting, delivered, suppressed, lastDeliveredAt }: NotifierStanding): Partial<NotifierStatus> {
  const left = [...suppressed.values()].reduce((sum, count) => sum + count, 0);
  return { openEpisodes, waiting, delivered, suppressed: left, ...(lastDeliveredAt === undefined ? {} : { lastDeliveredAt: timestamp(lastDeliveredAt) }) };
}

function readyCondition(suspended: boolean, { standing, problem, templateProblem }: NotifierFacts): WantedCondition {
  if (problem instanceof ReconcileError) return ready("False", problem.reason, problem.message);
  if (problem !== undefined) return ready("False", problem instanceof DeliveryError && problem.failure === "Refused" ? reasons.DestinationRefused : reasons.DestinationUnavailable, messageOf(problem));
  if (suspended) return ready("Unknown", reasons.Suspended, "suspended by spec.suspend: nothing is sent; what is still true is told afterwards");
  if (standing?.storing !== undefined) return ready("False", reasons.StateNotStored, `${standing.storing}. Nothing is sent before what is shown where can be stored; that is tried again, with growing delay`);
  if (standing?.blocked !== undefined) return ready("False", reasons.DestinationRefused, `${standing.blocked.message}. What waits is kept, and tried again every 10 minutes and when the spec or a Secret changes`);
  if (standing?.failing !== undefined) return ready("False", reasons.DestinationUnavailable, `${standing.failing.message}. What waits is kept and tried again, with growing delay`);
  if (standing === undefined) return ready("Unknown", reasons.Progressing, "it is about to begin");
  return ready("True", reasons.Delivering, templateProblem ?? "what is to be told is delivered");
}

const ready = (status: WantedCondition["status"], reason: string, message: string): WantedCondition => ({ type: "Ready", status, reason, message });
