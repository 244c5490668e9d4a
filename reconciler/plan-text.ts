import type { DriftFinding } from "../src/api/drift-report.ts";
import { formatPosition } from "../src/errors.ts";
import { displayId } from "../src/object/object-id.ts";
import type { Action, Plan, PlanEntry } from "./change.ts";
import { entriesOf } from "./change.ts";

/** One line of a plan's text; `mark` says what kind it is, so that a terminal can colour it. */
export interface PlanLine {
  readonly mark: "+" | "~" | "!" | "-" | "?" | " ";
  readonly text: string;
}

const MARKS: Readonly<Record<Action, PlanLine["mark"]>> = { Create: "+", Adopt: "+", Configure: "~", Revert: "!" };

const VERBS: Readonly<Record<Action, string>> = { Create: "create", Adopt: "adopt", Configure: "configure", Revert: "revert" };

/** What a plan is going to do, for people: in the order in which it is done, field by field where live content was read. */
export function planLines(plan: Plan): PlanLine[] {
  return [
    ...entriesOf(plan).flatMap(entryLines),
    ...plan.prune.toReversed().map(({ id }): PlanLine => ({ mark: "-", text: `delete ${displayId(id)}` })),
    ...plan.kept.map(({ id, reason }): PlanLine => ({ mark: " ", text: `keep ${displayId(id)}: ${reason}` })),
    ...plan.blocked.map(({ reason, kind }): PlanLine => ({ mark: "?", text: `${kind === "Waiting" ? "wait" : "blocked"}: ${reason}` })),
    ...plan.reported.map((finding): PlanLine => ({ mark: " ", text: `report ${finding.object} ${fieldText(finding)}` })),
    { mark: " ", text: summaryOf(plan) },
  ];
}

/** `1 to create, 2 to configure, 14 unchanged`. */
export function summaryOf(plan: Plan): string {
  const entries = entriesOf(plan);
  const actions: readonly Action[] = ["Create", "Adopt", "Configure", "Revert"];
  const parts = actions.map((action) => [entries.filter((entry) => entry.action === action).length, `to ${VERBS[action]}`] as const);
  const all = [...parts, [plan.prune.length, "to delete"] as const, [plan.blocked.length, "blocked"] as const, [plan.unchanged, "unchanged"] as const];
  return all.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`).join(", ");
}

function entryLines(entry: PlanEntry): PlanLine[] {
  const { file, line } = entry.object.origin;
  const head: PlanLine = { mark: MARKS[entry.action], text: `${VERBS[entry.action]} ${displayId(entry.id)}  (${formatPosition({ file, line })})` };
  return [head, ...entry.findings.map((finding): PlanLine => ({ mark: " ", text: `  ${fieldText(finding)}` }))];
}

/** From live to desired: what the write does to the field. */
function fieldText({ class: kind, path = "", desired, live, manager }: DriftFinding): string {
  const author = manager === undefined ? "" : `  (set by ${manager})`;
  switch (kind) {
    case "Modified":
      return `${path}: ${live ?? "nothing"} → ${desired ?? "nothing"}${author}`;
    case "Missing":
      return path === "" ? "is not there" : `${path}: added as ${desired ?? "nothing"}`;
    case "Extra":
      return `${path}: ${live ?? "present"} → removed${author}`;
    case "OwnershipLost":
      return `membership label is put back${author}`;
  }
}
