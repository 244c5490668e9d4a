import type { Outcome } from "../../reconciler/outcome.ts";
import type { Logger } from "../ports.ts";

/** One line for everything that did not go as it should; what waits is told, too. */
export function logOutcome(outcome: Outcome, logger: Logger): void {
  switch (outcome.kind) {
    case "Suspended":
      return;
    case "Failed":
      logger.warn({ reason: outcome.error.reason, revision: outcome.revision, cause: outcome.error.message }, "sync failed");
      return;
    case "Finalized":
      logger.info({ state: outcome.state, cause: outcome.message, left: outcome.left.join("; ") }, "deletion");
      return;
    case "Attempted":
      for (const { message, verb } of outcome.failures) logger.warn({ verb, revision: outcome.revision, cause: message }, "object failed");
      for (const { kind, reason } of outcome.blocked) logger.warn({ blocked: kind, revision: outcome.revision, cause: reason }, "object blocked");
      if (outcome.gate.apply.kind === "Closed") logger.info({ reason: outcome.gate.apply.reason, revision: outcome.revision, cause: outcome.gate.apply.message }, "changes wait");
      else if (outcome.gate.prune.kind === "Closed") logger.info({ reason: outcome.gate.prune.reason, revision: outcome.revision, cause: outcome.gate.prune.message }, "deletes wait");
      for (const cause of outcome.fights) logger.warn({ cause }, "fight");
  }
}
