import { GROUP } from "../../api/group.ts";
import { isApiStatus } from "../../errors.ts";
import type { ClusterClient } from "../../ports.ts";

/**
 * Which Applications (`namespace/name`) exist and are not being deleted. For people who may not see those of other
 * namespaces everyone counts as alive: the plan then waits for an owner rather than taking from it.
 */
export async function liveApplications(cluster: ClusterClient, signal: AbortSignal): Promise<(application: string) => boolean> {
  const kind = await cluster.preferredKind(GROUP, "Application", signal);
  if (kind === undefined) return () => false;
  try {
    const { items } = await cluster.list(kind, { metadataOnly: true, signal });
    const alive = new Set(items.flatMap(({ metadata }) => (metadata.deletionTimestamp === undefined ? [`${metadata.namespace ?? ""}/${metadata.name}`] : [])));
    return (application) => alive.has(application);
  } catch (error) {
    if (!isApiStatus(error, 403)) throw error;
    return () => true;
  }
}
