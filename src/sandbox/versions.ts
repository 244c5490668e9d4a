/** The Kubernetes release that the embedded control plane is; `controlplane/go.mod` names the same one. */
export const KUBERNETES_VERSION = "v1.36.3";

/** A program of somebody else's that is built from its published Go module when it is first asked for. */
export interface GoTool {
  readonly module: string;
  readonly version: string;
  /** `-X` values, for programs whose release build writes the version in at link time. */
  readonly linkValues?: Readonly<Record<string, string>>;
}

/** Programs beside the control plane: kwok runs with it, helm and kustomize are references for tests and benchmarks. */
export const TOOLS = {
  kwok: { module: "sigs.k8s.io/kwok/cmd/kwok", version: "v0.8.0" },
  helm: {
    module: "helm.sh/helm/v4/cmd/helm",
    version: "v4.3.1",
    linkValues: { "helm.sh/helm/v4/internal/version.version": "v4.3.1" },
  },
  kustomize: { module: "sigs.k8s.io/kustomize/kustomize/v5", version: "v5.8.1" },
} as const satisfies Readonly<Record<string, GoTool>>;

/** Name of a program of `TOOLS`. */
export type ToolName = keyof typeof TOOLS;

/** The parts of Kubernetes and etcd that one Go program holds; each is a link to it, called by its own name. */
export const COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] as const;

/** One part of the embedded control plane. */
export type ComponentName = (typeof COMPONENTS)[number];

/** Link-time values with which `kubectl version` and the API server's `/version` name the release they were built from. */
export function kubernetesLinkValues(): Record<string, string> {
  const [major = "", minor = ""] = KUBERNETES_VERSION.slice(1).split(".");
  const values = { gitVersion: KUBERNETES_VERSION, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  return Object.fromEntries(packages.flatMap((name) => Object.entries(values).map(([key, value]) => [`${name}.${key}`, value])));
}
