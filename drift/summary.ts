import { shorten } from "../src/api/conditions.ts";
import type { DriftFinding } from "../src/api/drift-report.ts";
import { formatDuration } from "../src/api/duration.ts";
import { displayId, parseKey } from "../src/object/object-id.ts";
import { namesOwner } from "./finding.ts";

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

function authorText(finding: DriftFinding, now: Date): string {
  const { user, manager, changedAt } = finding;
  const name = user ?? manager;
  if (name === undefined) return "";
  const tool = user === undefined ? subresourceOf(finding) : toolOf(finding);
  const isSure = user === undefined ? namesOwner(finding) : finding.confidence === "Certain";
  return ` by ${isSure ? "" : "probably "}${name}${tool === "" ? "" : ` (${tool})`}${changedAt === undefined ? "" : ` ${ageText(changedAt, now)}`}`;
}

/** `kubectl edit`, `kubectl scale`, `kubectl delete`, `Lens`: the program of a request and what it did, as far as that is known. */
export function toolOf(finding: DriftFinding): string {
  const { manager, userAgent = "", operation = "" } = finding;
  const [program = ""] = userAgent.split(/[/ ]/, 1);
  const [, command] = /^kubectl-(?:client-side-)?(.+)$/.exec(manager ?? "") ?? [];
  if (command !== undefined) return `kubectl ${command}`;
  const name = manager ?? program;
  const verb = operation === "Apply" ? "apply" : /^[a-z]/.test(operation) ? operation : subresourceOf(finding);
  return [name, name === "kubectl" || verb !== "apply" ? verb : ""].filter((word) => word !== "").join(" ");
}

function subresourceOf({ operation = "" }: DriftFinding): string {
  return /^\w+\/(\w+)/.exec(operation)?.[1] ?? "";
}

/** managedFields know whole seconds only. */
function ageText(changedAt: string, now: Date): string {
  const seconds = Math.floor((now.getTime() - Date.parse(changedAt)) / SECOND_MS);
  return seconds >= 1 ? `${formatDuration(seconds * SECOND_MS)} ago` : "just now";
}

function valueText(value: string | undefined): string {
  return value === undefined ? "(nothing)" : shorten(value, VALUE_LIMIT);
}
