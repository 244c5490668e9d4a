import type { FieldSpec } from "./field-path.ts";

/** Kinds of objects. Empty group, version or kind: any. */
export interface KindSelector {
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly kind?: string | undefined;
}

/** Fields that hold the name of an object of one kind: they follow when that name changes. */
export interface NameReferences {
  readonly target: KindSelector;
  /** A field is the name itself, a list of names, or (ends at a map) an object with `name` and `namespace`. */
  readonly fields: readonly FieldSpec[];
}

/*
 * Facts of kustomize 5.8 (Apache-2.0, "builtinpluginconsts"), in a form of our own and checked against the reference
 * binary over the corpus. In its order: by kind as kustomize sorts kinds. IngressClass is missing because kustomize's
 * own entry names a group that no object has, so it never follows.
 */
const CONTROLLERS = ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "Job"];
const POD_OF: readonly (readonly [FieldSpec, string])[] = [
  [{ kind: "Pod", version: "v1", path: "" }, "spec"],
  [{ kind: "PodTemplate", path: "" }, "template/spec"],
  ...CONTROLLERS.map((kind) => [{ kind, path: "" }, "spec/template/spec"] as const),
  [{ kind: "CronJob", path: "" }, "spec/jobTemplate/spec/template/spec"],
];
/** The shorter list of kinds that kustomize has for accounts, claims and priorities. */
const RUNNERS: readonly (readonly [string, string])[] = [
  ["Pod", "spec"],
  ...["StatefulSet", "Deployment", "ReplicationController", "Job", "DaemonSet"].map((kind) => [kind, "spec/template/spec"] as const),
  ["CronJob", "spec/jobTemplate/spec/template/spec"],
];

const inPods = (paths: readonly string[]): FieldSpec[] => POD_OF.flatMap(([spec, pod]) => paths.map((path) => ({ ...spec, path: `${pod}/${path}` })));
const inRunners = (path: string): FieldSpec[] => RUNNERS.map(([kind, pod]) => ({ kind, path: `${pod}/${path}` }));
const of = (kind: string, ...paths: string[]): FieldSpec[] => paths.map((path) => ({ kind, path }));
const ofGroup = (group: string, kind: string, ...paths: string[]): FieldSpec[] => paths.map((path) => ({ group, kind, path }));
const inContainers = (path: string): string[] => [`containers/${path}`, `initContainers/${path}`];

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";
const SCALED = of("HorizontalPodAutoscaler", "spec/scaleTargetRef/name");

const CONFIG_MAP: readonly FieldSpec[] = [
  ...inPods(["volumes/configMap/name", "volumes/projected/sources/configMap/name", ...inContainers("env/valueFrom/configMapKeyRef/name"), ...inContainers("envFrom/configMapRef/name")]),
  ...of("Node", "spec/configSource/configMap"),
  ...of("Role", "rules/resourceNames"),
  ...of("ClusterRole", "rules/resourceNames"),
  ...of("Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"),
];

const SECRET: readonly FieldSpec[] = [
  ...inPods(["volumes/secret/secretName", "volumes/projected/sources/secret/name", "imagePullSecrets/name", ...inContainers("env/valueFrom/secretKeyRef/name"), ...inContainers("envFrom/secretRef/name")]),
  ...of("Ingress", "spec/tls/secretName", ...["ingress.kubernetes.io\\/auth-secret", "nginx.ingress.kubernetes.io\\/auth-secret", "nginx.ingress.kubernetes.io\\/auth-tls-secret"].map((name) => `metadata/annotations/${name}`)),
  ...of("ServiceAccount", "imagePullSecrets/name"),
  ...of("StorageClass", "parameters/secretName", "parameters/adminSecretName", "parameters/userSecretName", "parameters/secretRef"),
  ...of("Role", "rules/resourceNames"),
  ...of("ClusterRole", "rules/resourceNames"),
  { group: "serving.knative.dev", version: "v1", kind: "Service", path: "spec/template/spec/containers/env/valueFrom/secretKeyRef/name" },
  ...of("PersistentVolume", "spec/azureFile/secretName"),
];

const SERVICE: readonly FieldSpec[] = [
  ...ofGroup("apps", "StatefulSet", "spec/serviceName"),
  ...of("Ingress", "spec/rules/http/paths/backend/serviceName", "spec/backend/serviceName", "spec/rules/http/paths/backend/service/name", "spec/defaultBackend/service/name"),
  ...ofGroup("apiregistration.k8s.io", "APIService", "spec/service/name"),
  ...ofGroup(ADMISSION, "ValidatingWebhookConfiguration", "webhooks/clientConfig/service"),
  ...ofGroup(ADMISSION, "MutatingWebhookConfiguration", "webhooks/clientConfig/service"),
];

const CLAIMS_CLASS: readonly FieldSpec[] = [
  ...of("PersistentVolume", "spec/storageClassName"),
  ...of("PersistentVolumeClaim", "spec/storageClassName"),
  ...of("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
];

/** Every reference that kustomize follows by itself. */
export const NAME_REFERENCES: readonly NameReferences[] = [
  { target: { kind: "StorageClass", group: "storage.k8s.io", version: "v1" }, fields: CLAIMS_CLASS },
  { target: { kind: "ServiceAccount", version: "v1" }, fields: [...ofGroup(RBAC, "RoleBinding", "subjects"), ...ofGroup(RBAC, "ClusterRoleBinding", "subjects"), ...inRunners("serviceAccountName")] },
  { target: { kind: "Role", group: RBAC }, fields: ofGroup(RBAC, "RoleBinding", "roleRef/name") },
  { target: { kind: "ClusterRole", group: RBAC }, fields: [...ofGroup(RBAC, "RoleBinding", "roleRef/name"), ...ofGroup(RBAC, "ClusterRoleBinding", "roleRef/name")] },
  { target: { kind: "ConfigMap", version: "v1" }, fields: CONFIG_MAP },
  { target: { kind: "Secret", version: "v1" }, fields: SECRET },
  { target: { kind: "Service", version: "v1" }, fields: SERVICE },
  { target: { kind: "PriorityClass", group: "scheduling.k8s.io", version: "v1" }, fields: inRunners("priorityClassName") },
  { target: { kind: "PersistentVolume", version: "v1" }, fields: [...of("PersistentVolumeClaim", "spec/volumeName"), ...of("ClusterRole", "rules/resourceNames")] },
  { target: { kind: "PersistentVolumeClaim", version: "v1" }, fields: inRunners("volumes/persistentVolumeClaim/claimName") },
  ...["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"].map((kind) => ({ target: { kind }, fields: SCALED })),
  { target: { kind: "ValidatingAdmissionPolicy", group: ADMISSION }, fields: ofGroup(ADMISSION, "ValidatingAdmissionPolicyBinding", "spec/policyName") },
];
