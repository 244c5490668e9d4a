import { compareText } from "./go/bytes.ts";
import type { HelmVersion } from "./input.ts";

/** The order in which Helm installs: what others stand on first, by the kinds it knows. */
const INSTALL_ORDER = [
  "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget", "ServiceAccount",
  "Secret", "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition",
  "ClusterRole", "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList",
  "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job",
  "CronJob", "IngressClass", "Ingress", "APIService",
];
/** Kinds that Helm 3 sorts among those that it does not know. */
const SINCE_HELM_4 = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

const ranks = (kinds: readonly string[]): ReadonlyMap<string, number> => new Map(kinds.map((kind, index) => [kind, index]));
const RANKS: Readonly<Record<HelmVersion, ReadonlyMap<string, number>>> = { v4: ranks([...INSTALL_ORDER, ...SINCE_HELM_4]), v3: ranks(INSTALL_ORDER) };

/** Sorts as Helm installs: known kinds in its order, others behind them by name, equal ones as they come. */
export function inInstallOrder<Item>(items: readonly Item[], kindOf: (item: Item) => string, version: HelmVersion = "v4"): Item[] {
  const known = RANKS[version];
  const keyed = items.map((item) => {
    const kind = kindOf(item);
    return { item, kind, rank: known.get(kind) ?? known.size };
  });
  keyed.sort((left, right) => left.rank - right.rank || (left.rank === known.size ? compareText(left.kind, right.kind) : 0));
  return keyed.map(({ item }) => item);
}
