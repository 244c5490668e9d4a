import { groupOf } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { definitionHealth } from "./crd.ts";
import { commonHealth, genericHealth } from "./generic.ts";
import { current } from "./health.ts";
import type { Health } from "./health.ts";
import { jobHealth, podHealth } from "./jobs.ts";
import { apiServiceHealth, serviceHealth } from "./network.ts";
import { claimHealth, volumeHealth } from "./storage.ts";
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from "./workloads.ts";

type Rule = (object: KubeObject, now: Date) => Health;

/** Rules by `group/kind`. A kind that is not here is read by its standard conditions. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["/Pod", podHealth],
  ["/Service", serviceHealth],
  ["/PersistentVolumeClaim", claimHealth],
  ["/PersistentVolume", volumeHealth],
  ["apps/Deployment", deploymentHealth],
  ["apps/StatefulSet", statefulSetHealth],
  ["apps/DaemonSet", daemonSetHealth],
  ["apps/ReplicaSet", replicaSetHealth],
  ["batch/Job", jobHealth],
  ["policy/PodDisruptionBudget", () => current("observed")],
  ["apiregistration.k8s.io/APIService", apiServiceHealth],
  ["apiextensions.k8s.io/CustomResourceDefinition", definitionHealth],
]);

/** Kinds that are healthy as soon as they exist: nothing in their status says otherwise. Named as `group/kind`. */
const HEALTHY_BY_EXISTING: ReadonlySet<string> = new Set([
  "/ConfigMap",
  "/Secret",
  "/ServiceAccount",
  "/Namespace",
  "/LimitRange",
  "/ResourceQuota",
  "/Endpoints",
  "/PodTemplate",
  "apps/ControllerRevision",
  "batch/CronJob",
  "autoscaling/HorizontalPodAutoscaler",
  "coordination.k8s.io/Lease",
  "discovery.k8s.io/EndpointSlice",
  "networking.k8s.io/Ingress",
  "networking.k8s.io/IngressClass",
  "networking.k8s.io/NetworkPolicy",
  "node.k8s.io/RuntimeClass",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
  "scheduling.k8s.io/PriorityClass",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/VolumeAttributesClass",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
]);

/**
 * The health of a live object by the rules of kstatus (sigs.k8s.io/cli-utils). Does not contact the cluster.
 * Where needsBody says false, an object with metadata only gives the same answer as the whole one.
 */
export function healthOf(object: KubeObject, now: Date): Health {
  const key = `${groupOf(object.apiVersion)}/${object.kind}`;
  if (HEALTHY_BY_EXISTING.has(key)) return commonHealth(metadataOf(object)) ?? current("present");
  return commonHealth(object) ?? (RULES.get(key) ?? genericHealth)(object, now);
}

/** False for kinds whose health follows from metadata alone, so that a metadata-only watch is enough for them. */
export function needsBody(group: string, kind: string): boolean {
  return !HEALTHY_BY_EXISTING.has(`${group}/${kind}`);
}

function metadataOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata };
}
