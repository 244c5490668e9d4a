/** The kinds that the cluster serves: its own, and those of established definitions. */
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { apiVersionOf, asJson } from "../../../src/object/kube-object.ts";
import type { ResourceKind } from "../../../src/ports.ts";
import { listAt, objectAt, textAt } from "./plain.ts";
import { builtInShape, customShape } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** A kind with all that a write of it needs. */
export interface ServedKind {
  readonly resource: ResourceKind;
  readonly shape: Shape;
  /** Written by spec changes: metadata.generation counts them. */
  readonly counted: boolean;
  /** Schema and storage version of a custom resource. */
  readonly custom: { readonly schema: JsonObject; readonly definition: string } | undefined;
}

const VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"];

/** `apiVersion kind plural [cluster] [status] [scale] [counted]` */
const BUILT_IN = `
v1 Namespace namespaces cluster status
v1 ConfigMap configmaps
v1 Secret secrets
v1 Service services status
v1 ServiceAccount serviceaccounts
v1 PersistentVolumeClaim persistentvolumeclaims status
v1 PersistentVolume persistentvolumes cluster status
v1 Pod pods status
apps/v1 Deployment deployments status scale counted
apps/v1 StatefulSet statefulsets status scale counted
apps/v1 ReplicaSet replicasets status scale counted
apps/v1 DaemonSet daemonsets status counted
batch/v1 Job jobs status counted
batch/v1 CronJob cronjobs status counted
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers status
policy/v1 PodDisruptionBudget poddisruptionbudgets status counted
networking.k8s.io/v1 Ingress ingresses status counted
networking.k8s.io/v1 NetworkPolicy networkpolicies counted
discovery.k8s.io/v1 EndpointSlice endpointslices counted
rbac.authorization.k8s.io/v1 Role roles
rbac.authorization.k8s.io/v1 RoleBinding rolebindings
rbac.authorization.k8s.io/v1 ClusterRole clusterroles cluster
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings cluster
coordination.k8s.io/v1 Lease leases
events.k8s.io/v1 Event events
storage.k8s.io/v1 StorageClass storageclasses cluster
apiextensions.k8s.io/v1 CustomResourceDefinition customresourcedefinitions cluster status counted
`;

function builtInKinds(): ServedKind[] {
  return BUILT_IN.trim().split("\n").map((line) => {
    const [apiVersion = "", kind = "", plural = "", ...flags] = line.split(" ");
    const [version = "", group = ""] = apiVersion.split("/").toReversed();
    const subresources = ["status", "scale"].filter((name) => flags.includes(name));
    const resource: ResourceKind = { group, version, kind, plural, namespaced: !flags.includes("cluster"), verbs: VERBS, subresources };
    return { resource, shape: builtInShape(apiVersion, kind), counted: flags.includes("counted"), custom: undefined };
  });
}

/** Looks kinds up; definitions add to them and take away. */
export class Kinds {
  readonly #kinds = new Map<string, ServedKind>();

  constructor() {
    for (const kind of builtInKinds()) this.#kinds.set(nameOf(kind.resource), kind);
  }

  /** The kind in exactly this version. */
  of(apiVersion: string, kind: string): ServedKind | undefined {
    return this.#kinds.get(`${apiVersion} ${kind}`);
  }

  /** The kind in the version that its group prefers. */
  preferred(group: string, kind: string): ServedKind | undefined {
    return this.all().filter(({ resource }) => resource.group === group && resource.kind === kind).sort(byPriority)[0];
  }

  /** True when the group serves this resource in this version. */
  serves({ group, version, plural }: ResourceKind): boolean {
    return this.all().some(({ resource }) => resource.group === group && resource.version === version && resource.plural === plural);
  }

  all(): ServedKind[] {
    return [...this.#kinds.values()];
  }

  /** Serves what an established definition defines; an older state of it is forgotten. */
  define(definition: KubeObject): void {
    this.forget(definition.metadata.name);
    for (const kind of definedBy(definition)) this.#kinds.set(nameOf(kind.resource), kind);
  }

  /** The definition is gone. */
  forget(definition: string): void {
    for (const [name, { custom }] of this.#kinds) if (custom?.definition === definition) this.#kinds.delete(name);
  }
}

const nameOf = ({ group, version, kind }: ResourceKind): string => `${apiVersionOf(group, version)} ${kind}`;

/** GA before beta before alpha, then the higher number (version priority of custom resources). */
function byPriority(left: ServedKind, right: ServedKind): number {
  const rank = ({ resource }: ServedKind): number[] => {
    const [, major = "0", level, minor = "0"] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(resource.version) ?? [];
    return [level === undefined ? 2 : level === "beta" ? 1 : 0, Number(major), Number(minor)];
  };
  const [one, other] = [rank(left), rank(right)];
  return [0, 1, 2].map((index) => (other[index] ?? 0) - (one[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function definedBy(definition: KubeObject): ServedKind[] {
  const spec = objectAt(asJson(definition), "spec");
  const [group, kind, plural] = [textAt(spec, "group") ?? "", textAt(spec, "names", "kind") ?? "", textAt(spec, "names", "plural") ?? ""];
  return listAt(spec, "versions").map((version) => objectAt(version)).filter((version) => version["served"] === true).map((version) => {
    const schema = objectAt(version, "schema", "openAPIV3Schema");
    const subresources = Object.keys(objectAt(version, "subresources"));
    const resource: ResourceKind = { group, version: textAt(version, "name") ?? "", kind, plural, namespaced: spec["scope"] === "Namespaced", verbs: VERBS, subresources };
    return { resource, shape: customShape(schema), counted: true, custom: { schema, definition: definition.metadata.name } };
  });
}
