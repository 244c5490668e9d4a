import type { Application, ApplicationStatus } from "../src/api/application.ts";
import { nextConditions, timestamp } from "../src/api/conditions.ts";
import { RECONCILE_ANNOTATION } from "../src/api/group.ts";
import { wantedConditions } from "./application-conditions.ts";
import { jsonEqual } from "../src/object/json.ts";
import type { Gate } from "./gate/gate.ts";
import type { Outcome } from "./outcome.ts";
import { isComplete } from "./outcome.ts";

/** What of the status is not in the outcome. */
export interface StatusFacts {
  /** Name of the newest Release. */
  readonly release: string | undefined;
  /** The reconcile brought something from the source. */
  readonly news: boolean;
  /** What tells of the hooks of this content, should the sync be complete. Default: it has none. */
  readonly hooks?: ApplicationStatus["hooks"];
}

/**
 * The status that follows from an outcome. The one place that decides conditions. A commit that changes nothing for an
 * Application is no reason to write its status: the revision in it moves with the next change.
 */
export function nextStatus(app: Application, outcome: Outcome, facts: StatusFacts, now: Date): ApplicationStatus {
  const { lastAppliedRevision } = app.status ?? {};
  if (outcome.kind === "Attempted" && isComplete(outcome) && !facts.news && lastAppliedRevision !== undefined) {
    const same = statusOf(app, { ...outcome, revision: lastAppliedRevision }, facts, now);
    if (app.status !== undefined && jsonEqual(same, app.status)) return app.status;
  }
  return statusOf(app, outcome, facts, now);
}

function statusOf(app: Application, outcome: Outcome, { release, hooks }: StatusFacts, now: Date): ApplicationStatus {
  const { nextWindowAt: _opened, hooks: ran, ...before } = app.status ?? {};
  const generation = app.metadata.generation ?? 0;
  const handled = app.metadata.annotations?.[RECONCILE_ANNOTATION];
  return {
    ...before,
    observedGeneration: generation,
    conditions: nextConditions(before.conditions ?? [], wantedConditions(app, outcome), generation, now),
    ...(handled === undefined ? {} : { lastHandledReconcileAt: handled }),
    ...(release === undefined ? {} : { release }),
    ...revisions(outcome),
    ...hooksAfter(ran, outcome, hooks),
  };
}

/** A sync that is not complete leaves what was told of the last one. What has no hooks any more tells of none. */
function hooksAfter(before: ApplicationStatus["hooks"], outcome: Outcome, hooks: ApplicationStatus["hooks"]): Partial<ApplicationStatus> {
  const isDone = outcome.kind === "Attempted" && isComplete(outcome);
  if (!isDone || hooks === undefined) return isDone || before === undefined ? {} : { hooks: before };
  return { hooks };
}

function revisions(outcome: Outcome): Partial<ApplicationStatus> {
  switch (outcome.kind) {
    case "Suspended":
    case "Finalized":
      return {};
    case "Failed":
      return outcome.revision === undefined ? {} : { lastAttemptedRevision: outcome.revision };
    case "Attempted":
      return {
        lastAttemptedRevision: outcome.revision,
        objects: outcome.objects,
        ...(isComplete(outcome) ? { lastAppliedRevision: outcome.revision } : {}),
        ...windowOf(outcome.gate),
      };
  }
}

function windowOf({ apply }: Gate): Partial<ApplicationStatus> {
  return apply.kind === "Closed" && apply.reason === "WindowClosed" && apply.until !== undefined ? { nextWindowAt: timestamp(apply.until) } : {};
}
