import { GROUP } from "../src/api/group.ts";
import { valueAt } from "../src/object/json.ts";
import type { JsonObject } from "../src/object/json.ts";
import { asJson, groupOf } from "../src/object/kube-object.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { groupKind } from "./group-kind.ts";
import { list, named, text } from "./json-read.ts";
import { podReferences, podSpecOf } from "./pod-references.ts";

/**
 * The objects that an object names because it needs them: accounts, configuration, volumes and classes of a pod template,
 * the role of a binding, the Service behind a webhook, the target of an autoscaler. Whether they exist is another question.
 * Does not look into values; an object that names nothing gives an empty list.
 */
export function referencesOf(id: ObjectId, object: KubeObject): readonly ObjectId[] {
  const content = asJson(object);
  const pod = podSpecOf(id, content);
  const own = namesOthers(id) ? READERS[groupKind(id.group, id.kind)] : undefined;
  if (pod === undefined && own === undefined) return NONE;
  const inNamespace = (kind: string, name: string | undefined, group = ""): ObjectId[] => named(group, kind, id.namespace, name);
  return [...(pod === undefined ? NONE : podReferences(pod, id.namespace)), ...(own?.(content, id, inNamespace) ?? NONE)];
}

/** True for kinds, besides those with a pod template, whose objects may name others. */
export function namesOthers({ group, kind }: ObjectId): boolean {
  return Object.hasOwn(READERS, groupKind(group, kind));
}

/** Service accounts that a binding gives rights to, as `namespace/name`. */
export function boundAccounts(id: ObjectId, object: KubeObject): string[] {
  if (id.group !== RBAC || !id.kind.endsWith("RoleBinding")) return [];
  return accountSubjects(asJson(object), id).map(({ namespace, name }) => `${namespace}/${name}`);
}

/** The role that a binding gives; undefined for what is no binding. */
export function boundRole(id: ObjectId, object: KubeObject): ObjectId | undefined {
  return id.group === RBAC && id.kind.endsWith("RoleBinding") ? namedRole(asJson(object), id)[0] : undefined;
}

/** The Services that the API server calls because of this object: of webhooks, of an aggregated API. */
export function calledServices(id: ObjectId, object: KubeObject): ObjectId[] {
  const content = asJson(object);
  const places = id.kind === "APIService" ? [valueAt(content, ["spec", "service"])] : list(content, "webhooks").map((webhook) => valueAt(webhook, ["clientConfig", "service"]));
  return places.flatMap((service) => named("", "Service", text(service, "namespace") ?? "", text(service, "name")));
}

const NONE: readonly ObjectId[] = [];
const RBAC = "rbac.authorization.k8s.io";
const STORAGE = "storage.k8s.io";

type InNamespace = (kind: string, name: string | undefined, group?: string) => ObjectId[];
type Reader = (content: JsonObject, id: ObjectId, inNamespace: InNamespace) => readonly ObjectId[];

function namedRole(content: JsonObject, id: ObjectId): ObjectId[] {
  const kind = text(content, "roleRef", "kind") ?? "";
  return named(RBAC, kind, kind === "Role" ? id.namespace : "", text(content, "roleRef", "name"));
}

const bindingReader: Reader = (content, id) => [...namedRole(content, id), ...accountSubjects(content, id)];

const calledReader: Reader = (content, id) => calledServices(id, content as unknown as KubeObject); // the same object, see referencesOf

const scalerReader: Reader = (content, _id, inNamespace) => {
  const target = valueAt(content, ["spec", "scaleTargetRef"]) ?? valueAt(content, ["spec", "targetRef"]);
  return inNamespace(text(target, "kind") ?? "Deployment", text(target, "name"), groupOf(text(target, "apiVersion") ?? "apps/v1"));
};

/** What kinds other than pod templates name. */
const READERS: Readonly<Record<string, Reader>> = {
  Secret: (content, _id, inNamespace) => inNamespace("ServiceAccount", text(content, "metadata", "annotations", "kubernetes.io/service-account.name")),
  PersistentVolume: (content) => named(STORAGE, "StorageClass", "", text(content, "spec", "storageClassName")),
  PersistentVolumeClaim: (content, _id, inNamespace) => {
    const source = valueAt(content, ["spec", "dataSourceRef"]) ?? valueAt(content, ["spec", "dataSource"]);
    return [
      ...named(STORAGE, "StorageClass", "", text(content, "spec", "storageClassName")),
      ...named("", "PersistentVolume", "", text(content, "spec", "volumeName")),
      ...inNamespace(text(source, "kind") ?? "PersistentVolumeClaim", text(source, "name"), text(source, "apiGroup")),
    ];
  },
  "StatefulSet.apps": (content, _id, inNamespace) => [
    ...inNamespace("Service", text(content, "spec", "serviceName")),
    ...list(content, "spec", "volumeClaimTemplates").flatMap((template) => named(STORAGE, "StorageClass", "", text(template, "spec", "storageClassName"))),
  ],
  [`RoleBinding.${RBAC}`]: bindingReader,
  [`ClusterRoleBinding.${RBAC}`]: bindingReader,
  "HorizontalPodAutoscaler.autoscaling": scalerReader,
  "VerticalPodAutoscaler.autoscaling.k8s.io": scalerReader,
  "ScaledObject.keda.sh": scalerReader,
  "Ingress.networking.k8s.io": (content, _id, inNamespace) => [
    ...named("networking.k8s.io", "IngressClass", "", text(content, "spec", "ingressClassName")),
    ...inNamespace("Service", text(content, "spec", "defaultBackend", "service", "name")),
    ...list(content, "spec", "rules").flatMap((rule) => list(rule, "http", "paths")).flatMap((path) => inNamespace("Service", text(path, "backend", "service", "name"))),
    ...list(content, "spec", "tls").flatMap((tls) => inNamespace("Secret", text(tls, "secretName"))),
  ],
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io": calledReader,
  "MutatingWebhookConfiguration.admissionregistration.k8s.io": calledReader,
  "APIService.apiregistration.k8s.io": calledReader,
  [`Application.${GROUP}`]: (content, id, inNamespace) => [
    ...inNamespace(text(content, "spec", "sourceRef", "kind") ?? "", text(content, "spec", "sourceRef", "name"), GROUP),
    ...inNamespace("ServiceAccount", text(content, "spec", "serviceAccountName")),
    ...list(content, "spec", "dependsOn").flatMap((other) => named(GROUP, "Application", text(other, "namespace") ?? id.namespace, text(other, "name"))),
  ],
};

const accountSubjects = (content: JsonObject, id: ObjectId): ObjectId[] =>
  list(content, "subjects").flatMap((subject) => (text(subject, "kind") === "ServiceAccount" ? named("", "ServiceAccount", text(subject, "namespace") ?? id.namespace, text(subject, "name")) : []));
