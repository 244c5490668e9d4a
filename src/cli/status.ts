import type { Application } from "../api/application.ts";
import { findCondition, shorten } from "../api/conditions.ts";
import { formatDuration } from "../api/duration.ts";
import type { DriftReport } from "../api/drift-report.ts";
import { API_VERSION } from "../api/group.ts";
import type { Condition } from "../api/meta.ts";
import type { ConditionType } from "../api/reasons.ts";
import { shortRevision } from "../../sources/source.ts";
import { systemClock } from "../controllers/clock.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient } from "../ports.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { paletteFor, printable, table } from "./terminal.ts";
import type { Palette } from "./terminal.ts";

/** Options of `driftless status`. */
export interface StatusOptions {
  readonly namespace?: string;
  readonly kubeconfig?: string;
}

const MESSAGE_LIMIT = 120;

/** Prints every Application with what, since when and why. 1 when one of them is neither Ready nor suspended. */
export const status: RunCommand<StatusOptions> = async (options, context) => {
  const access = await loadClusterAccess(options.kubeconfig === undefined ? { env: context.env } : { kubeconfig: options.kubeconfig });
  const cluster = new HttpClusterClient(access, { clock: systemClock, random: Math.random });
  try {
    const apps = (await listAll(cluster, "Application", options.namespace, context)) as unknown as Application[]; // validated by the API server
    const reports = (await listAll(cluster, "DriftReport", options.namespace, context)) as unknown as DriftReport[]; // likewise
    if (apps.length === 0) {
      context.stdout.write(`No Applications${options.namespace === undefined ? "" : ` in namespace ${options.namespace}`}.\n`);
      return 0;
    }
    print(apps, reports, context);
    return apps.every((app) => app.spec.suspend === true || findCondition(app.status?.conditions, "Ready")?.status === "True") ? 0 : 1;
  } finally {
    await cluster.close();
  }
};

async function listAll(cluster: ClusterClient, kind: string, namespace: string | undefined, { signal }: CommandContext): Promise<readonly KubeObject[]> {
  const served = await cluster.kindOf(API_VERSION, kind, signal);
  if (served === undefined) throw new Error("Driftless is not installed in this cluster; install it with: driftless install | kubectl apply --server-side -f -");
  return (await cluster.list(served, { namespace, signal })).items;
}

function print(apps: readonly Application[], reports: readonly DriftReport[], { stdout, env }: CommandContext): void {
  const palette = paletteFor(stdout, env);
  const head = ["NAMESPACE", "NAME", "READY", "SYNCED", "HEALTHY", "DRIFT", "REVISION", "SINCE", "MESSAGE"].map(palette.bold);
  stdout.write(table([head, ...apps.map((app) => row(app, reports, palette))]));
}

function row(app: Application, reports: readonly DriftReport[], palette: Palette): string[] {
  const { namespace = "", name } = app.metadata;
  const report = reports.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  const ready = findCondition(app.status?.conditions, "Ready");
  return [
    namespace,
    name,
    ...(["Ready", "Synced", "Healthy"] as const).map((type) => word(app, type, palette)),
    driftText(report),
    shortRevision(app.status?.lastAppliedRevision ?? app.status?.lastAttemptedRevision ?? "-"),
    ready === undefined ? "-" : formatDuration(Math.max(0, Date.now() - Date.parse(ready.lastTransitionTime))),
    shorten(printable((ready?.message ?? "not looked at yet").split("\n", 1)[0] ?? ""), MESSAGE_LIMIT),
  ];
}

function word(app: Application, type: ConditionType, palette: Palette): string {
  const condition: Condition | undefined = findCondition(app.status?.conditions, type);
  switch (condition?.status) {
    case "True":
      return palette.green("True");
    case "False":
      return palette.red(condition.reason);
    case "Unknown":
      return palette.yellow(condition.reason);
    case undefined:
      return "-";
  }
}

function driftText(report: DriftReport | undefined): string {
  const { total = 0, revertedTotal = 0 } = report?.status ?? {};
  return total === 0 && revertedTotal === 0 ? "none" : `${total} now, ${revertedTotal} reverted`;
}
