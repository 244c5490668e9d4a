import { hash } from "node:crypto";
import type { Application } from "../../api/application.ts";
import type { DriftFinding, DriftReport, DriftReportStatus } from "../../api/drift-report.ts";
import type { Severity } from "../../api/notifier.ts";
import { reasons } from "../../api/reasons.ts";
import type { Observation } from "../observation.ts";

/** Findings that a message may show. */
const SHOWN = 5;

/**
 * What is drifted in an Application and stays so for now, and what was corrected by itself. A difference that is just being
 * reverted is none of the first.
 */
export function observeDrift({ metadata, spec }: Application, report: DriftReport | undefined): readonly Observation[] {
  const { namespace = "", name, labels } = metadata;
  const status: DriftReportStatus = report?.status ?? {};
  const staying = (status.findings ?? []).filter(({ action = "Revert" }) => action !== "Revert");
  const hidden = staying.length === 0 ? 0 : (status.truncated ?? 0);
  const security = staying.some((finding) => finding.security === true);
  return [
    {
      subject: { kind: "Application", namespace, name },
      class: "Drift",
      state: staying.length === 0 ? "Quiet" : "Active",
      severity: severityOf(staying),
      story: staying.length === 0 ? "" : storyOf(staying),
      reason: staying.length === 0 ? reasons.NoDrift : reasons.DriftDetected,
      since: firstSight(staying) ?? status.observedAt ?? metadata.creationTimestamp ?? "",
      group: undefined,
      source: `${namespace}/${spec.sourceRef.name}`,
      security,
      facts: { summary: summaryOf(staying, hidden), findings: staying.slice(0, SHOWN), moreFindings: Math.max(staying.length - SHOWN, 0) + hidden, actors: actorsOf(staying), labels },
      corrected: { total: status.revertedTotal ?? 0, newest: (status.reverted ?? []).toReversed() },
    },
  ];
}

function severityOf(findings: readonly DriftFinding[]): Severity {
  return findings.some(({ security }) => security === true) ? "Critical" : "Warning";
}

/** The same places are the same story, whatever their values are by now. */
function storyOf(findings: readonly DriftFinding[]): string {
  const places = findings.map(({ object, class: kind, path = "" }) => JSON.stringify([object, kind, path])).sort();
  return hash("sha256", places.join("\n"), "hex").slice(0, 16);
}

function firstSight(findings: readonly DriftFinding[]): string | undefined {
  return findings.map(({ detectedAt }) => detectedAt).sort()[0];
}

function summaryOf(findings: readonly DriftFinding[], hidden: number): string {
  const all = findings.length + hidden;
  if (all === 0) return "live state is what the source wants";
  const objects = new Set(findings.map(({ object }) => object)).size;
  const reverts = findings.flatMap(({ revertAt }) => revertAt ?? []).sort();
  const ends = reverts.length === all ? `undone from ${reverts[0]} on, unless somebody settles it before` : "left as they are until somebody decides (spec.drift of the Application)";
  return `${all} ${all === 1 ? "difference" : "differences"} in ${objects} ${objects === 1 ? "object" : "objects"}, ${ends}`;
}

/** Users where audit named them, else managers. */
function actorsOf(findings: readonly DriftFinding[]): readonly string[] {
  return [...new Set(findings.flatMap(({ user, manager }) => user ?? manager ?? []))].sort();
}
