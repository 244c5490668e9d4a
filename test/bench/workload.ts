import type { KubeObject } from "../../src/object/kube-object.ts";
import { asJson } from "../../src/object/kube-object.ts";
import { valueAt } from "../../src/object/json.ts";

/** A Deployment to be played by simulated nodes. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  /** A change of it rolls the Pods. */
  readonly value: string;
  /** What the simulated nodes do with its Pods: see src/sandbox/controlplane/stages.yaml. Default: ready at once. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const VALUE = "bench.driftless.dev/value";

/** Its manifest. JSON is YAML. */
export function deploymentText({ namespace, name, value, annotations = {} }: Workload): string {
  const labels = { app: name };
  const template = { metadata: { labels, annotations: { ...annotations, [VALUE]: value } }, spec: { containers: [{ name: "main", image: "registry.example.com/main:1" }] } };
  return `${JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace, labels }, spec: { replicas: 1, selector: { matchLabels: labels }, template } }, undefined, 2)}\n`;
}

/** The value that the Pod template of a live Deployment carries. */
export function templateValue(live: KubeObject | undefined): unknown {
  return live === undefined ? undefined : valueAt(asJson(live), ["spec", "template", "metadata", "annotations", VALUE]);
}

/** True when the controllers have brought this value's Pods up, and no others are left. */
export function isRolledOut(live: KubeObject | undefined, value: string): boolean {
  if (live === undefined || templateValue(live) !== value) return false;
  const status = (name: string): unknown => valueAt(asJson(live), ["status", name]);
  return status("observedGeneration") === live.metadata.generation && ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"].every((name) => status(name) === 1);
}
