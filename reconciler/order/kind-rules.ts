import { GROUP } from "../../src/api/group.ts";

/** What is known of kinds: whatever is of a kind in `before` is applied before whatever is of a kind in `after`. */
export interface KindRule {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Namespace: only within one namespace. Cluster: everywhere. */
  readonly scope: "Namespace" | "Cluster";
}

/** Kinds that run pods. Every other kind with a pod template in its usual place counts as one. */
export const WORKLOADS: readonly string[] = [
  "Pod", "ReplicationController", "Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Job.batch", "CronJob.batch",
];

/** Kinds that stand between everybody and the API server: they come after all others, when what they call has been sent. */
export const GUARDS: ReadonlySet<string> = new Set([
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io", "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "ValidatingAdmissionPolicy.admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
  "MutatingAdmissionPolicy.admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
  "APIService.apiregistration.k8s.io",
]);

const APPLICATION = `Application.${GROUP}`;
const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"].map((kind) => `${kind}.gateway.networking.k8s.io`);

/** The workloads of a namespace: what scales, protects or calls them waits for them. */
export const WORKLOADS_RULE: KindRule = {
  name: "workloads",
  before: WORKLOADS,
  after: ["HorizontalPodAutoscaler.autoscaling", "PodDisruptionBudget.policy", "VerticalPodAutoscaler.autoscaling.k8s.io", "ScaledObject.keda.sh"],
  scope: "Namespace",
};

/** Ordering that needs no look at the content. Dropped where it contradicts what objects say themselves. */
export const KIND_RULES: readonly KindRule[] = [
  WORKLOADS_RULE,
  {
    name: "what workloads of the namespace use",
    before: [
      "ServiceAccount", "RoleBinding.rbac.authorization.k8s.io", "ConfigMap", "Secret", "PersistentVolumeClaim", "Service",
      "ResourceQuota", "LimitRange", "NetworkPolicy.networking.k8s.io",
    ],
    after: [...WORKLOADS, APPLICATION],
    scope: "Namespace",
  },
  {
    name: "what all workloads use",
    before: [
      "CustomResourceDefinition.apiextensions.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io", "PriorityClass.scheduling.k8s.io",
      "RuntimeClass.node.k8s.io", "StorageClass.storage.k8s.io", "PersistentVolume",
    ],
    after: [...WORKLOADS, APPLICATION],
    scope: "Cluster",
  },
  { name: "roles of the namespace", before: ["Role.rbac.authorization.k8s.io"], after: ["RoleBinding.rbac.authorization.k8s.io"], scope: "Namespace" },
  {
    name: "cluster roles",
    before: ["ClusterRole.rbac.authorization.k8s.io"],
    after: ["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"],
    scope: "Cluster",
  },
  { name: "storage classes", before: ["StorageClass.storage.k8s.io"], after: ["PersistentVolume", "PersistentVolumeClaim"], scope: "Cluster" },
  { name: "volumes", before: ["PersistentVolume"], after: ["PersistentVolumeClaim"], scope: "Cluster" },
  { name: "services", before: ["Service"], after: ["Ingress.networking.k8s.io", "Endpoints", "EndpointSlice.discovery.k8s.io", ...ROUTES], scope: "Namespace" },
  { name: "certificates", before: ["Secret"], after: ["Ingress.networking.k8s.io", "Gateway.gateway.networking.k8s.io"], scope: "Namespace" },
  { name: "ingress classes", before: ["IngressClass.networking.k8s.io"], after: ["Ingress.networking.k8s.io"], scope: "Cluster" },
  { name: "gateway classes", before: ["GatewayClass.gateway.networking.k8s.io"], after: ["Gateway.gateway.networking.k8s.io"], scope: "Cluster" },
  { name: "gateways", before: ["Gateway.gateway.networking.k8s.io"], after: ROUTES, scope: "Cluster" },
  {
    name: "admission policies",
    before: ["ValidatingAdmissionPolicy.admissionregistration.k8s.io", "MutatingAdmissionPolicy.admissionregistration.k8s.io"],
    after: ["ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io"],
    scope: "Cluster",
  },
  { name: "sources", before: [`GitSource.${GROUP}`], after: [APPLICATION], scope: "Namespace" },
];
