import { compareText } from "./go/bytes.ts";

/** The order in which Helm installs: what others stand on first, by the kinds it knows. */
const INSTALL_ORDER = [
  "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget", "ServiceAccount",
  "Secret", "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition",
  "ClusterRole", "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList",
  "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job",
  "CronJob", "IngressClass", "Ingress", "APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
];

const RANKS: ReadonlyMap<string, number> = new Map(INSTALL_ORDER.map((kind, index) => [kind, index]));

/** Sorts as Helm installs: known kinds in its order, others behind them by name, equal ones as they come. */
export function inInstallOrder<Item>(items: readonly Item[], kindOf: (item: Item) => string): Item[] {
  const keyed = items.map((item) => {
    const kind = kindOf(item);
    return { item, kind, rank: RANKS.get(kind) ?? INSTALL_ORDER.length };
  });
  keyed.sort((left, right) => left.rank - right.rank || (left.rank === INSTALL_ORDER.length ? compareText(left.kind, right.kind) : 0));
  return keyed.map(({ item }) => item);
}
