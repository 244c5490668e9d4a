import type { KubeObject } from "../../object/kube-object.ts";
import { API_VERSION } from "../../api/group.ts";
import type { Cluster } from "./environment.ts";
import { ensureNamespace } from "./environment.ts";
import type { StoryRepo } from "./repository.ts";

/** What is declared to Driftless: who may do what, where the content is, what is to be live. */
export interface Declaration {
  readonly namespace: string;
  readonly name: string;
  readonly account: string;
  readonly path: string;
  readonly repo: StoryRepo;
  /** The token of the webhook; undefined: the source is polled only. */
  readonly webhookToken?: string;
  /** What the account may do: everything in its namespace, or in the whole (throwaway) cluster. */
  readonly rights: "Namespace" | "Cluster";
  /** A group of people who may do all in the namespace, too; default none. */
  readonly team?: string | undefined;
}

/** Applies a declaration as the administrator, the way a platform team would. */
export async function declare(cluster: Cluster, declaration: Declaration): Promise<void> {
  await ensureNamespace(cluster, declaration.namespace);
  for (const object of [...accountObjects(declaration), ...driftlessObjects(declaration)]) {
    await cluster.client.apply(object, { fieldManager: "driftless-up", force: true });
  }
}

function accountObjects({ namespace, account, rights, team }: Declaration): KubeObject[] {
  const cluster = rights === "Cluster";
  return [
    ...(team === undefined ? [] : [teamBinding(namespace, team)]),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: cluster ? "ClusterRoleBinding" : "RoleBinding",
      metadata: { name: account, ...(cluster ? {} : { namespace }) },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: cluster ? "cluster-admin" : "admin" },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    },
  ];
}

const teamBinding = (namespace: string, team: string): KubeObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: team, namespace },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: team }],
});

function driftlessObjects({ namespace, name, account, path, repo, webhookToken }: Declaration): KubeObject[] {
  const hook = `${name}-webhook`;
  const told = webhookToken !== undefined;
  return [
    ...(told ? [{ apiVersion: "v1", kind: "Secret", metadata: { name: hook, namespace }, stringData: { token: webhookToken } }] : []),
    {
      apiVersion: API_VERSION,
      kind: "GitSource",
      metadata: { name, namespace },
      spec: {
        url: repo.url,
        interval: told ? "1h" : "5s",
        ...(repo.branch === undefined ? {} : { ref: { branch: repo.branch } }),
        ...(told ? { webhook: { secretRef: { name: hook } } } : {}),
      },
    },
    {
      apiVersion: API_VERSION,
      kind: "Application",
      metadata: { name, namespace },
      spec: { sourceRef: { kind: "GitSource", name }, path, serviceAccountName: account },
    },
  ];
}
