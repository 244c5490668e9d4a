import type { Outcome } from "./outcome.ts";

/** True when something ends by itself that no event may tell of: it is looked at again soon. A closed gate tells when it opens. */
export function isAwaiting(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "Suspended":
    case "Failed":
      return false;
    case "Finalized":
      return outcome.state !== "Done";
    case "Attempted":
      return outcome.hooks?.kind === "Blocked" || outcome.blocked.some(({ kind }) => kind === "Waiting") || (outcome.gate.prune.kind === "Open" && outcome.kept.some(({ kind }) => kind === "Waiting"));
  }
}
