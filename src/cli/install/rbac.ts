/**
 * What the operator may do by itself. It writes nothing of what it deploys: every such write is impersonated as an
 * account of the Application's namespace, and for that each tenant namespace has a Role of its own (tenant.ts).
 *
 * Reading is wide because RBAC cannot restrict a watch to labelled objects. It is `list` and `watch` only: `get` on
 * every resource would include the subresources pods/exec, nodes/proxy and their like, through which reading becomes
 * running commands. One object is read as a list with the field selector metadata.name, which a rule with
 * resourceNames allows too.
 * To narrow it: replace the rule with "*" by the groups and resources that your Applications contain; what the
 * operator needs for itself is granted by the other rules. What then
 * cannot be watched is checked at spec.sync.resyncInterval and said in the condition DriftWatch.
 */
import { GROUP } from "../../api/group.ts";
import { kindDefinitions } from "../../api/kinds.ts";
import type { Json } from "../../object/json.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import { manifest, OPERATOR_NAME } from "./names.ts";
import { secretFence } from "./secret-fence.ts";

/** The ClusterRole, and in its own namespace the Role, of every operator. */
export const OPERATOR_ROLE = "driftless-operator";

/** One rule of a Role or ClusterRole. */
export type PolicyRule = Readonly<Record<"apiGroups" | "resources" | "verbs", readonly string[]>> & { readonly resourceNames?: readonly string[] };

const plurals = kindDefinitions.map(({ plural }) => plural);

const operatorRules: readonly PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["secrets", "namespaces"], verbs: ["get", "list"] }, // credentials of sources; whether a namespace is going
  { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["get", "list"] }, // whether our own kinds are going
  { apiGroups: [GROUP], resources: plurals, verbs: ["get", "list", "watch", "update", "patch"] },
  { apiGroups: [GROUP], resources: ["releases", "driftreports"], verbs: ["create"] },
  { apiGroups: [GROUP], resources: ["releases"], verbs: ["delete"] }, // beyond historyLimit
  { apiGroups: [GROUP], resources: plurals.flatMap((plural) => [`${plural}/status`, `${plural}/finalizers`]), verbs: ["get", "update", "patch"] },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
];

const ownNamespaceRules: readonly PolicyRule[] = [
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "get", "list", "patch", "delete"] }, // the installation's id; what Notifiers show where
  { apiGroups: [""], resources: ["secrets"], verbs: ["create"] }, // the installation's key, once
];

/** ServiceAccount, roles and bindings of the operator in its namespace, and what users get through Kubernetes' own roles. */
export function rbacManifests(namespace: string): readonly KubeObject[] {
  return [
    ...secretFence(namespace),
    manifest("v1", "ServiceAccount", OPERATOR_NAME, namespace, {}),
    clusterRole(OPERATOR_ROLE, operatorRules),
    binding({ kind: "ClusterRole", name: OPERATOR_ROLE, subject: namespace, bindingName: `${OPERATOR_ROLE}:${namespace}` }), // two installations do not take it from each other
    role(OPERATOR_ROLE, namespace, ownNamespaceRules),
    binding({ kind: "Role", name: OPERATOR_ROLE, namespace, subject: namespace }),
    clusterRole("driftless-view", [{ apiGroups: [GROUP], resources: plurals, verbs: ["get", "list", "watch"] }], ["view", "edit", "admin"]),
    clusterRole("driftless-edit", [editRule()], ["edit", "admin"]),
    clusterRole("driftless-approve", [{ apiGroups: [GROUP], resources: ["releases"], verbs: ["get", "list", "watch", "update", "patch"] }], ["edit", "admin"]),
  ];
}

/** A Role of the rbac API. */
export function role(name: string, namespace: string, rules: readonly PolicyRule[]): KubeObject {
  return manifest("rbac.authorization.k8s.io/v1", "Role", name, namespace, { rules: rules.map((rule): Json => ({ ...rule })) });
}

/** Which role is bound to the operator's account in the namespace `subject`; the binding is called as the role, save told otherwise. */
interface BindingOptions {
  readonly kind: "Role" | "ClusterRole";
  readonly name: string;
  readonly namespace?: string;
  readonly subject: string;
  readonly bindingName?: string;
}

/** A binding of the rbac API; without a namespace it holds in all of them. */
export function binding({ kind, name, namespace, subject, bindingName = name }: BindingOptions): KubeObject {
  return manifest("rbac.authorization.k8s.io/v1", namespace === undefined ? "ClusterRoleBinding" : "RoleBinding", bindingName, namespace, {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
    subjects: [{ kind: "ServiceAccount", name: OPERATOR_NAME, namespace: subject }],
  });
}

/** A ClusterRole; `aggregateTo`: Kubernetes' own roles that it widens. */
function clusterRole(name: string, rules: readonly PolicyRule[], aggregateTo: readonly string[] = []): KubeObject {
  const base = manifest("rbac.authorization.k8s.io/v1", "ClusterRole", name, undefined, { rules: rules.map((rule): Json => ({ ...rule })) });
  const labels = Object.fromEntries(aggregateTo.map((target) => [`rbac.authorization.k8s.io/aggregate-to-${target}`, "true"]));
  return { ...base, metadata: { ...base.metadata, labels: { ...base.metadata.labels, ...labels } } };
}

/** People write what they own. A DriftReport is the operator's, and so is a Release but for its approval, which is a right of its own. */
function editRule(): PolicyRule {
  const written = plurals.filter((plural) => plural !== "driftreports" && plural !== "releases");
  return { apiGroups: [GROUP], resources: written, verbs: ["create", "update", "patch", "delete", "deletecollection"] };
}
