import type { KubeObject } from "./kube-object.ts";
import { groupOf } from "./kube-object.ts";

/** What an object is called, whatever version it is written in. Cluster-scoped: namespace is "". */
export interface ObjectId {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `group/kind/namespace/name`: the one text form of an ObjectId, used as map key and in the origin annotation. */
export type ObjectKey = string & { readonly brand: "ObjectKey" };

/** The id of an object as it is written (the namespace it names, or none). */
export function idOf(object: KubeObject): ObjectId {
  return {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
  };
}

/** `apps/Deployment/shop/cart`; `/Namespace//shop` for a cluster-scoped object of the core group. */
export function formatKey(id: ObjectId): ObjectKey {
  return `${id.group}/${id.kind}/${id.namespace}/${id.name}` as ObjectKey;
}

/** The key of an object as it is written. */
export function keyOf(object: KubeObject): ObjectKey {
  return formatKey(idOf(object));
}

/** The reverse of formatKey, or undefined where the text is not one. */
export function parseKey(text: string): ObjectId | undefined {
  const parts = text.split("/");
  const [group, kind, namespace, name] = parts;
  if (parts.length !== 4 || group === undefined || !kind || namespace === undefined || !name) return undefined;
  return { group, kind, namespace, name };
}

/** What a person reads: `Deployment shop/cart`, with the group where it is not one of Kubernetes' own. */
export function displayId(id: ObjectId): string {
  const kind = id.group.includes(".") && !id.group.endsWith(".k8s.io") ? `${id.kind}.${id.group}` : id.kind;
  return id.namespace === "" ? `${kind} ${id.name}` : `${kind} ${id.namespace}/${id.name}`;
}

/** Order for everything visible: group, kind, namespace, name by code unit. */
export function compareIds(left: ObjectId, right: ObjectId): number {
  return (
    compareText(left.group, right.group) ||
    compareText(left.kind, right.kind) ||
    compareText(left.namespace, right.namespace) ||
    compareText(left.name, right.name)
  );
}

/** The same order for anything that has an id. */
export function byId(left: { readonly id: ObjectId }, right: { readonly id: ObjectId }): number {
  return compareIds(left.id, right.id);
}

/** Code-unit order, the same on every machine and in every locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
