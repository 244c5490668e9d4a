import { placeOf } from "../../../drift/report.ts";
import type { DriftFinding } from "../../api/drift-report.ts";
import { jsonEqual } from "../../object/json.ts";
import type { Json } from "../../object/json.ts";
import type { ToldDrift } from "./reports.ts";

/**
 * What has happened to one difference. Found: it is new. Reverted: it was undone. Ended: it is gone without a revert of ours.
 * Completed: more is known of who it was, or something else is done about it.
 */
export interface DriftChange {
  readonly type: "Found" | "Reverted" | "Ended" | "Completed";
  readonly told: ToldDrift;
  readonly finding: DriftFinding;
}

/** What has happened between two states of one report; `before` undefined: it is new. In the order in which it happened, as far as that shows. */
export function changesBetween(before: ToldDrift | undefined, after: ToldDrift): readonly DriftChange[] {
  const [was, is] = [before?.status ?? {}, after.status];
  const known = byPlace(was.findings ?? []);
  const live = byPlace(is.findings ?? []);
  const history = was.reverted ?? [];
  const added = Math.max(0, Math.min((is.revertedTotal ?? 0) - (was.revertedTotal ?? 0), is.reverted?.length ?? 0));
  const undone = (is.reverted ?? []).slice(0, before === undefined ? 0 : added);
  const gone = byPlace(undone);
  const change = (type: DriftChange["type"], finding: DriftFinding): DriftChange => ({ type, told: after, finding });
  return [
    ...undone.toReversed().map((finding) => change("Reverted", finding)),
    ...[...live].flatMap(([place, finding]) => (isNew(known.get(place), finding) ? [change("Found", finding)] : [])),
    ...[...known].flatMap(([place, finding]) => (live.has(place) || gone.has(place) || (is.truncated ?? 0) > 0 ? [] : [change("Ended", finding)])),
    ...[...live].flatMap(([place, finding]) => (isChanged(known.get(place), finding) ? [change("Completed", finding)] : [])),
    ...(is.reverted ?? []).slice(added).flatMap((finding, index) => (isChanged(history[index], finding) ? [change("Completed", finding)] : [])),
  ];
}

const byPlace = (findings: readonly DriftFinding[]): ReadonlyMap<string, DriftFinding> => new Map(findings.map((finding) => [placeOf(finding), finding]));

const isNew = (before: DriftFinding | undefined, finding: DriftFinding): boolean => before === undefined || before.live !== finding.live || before.detectedAt !== finding.detectedAt;

/** What is told of it is another, not when it was looked at. */
function isChanged(before: DriftFinding | undefined, finding: DriftFinding): boolean {
  if (before === undefined || isNew(before, finding)) return false;
  return placeOf(before) === placeOf(finding) && !jsonEqual(saidOf(before), saidOf(finding));
}

const saidOf = ({ user, manager, actor, confidence, action, revertAt }: DriftFinding): Json => ({ user, manager, actor, confidence, action, revertAt });
