import type { JsonObject } from "../../src/object/json.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";

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
