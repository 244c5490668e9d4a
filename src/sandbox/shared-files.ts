import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSigningKey, type CertificateAuthority, type ClientIdentity, type KeyPairPem } from "./certificates.ts";
import { AUDIT_POLICY, FILES } from "./components.ts";
import { formatKubeconfig } from "./kubeconfig.ts";

/** Audit files of the API server, as text. */
export interface AuditFiles {
  /** Default: every request, see AUDIT_POLICY. */
  readonly policy?: string | undefined;
  /** The kubeconfig of its webhook; absent: none. */
  readonly webhook?: string | undefined;
}

/** Whose kubeconfig to write: the holder of a token, of a certificate, or a user for whom a certificate is issued. */
export type KubeconfigRequest = { readonly name: string; readonly namespace?: string } & (
  | { readonly token: string }
  | KeyPairPem
  | ClientIdentity
);

/** Writes the certificates, keys and audit files that the components read. */
export async function writeSharedFiles(dir: string, ca: CertificateAuthority, audit: AuditFiles = {}): Promise<void> {
  const [server, tokenKey] = await Promise.all([
    ca.issueServer(["127.0.0.1", "localhost", "10.0.0.1", "kubernetes.default.svc"]),
    createSigningKey(),
  ]);
  const content = {
    [FILES.caCert]: ca.certPem,
    [FILES.caKey]: ca.keyPem,
    [FILES.serverCert]: server.certPem,
    [FILES.serverKey]: server.keyPem,
    [FILES.tokenKey]: tokenKey.privatePem,
    [FILES.tokenPublicKey]: tokenKey.publicPem,
    [FILES.auditPolicy]: audit.policy ?? AUDIT_POLICY,
    ...(audit.webhook === undefined ? {} : { [FILES.auditWebhook]: audit.webhook }),
  };
  await Promise.all(Object.entries(content).map(([name, text]) => writeFile(join(dir, name), text, { mode: 0o600 })));
}

/** The control plane that a kubeconfig points to, and the folder it is written to. */
export interface KubeconfigContext {
  readonly dir: string;
  readonly url: string;
  readonly ca: CertificateAuthority;
}

/** Writes `dir/NAME.kubeconfig`, issuing a certificate when a user is named, and returns its path. */
export async function writeKubeconfig({ dir, url, ca }: KubeconfigContext, request: KubeconfigRequest): Promise<string> {
  const credentials = "user" in request ? await ca.issueClient(request) : request;
  const path = join(dir, `${request.name}.kubeconfig`);
  const text = formatKubeconfig({ url, caPem: ca.certPem, user: request.name, credentials, namespace: request.namespace });
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
