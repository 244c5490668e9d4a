import { timestamp } from "../src/api/conditions.ts";
import type { DriftFinding, DriftReportStatus } from "../src/api/drift-report.ts";
import { jsonEqual } from "../src/object/json.ts";
import type { Json } from "../src/object/json.ts";
import { compareText } from "../src/object/object-id.ts";

/** What one look at an Application's objects told. */
export interface DriftChange {
  /** Every difference that is live now. */
  readonly found: readonly DriftFinding[];
  /** Differences that were corrected since the last report. */
  readonly reverted: readonly DriftFinding[];
}

/** Limits of the schema in src/api/drift-report.ts. */
const MAX_FINDINGS = 200;
const MAX_REVERTED = 50;

/**
 * The status that follows: live differences sorted and cut to 200, corrected ones newest first and cut to 50, totals
 * of both. A difference that was already listed keeps the time it was detected at. Where nothing but the time of
 * observation would change, the current status itself is returned, so that nothing needs to be written.
 */
export function nextReport(current: DriftReportStatus | undefined, { found, reverted }: DriftChange, now: Date): DriftReportStatus {
  const sorted = found.map((finding) => withFirstSight(finding, current)).sort(compareFindings);
  const corrected = reverted.map((finding) => ({ ...finding, revertedAt: timestamp(now) })).sort(compareFindings);
  const next: DriftReportStatus = {
    observedAt: timestamp(now),
    total: sorted.length,
    truncated: Math.max(sorted.length - MAX_FINDINGS, 0),
    findings: sorted.slice(0, MAX_FINDINGS),
    reverted: [...corrected, ...(current?.reverted ?? [])].slice(0, MAX_REVERTED),
    revertedTotal: (current?.revertedTotal ?? 0) + corrected.length,
  };
  return current !== undefined && sameContent(current, next) ? current : next;
}

/** Order of findings: object, field, class. */
export function compareFindings(left: DriftFinding, right: DriftFinding): number {
  return compareText(left.object, right.object) || compareText(left.path ?? "", right.path ?? "") || compareText(left.class, right.class);
}

function withFirstSight(finding: DriftFinding, current: DriftReportStatus | undefined): DriftFinding {
  const before = current?.findings?.find((one) => compareFindings(one, finding) === 0 && one.live === finding.live);
  return before === undefined ? finding : { ...finding, detectedAt: before.detectedAt };
}

function sameContent(current: DriftReportStatus, next: DriftReportStatus): boolean {
  return jsonEqual(withoutTime(current), withoutTime(next));
}

function withoutTime({ observedAt: _time, ...rest }: DriftReportStatus): Json {
  return rest;
}
