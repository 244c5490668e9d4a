import { stringify } from "yaml";
import type { KeyPairPem } from "./certificates.ts";

/** What a kubeconfig proves its holder with: a client certificate or a bearer token. */
export type KubeCredentials = KeyPairPem | { readonly token: string };

/** What one kubeconfig says. */
export interface KubeconfigContent {
  readonly url: string;
  readonly caPem: string;
  readonly user: string;
  readonly credentials: KubeCredentials;
  /** Default namespace of the context; absent: `default`. */
  readonly namespace?: string | undefined;
}

/** A complete kubeconfig with everything inline, as YAML. Does not write anything. */
export function formatKubeconfig({ url, caPem, user, credentials, namespace }: KubeconfigContent): string {
  const cluster = "sandbox";
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: cluster, cluster: { server: url, "certificate-authority-data": base64(caPem) } }],
      users: [{ name: user, user: formatCredentials(credentials) }],
      contexts: [{ name: cluster, context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) } }],
      "current-context": cluster,
    },
    { lineWidth: 0 },
  );
}

function formatCredentials(credentials: KubeCredentials): Record<string, string> {
  if ("token" in credentials) return { token: credentials.token };
  return { "client-certificate-data": base64(credentials.certPem), "client-key-data": base64(credentials.keyPem) };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
