import type { KubeObject } from "../../object/kube-object.ts";
import { binding, role } from "./rbac.ts";
import type { PolicyRule } from "./rbac.ts";

/** An account of a namespace that Applications there are applied as. */
export interface Tenant {
  readonly namespace: string;
  readonly account: string;
}

/** What the names of a tenant's Role and RoleBinding begin with. */
export const TENANT_PREFIX = "driftless-as-";

/** Last good content of the Applications here. Names cannot be told beforehand; which Secrets these are is held to by secret-fence.ts. */
const lastGoodRule: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: ["create", "patch", "delete"] };

/**
 * Lets the operator act as one account of one namespace, and as nobody else, and keep its own records there: a Role,
 * not a ClusterRole, for that would be every account of the cluster. What the account itself may do is decided by
 * whoever owns the namespace.
 */
export function tenantManifests(tenant: Tenant & { readonly operatorNamespace: string }): readonly KubeObject[] {
  const { namespace, account, operatorNamespace } = tenant;
  const name = `${TENANT_PREFIX}${account}`;
  return [
    role(name, namespace, [{ apiGroups: [""], resources: ["serviceaccounts"], resourceNames: [account], verbs: ["impersonate"] }, lastGoodRule]),
    binding({ kind: "Role", name, namespace, subject: operatorNamespace }),
  ];
}

/** `shop:deployer` → namespace and account, or what is wrong with it. */
export function parseTenant(text: string): Tenant | string {
  const match = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?):([a-z0-9]([-.a-z0-9]{0,239}[a-z0-9])?)$/.exec(text);
  const [, namespace, , account] = match ?? [];
  if (namespace === undefined || account === undefined) return `"${text}" is not namespace:account, such as shop:deployer`;
  return { namespace, account };
}
