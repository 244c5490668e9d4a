import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { CANARY } from "./status-linter.ts";

/** A ConfigMap without a namespace, as people write it. */
export const configMap = (name: string, data: Readonly<Record<string, string>> = { value: "one" }): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });

/** A Deployment of one container `main`; further fields of the container as given. */
export function deployment(name: string, replicas = 1, container: JsonObject = {}): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "registry.example.com/main:1", ...container }] } },
    },
  };
}

/** A Service in front of the Deployment of the same name. */
export const service = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] } });

/** The same workload, whose Pods the simulated nodes treat as these annotations say: `ready-after`, `outcome` and others. */
export function withPods(workload: KubeObject, treatment: Readonly<Record<string, string>>): KubeObject {
  const spec = workload["spec"] as JsonObject; // a workload of the functions above
  const template = spec["template"] as JsonObject;
  const annotations = Object.fromEntries(Object.entries(treatment).map(([name, value]) => [`sandbox.driftless.dev/${name}`, value]));
  return { ...workload, spec: { ...spec, template: { ...template, metadata: { ...(template["metadata"] as JsonObject), annotations } } } };
}

/** A Job of one Pod that runs once; further fields of its spec as given. */
export function job(name: string, spec: JsonObject = {}): KubeObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "registry.example.com/job:1" }] } }, ...spec },
  };
}

/** A Secret whose value is recognised wherever it should not be. */
export const secret = (name: string, value = CANARY): KubeObject => ({ apiVersion: "v1", kind: "Secret", metadata: { name }, stringData: { password: value } });
