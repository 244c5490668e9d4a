import type { ReleaseAction, ReleaseCounts } from "../../src/api/release.ts";
import { releaseActions } from "../../src/api/release.ts";
import type { ObjectId } from "../../src/object/object-id.ts";
import { byId } from "../../src/object/object-id.ts";
import type { Plan, PlanEntry } from "../change.ts";
import { deletesOf, hooksToRun, isNews } from "../change.ts";

/** The part of a plan that a gate can close: what the source brings. Undoing drift is no part of it. */
export type GatedPlan = Pick<Plan, "stages" | "held" | "prune" | "pruneLater" | "transfers" | "hooks">;

/** One change that the source brings. */
export interface GatedChange {
  readonly action: ReleaseAction;
  readonly id: ObjectId;
}

/** The entries that bring content of the source. */
export function newsOf(plan: GatedPlan): readonly PlanEntry[] {
  return [...plan.stages.flat(), ...plan.held].filter(isNews);
}

/** Everything that the source brings, sorted by object. */
export function gatedChanges(plan: GatedPlan): GatedChange[] {
  const written = newsOf(plan).flatMap(({ action, id }): GatedChange[] => (isReleaseAction(action) ? [{ action, id }] : []));
  const deleted = deletesOf(plan).map(({ id }): GatedChange => ({ action: "Delete", id }));
  const transferred = plan.transfers.map(({ id }): GatedChange => ({ action: "Transfer", id }));
  const run = hooksToRun(plan).filter(({ phase }) => phase !== "SyncFail").map(({ id }): GatedChange => ({ action: "Run", id }));
  return [...written, ...deleted, ...transferred, ...run].sort(byId);
}

/** How many changes there are of each kind. */
export function countsOf(changes: readonly GatedChange[]): ReleaseCounts {
  const of = (wanted: ReleaseAction): number => changes.filter(({ action }) => action === wanted).length;
  const run = of("Run");
  return { create: of("Create"), configure: of("Configure"), adopt: of("Adopt"), delete: of("Delete"), transfer: of("Transfer"), ...(run === 0 ? {} : { run }) };
}

/** `2 to create, 1 to delete`. */
export function countsText({ create, configure, adopt, delete: deleted, transfer, run = 0 }: ReleaseCounts): string {
  const parts = [[create, "create"], [configure, "configure"], [adopt, "adopt"], [deleted, "delete"], [transfer, "transfer"]] as const;
  const texts = parts.filter(([count]) => count > 0).map(([count, verb]) => `${count} to ${verb}`);
  return [...texts, ...(run === 0 ? [] : [`${run} hook${run === 1 ? "" : "s"} to run`])].join(", ");
}

const isReleaseAction = (action: string): action is ReleaseAction => releaseActions.some((known) => known === action);
