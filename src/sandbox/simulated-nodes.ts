import type { ApiRequester } from "./api-request.ts";
import { pollUntil } from "./poll.ts";
import { KUBERNETES_VERSION } from "./versions.ts";

const CAPACITY = { cpu: "1000", memory: "4Ti", "ephemeral-storage": "10Ti", pods: "100000" };

const NODE_INFO = {
  kubeletVersion: KUBERNETES_VERSION,
  kubeProxyVersion: "",
  containerRuntimeVersion: "kwok://simulated",
  osImage: "simulated",
  kernelVersion: "",
  operatingSystem: "linux",
  architecture: "amd64",
  machineID: "",
  systemUUID: "",
  bootID: "",
};

/** Creates Nodes for KWOK to play and the default StorageClass whose volumes it makes. */
export async function createSimulatedNodes(api: ApiRequester, count: number): Promise<void> {
  const nodes = Array.from({ length: count }, (_, index) => create(api, "/api/v1/nodes", nodeObject(`node-${index + 1}`)));
  await Promise.all([...nodes, create(api, "/apis/storage.k8s.io/v1/storageclasses", STORAGE_CLASS)]);
}

/** Resolves when every Node takes Pods and the controllers have made the first ServiceAccount, so that Pods are let in. */
export async function nodesTakePods(api: ApiRequester, deadlineMs: number, signal: AbortSignal): Promise<void> {
  const nodesReady = async (): Promise<boolean> => {
    const { status, text } = await api.send("GET", "/api/v1/nodes");
    return status === 200 && readyAndUntainted(JSON.parse(text));
  };
  const accountExists = async (): Promise<boolean> =>
    (await api.send("GET", "/api/v1/namespaces/default/serviceaccounts/default")).status === 200;
  await pollUntil({ what: "the simulated Nodes take Pods", deadlineMs, probe: nodesReady, signal });
  await pollUntil({ what: "the default ServiceAccount exists", deadlineMs, probe: accountExists, signal });
}

interface NodeList {
  readonly items: readonly {
    readonly spec: { readonly taints?: readonly unknown[] };
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

function readyAndUntainted(list: NodeList): boolean {
  return list.items.every(
    ({ spec, status }) =>
      (spec.taints ?? []).length === 0 &&
      (status.conditions ?? []).some((condition) => condition.type === "Ready" && condition.status === "True"),
  );
}

async function create(api: ApiRequester, path: string, body: unknown): Promise<void> {
  const { status, text } = await api.send("POST", path, body);
  if (status !== 201 && status !== 409) throw new Error(`POST ${path}: ${status} ${text}`);
}

function nodeObject(name: string): object {
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "topology.kubernetes.io/zone": "sandbox",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    status: { capacity: CAPACITY, allocatable: CAPACITY, nodeInfo: NODE_INFO },
  };
}

const STORAGE_CLASS = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "sandbox.driftless.dev/volume",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};
