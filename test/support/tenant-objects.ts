import type { ApplicationSpec } from "../../src/api/application.ts";
import type { GitSourceSpec } from "../../src/api/git-source.ts";
import { API_VERSION } from "../../src/api/group.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { FileChange } from "../../src/sandbox/git-repo.ts";

/** Files of a commit: text, or objects that are written as a manifest each. */
export type Files = Readonly<Record<string, FileChange | KubeObject>>;

/** Name of a tenant's source and Application. */
export const NAME = "app";
/** The account that a tenant's Application writes as. */
export const ACCOUNT = "deployer";

/** The account, with this ClusterRole in its namespace, or in the whole cluster. */
export function accountObjects(namespace: string, role: "admin" | "edit" | "cluster-admin"): KubeObject[] {
  const wide = role === "cluster-admin";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: ACCOUNT, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: wide ? "ClusterRoleBinding" : "RoleBinding",
      metadata: wide ? { name: `${namespace}-${ACCOUNT}` } : { name: ACCOUNT, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace }],
    },
  ];
}

/** Source and Application with what differs from the usual spec. */
export function driftlessObjects(namespace: string, url: string, { source, app }: { readonly source?: Partial<GitSourceSpec>; readonly app?: Partial<ApplicationSpec> }): KubeObject[] {
  const metadata = { name: NAME, namespace };
  return [
    { apiVersion: API_VERSION, kind: "GitSource", metadata, spec: { url, interval: "1h", ...source } },
    { apiVersion: API_VERSION, kind: "Application", metadata, spec: { sourceRef: { kind: "GitSource", name: NAME }, serviceAccountName: ACCOUNT, ...app } },
  ];
}

const isObject = (file: FileChange | KubeObject): file is KubeObject => file !== null && typeof file === "object" && "apiVersion" in file;

/** What Git is given for the files. */
export function asContent(files: Files): Record<string, FileChange> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path, isObject(file) ? `${JSON.stringify(file, undefined, 2)}\n` : file]));
}
