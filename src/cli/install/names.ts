import type { KubeObject } from "../../object/kube-object.ts";
import { TOOL_VERSION } from "../../api/group.ts";

/** Where the operator lives unless told otherwise. */
export const DEFAULT_NAMESPACE = "driftless-system";
/** The image of this build; where it is pulled from is for `--image` to say. */
export const DEFAULT_IMAGE = `driftless:${TOOL_VERSION}`;
/** Name of the operator's Deployment, ServiceAccount and Services. */
export const OPERATOR_NAME = "driftless";
/** ConfigMap of the operator's namespace that holds the installation id. */
export const INSTALLATION_CONFIG_MAP = "driftless-installation";
/** Ports of the operator's container: probes and metrics; webhooks. Apart, so that pushes from outside cannot crowd out probes. */
export const PORTS = { http: 8080, webhooks: 9292 } as const;

/** Labels that every object of an installation carries. */
export const COMMON_LABELS: Readonly<Record<string, string>> = {
  "app.kubernetes.io/name": "driftless",
  "app.kubernetes.io/part-of": "driftless",
};

/** Labels by which Services find the operator's Pods. */
export const SELECTOR_LABELS: Readonly<Record<string, string>> = { "app.kubernetes.io/name": "driftless", "app.kubernetes.io/component": "operator" };

/** An object with the common labels; `namespace` undefined: cluster-scoped. */
export function manifest(apiVersion: string, kind: string, name: string, namespace: string | undefined, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: COMMON_LABELS }, ...rest };
}
