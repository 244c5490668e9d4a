import { expect, test } from "vitest";
import { boundAccounts, boundRole, calledServices, referencesOf } from "../../../reconciler/references.ts";
import { formatKey } from "../../../src/object/object-id.ts";
import { bare, itemsFrom } from "../../support/ordered.ts";

const POD = `
serviceAccountName: web
priorityClassName: high
runtimeClassName: gvisor
imagePullSecrets: [{name: registry}]
resourceClaims: [{name: gpu, resourceClaimTemplateName: gpu}]
volumes:
- {name: a, configMap: {name: settings}}
- {name: b, secret: {secretName: keys}}
- {name: c, persistentVolumeClaim: {claimName: data}}
- {name: d, projected: {sources: [{configMap: {name: more}}, {secret: {name: tls}}, {serviceAccountToken: {path: t}}]}}
- {name: e, emptyDir: {}}
initContainers: [{name: i, envFrom: [{configMapRef: {name: init}}]}]
containers:
- name: web
  env:
  - {name: PLAIN, value: x}
  - {name: A, valueFrom: {configMapKeyRef: {name: from-key, key: a}}}
  - {name: B, valueFrom: {secretKeyRef: {name: password, key: b}}}
  envFrom: [{secretRef: {name: all}}]
`;
const POD_NEEDS = [
  "/ConfigMap/shop/from-key", "/ConfigMap/shop/init", "/ConfigMap/shop/more", "/ConfigMap/shop/settings", "/PersistentVolumeClaim/shop/data",
  "/Secret/shop/all", "/Secret/shop/keys", "/Secret/shop/password", "/Secret/shop/registry", "/Secret/shop/tls", "/ServiceAccount/shop/web",
  "node.k8s.io/RuntimeClass//gvisor", "resource.k8s.io/ResourceClaimTemplate/shop/gpu", "scheduling.k8s.io/PriorityClass//high",
];

const indented = (text: string, depth: number): string => text.replaceAll("\n", `\n${" ".repeat(depth)}`).trimEnd();

const only = (document: string): ReturnType<typeof itemsFrom>[number] => {
  const [item] = itemsFrom(document);
  if (item === undefined) throw new Error("no object");
  return item;
};

const keysOf = (document: string): string[] => {
  const { id, object } = only(document);
  return referencesOf(id, object.object).map(formatKey).sort();
};

test.each([
  ["v1", "Pod", `spec:${indented(POD, 2)}\n`],
  ["v1", "ReplicationController", `spec: \n  template:\n    spec:${indented(POD, 6)}\n`],
  ["apps/v1", "Deployment", `spec: \n  template:\n    spec:${indented(POD, 6)}\n`],
  ["apps/v1", "DaemonSet", `spec: \n  template:\n    spec:${indented(POD, 6)}\n`],
  ["apps/v1", "ReplicaSet", `spec: \n  template:\n    spec:${indented(POD, 6)}\n`],
  ["batch/v1", "Job", `spec: \n  template:\n    spec:${indented(POD, 6)}\n`],
  ["batch/v1", "CronJob", `spec: \n  jobTemplate:\n    spec:\n      template:\n        spec:${indented(POD, 10)}\n`],
  ["argoproj.io/v1alpha1", "Rollout", `spec: \n  template:\n    spec:${indented(POD, 6)}\n`],
])("a %s %s needs everything that its pods name", (apiVersion, kind, rest) => {
  expect(keysOf(bare(apiVersion, kind, "web", rest))).toEqual(POD_NEEDS);
});

test.each<[string, string, string, string[]]>([
  ["apps/v1", "StatefulSet", "spec: {serviceName: db, volumeClaimTemplates: [{spec: {storageClassName: fast}}]}\n", ["/Service/shop/db", "storage.k8s.io/StorageClass//fast"]],
  ["v1", "PersistentVolumeClaim", "spec: {storageClassName: fast, volumeName: pv1, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: s}}\n", ["/PersistentVolume//pv1", "snapshot.storage.k8s.io/VolumeSnapshot/shop/s", "storage.k8s.io/StorageClass//fast"]],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef: {kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: ci, namespace: tools}, {kind: User, name: eve}]\n", ["/ServiceAccount/tools/ci", "rbac.authorization.k8s.io/ClusterRole//view"]],
  ["autoscaling/v2", "HorizontalPodAutoscaler", "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}}\n", ["apps/StatefulSet/shop/db"]],
  ["keda.sh/v1alpha1", "ScaledObject", "spec: {scaleTargetRef: {name: web}}\n", ["apps/Deployment/shop/web"]],
  ["networking.k8s.io/v1", "Ingress", "spec: {ingressClassName: nginx, tls: [{secretName: tls}], rules: [{http: {paths: [{backend: {service: {name: web}}}]}}]}\n", ["/Secret/shop/tls", "/Service/shop/web", "networking.k8s.io/IngressClass//nginx"]],
  ["v1", "ConfigMap", "data: {serviceAccountName: web}\n", []],
  ["apps/v1", "Deployment", "spec: {template: {spec: {containers: [1, null, {env: 7, envFrom: [x]}], volumes: {}, serviceAccountName: [a]}}}\n", []],
])("a %s %s needs what it names", (apiVersion, kind, rest, expected) => {
  expect(keysOf(bare(apiVersion, kind, "x", rest))).toEqual(expected);
});

test("a binding tells the accounts that it gives rights to", () => {
  const { id, object } = only(bare("rbac.authorization.k8s.io/v1", "RoleBinding", "x", "subjects: [{kind: ServiceAccount, name: a}, {kind: ServiceAccount, name: b, namespace: tools}, {kind: Group, name: c}]\n"));
  expect(boundAccounts(id, object.object)).toEqual(["shop/a", "tools/b"]);
});

test.each([["Role", "rbac.authorization.k8s.io/Role/shop/view"], ["ClusterRole", "rbac.authorization.k8s.io/ClusterRole//view"]])("a binding tells the %s that it gives", (kind, expected) => {
  const { id, object } = only(bare("rbac.authorization.k8s.io/v1", "RoleBinding", "x", `roleRef: {kind: ${kind}, name: view}\n`));
  expect([boundRole(id, object.object)].map((role) => role && formatKey(role))).toEqual([expected]);
});

test("a webhook configuration tells the Services that are called, and none for a URL", () => {
  const { id, object } = only(bare("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "x", "webhooks: [{clientConfig: {service: {namespace: shop, name: hook}}}, {clientConfig: {url: https://example.com}}]\n"));
  expect(calledServices(id, object.object).map(formatKey)).toEqual(["/Service/shop/hook"]);
});
