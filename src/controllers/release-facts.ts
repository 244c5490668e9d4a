import type { Attempted } from "../../reconciler/outcome.ts";
import { shortRevision } from "../../sources/source.ts";
import { displayId } from "../object/object-id.ts";
import { releaseResult } from "./release-status.ts";
import type { ReleaseResult } from "./release-status.ts";

/** How an attempt stands after a reconcile. */
export function resultOfAttempt(outcome: Attempted): ReleaseResult {
  const blocked = (wanted: "Waiting" | "Failed"): string[] => outcome.blocked.filter(({ kind }) => kind === wanted).map(({ reason }) => reason);
  const leaving = outcome.kept.filter(({ kind }) => kind === "Waiting").map(({ id, reason }) => `${displayId(id)}: ${reason}`);
  return releaseResult({
    gate: outcome.gate,
    failures: [...outcome.failures.map(({ message }) => message), ...blocked("Failed")],
    waiting: [...blocked("Waiting"), ...leaving],
    health: outcome.health,
    hooks: outcome.hooks,
    done: `${outcome.objects} object${outcome.objects === 1 ? "" : "s"} of ${shortRevision(outcome.revision)} live and healthy`,
  });
}
