import type { Surroundings } from "../../reconciler/finalize.ts";
import { GROUP } from "../api/group.ts";
import type { ClusterClient, ObjectRef } from "../ports.ts";

const OWN_DEFINITION: ObjectRef = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: `applications.${GROUP}` };

/** What goes away around an Application that is being deleted. Throws where that cannot be told: nothing is deleted then. */
export async function surroundingsOf(cluster: ClusterClient, namespace: string, operatorNamespace: string, signal: AbortSignal): Promise<Surroundings> {
  const [definition, own, operators] = await Promise.all([OWN_DEFINITION, namespaceRef(namespace), namespaceRef(operatorNamespace)].map((ref) => isLeaving(cluster, ref, signal)));
  return { driftlessLeaves: definition === true || operators === true, namespaceLeaves: own === true };
}

const namespaceRef = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });

/** Being deleted, or gone. */
async function isLeaving(cluster: ClusterClient, ref: ObjectRef, signal: AbortSignal): Promise<boolean> {
  const object = await cluster.get(ref, { metadataOnly: true, signal });
  return object === undefined || object.metadata.deletionTimestamp !== undefined;
}
