import { isJsonObject, valueAt } from "../src/object/json.ts";
import type { JsonObject } from "../src/object/json.ts";
import type { ObjectId } from "../src/object/object-id.ts";
import { list, named, text } from "./json-read.ts";

/** The pod spec inside an object: of Pods, of every kind with a pod template in its usual place; undefined where there is none. */
export function podSpecOf(id: ObjectId, content: JsonObject): JsonObject | undefined {
  const spec = valueAt(content, pathOf(id));
  return isJsonObject(spec) && Array.isArray(spec["containers"]) ? spec : undefined;
}

/** The account that pods run as, as `namespace/name`. */
export function podAccount(pod: JsonObject, namespace: string): string {
  return `${namespace}/${accountName(pod) ?? "default"}`;
}

/** What a pod spec names: account, classes, claims, and ConfigMaps and Secrets of volumes, environment and image pulls. */
export function podReferences(pod: JsonObject, namespace: string): ObjectId[] {
  const local = (kind: string, name: string | undefined, group = ""): ObjectId[] => named(group, kind, namespace, name);
  const containers = [...list(pod, "initContainers"), ...list(pod, "containers"), ...list(pod, "ephemeralContainers")];
  return [
    ...local("ServiceAccount", accountName(pod)),
    ...named("scheduling.k8s.io", "PriorityClass", "", text(pod, "priorityClassName")),
    ...named("node.k8s.io", "RuntimeClass", "", text(pod, "runtimeClassName")),
    ...list(pod, "imagePullSecrets").flatMap((secret) => local("Secret", text(secret, "name"))),
    ...list(pod, "resourceClaims").flatMap((claim) => [
      ...local("ResourceClaim", text(claim, "resourceClaimName"), "resource.k8s.io"),
      ...local("ResourceClaimTemplate", text(claim, "resourceClaimTemplateName"), "resource.k8s.io"),
    ]),
    ...list(pod, "volumes").flatMap((volume) => volumeReferences(volume, local)),
    ...containers.flatMap((container) => environmentReferences(container, local)),
  ];
}

type Local = (kind: string, name: string | undefined) => ObjectId[];

function pathOf({ group, kind }: ObjectId): readonly string[] {
  if (group === "" && kind === "Pod") return ["spec"];
  if (group === "" && kind === "PodTemplate") return ["template", "spec"];
  return group === "batch" && kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template", "spec"] : ["spec", "template", "spec"];
}

const accountName = (pod: JsonObject): string | undefined => text(pod, "serviceAccountName") ?? text(pod, "serviceAccount");

function volumeReferences(volume: JsonObject, local: Local): ObjectId[] {
  return [
    ...local("ConfigMap", text(volume, "configMap", "name")),
    ...local("Secret", text(volume, "secret", "secretName")),
    ...local("PersistentVolumeClaim", text(volume, "persistentVolumeClaim", "claimName")),
    ...local("Secret", text(volume, "csi", "nodePublishSecretRef", "name")),
    ...named("storage.k8s.io", "StorageClass", "", text(volume, "ephemeral", "volumeClaimTemplate", "spec", "storageClassName")),
    ...list(volume, "projected", "sources").flatMap((source) => [...local("ConfigMap", text(source, "configMap", "name")), ...local("Secret", text(source, "secret", "name"))]),
  ];
}

function environmentReferences(container: JsonObject, local: Local): ObjectId[] {
  return [
    ...list(container, "env").flatMap(({ valueFrom }) => [...local("ConfigMap", text(valueFrom, "configMapKeyRef", "name")), ...local("Secret", text(valueFrom, "secretKeyRef", "name"))]),
    ...list(container, "envFrom").flatMap((from) => [...local("ConfigMap", text(from, "configMapRef", "name")), ...local("Secret", text(from, "secretRef", "name"))]),
  ];
}
