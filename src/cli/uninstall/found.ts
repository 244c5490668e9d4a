/** What of an installation is in a cluster. */
import type { KubeObject } from "../../object/kube-object.ts";
import type { ObjectRef, ResourceKind } from "../../ports.ts";

/** An object that is there now. */
export interface LiveObject {
  readonly ref: ObjectRef;
  readonly kind: ResourceKind;
  readonly metadata: KubeObject["metadata"];
}

/** What is left behind of an Application: how many objects carry its label, and of which kinds (`deployments.apps`). */
export interface LeftBehind {
  readonly application: string;
  readonly setId: string;
  readonly resources: readonly string[];
  readonly objects: number;
  /** Kinds that could not be looked at, each with the reason. */
  readonly unknown: readonly string[];
}

/** What was found of one installation, and of what it shares with others. */
export interface Found {
  /** The operator's namespace. */
  readonly namespace: string;
  /** What `driftless install` lists and is there, in its order: what others depend on first. */
  readonly installed: readonly LiveObject[];
  /** Roles and RoleBindings that let this operator act in namespaces of tenants. */
  readonly tenants: readonly LiveObject[];
  /** What is called as something of ours but does not carry our labels. */
  readonly unmarked: readonly LiveObject[];
  /** Namespaces of other installations, which share the definitions and the cluster roles. */
  readonly others: readonly string[];
  readonly applications: readonly LiveObject[];
  /** Objects of each kind of ours that is served. */
  readonly counts: readonly { readonly kind: string; readonly objects: number }[];
  readonly leftBehind: readonly LeftBehind[];
}

/** `Deployment driftless-system/driftless`. */
export function nameOfRef({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** `deployments.apps`, as kubectl takes it. */
export function resourceOf({ plural, group }: ResourceKind): string {
  return group === "" ? plural : `${plural}.${group}`;
}
