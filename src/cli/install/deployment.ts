/** The operator's workload. It passes Pod Security `restricted`. */
import type { JsonObject } from "../../object/json.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import { COMMON_LABELS, manifest, OPERATOR_NAME, PORTS, SELECTOR_LABELS } from "./names.ts";

/** Where the operator runs and from which image. */
export interface WorkloadOptions {
  readonly namespace: string;
  readonly image: string;
}

/** A user and group without a name, as of the image. */
const UNPRIVILEGED_ID = 65532;
/** Longer than the operator takes to drain. */
const GRACE_SECONDS = 30;

/** Namespace with Pod Security `restricted`, and a quota without which some clusters refuse critical Pods there. */
export function namespaceManifests(namespace: string): readonly KubeObject[] {
  const enforced = Object.fromEntries(["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]));
  const scope = { scopeName: "PriorityClass", operator: "In", values: ["system-cluster-critical"] };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { ...COMMON_LABELS, ...enforced } } },
    manifest("v1", "ResourceQuota", "driftless-critical-pods", namespace, { spec: { hard: { pods: "20" }, scopeSelector: { matchExpressions: [scope] } } }),
  ];
}

/** Deployment and Services of the operator. */
export function workloadManifests({ namespace, image }: WorkloadOptions): readonly KubeObject[] {
  return [
    deployment(namespace, image),
    service("driftless-metrics", namespace, "http"),
    service("driftless-webhooks", namespace, "webhooks"),
  ];
}

function deployment(namespace: string, image: string): KubeObject {
  return manifest("apps/v1", "Deployment", OPERATOR_NAME, namespace, {
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      strategy: { type: "Recreate" }, // two operators at once would write against each other
      selector: { matchLabels: SELECTOR_LABELS },
      template: {
        metadata: {
          labels: { ...COMMON_LABELS, ...SELECTOR_LABELS },
          annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": String(PORTS.http) },
        },
        spec: podSpec(image),
      },
    },
  });
}

function podSpec(image: string): JsonObject {
  return {
    serviceAccountName: OPERATOR_NAME,
    priorityClassName: "system-cluster-critical", // what repairs the others is not to be evicted for them
    terminationGracePeriodSeconds: GRACE_SECONDS,
    enableServiceLinks: false,
    nodeSelector: { "kubernetes.io/os": "linux" },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: UNPRIVILEGED_ID,
      runAsGroup: UNPRIVILEGED_ID,
      fsGroup: UNPRIVILEGED_ID,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container(image)],
    volumes: [
      { name: "cache", emptyDir: { sizeLimit: "2Gi" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ],
  };
}

function container(image: string): JsonObject {
  return {
    name: "operator",
    image,
    imagePullPolicy: "IfNotPresent",
    args: ["operator", "--cache-dir=/cache", `--http-address=:${PORTS.http}`, `--webhook-address=:${PORTS.webhooks}`],
    env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
    ports: Object.entries(PORTS).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    resources: { requests: { cpu: "100m", memory: "192Mi" }, limits: { memory: "1Gi" } },
    startupProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 10, timeoutSeconds: 5 },
    readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 5, timeoutSeconds: 5 },
    volumeMounts: [
      { name: "cache", mountPath: "/cache" },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

function service(name: string, namespace: string, port: keyof typeof PORTS): KubeObject {
  return manifest("v1", "Service", name, namespace, {
    spec: { type: "ClusterIP", selector: SELECTOR_LABELS, ports: [{ name: port, port: PORTS[port], targetPort: port, protocol: "TCP" }] },
  });
}
