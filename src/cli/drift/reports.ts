import type { DriftReport, DriftReportStatus } from "../../api/drift-report.ts";
import { API_VERSION } from "../../api/group.ts";
import { compareText } from "../../object/object-id.ts";
import type { ClusterClient, ResourceKind } from "../../ports.ts";

/** Whose drift is asked for; `namespace` undefined: of all namespaces. */
export interface DriftScope {
  readonly namespace: string | undefined;
  /** Name of one Application; undefined: of all of them. */
  readonly application: string | undefined;
}

/** What is known of one Application. */
export interface ToldDrift {
  readonly namespace: string;
  readonly name: string;
  readonly status: DriftReportStatus;
}

/** The kind DriftReport; throws where Driftless is not installed. */
export async function reportKind(cluster: ClusterClient, signal: AbortSignal): Promise<ResourceKind> {
  const kind = await cluster.kindOf(API_VERSION, "DriftReport", signal);
  if (kind === undefined) throw new Error("Driftless is not installed in this cluster; install it with: driftless install | kubectl apply --server-side -f -");
  return kind;
}

/** All reports of the scope, sorted. Throws for an Application that does not exist; one that never drifted has an empty report. */
export async function readReports(cluster: ClusterClient, { namespace, application: name }: DriftScope, signal: AbortSignal): Promise<readonly ToldDrift[]> {
  const { items } = await cluster.list(await reportKind(cluster, signal), { namespace, ...(name === undefined ? {} : { name }), signal });
  const told = items.map((item) => toldBy(item as unknown as DriftReport)); // the API server has validated it
  if (name === undefined || namespace === undefined || told.length > 0) return told.sort((left, right) => compareText(left.namespace, right.namespace) || compareText(left.name, right.name));
  const app = await cluster.get({ apiVersion: API_VERSION, kind: "Application", namespace, name }, { signal });
  if (app === undefined) throw new Error(`Application ${namespace}/${name} not found; see: kubectl get applications.driftless.dev -A`);
  return [{ namespace, name, status: {} }];
}

/** What one report tells. */
export function toldBy({ metadata, status = {} }: DriftReport): ToldDrift {
  return { namespace: metadata.namespace ?? "", name: metadata.name, status };
}
