import { shorten } from "../src/api/conditions.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { formatDuration } from "../src/api/duration.ts";
import { displayId, parseKey } from "../src/object/object-id.ts";

const VALUE_LIMIT = 60;
const SECOND_MS = 1000;

/** One finding as one line for events, conditions and the terminal: `Deployment shop/cart: /spec/replicas 3 → 7 by kubectl (scale) 4s ago`. */
export function summarize(finding: DriftFinding, now: Date): string {
  const id = parseKey(finding.object);
  return `${id === undefined ? finding.object : displayId(id)}: ${changeText(finding)}${authorText(finding, now)}`;
}

function changeText({ class: kind, path, desired, live }: DriftFinding): string {
  switch (kind) {
    case "Modified":
      return `${path} ${valueText(desired)} → ${valueText(live)}`;
    case "Missing":
      return path === undefined ? "deleted" : `${path} ${valueText(desired)} removed`;
    case "Extra":
      return `${path}${live === undefined ? "" : ` ${valueText(live)}`} added`;
    case "OwnershipLost":
      return live === undefined ? "membership label removed" : `membership label changed to ${valueText(live)}`;
  }
}

function authorText({ manager, operation = "", changedAt }: DriftFinding, now: Date): string {
  if (manager === undefined) return "";
  const [, subresource] = /^\w+\/(\w+)/.exec(operation) ?? [];
  const likely = operation.endsWith(", likely") ? "probably " : "";
  return ` by ${likely}${manager}${subresource === undefined ? "" : ` (${subresource})`}${changedAt === undefined ? "" : ` ${ageText(changedAt, now)}`}`;
}

/** managedFields know whole seconds only. */
function ageText(changedAt: string, now: Date): string {
  const seconds = Math.floor((now.getTime() - Date.parse(changedAt)) / SECOND_MS);
  return seconds >= 1 ? `${formatDuration(seconds * SECOND_MS)} ago` : "just now";
}

function valueText(value: string | undefined): string {
  return value === undefined ? "(nothing)" : shorten(value, VALUE_LIMIT);
}
