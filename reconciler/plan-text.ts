import type { Action, Plan } from "./change.ts";
import { entriesOf, hooksToRun } from "./change.ts";
import { laterDeletes, planSections, VERBS } from "./plan-sections.ts";
import type { PlanLine, PlanTextOptions } from "./plan-sections.ts";

export type { PlanLine, PlanTextOptions } from "./plan-sections.ts";

/**
 * What a plan is going to do, for people: stage by stage in the order in which it is done, field by field where live content
 * was read, then what is held up and by what. Ends with the counts.
 */
export function planLines(plan: Plan, options: PlanTextOptions = {}): PlanLine[] {
  const sections = planSections(plan, options).flatMap(({ title, lines }): PlanLine[] => [{ depth: 0, mark: " ", text: title }, ...lines, { depth: 0, mark: " ", text: "" }]);
  return [...sections, { depth: 0, mark: " ", text: summaryOf(plan) }];
}

/** A line as it stands in plain text, without a line break. */
export function lineText({ depth, mark, text }: PlanLine): string {
  switch (depth) {
    case 0:
      return text;
    case 1:
      return `  ${mark} ${text}`;
    case 2:
      return `      ${text}`;
  }
}

/** `1 to create, 2 to configure, 14 unchanged`; `nothing to do` for a plan of nothing. */
export function summaryOf(plan: Plan): string {
  const entries = entriesOf(plan);
  const hooks = hooksToRun(plan).filter(({ phase }) => phase !== "SyncFail").length;
  const actions: readonly Action[] = ["Create", "Adopt", "Configure", "Revert", "Reassert", "Recreate"];
  const counts: readonly (readonly [number, string])[] = [
    ...actions.map((action) => [entries.filter((entry) => entry.action === action).length, `to ${VERBS[action].verb}`] as const),
    [plan.prune.length, "to delete"],
    [laterDeletes(plan).size, "to delete later"],
    [plan.transfers.length, "to hand over"],
    [hooks, hooks === 1 ? "hook to run" : "hooks to run"],
    [plan.blocked.filter(({ kind }) => kind === "Failed").length, "blocked"],
    [plan.blocked.filter(({ kind }) => kind === "Waiting").length, "waiting"],
    [plan.kept.filter(({ kind }) => kind === "Kept").length, "kept"],
    [plan.unchanged, "unchanged"],
  ];
  return counts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`).join(", ") || "nothing to do";
}
