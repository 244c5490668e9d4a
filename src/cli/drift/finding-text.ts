/** The words for one finding. Everything that a cluster wrote is made harmless for a terminal. */
import { toolOf } from "../../../drift/summary.ts";
import { shorten } from "../../api/conditions.ts";
import type { DriftFinding, DriftReportStatus } from "../../api/drift-report.ts";
import { formatDuration } from "../../api/duration.ts";
import { displayId, parseKey } from "../../object/object-id.ts";
import { printable } from "../terminal.ts";

const SECOND_MS = 1000;

/** `Deployment shop/web`. */
export function objectText(object: string): string {
  const id = parseKey(object);
  return printable(id === undefined ? object : displayId(id));
}

/** The field, or what is meant where there is none; of one that is longer than the limit the end. */
export function fieldText({ path, class: kind }: DriftFinding, limit: number): string {
  if (kind === "OwnershipLost") return "(membership label)";
  if (path === undefined) return "(the object)";
  const text = printable(path);
  return text.length <= limit ? text : `…${text.slice(1 - limit).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** `3 → 7`, desired first; each value cut to so many characters, and to where they begin to differ. */
export function changeText({ class: kind, path, desired, live }: DriftFinding, limit: number): string {
  const [before, after] = [desired, live].map((value) => (value === undefined ? undefined : printable(value)));
  if (kind === "Missing" && path === undefined) return "deleted";
  if (kind === "OwnershipLost") return after === undefined ? "removed" : `→ ${shorten(after, limit)}`;
  if (before === undefined || after === undefined) return `${shorten(before ?? "(nothing)", limit)} → ${shorten(after ?? "(nothing)", limit)}`;
  const start = startOf(before, after);
  const [from, to] = [before, after].map((value) => shorten(start < LONG_START ? value : `…${value.slice(start)}`, limit));
  return `${from} → ${to}`;
}

/** A beginning of this length that two values share is left out. */
const LONG_START = 16;

/** Where two texts begin to differ, at the beginning of a word. */
function startOf(left: string, right: string): number {
  let end = 0;
  while (end < left.length && left[end] === right[end]) end += 1;
  return left.slice(0, end).search(/[\p{L}\p{N}]*$/u);
}

/** Who it was, and how sure that is: `ann@example.com (kubectl scale)`, `kubectl-edit, likely a person`, `nobody knows`. */
export function whoText(finding: DriftFinding): string {
  const { user, manager, actor = "Unknown", confidence } = finding;
  const tool = printable(toolOf(finding));
  if (user !== undefined) return `${printable(user)}${tool === "" ? "" : ` (${tool})`}${confidence === "Certain" ? "" : `, ${confidenceText(confidence)}`}`;
  if (manager === undefined) return "nobody knows";
  return `${tool === "" ? printable(manager) : tool}, ${confidenceText(confidence)}${actorWords[actor]}`;
}

const actorWords = { Person: " a person", Controller: " a controller", Autoscaler: " an autoscaler", Webhook: " a webhook", Ourselves: " Driftless itself", Unknown: " whose it is" } as const;

function confidenceText(confidence: DriftFinding["confidence"]): string {
  switch (confidence) {
    case "Certain":
      return "certainly";
    case "Likely":
      return "likely";
    case "Guess":
    case undefined:
      return "perhaps";
  }
}

/** `4s ago`, from when it was done where that is known, else from when it was seen. */
export function whenText({ changedAt, detectedAt }: DriftFinding, now: Date): string {
  return agoText(changedAt ?? detectedAt, now);
}

/** What is done about it: `reverted 4s ago`, `reverts in 12m`, `held, 40m left`, `somebody keeps changing it`, `left`. */
export function doneText(finding: DriftFinding, { holds = [], fights = [] }: Pick<DriftReportStatus, "holds" | "fights">, now: Date): string {
  const { revertedAt, revertAt, action, object } = finding;
  if (revertedAt !== undefined) return `reverted ${agoText(revertedAt, now)}`;
  const hold = holds.find((one) => one.object === undefined || one.object === object);
  if (hold !== undefined) return `held, ${leftText(hold.until, now)}${hold.by === undefined ? "" : `, by ${printable(hold.by)}`}`;
  const fight = fights.find((one) => one.object === object);
  if (fight?.state === "Stopped") return "stopped: somebody keeps changing it";
  if (fight !== undefined) return `somebody keeps changing it${fight.until === undefined ? "" : `, next try ${inText(fight.until, now)}`}`;
  if (revertAt !== undefined) return `reverts ${inText(revertAt, now)}`;
  return action === "Revert" || action === "RevertAfter" ? "being reverted" : "left";
}

/** `4s ago`; `just now` for less than a second. */
export function agoText(time: string, now: Date): string {
  const ms = now.getTime() - Date.parse(time);
  return ms < SECOND_MS ? "just now" : `${spanText(ms)} ago`;
}

function inText(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime();
  return ms < SECOND_MS ? "now" : `in ${spanText(ms)}`;
}

function leftText(time: string, now: Date): string {
  const ms = Date.parse(time) - now.getTime();
  return ms < SECOND_MS ? "ending" : `${spanText(ms)} left`;
}

/** Two units are enough for a person. */
function spanText(ms: number): string {
  const DAY_MS = 86_400_000;
  return ms >= 2 * DAY_MS ? `${Math.floor(ms / DAY_MS)}d` : formatDuration(Math.floor(ms / SECOND_MS) * SECOND_MS);
}
