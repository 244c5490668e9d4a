import { crds } from "../../api/crd.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { RunCommand } from "../command.ts";
import { UsageError } from "../command.ts";
import { yamlDocuments } from "../documents.ts";
import { installManifests } from "./manifests.ts";
import { parseTenant, tenantManifests } from "./tenant.ts";

/** Options of `driftless install`, defaults filled in. */
export interface InstallCommandOptions {
  readonly namespace: string;
  readonly image: string;
  /** Each `namespace:account`. */
  readonly tenant: readonly string[];
  /** Only this part; undefined: everything. */
  readonly only?: "crds" | "tenants";
}

/** Prints the manifests. Does not contact the cluster. */
export const install: RunCommand<InstallCommandOptions> = async (options, { stdout }) => {
  stdout.write(yamlDocuments(wanted(options)));
  return 0;
};

function wanted({ namespace, image, tenant, only }: InstallCommandOptions): readonly KubeObject[] {
  const parsed = tenant.map(parseTenant);
  const wrong = parsed.filter((result) => typeof result === "string");
  if (wrong.length > 0) throw new UsageError(`--tenant: ${wrong.join("; ")}`);
  const tenants = parsed.filter((result) => typeof result !== "string");
  if (only === "crds") return crds();
  if (only === undefined) return installManifests({ namespace, image, tenants });
  if (tenants.length === 0) throw new UsageError("--only tenants: name at least one with --tenant namespace:account");
  return tenants.flatMap((one) => tenantManifests({ ...one, operatorNamespace: namespace }));
}
