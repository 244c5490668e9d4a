import { othersOf } from "../../../drift/report-counts.ts";
import type { DriftFinding, DriftReportStatus } from "../../api/drift-report.ts";
import { printable, symbols, table } from "../terminal.ts";
import type { Palette } from "../terminal.ts";
import { agoText, changeText, doneText, fieldText, objectText, whenText, whoText } from "./finding-text.ts";
import type { ToldDrift } from "./reports.ts";

/** How a table is written. */
export interface TableOptions {
  /** Corrected differences as well. */
  readonly reverted: boolean;
  readonly palette: Palette;
  readonly now: Date;
}

/** Characters of one value. */
const VALUE_LIMIT = 40;
/** Characters of a field. */
const FIELD_LIMIT = 48;
const MOST_TOLD = 3;

/** What is drifted, Application by Application: a headline each, the differences as a table, and what else is to be known. */
export function asTable(told: readonly ToldDrift[], options: TableOptions): string {
  if (told.length === 0) return "No drift so far.\n";
  return told.map((one) => section(one, options)).join("\n");
}

function section({ namespace, name, status }: ToldDrift, options: TableOptions): string {
  const { palette, now, reverted } = options;
  const { findings = [], observedAt } = status;
  const rows = [...findings, ...(reverted ? (status.reverted ?? []) : [])].map((finding) => row(finding, status, options));
  const head = ["OBJECT", "FIELD", "DESIRED → LIVE", "WHO", "WHEN", "DONE"].map(palette.bold);
  const title = `${palette.bold(`${namespace}/${name}`)}: ${totals(status, palette)}${observedAt === undefined ? "" : palette.dim(`, as of ${agoText(observedAt, now)}`)}`;
  return [`${title}\n`, rows.length === 0 ? "" : table([head, ...rows]), ...notes(status, palette).map((note) => `${note}\n`)].join("");
}

function totals({ total = 0, revertedTotal = 0 }: DriftReportStatus, { green, red }: Palette): string {
  return `${total === 0 ? green("no drift now") : red(`${total} ${total === 1 ? "difference" : "differences"} now`)}, ${revertedTotal} reverted so far`;
}

function row(finding: DriftFinding, status: DriftReportStatus, { palette, now }: TableOptions): string[] {
  const done = doneText(finding, status, now);
  const paint = finding.revertedAt === undefined ? palette.yellow : palette.green;
  return [`${finding.security === true ? palette.red("! ") : ""}${objectText(finding.object)}`, fieldText(finding, FIELD_LIMIT), changeText(finding, VALUE_LIMIT), whoText(finding), whenText(finding, now), paint(done)];
}

/** What is not in the table: what did not fit, who drifts most, what nobody manages. */
function notes({ truncated = 0, findings = [], foundTotal = 0, byActor = [], byField = [], coverage }: DriftReportStatus, { dim, yellow }: Palette): string[] {
  const most = byActor.slice(0, MOST_TOLD).map(({ name, count }) => `${name === undefined ? "unknown" : printable(name)} ${count}×`);
  const fields = byField.slice(0, MOST_TOLD).map(({ kind, path, count }) => `${printable(kind.replace(/^\//, ""))} ${path === undefined ? "deleted" : printable(path)} ${count}×`);
  const others = othersOf(foundTotal, byActor.slice(0, MOST_TOLD));
  return [
    ...(truncated > 0 ? [yellow(`${symbols.bullet} ${truncated} more differences are not listed`)] : []),
    ...(findings.some(({ security }) => security === true) ? [dim(`${symbols.bullet} ! decides what somebody may do, or what runs`)] : []),
    ...(most.length === 0 ? [] : [dim(`${symbols.bullet} most by: ${most.join(", ")}${others === 0 ? "" : `, others ${others}×`}`)]),
    ...(fields.length === 0 ? [] : [dim(`${symbols.bullet} most in: ${fields.join(", ")}`)]),
    ...(coverage === undefined ? [] : [`${symbols.bullet} coverage: ${coverage.managed} objects managed, ${coverage.unmanaged} not${coverage.unmanaged === 0 ? "" : `: ${listed(coverage.objects ?? [])}`}`]),
    ...(coverage?.unread === undefined ? [] : [yellow(`${symbols.bullet} not counted: ${coverage.unread.map(printable).join(", ")}`)]),
  ];
}

function listed(objects: readonly string[]): string {
  const shown = objects.slice(0, MOST_TOLD * 2).map(objectText);
  return `${shown.join(", ")}${objects.length > shown.length ? " … (all: -o json)" : ""}`;
}
