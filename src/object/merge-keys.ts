/**
 * How lists of built-in kinds are merged by a strategic merge patch: facts of the Kubernetes API description that
 * kustomize 5.8 embeds (v1.21). Kinds and fields that are not here have lists that a patch replaces as a whole.
 */
export interface MergeType {
  /** Lists whose items are matched by these fields; no field: a set of plain values. */
  readonly lists?: Readonly<Record<string, MergeList>>;
  /** Members that have merged lists somewhere below. */
  readonly members?: Readonly<Record<string, MergeType>>;
}

/** A list that is merged item by item. */
export interface MergeList {
  readonly keys: readonly string[];
  readonly item?: MergeType;
}

const by = (...keys: string[]): MergeList => ({ keys });

const META: MergeType = { lists: { finalizers: by(), ownerReferences: by("uid") } };

const EPHEMERAL: MergeType = { lists: { env: by("name"), volumeDevices: by("devicePath"), volumeMounts: by("mountPath") } };
const CONTAINER: MergeType = { lists: { ...EPHEMERAL.lists, ports: by("containerPort", "protocol") } };

const POD_SPEC: MergeType = {
  lists: {
    containers: { keys: ["name"], item: CONTAINER },
    initContainers: { keys: ["name"], item: CONTAINER },
    ephemeralContainers: { keys: ["name"], item: EPHEMERAL },
    hostAliases: by("ip"),
    imagePullSecrets: by("name"),
    topologySpreadConstraints: by("topologyKey", "whenUnsatisfiable"),
    volumes: by("name"),
  },
};

const TEMPLATE: MergeType = { members: { metadata: META, spec: POD_SPEC } };
const CONDITIONS: MergeType = { lists: { conditions: by("type") } };

const object = (members: Readonly<Record<string, MergeType>> = {}, lists: Readonly<Record<string, MergeList>> = {}): MergeType => ({
  members: { metadata: META, ...members },
  lists,
});

const WORKLOAD = object({ spec: { members: { template: TEMPLATE } }, status: CONDITIONS });
const WEBHOOKS = object({}, { webhooks: by("name") });
const CSI_NODE = object({ spec: { lists: { drivers: by("name") } } });
const CRON_JOB = object({ spec: { members: { jobTemplate: { members: { metadata: META, spec: { members: { template: TEMPLATE } } } } } } });
const DISRUPTION_BUDGET = object({ status: CONDITIONS });
const API_SERVICE = object({ status: CONDITIONS });
const PLAIN = object();

const TYPES: Readonly<Record<string, Readonly<Record<string, MergeType>>>> = {
  "admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1beta1": { MutatingWebhookConfiguration: WEBHOOKS, ValidatingWebhookConfiguration: WEBHOOKS },
  "apps/v1": { DaemonSet: WORKLOAD, Deployment: WORKLOAD, ReplicaSet: WORKLOAD, StatefulSet: WORKLOAD, ControllerRevision: PLAIN },
  "batch/v1": { Job: WORKLOAD },
  "batch/v1 batch/v1beta1": { CronJob: CRON_JOB },
  v1: {
    Pod: object({ spec: POD_SPEC, status: { lists: { ...CONDITIONS.lists, podIPs: by("ip") } } }),
    PodTemplate: object({ template: TEMPLATE }),
    ReplicationController: WORKLOAD,
    Service: object({ spec: { lists: { ports: by("port", "protocol") } }, status: CONDITIONS }),
    ServiceAccount: object({}, { secrets: by("name") }),
    Node: object({ spec: { lists: { podCIDRs: by() } }, status: { lists: { ...CONDITIONS.lists, addresses: by("type") } } }),
    Namespace: object({ status: CONDITIONS }),
    PersistentVolumeClaim: object({ status: CONDITIONS }),
    ComponentStatus: object({}, CONDITIONS.lists),
  },
  "policy/v1 policy/v1beta1": { PodDisruptionBudget: DISRUPTION_BUDGET },
  "apiregistration.k8s.io/v1 apiregistration.k8s.io/v1beta1": { APIService: API_SERVICE },
  "storage.k8s.io/v1 storage.k8s.io/v1beta1": { CSINode: CSI_NODE },
};

/** Kinds that only have the lists of their metadata. */
const PLAIN_KINDS: Readonly<Record<string, string>> = {
  "apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1": "CustomResourceDefinition",
  "autoscaling/v1 autoscaling/v2beta1 autoscaling/v2beta2": "HorizontalPodAutoscaler",
  "certificates.k8s.io/v1 certificates.k8s.io/v1beta1": "CertificateSigningRequest",
  "coordination.k8s.io/v1 coordination.k8s.io/v1beta1": "Lease",
  "discovery.k8s.io/v1 discovery.k8s.io/v1beta1": "EndpointSlice",
  "events.k8s.io/v1 events.k8s.io/v1beta1": "Event",
  "extensions/v1beta1": "Ingress",
  "flowcontrol.apiserver.k8s.io/v1beta1": "FlowSchema PriorityLevelConfiguration",
  "networking.k8s.io/v1": "NetworkPolicy",
  "networking.k8s.io/v1 networking.k8s.io/v1beta1": "Ingress IngressClass",
  "node.k8s.io/v1 node.k8s.io/v1beta1": "RuntimeClass",
  "policy/v1beta1": "PodSecurityPolicy",
  "rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1beta1": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "scheduling.k8s.io/v1 scheduling.k8s.io/v1beta1": "PriorityClass",
  "storage.k8s.io/v1 storage.k8s.io/v1beta1": "CSIDriver StorageClass VolumeAttachment",
  "storage.k8s.io/v1beta1": "CSIStorageCapacity",
  v1: "ConfigMap Endpoints Event LimitRange PersistentVolume ResourceQuota Secret",
};

const BY_KIND = new Map<string, MergeType>([
  ...Object.entries(PLAIN_KINDS).flatMap(([versions, kinds]) => pairs(versions, kinds.split(" ").map((kind) => [kind, PLAIN] as const))),
  ...Object.entries(TYPES).flatMap(([versions, kinds]) => pairs(versions, Object.entries(kinds))),
]);

function pairs(versions: string, kinds: readonly (readonly [string, MergeType])[]): (readonly [string, MergeType])[] {
  return versions.split(" ").flatMap((version) => kinds.map(([kind, type]) => [`${version} ${kind}`, type] as const));
}

/** How lists of this kind are merged, or undefined for kinds that are not known. */
export function mergeTypeOf(apiVersion: string, kind: string): MergeType | undefined {
  return BY_KIND.get(`${apiVersion} ${kind}`);
}
