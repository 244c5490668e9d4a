import { auditToken } from "../controllers/audit-token.ts";
import { systemClock } from "../controllers/clock.ts";
import { readInstallationKey } from "../controllers/installation.ts";
import { HttpClusterClient } from "../kube/client.ts";
import { loadClusterAccess } from "../kube/config.ts";
import { auditKubeconfig, auditPolicy } from "../server/audit-setup.ts";
import type { CommandContext, RunCommand } from "./command.ts";
import { UsageError } from "./command.ts";
import { OPERATOR_NAME } from "./install/names.ts";

/** Options of `driftless audit-config`, defaults filled in. */
export interface AuditConfigOptions {
  readonly url?: string;
  readonly namespace: string;
  readonly only?: "kubeconfig" | "policy";
  readonly kubeconfig?: string;
}

const KUBECONFIG_HEAD = `# Save as /etc/kubernetes/driftless/audit-webhook.kubeconfig (mode 0600: it holds a token), and start the API server with
#   --audit-webhook-config-file=/etc/kubernetes/driftless/audit-webhook.kubeconfig
#   --audit-webhook-batch-max-wait=1s
`;
const POLICY_HEAD = `# Save as /etc/kubernetes/driftless/audit-policy.yaml, and start the API server with
#   --audit-policy-file=/etc/kubernetes/driftless/audit-policy.yaml
# A server has one policy. Where there is one already, see that it has writes at level Metadata or above.
`;

/** Prints the two files that make an API server tell who makes requests. Reads the installation's key; changes nothing. */
export const auditConfig: RunCommand<AuditConfigOptions> = async (options, context) => {
  const policy = `${POLICY_HEAD}${auditPolicy(`system:serviceaccount:${options.namespace}:${OPERATOR_NAME}`)}`;
  if (options.only === "policy") {
    context.stdout.write(policy);
    return 0;
  }
  const url = checkedUrl(options.url);
  warnOf(url, context);
  const kubeconfig = `${KUBECONFIG_HEAD}${auditKubeconfig({ url: url.href, token: await readToken(options, context) })}`;
  context.stdout.write(options.only === "kubeconfig" ? kubeconfig : `${kubeconfig}---\n${policy}`);
  return 0;
};

function checkedUrl(text: string | undefined): URL {
  if (text === undefined) throw new UsageError("--url: say how the API server reaches the operator's webhook port, such as http://10.96.14.7:9292");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new UsageError(`--url: "${text}" is no plain http:// or https:// address`);
  }
  return url;
}

/** An API server mostly runs on its node's network, where names of the cluster mean nothing. */
function warnOf({ hostname, protocol }: URL, { stderr }: CommandContext): void {
  if (/\.svc(\.|$)/.test(hostname)) stderr.write(`warning: most API servers do not resolve ${hostname}; give the Service's cluster IP instead\n`);
  if (protocol === "http:") stderr.write("note: without https the token is in the address, because the API server sends none otherwise\n");
}

async function readToken({ namespace, kubeconfig }: AuditConfigOptions, { env, signal }: CommandContext): Promise<string> {
  const access = await loadClusterAccess(kubeconfig === undefined ? { env } : { kubeconfig });
  const cluster = new HttpClusterClient(access, { clock: systemClock, random: Math.random });
  try {
    const key = await readInstallationKey(cluster, namespace, signal);
    if (key === undefined) throw new Error(`there is no Secret driftless-installation in namespace ${namespace}; the operator makes it at its first start (another namespace: --namespace)`);
    return auditToken(key);
  } finally {
    await cluster.close();
  }
}
