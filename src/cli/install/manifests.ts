import { crds } from "../../api/crd.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import { namespaceManifests, workloadManifests } from "./deployment.ts";
import type { WorkloadOptions } from "./deployment.ts";
import { rbacManifests } from "./rbac.ts";
import { tenantManifests } from "./tenant.ts";
import type { Tenant } from "./tenant.ts";

/** What to install: where, from which image, and on whose behalf it may act. */
export interface InstallOptions extends WorkloadOptions {
  readonly tenants: readonly Tenant[];
}

/** Everything that a cluster needs to run Driftless, in an order in which `kubectl apply` succeeds at the first go. */
export function installManifests(options: InstallOptions): readonly KubeObject[] {
  const { namespace, tenants } = options;
  return [
    ...namespaceManifests(namespace),
    ...crds(),
    ...rbacManifests(namespace),
    ...tenants.flatMap((tenant) => tenantManifests({ ...tenant, operatorNamespace: namespace })),
    ...workloadManifests(options),
  ];
}
