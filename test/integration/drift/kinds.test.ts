import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareAnswer } from "../../../drift/compare-answer.ts";
import { compare } from "../../../drift/compare.ts";
import type { HttpClusterClient } from "../../../src/kube/client.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { openCluster } from "../../support/cluster.ts";
import { createNamespace, uniqueName } from "../../support/control-plane.ts";
import { Member } from "../../support/member.ts";

let cluster: HttpClusterClient;
let namespace: string;

beforeAll(async () => {
  cluster = await openCluster();
  namespace = await createNamespace("kinds");
});
afterAll(() => cluster.close());

const labels = { app: "x" };
const pod = { containers: [{ name: "a", image: "a:1" }] };
const template = { metadata: { labels }, spec: pod };

/** apiVersion, kind, content, and the paths that only the server can judge. */
const KINDS: readonly (readonly [string, string, object, readonly string[]])[] = [
  ["v1", "ConfigMap", { data: { a: "1024Mi", b: "" }, binaryData: null }, []],
  ["v1", "ConfigMap", { data: {}, immutable: true }, []],
  ["v1", "ConfigMap", { binaryData: { a: "aGVs\nbG8=\n" } }, []],
  ["v1", "Secret", { stringData: { a: "x" }, data: { b: "aGVsbG8=" }, type: "Opaque" }, []],
  ["v1", "Service", { spec: { selector: labels, ports: [{ name: "t", port: 53 }, { name: "u", port: 53, protocol: "UDP", targetPort: "dns" }] } }, []],
  ["v1", "Service", { spec: { selector: labels, type: "NodePort", ports: [{ name: "a", port: 1, targetPort: 80 }, { name: "b", port: 2 }] } }, []],
  ["v1", "Service", { spec: { clusterIP: "", selector: labels, type: "NodePort", sessionAffinity: "", ports: [{ name: "a", port: 1, nodePort: 0 }] } }, ["/spec/clusterIP", "/spec/ports[port=1,protocol=TCP]/nodePort", "/spec/sessionAffinity"]],
  ["v1", "ServiceAccount", { automountServiceAccountToken: false, imagePullSecrets: [{ name: "pull" }] }, []],
  ["v1", "PersistentVolumeClaim", { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } } }, []],
  ["v1", "LimitRange", { spec: { limits: [{ type: "Container", default: { cpu: "1000m" }, defaultRequest: { cpu: 0.1 } }] } }, []],
  ["v1", "ResourceQuota", { spec: { hard: { "requests.cpu": "4000m", pods: 10 } } }, []],
  ["apps/v1", "StatefulSet", { spec: { serviceName: "x", selector: { matchLabels: labels }, template, volumeClaimTemplates: [{ metadata: { name: "d" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }] } }, []],
  ["apps/v1", "Deployment", { spec: { replicas: null, strategy: {}, selector: { matchLabels: labels }, template: { metadata: { labels, annotations: {} }, spec: { ...pod, volumes: null, securityContext: {}, initContainers: [] } } } }, ["/spec/replicas", "/spec/strategy"]],
  ["apps/v1", "DaemonSet", { spec: { selector: { matchLabels: labels }, template, updateStrategy: { rollingUpdate: { maxUnavailable: "10%" } } } }, []],
  ["batch/v1", "Job", { spec: { suspend: true, template: { spec: { ...pod, restartPolicy: "Never" } } } }, []],
  ["batch/v1", "CronJob", { spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: "Never" } } } } } }, []],
  ["autoscaling/v2", "HorizontalPodAutoscaler", { spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" }, maxReplicas: 3, metrics: [{ type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "1024Mi" } } }] } }, []],
  ["policy/v1", "PodDisruptionBudget", { spec: { minAvailable: "50%", selector: { matchLabels: labels } } }, []],
  ["networking.k8s.io/v1", "Ingress", { spec: { rules: [{ host: "a.example", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "x", port: { number: 80 } } } }] } }] } }, []],
  ["networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } }, []],
  ["rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }, []],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "x" }, subjects: [{ kind: "User", name: "u" }, { kind: "ServiceAccount", name: "default", namespace: "default" }] }, []],
];

function objectOf(apiVersion: string, kind: string, content: object): KubeObject {
  return { apiVersion, kind, metadata: { name: uniqueName("x"), namespace, labels: { part: "kinds" } }, ...content };
}

describe("an object just applied is found equal, or left to the server's judgement:", () => {
  test.each(KINDS.map((row, index) => [`${row[1]} ${index}`, row] as const))("%s", async (_, [apiVersion, kind, content, undecided]) => {
    const member = new Member(cluster, objectOf(apiVersion, kind, content));
    await member.apply();
    const { live, answer } = await member.dryRun();
    expect(compare(member.desired, live)).toEqual({ differences: [], released: [], unowned: [], undecided });
    expect(compareAnswer(answer, live)).toEqual({ differences: [], released: [], unowned: [], undecided: [] });
    expect((await member.look()).differences).toEqual([]);
  });
});

test("a field dropped from Git is told as released, and is not drift", async () => {
  const member = new Member(cluster, objectOf("v1", "ConfigMap", { data: { a: "1", b: "2" } }));
  await member.apply();
  const next = { ...member.desired, data: { a: "1" } };
  const { live, answer } = await member.dryRun(next);
  expect(compare(next, live)).toMatchObject({ differences: [], released: ["/data/b"] });
  expect(compareAnswer(answer, live)).toMatchObject({ differences: [], released: ["/data/b"] });
});

test("what a new commit changes is told apart from drift", async () => {
  const member = new Member(cluster, objectOf("v1", "ConfigMap", { data: { a: "1", b: "2" } }));
  await member.apply();
  const next = { ...member.desired, data: { a: "one", b: "2" } };
  const { live, answer } = await member.dryRun(next);
  const expected = [{ class: "Modified", pointer: "/data/a", desired: "one", live: "1", owned: true }];
  expect(compare(next, live).differences).toMatchObject(expected);
  expect(compareAnswer(answer, live).differences).toMatchObject(expected);
});
