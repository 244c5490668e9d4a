/** Who may do what: roles and bindings of the cluster itself, or a rule of the test's own. */
import type { Account, ResourceKind } from "../../../src/ports.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { Json } from "../../../src/object/json.ts";
import { listAt, textAt } from "./plain.ts";
import type { Store } from "./store.ts";

/** One thing that somebody wants to do. */
export interface AccessRequest {
  /** Undefined: the client's own identity. */
  readonly as: Account | undefined;
  readonly verb: string;
  readonly kind: ResourceKind;
  /** Undefined: the whole cluster. */
  readonly namespace: string | undefined;
  /** Undefined: the collection. */
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** True when it is allowed. */
export type Authorizer = (request: AccessRequest) => boolean;

/** The user that an account is. */
export function userOf(as: Account | undefined): string {
  return as === undefined ? "kubernetes-admin" : `system:serviceaccount:${as.namespace}:${as.name}`;
}

/** `User "…" cannot patch resource "configmaps" in API group "" in the namespace "shop"`. */
export function refusal({ as, verb, kind, namespace, subresource }: AccessRequest): string {
  const where = kind.namespaced && namespace !== undefined ? `in the namespace "${namespace}"` : "at the cluster scope";
  const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  return `User "${userOf(as)}" cannot ${verb} resource "${resource}" in API group "${kind.group}" ${where}`;
}

const RBAC = "rbac.authorization.k8s.io";
const plural = (name: string) => ({ group: RBAC, plural: name });
const ANYTHING: readonly Json[] = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
/** The roles that every cluster has; of `admin` and `edit` only that they are bound in a namespace matters here. */
const BUILT_IN: Readonly<Record<string, readonly Json[]>> = { "cluster-admin": ANYTHING, admin: ANYTHING, edit: ANYTHING };

/** Rights as the bindings in the store give them; the client itself may do everything. */
export function rbac(store: Store): Authorizer {
  let read = new Map<string, readonly Json[]>();
  store.onChange(({ group }) => {
    if (group === RBAC) read = new Map();
  });
  return (request) => {
    const { as, namespace } = request;
    if (as === undefined) return true;
    const scope = request.kind.namespaced || request.kind.kind === "Namespace" ? (namespace ?? "") : "";
    const key = `${as.namespace}/${as.name} ${scope}`;
    let rules = read.get(key);
    if (rules === undefined) read.set(key, (rules = rulesOf(store, as, scope)));
    return rules.some((rule) => allows(rule, request));
  };
}

function rulesOf(store: Store, as: Account, namespace: string): readonly Json[] {
  const wide = store.list(plural("clusterrolebindings")).filter((binding) => binds(asJson(binding), as, ""));
  const local = namespace === "" ? [] : store.list(plural("rolebindings"), namespace).filter((binding) => binds(asJson(binding), as, namespace));
  return [...wide, ...local].flatMap((binding) => roleRules(store, asJson(binding), namespace));
}

function binds(binding: Json, as: Account, namespace: string): boolean {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${as.namespace}`, "system:authenticated"];
  return listAt(binding, "subjects").some((subject) => {
    const [kind, name = ""] = [textAt(subject, "kind"), textAt(subject, "name")];
    if (kind === "Group") return groups.includes(name);
    return kind === "ServiceAccount" ? name === as.name && (textAt(subject, "namespace") ?? namespace) === as.namespace : name === userOf(as);
  });
}

function roleRules(store: Store, binding: Json, namespace: string): readonly Json[] {
  const name = textAt(binding, "roleRef", "name") ?? "";
  const isCluster = textAt(binding, "roleRef", "kind") === "ClusterRole";
  const role = store.get(plural(isCluster ? "clusterroles" : "roles"), isCluster ? "" : namespace, name);
  if (role !== undefined) return listAt(asJson(role), "rules");
  return isCluster ? (BUILT_IN[name] ?? []) : [];
}

function allows(rule: Json, { verb, kind, name, subresource }: AccessRequest): boolean {
  const has = (list: string, wanted: string): boolean => listAt(rule, list).includes(wanted) || listAt(rule, list).includes("*");
  const names = listAt(rule, "resourceNames");
  const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  return has("verbs", verb) && has("apiGroups", kind.group) && has("resources", resource) && (names.length === 0 || (name !== undefined && names.includes(name)));
}
