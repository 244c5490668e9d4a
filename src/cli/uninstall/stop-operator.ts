import { valueAt } from "../../object/json.ts";
import { asJson } from "../../object/kube-object.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { ClusterClient } from "../../ports.ts";
import { SELECTOR_LABELS } from "../install/names.ts";
import { UNINSTALL_MANAGER } from "./finalizers.ts";
import type { LiveObject } from "./found.ts";
import type { Patience } from "./patience.ts";
import { becomes } from "./patience.ts";

const SELECTOR = Object.entries(SELECTOR_LABELS).map(([key, value]) => `${key}=${value}`).join(",");

/** Scales the operator to nothing and waits for its Pods to go. Answers with the names of those that are still there. */
export async function stopOperator(cluster: ClusterClient, { ref, metadata }: LiveObject, patience: Patience): Promise<readonly string[]> {
  const { signal } = patience;
  const scaled = await cluster.patch(ref, { metadata: { uid: metadata.uid }, spec: { replicas: 0 } }, { type: "merge", fieldManager: UNINSTALL_MANAGER, signal });
  let left: readonly string[] = [];
  await becomes(patience, async () => {
    const deployment = await cluster.get(ref, { signal });
    left = await podsOf(cluster, ref.namespace, signal);
    return left.length === 0 && (deployment === undefined || isSeen(deployment, scaled.metadata.generation ?? 0));
  });
  return left;
}

/** The Deployment's controller knows of it, so it makes no more Pods. One that no controller has ever looked at has none. */
function isSeen(deployment: KubeObject, generation: number): boolean {
  const observed = valueAt(asJson(deployment), ["status", "observedGeneration"]);
  return typeof observed !== "number" || observed >= generation;
}

async function podsOf(cluster: ClusterClient, namespace: string | undefined, signal: AbortSignal): Promise<readonly string[]> {
  const kind = await cluster.kindOf("v1", "Pod", signal);
  if (kind === undefined) return [];
  const { items } = await cluster.list(kind, { namespace, labelSelector: SELECTOR, signal });
  return items.filter((pod) => !hasEnded(pod)).map(({ metadata: { name } }) => name);
}

function hasEnded(pod: KubeObject): boolean {
  const phase = valueAt(asJson(pod), ["status", "phase"]);
  return phase === "Succeeded" || phase === "Failed";
}
