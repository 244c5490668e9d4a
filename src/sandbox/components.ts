import { join } from "node:path";
import { SOURCE_DIR } from "./cache-dir.ts";

/** What runs in a control plane; kubectl is no part of it. */
export type RunningComponent = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok";

/** Names of the files that components share; all in the folder of the control plane, which is their working folder. */
export const FILES = {
  caCert: "ca.crt",
  caKey: "ca.key",
  serverCert: "server.crt",
  serverKey: "server.key",
  tokenKey: "service-account.key",
  tokenPublicKey: "service-account.pub",
  auditPolicy: "audit-policy.yaml",
  auditWebhook: "audit-webhook.kubeconfig",
} as const;

/** Local sockets, so that etcd needs no port and is out of reach of other users; relative, so that the path stays short. */
const ETCD_URL = "unix://etcd.sock:0";
const ETCD_PEER_URL = "unix://etcd-peer.sock:0";

/** Every request once, with who and what, without bodies. */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
`;

/** Arguments of etcd: one member, data that is thrown away anyway and so never synced to a disk. */
export function etcdArgs(dataDir: string): string[] {
  return flags({
    name: "sandbox",
    "data-dir": dataDir,
    "unsafe-no-fsync": "true",
    "listen-client-urls": ETCD_URL,
    "advertise-client-urls": ETCD_URL,
    "listen-peer-urls": ETCD_PEER_URL,
    "initial-advertise-peer-urls": ETCD_PEER_URL,
    "initial-cluster": `sandbox=${ETCD_PEER_URL}`,
    "quota-backend-bytes": String(4 * 1024 ** 3),
    "log-level": "warn",
  });
}

/** What differs between two API servers. */
export interface ApiServerSettings {
  readonly port: number;
  /** False without a controller manager: nobody would create the ServiceAccounts that Pods are refused without. */
  readonly serviceAccounts: boolean;
  /** Absolute path of the audit log; absent: none is written. */
  readonly auditLog?: string | undefined;
  /** Audit events are sent to where `FILES.auditWebhook` says. Default false. */
  readonly auditWebhook?: boolean;
  /** Appended, so they win. */
  readonly extraFlags?: readonly string[] | undefined;
}

/** Arguments of the API server: loopback only, RBAC on. */
export function apiServerArgs({ port, serviceAccounts, auditLog, auditWebhook = false, extraFlags = [] }: ApiServerSettings): string[] {
  const base = flags({
    "etcd-servers": ETCD_URL,
    "bind-address": "127.0.0.1",
    "secure-port": String(port),
    "tls-cert-file": FILES.serverCert,
    "tls-private-key-file": FILES.serverKey,
    "client-ca-file": FILES.caCert,
    "authorization-mode": "RBAC",
    "allow-privileged": "true",
    "service-cluster-ip-range": "10.0.0.0/16",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-signing-key-file": FILES.tokenKey,
    "service-account-key-file": FILES.tokenPublicKey,
    // Nothing can reach a loopback address through the kubernetes Service.
    "endpoint-reconciler-type": "none",
    ...(serviceAccounts ? {} : { "disable-admission-plugins": "ServiceAccount" }),
    ...(auditLog !== undefined || auditWebhook ? { "audit-policy-file": FILES.auditPolicy } : {}),
    ...(auditLog === undefined ? {} : { "audit-log-path": auditLog, "audit-log-maxsize": "100000" }),
    ...(auditWebhook ? AUDIT_WEBHOOK : {}),
  });
  return [...base, ...extraFlags];
}

/** Batches go out quickly. What happens while nobody listens (the operator starts after the API server) is not sent again. */
const AUDIT_WEBHOOK = {
  "audit-webhook-config-file": FILES.auditWebhook,
  "audit-webhook-mode": "batch",
  "audit-webhook-batch-max-wait": "100ms",
};

/** Arguments of the controller manager. Alone on its API server, so it may ask often and needs no election. */
export function controllerManagerArgs(kubeconfig: string): string[] {
  return flags({
    kubeconfig,
    "secure-port": "0",
    "leader-elect": "false",
    "use-service-account-credentials": "true",
    "service-account-private-key-file": FILES.tokenKey,
    "root-ca-file": FILES.caCert,
    "cluster-signing-cert-file": FILES.caCert,
    "cluster-signing-key-file": FILES.caKey,
    "kube-api-qps": "500",
    "kube-api-burst": "1000",
  });
}

/** Arguments of the scheduler. */
export function schedulerArgs(kubeconfig: string): string[] {
  return flags({ kubeconfig, "secure-port": "0", "leader-elect": "false", "kube-api-qps": "500", "kube-api-burst": "1000" });
}

/** Arguments of KWOK, which plays the kubelet of every Node as `controlplane/stages.yaml` says. */
export function kwokArgs(kubeconfig: string): string[] {
  return flags({
    kubeconfig,
    config: join(SOURCE_DIR, "stages.yaml"),
    "manage-all-nodes": "true",
    "node-lease-duration-seconds": "40",
    cidr: "10.64.0.0/10",
  });
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
