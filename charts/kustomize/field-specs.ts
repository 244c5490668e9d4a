import type { FieldSpec } from "./field-path.ts";

/**
 * Which fields kustomize's built-in transformers write: facts of kustomize 5.8 (Apache-2.0, "builtinpluginconsts"),
 * in a form of our own and checked against the reference binary over the corpus.
 */

/** Kinds with a Pod template directly below spec. */
const TEMPLATED: readonly FieldSpec[] = [
  { kind: "ReplicationController", version: "v1", path: "" },
  { kind: "Deployment", path: "" },
  { kind: "ReplicaSet", path: "" },
  { kind: "DaemonSet", path: "" },
];

const at = (specs: readonly FieldSpec[], path: string, create: boolean): FieldSpec[] => specs.map((spec) => ({ ...spec, path, create }));

const STATEFUL_SET: FieldSpec = { kind: "StatefulSet", group: "apps", path: "" };
const JOB: FieldSpec = { kind: "Job", group: "batch", path: "" };
const CRON_JOB: FieldSpec = { kind: "CronJob", group: "batch", path: "" };
const NETWORK_POLICY: FieldSpec = { kind: "NetworkPolicy", group: "networking.k8s.io", path: "" };

/** metadata.labels of every object. */
export const METADATA_LABELS: FieldSpec = { path: "metadata/labels", create: true };

/** Labels of objects and of the templates in them. */
export const TEMPLATE_LABELS: readonly FieldSpec[] = [
  METADATA_LABELS,
  ...at([...TEMPLATED, STATEFUL_SET, JOB], "spec/template/metadata/labels", true),
  ...at([STATEFUL_SET], "spec/volumeClaimTemplates[]/metadata/labels", true),
  ...at([CRON_JOB], "spec/jobTemplate/metadata/labels", true),
  ...at([CRON_JOB], "spec/jobTemplate/spec/template/metadata/labels", true),
];

const SCHEDULED: readonly FieldSpec[] = [{ kind: "Deployment", group: "apps", path: "" }, STATEFUL_SET];
const AFFINITIES = ["podAffinity", "podAntiAffinity"].flatMap((affinity) => [
  `affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);

/** Labels of objects and templates, and every selector that looks for them. */
export const SELECTOR_LABELS: readonly FieldSpec[] = [
  ...at([{ kind: "Service", version: "v1", path: "" }, { kind: "ReplicationController", version: "v1", path: "" }], "spec/selector", true),
  ...at([{ kind: "Deployment", path: "" }, { kind: "ReplicaSet", path: "" }, { kind: "DaemonSet", path: "" }, STATEFUL_SET], "spec/selector/matchLabels", true),
  ...[...AFFINITIES, "topologySpreadConstraints/labelSelector/matchLabels"].flatMap((path) => at(SCHEDULED, `spec/template/spec/${path}`, false)),
  ...at([JOB, { kind: "PodDisruptionBudget", group: "policy", path: "" }], "spec/selector/matchLabels", false),
  ...at([CRON_JOB], "spec/jobTemplate/spec/selector/matchLabels", false),
  ...["spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"].flatMap((path) => at([NETWORK_POLICY], `${path}/matchLabels`, false)),
  ...TEMPLATE_LABELS,
];

/** Annotations of objects and of the templates in them. */
export const ANNOTATIONS: readonly FieldSpec[] = [
  { path: "metadata/annotations", create: true },
  ...at([...TEMPLATED, { kind: "StatefulSet", path: "" }, JOB], "spec/template/metadata/annotations", true),
  ...at([CRON_JOB], "spec/jobTemplate/metadata/annotations", true),
  ...at([CRON_JOB], "spec/jobTemplate/spec/template/metadata/annotations", true),
];

/** What a prefix and a suffix are added to. */
export const NAMES: readonly FieldSpec[] = [{ path: "metadata/name" }];

/** Namespaces written elsewhere than in metadata.namespace. */
export const NAMESPACES: readonly FieldSpec[] = [
  { kind: "Namespace", path: "metadata/name", create: true },
  { kind: "APIService", group: "apiregistration.k8s.io", path: "spec/service/namespace", create: true },
  { kind: "CustomResourceDefinition", group: "apiextensions.k8s.io", path: "spec/conversion/webhook/clientConfig/service/namespace" },
];

/** Counts that `replicas` sets. */
export const REPLICAS: readonly FieldSpec[] = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map((kind) => ({ kind, path: "spec/replicas", create: true }));

/** Image references that `images` rewrites, besides those of any `containers` and `initContainers`. */
export const IMAGES: readonly FieldSpec[] = ["spec", "spec/template/spec"].flatMap((pod) =>
  ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"].map((path) => ({ path: `${pod}/${path}`, create: true })),
);

const CONTAINERS = ["containers", "initContainers"].flatMap((list) => ["args", "command", "env/value", "volumeMounts/mountPath"].map((field) => `${list}/${field}`));
const RUNNERS = ["DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"];
const of = (kind: string, paths: readonly string[]): FieldSpec[] => paths.map((path) => ({ kind, path }));

/** Where `$(NAME)` is replaced. Two paths lead nowhere, in kustomize's table as here. */
export const VAR_REFERENCES: readonly FieldSpec[] = [
  ...of("CronJob", [...CONTAINERS.map((path) => `spec/jobTemplate/spec/template/spec/${path}`), "spec/jobTemplate/spec/template/volumes/nfs/server"]),
  ...RUNNERS.flatMap((kind) => of(kind, CONTAINERS.map((path) => `spec/template/spec/${path}`))),
  ...["DaemonSet", "Deployment", "Job", "ReplicaSet"].flatMap((kind) => of(kind, ["spec/template/spec/volumes/nfs/server"])),
  ...of("Pod", [...CONTAINERS.map((path) => `spec/${path}`), "spec/volumes/nfs/server"]),
  ...of("StatefulSet", ["spec/volumeClaimTemplates/spec/nfs/server"]),
  ...of("Deployment", ["spec/template/metadata/annotations"]),
  ...of("Ingress", ["spec/rules/host", "spec/tls/hosts", "spec/tls/secretName"]),
  ...of("Service", ["spec/ports/port", "spec/ports/targetPort"]),
  ...of("PersistentVolume", ["spec/nfs/server"]),
  { path: "metadata/labels" },
  { path: "metadata/annotations" },
];

/** Kinds whose names get neither prefix nor suffix. */
export const KEEPS_NAME: readonly FieldSpec[] = [
  { kind: "CustomResourceDefinition", path: "" },
  { kind: "APIService", group: "apiregistration.k8s.io", path: "" },
  { kind: "Namespace", path: "" },
];
