import { compareText } from "../../src/object/object-id.ts";
import { currentId, metadataOf, textAt, type Resource, type ResourceId } from "./resource.ts";
import type { Kustomization } from "./kustomization.ts";

/** Kinds that kustomize's legacy order puts in front and at the end. */
const FIRST = [
  "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole",
  "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass", "PersistentVolume",
  "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget",
];
const LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** Orders objects as `sortOptions` says; without it in the legacy order, as the kustomize command does. Throws Error for an unknown order. */
export function sortResources(resources: readonly Resource[], options: Kustomization["sortOptions"]): Resource[] {
  const order = options === undefined ? "legacy" : options.order;
  if (order === "fifo") {
    if (options?.legacySortOptions !== undefined) throw new Error("legacySortOptions is for the order legacy");
    return [...resources];
  }
  if (order !== "legacy") throw new Error("order must be legacy or fifo");
  const { orderFirst = FIRST, orderLast = LAST } = options?.legacySortOptions ?? {};
  return legacyOrder(resources, rankOf(orderFirst, orderLast));
}

/** Where objects of a kind stand in the legacy order: negative in front, positive at the end. */
export const kindRank: (kind: string) => number = rankOf(FIRST, LAST);

function rankOf(first: readonly string[], last: readonly string[]): (kind: string) => number {
  const ranks = new Map<string, number>([
    ...first.map((kind, index) => [kind, index - first.length] as const),
    ...last.map((kind, index) => [kind, index + 1] as const),
  ]);
  return (kind) => ranks.get(kind) ?? 0;
}

function legacyOrder(resources: readonly Resource[], rank: (kind: string) => number): Resource[] {
  const keyed = resources.map((resource) => {
    const id = currentId(resource);
    return { resource, rank: rank(id.kind), kindKey: kindKey(id), idKey: `${textAt(metadataOf(resource.value), "namespace") || "~X"}|${id.name}` };
  });
  keyed.sort((left, right) => left.rank - right.rank || compareText(left.kindKey, right.kindKey) || compareText(left.idKey, right.idKey));
  return keyed.map(({ resource }) => resource);
}

const kindKey = ({ group, version, kind }: ResourceId): string => `${group || "~G"}_${version}_${kind}`;
