import type { Outcome } from "./outcome.ts";

/** True when something ends by itself that no event may tell of: it is looked at again soon. */
export function isAwaiting(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case "Suspended":
    case "Failed":
      return false;
    case "Finalized":
      return outcome.state !== "Done";
    case "Attempted":
      return outcome.blocked.some(({ kind }) => kind === "Waiting") || outcome.kept.some(({ kind }) => kind === "Waiting");
  }
}
