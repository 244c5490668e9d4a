import type { GitCredentials, SecretData } from "../../sources/git/credentials.ts";
import { parseCredentials } from "../../sources/git/credentials.ts";
import { parseWebhookToken } from "../../sources/webhook.ts";
import type { GitSource } from "../api/git-source.ts";
import { ReconcileError } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { ClusterClient } from "../ports.ts";

/** Names of the Secrets that a source refers to. */
export const secretsOf = (source: GitSource | undefined): readonly string[] => [source?.spec.secretRef, source?.spec.webhook?.secretRef].flatMap((ref) => ref?.name ?? []);

/** What a source shows to its remote; undefined where it names no Secret. Throws CREDENTIALS_INVALID. */
export async function credentialsOf(source: GitSource, cluster: Pick<ClusterClient, "get">, signal: AbortSignal): Promise<GitCredentials | undefined> {
  const name = source.spec.secretRef?.name;
  return name === undefined ? undefined : parseCredentials(await secretData(source, name, cluster, signal));
}

/** What a push has to show; undefined where the source has no webhook. Throws CREDENTIALS_INVALID. */
export async function webhookTokenOf(source: GitSource, cluster: Pick<ClusterClient, "get">, signal: AbortSignal): Promise<string | undefined> {
  const name = source.spec.webhook?.secretRef.name;
  return name === undefined ? undefined : parseWebhookToken(await secretData(source, name, cluster, signal));
}

async function secretData(source: GitSource, name: string, cluster: Pick<ClusterClient, "get">, signal: AbortSignal): Promise<SecretData> {
  const namespace = source.metadata.namespace ?? "";
  const secret = await cluster.get({ apiVersion: "v1", kind: "Secret", namespace, name }, { signal });
  if (secret === undefined) throw new ReconcileError("CREDENTIALS_INVALID", `Secret ${namespace}/${name} does not exist; create it or correct the reference`);
  const data = secret["data"];
  return { namespace, name, ...(isJsonObject(data) ? { data: data as Record<string, string> } : {}) }; // Secret data are base64 strings
}
