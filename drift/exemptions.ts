/** What is never drift although nobody desired it, and what always matters whoever wrote it. */
import type { Json } from "../src/object/json.ts";
import { isJsonObject } from "../src/object/json.ts";
import { POLICY_ANNOTATIONS } from "../src/api/annotations.ts";
import { GROUP } from "../src/api/group.ts";
import type { FieldPath } from "./field-path.ts";

/** The kind of the object that a path belongs to. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
}

/**
 * Annotations and labels that record what a controller or a command did, by prefix. Taking `restartedAt` back would
 * restart every Pod a second time; the others belong to the machinery or ask a tool for something once.
 */
const EXEMPT_KEYS = [
  "kubectl.kubernetes.io/restartedAt",
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/",
  "deprecated.daemonset.template.generation",
  "autoscaling.alpha.kubernetes.io/",
  "pv.kubernetes.io/",
  "volume.kubernetes.io/",
  "volume.beta.kubernetes.io/",
  "batch.kubernetes.io/",
  "reconcile.fluxcd.io/requestedAt",
  "argocd.argoproj.io/refresh",
  `${GROUP}/`,
];

/** Fields that the server or a controller fills in once, by kind; taken away they come back, change, or are refused. */
const EXEMPT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "/Service": ["/spec/clusterIP", "/spec/clusterIPs", "/spec/healthCheckNodePort", "/spec/ports/nodePort", "/spec/ipFamilies", "/spec/ipFamilyPolicy"],
  "/PersistentVolumeClaim": ["/spec/volumeName", "/spec/storageClassName", "/spec/volumeMode"],
  "/PersistentVolume": ["/spec/claimRef"],
  "/Namespace": ["/spec/finalizers"],
  "/Pod": ["/spec"],
  "/ServiceAccount": ["/secrets"],
  "batch/Job": ["/spec/selector", "/spec/template/metadata/labels"],
  "apps/Deployment": ["/spec/replicas"],
  "apps/StatefulSet": ["/spec/replicas"],
  "apps/ReplicaSet": ["/spec/replicas"],
  "/ReplicationController": ["/spec/replicas"],
};

/** True for a path that is never reported as Extra. `aggregated`: a ClusterRole whose rules a controller writes. */
export function isExempt(kind: KindName, path: FieldPath, aggregated: boolean): boolean {
  const names = namesOf(path);
  const last = names.at(-1) ?? "";
  if (last === "caBundle") return true;
  const parent = names.at(-2);
  if ((parent === "annotations" || parent === "labels") && EXEMPT_KEYS.some((key) => last.startsWith(key))) return true;
  const pointer = `/${names.join("/")}`;
  if (aggregated && kind.kind === "ClusterRole" && pointer.startsWith("/rules")) return true;
  return (EXEMPT_FIELDS[`${kind.group}/${kind.kind}`] ?? []).some((exempt) => pointer === exempt || pointer.startsWith(`${exempt}/`));
}

/** True for an annotation, or a label of that name, by which a person instructs us or a tool like us on the live object: a wish. */
export function isInstruction(path: FieldPath): boolean {
  const [first, second, third] = namesOf(path);
  return first === "metadata" && (second === "annotations" || second === "labels") && POLICY_ANNOTATIONS.includes(third ?? "");
}

/** Members of a Pod or its template that decide what it may do to the node and to others. */
const POD_SECURITY: ReadonlySet<string> = new Set([
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "hostUsers",
  "hostPath",
  "hostPort",
  "privileged",
  "allowPrivilegeEscalation",
  "capabilities",
  "runAsUser",
  "runAsNonRoot",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "automountServiceAccountToken",
]);

/** Members of other kinds that grant access, by `group/kind`. */
const ACCESS: Readonly<Record<string, readonly string[]>> = {
  "rbac.authorization.k8s.io/Role": ["rules"],
  "rbac.authorization.k8s.io/ClusterRole": ["rules", "aggregationRule"],
  "rbac.authorization.k8s.io/RoleBinding": ["subjects", "roleRef"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["subjects", "roleRef"],
  "networking.k8s.io/NetworkPolicy": ["spec"],
  "/ServiceAccount": ["imagePullSecrets", "automountServiceAccountToken"],
};

/** True for a path whose value decides what somebody may do: reported even where a controller wrote it. */
export function isSecurityRelevant(kind: KindName, path: FieldPath, value: Json | undefined): boolean {
  const names = namesOf(path);
  if ((ACCESS[`${kind.group}/${kind.kind}`] ?? []).includes(names[0] ?? "")) return true;
  if (kind.group === "" && kind.kind === "Service" && names[1] === "externalIPs") return true;
  if (kind.group === "" && kind.kind === "Namespace" && (names[2] ?? "").startsWith("pod-security.kubernetes.io/")) return true;
  if (names[0] !== "spec") return false;
  return names.some((name) => POD_SECURITY.has(name)) || (isJsonObject(value) && value["hostPath"] !== undefined);
}

function namesOf(path: FieldPath): readonly string[] {
  return path.flatMap((element) => (element.kind === "Field" ? [element.name] : []));
}
