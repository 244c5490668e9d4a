/**
 * Kinds that kustomize 5.8 knows to be cluster-scoped, by the versions its embedded API description has.
 * Newer kinds are missing on purpose: kustomize gives them a namespace, and we must render what it renders.
 */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  "admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1": ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
  "apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1": ["CustomResourceDefinition"],
  "apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1": ["APIService"],
  "certificates.k8s.io/v1 certificates.k8s.io/v1beta1": ["CertificateSigningRequest"],
  "flowcontrol.apiserver.k8s.io/v1beta1": ["FlowSchema", "PriorityLevelConfiguration"],
  "networking.k8s.io/v1 networking.k8s.io/v1beta1": ["IngressClass"],
  "node.k8s.io/v1 node.k8s.io/v1beta1": ["RuntimeClass"],
  "policy/v1beta1": ["PodSecurityPolicy"],
  "rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1": ["ClusterRole", "ClusterRoleBinding"],
  "scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1": ["PriorityClass"],
  "storage.k8s.io/v1 storage.k8s.io/v1beta1": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
  v1: ["ComponentStatus", "Namespace", "Node", "NodeProxyOptions", "PersistentVolume"],
};

const KNOWN: ReadonlySet<string> = new Set(
  Object.entries(CLUSTER_SCOPED).flatMap(([versions, kinds]) => versions.split(" ").flatMap((version) => kinds.map((kind) => `${version} ${kind}`))),
);

/** True for a kind that is known to have no namespace; false for namespaced and for unknown kinds. */
export function isClusterScoped(apiVersion: string, kind: string): boolean {
  return KNOWN.has(`${apiVersion} ${kind}`);
}
