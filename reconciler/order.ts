import { groupOf } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { byId } from "../src/object/object-id.ts";

/**
 * Stages of one apply, in order: what others need comes first, what guards others comes last. Objects of a stage do
 * not depend on each other and are applied side by side; the next stage starts when all of them were sent.
 */
export const stageNames = ["Namespaces", "Definitions", "Access and configuration", "Workloads and the rest", "Guards"] as const;

const DEFINITIONS = new Set(["CustomResourceDefinition", "PriorityClass", "StorageClass", "VolumeSnapshotClass", "IngressClass", "GatewayClass", "RuntimeClass", "PersistentVolume"]);
const CONFIGURATION = new Set([
  "ServiceAccount", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Secret", "ConfigMap",
  "ResourceQuota", "LimitRange", "NetworkPolicy", "PersistentVolumeClaim",
]);
const GUARDS = new Set(["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "APIService"]);

/** Index into stageNames of the stage that an object belongs to. */
export function stageOf(id: ObjectId): number {
  if (id.group === "" && id.kind === "Namespace") return 0;
  if (DEFINITIONS.has(id.kind)) return 1;
  if (CONFIGURATION.has(id.kind)) return 2;
  return GUARDS.has(id.kind) ? 4 : 3;
}

/** Groups things by stage, empty stages left out, each sorted by id. */
export function inStages<T extends { readonly id: ObjectId }>(items: readonly T[]): (readonly T[])[] {
  const stages: T[][] = stageNames.map(() => []);
  for (const item of items) stages[stageOf(item.id)]?.push(item);
  return stages.filter((stage) => stage.length > 0).map((stage) => stage.sort(byId));
}

/** `Widget.example.com` for each kind that a CustomResourceDefinition among the objects defines. */
export function definedKinds(objects: readonly KubeObject[]): Map<string, KubeObject> {
  const kinds = new Map<string, KubeObject>();
  for (const object of objects) {
    if (object.kind !== "CustomResourceDefinition" || groupOf(object.apiVersion) !== "apiextensions.k8s.io") continue;
    const spec = object["spec"] as { group?: string; names?: { kind?: string } } | undefined; // shape checked field by field
    if (spec?.group !== undefined && spec.names?.kind !== undefined) kinds.set(groupKind(spec.group, spec.names.kind), object);
  }
  return kinds;
}

/** `Kind.group`, the core group without a dot: how ApplySet writes a group-kind. */
export function groupKind(group: string, kind: string): string {
  return group === "" ? kind : `${kind}.${group}`;
}

/** The reverse of groupKind. */
export function parseGroupKind(text: string): { readonly group: string; readonly kind: string } {
  const dot = text.indexOf(".");
  return dot < 0 ? { group: "", kind: text } : { group: text.slice(dot + 1), kind: text.slice(0, dot) };
}
