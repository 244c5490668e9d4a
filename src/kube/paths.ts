/** Kind and name → the path under which the API server serves it. Does not contact the cluster. */
import { KubeApiError } from "../errors.ts";
import type { ResourceKind } from "../ports.ts";

/** What a path is built from; a namespace given for a cluster-scoped kind does not count. */
export interface PathTarget {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** `/apis/apps/v1/namespaces/shop/deployments`; without a namespace the collection across all of them. */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = kind.namespaced && namespace !== undefined && namespace !== "" ? `/namespaces/${segment(namespace)}` : "";
  return `${root}${scope}/${kind.plural}`;
}

/** The path of one object. Throws KubeApiError (status 0, `BadRequest`) for a namespaced kind without a namespace. */
export function objectPath(kind: ResourceKind, target: PathTarget): string {
  requireNamespace(kind, target);
  const sub = target.subresource === undefined ? "" : `/${segment(target.subresource)}`;
  return `${collectionPath(kind, target.namespace)}/${segment(target.name ?? "")}${sub}`;
}

/** Throws KubeApiError (status 0, `BadRequest`) where the kind needs a namespace and none is given. */
export function requireNamespace(kind: ResourceKind, target: PathTarget): void {
  if (!kind.namespaced || (target.namespace !== undefined && target.namespace !== "")) return;
  throw new KubeApiError(0, "BadRequest", `${kind.kind} ${target.name ?? ""} names no namespace: give metadata.namespace`);
}

/** `?a=1&b=2` of the parameters that are set, in the order given; "" when none is. */
export function queryString(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The field selector for objects of one name, whatever characters are in it; undefined where any name will do. */
export function nameSelector(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `metadata.name=${name.replaceAll(/[\\,=]/g, String.raw`\$&`)}`;
}

/** Names come from fetched content: one path segment, never a step up or an empty one. */
function segment(name: string): string {
  if (name === "" || name === "." || name === "..") {
    throw new KubeApiError(0, "BadRequest", `"${name}" is no name of an object: use lower case letters, digits and '-'`);
  }
  return encodeURIComponent(name);
}
