/** The two files with which an API server is told to send its audit events to us. */
import { stringify } from "yaml";
import { AUDIT_PATH } from "./audit-receiver.ts";

/** Where events go, and what proves that they come from the API server. */
export interface AuditDestination {
  /** Base address of the operator's webhook port: `http://10.0.0.7:9292`. */
  readonly url: string;
  readonly token: string;
}

/**
 * The file for `--audit-webhook-config-file`: a kubeconfig, as YAML. The API server sends the token only over TLS, so without
 * it the token is in the path.
 */
export function auditKubeconfig({ url, token }: AuditDestination): string {
  const [cluster, user, name] = ["driftless", "kube-apiserver", "default"];
  const address = `${url.replace(/\/+$/, "")}${AUDIT_PATH}`;
  const isSecure = url.startsWith("https:");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server: isSecure ? address : `${address}/${token}` } }],
    users: [{ name: user, user: isSecure ? { token } : {} }],
    contexts: [{ name, context: { cluster, user } }],
    "current-context": name,
  });
}

/** What a Policy leaves out besides reads: what is written all the time and is never drift. */
const NOISE = [
  { group: "coordination.k8s.io", resources: ["leases"] },
  { group: "events.k8s.io", resources: ["events"] },
  { group: "discovery.k8s.io", resources: ["endpointslices"] },
  { group: "authentication.k8s.io" },
  { group: "authorization.k8s.io" },
  { group: "", resources: ["events", "endpoints", "bindings", "pods/binding", "serviceaccounts/token", "*/status"] },
  ...["apps", "autoscaling", "batch", "networking.k8s.io", "policy", "driftless.dev"].map((group) => ({ group, resources: ["*/status"] })),
];

/**
 * The file for `--audit-policy-file`, as YAML: successful and refused writes once, with who and what, without bodies (level
 * Metadata). `ownUser`: the operator's own account, whose writes are left out.
 */
export function auditPolicy(ownUser: string): string {
  return stringify(
    {
      apiVersion: "audit.k8s.io/v1",
      kind: "Policy",
      omitStages: ["RequestReceived", "ResponseStarted", "Panic"],
      rules: [
        { level: "None", users: [ownUser] },
        { level: "None", userGroups: ["system:nodes"] },
        { level: "None", resources: NOISE },
        { level: "Metadata", verbs: ["create", "update", "patch", "delete", "deletecollection"] },
      ],
    },
    { lineWidth: 0 },
  );
}
