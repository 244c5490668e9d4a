import type { ReportBook } from "../../drift/report.ts";
import type { DriftFinding } from "../api/drift-report.ts";
import type { NamespacedName } from "../api/meta.ts";
import type { Metrics } from "../server/metrics.ts";

/** Sets what metrics tell of one Application's drift; `book` undefined: the Application is gone, and its series with it. */
export function setDriftGauges(metrics: Metrics, app: NamespacedName, book: ReportBook | undefined): void {
  const labels = { namespace: app.namespace, name: app.name };
  const one = (value: number) => (book === undefined ? [] : [{ labels, value }]);
  const { live = [], parts: { holds = [], fights = [] } = {}, coverage } = book ?? {};
  metrics.series("driftless_drifted_objects", app, one(new Set(live.map(({ object }) => object)).size));
  metrics.series("driftless_drift_findings_live", app, [...Map.groupBy(live, kindOf)].map(([kind, findings]) => ({ labels: { ...labels, ...labelsOf(kind) }, value: findings.length })));
  metrics.series("driftless_drift_holds", app, one(holds.length));
  const byState = Map.groupBy(fights, ({ state }) => state);
  metrics.series("driftless_drift_fights", app, [...byState].map(([state, some]) => ({ labels: { ...labels, state }, value: some.length })));
  const covered = coverage === undefined ? [] : [["managed", coverage.managed] as const, ["unmanaged", coverage.unmanaged] as const];
  metrics.series("driftless_coverage_objects", app, covered.map(([state, value]) => ({ labels: { ...labels, state }, value })));
}

/** Class and actor of a finding, as labels. */
export function driftLabels({ class: kind, actor = "Unknown" }: Pick<DriftFinding, "class" | "actor">): { readonly class: string; readonly actor: string } {
  return { class: kind, actor };
}

const kindOf = ({ class: kind, actor = "Unknown" }: DriftFinding): string => `${kind} ${actor}`;

function labelsOf(kind: string): { readonly class: string; readonly actor: string } {
  const [name = "", actor = ""] = kind.split(" ");
  return { class: name, actor };
}
