/** What an earlier process has told of the drift of an Application, in its DriftReport; read once, after a restart. */
import type { DriftFight, DriftFinding } from "../src/api/drift-report.ts";

/** Since when differences are known, and who fights. */
export interface EarlierDrift {
  readonly findings: readonly DriftFinding[];
  readonly fights: readonly DriftFight[];
}

/** Where a difference is: the grace time of a field goes on when it is changed once more. */
export function sightKey({ object, path = "" }: Pick<DriftFinding, "object" | "path">): string {
  return JSON.stringify([object, path]);
}
