import { API_VERSION } from "../../api/group.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import { DEFAULT_NAMESPACE } from "./names.ts";
import { tenantManifests } from "./tenant.ts";

const namespace = "shop";
const account = "shop-deployer";

/** File name → objects of a first Application: its tenant (namespace, account and rights), its source, itself. */
export function samples(): ReadonlyMap<string, readonly KubeObject[]> {
  return new Map([
    ["tenant.yaml", tenant()],
    ["gitsource.yaml", [gitSource()]],
    ["application.yaml", [application()]],
  ]);
}

function tenant(): readonly KubeObject[] {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: account, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
    ...tenantManifests({ namespace, account, operatorNamespace: DEFAULT_NAMESPACE }),
  ];
}

function gitSource(): KubeObject {
  const spec = { url: "https://git.example.com/shop.git", ref: { branch: "main" }, interval: "1m" };
  return { apiVersion: API_VERSION, kind: "GitSource", metadata: { name: "shop", namespace }, spec };
}

function application(): KubeObject {
  const spec = { sourceRef: { kind: "GitSource", name: "shop" }, path: "overlays/prod", serviceAccountName: account, sync: { prune: true } };
  return { apiVersion: API_VERSION, kind: "Application", metadata: { name: "shop", namespace }, spec };
}
