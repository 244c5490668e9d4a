import { groupKind } from "../group-kind.ts";

/** What others need comes first, what runs comes after it, as Helm installs. Kinds of one line do not need each other. */
const ORDER: readonly (readonly string[])[] = [
  ["Namespace", "PriorityClass.scheduling.k8s.io"],
  ["CustomResourceDefinition.apiextensions.k8s.io"],
  ["NetworkPolicy.networking.k8s.io", "ResourceQuota", "LimitRange", "PodDisruptionBudget.policy"],
  ["ServiceAccount"],
  ["Secret", "ConfigMap"],
  ["StorageClass.storage.k8s.io", "PersistentVolume"],
  ["PersistentVolumeClaim"],
  ["ClusterRole.rbac.authorization.k8s.io", "Role.rbac.authorization.k8s.io"],
  ["ClusterRoleBinding.rbac.authorization.k8s.io", "RoleBinding.rbac.authorization.k8s.io"],
  ["Service"],
  ["DaemonSet.apps", "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps", "ReplicationController"],
  ["Pod"],
  ["Job.batch"],
  ["CronJob.batch", "HorizontalPodAutoscaler.autoscaling", "Ingress.networking.k8s.io", "IngressClass.networking.k8s.io", "APIService.apiregistration.k8s.io"],
  ["MutatingWebhookConfiguration.admissionregistration.k8s.io", "ValidatingWebhookConfiguration.admissionregistration.k8s.io"],
];

const RANKS: ReadonlyMap<string, number> = new Map(ORDER.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));

/** Place of a kind among hooks of one wave; kinds that nobody knows come last, as with Helm. */
export function kindRank(group: string, kind: string): number {
  return RANKS.get(groupKind(group, kind)) ?? ORDER.length;
}
