import { randomUUID } from "node:crypto";
import { STATUS_MANAGER } from "../api/group.ts";
import { isApiStatus } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient } from "../ports.ts";

const NAME = "driftless-installation";

/**
 * The random id that tells this installation from others which reach the same clusters: read from the ConfigMap
 * `driftless-installation` in the operator's namespace, made there on the first start.
 */
export async function installationId(cluster: ClusterClient, namespace: string, signal: AbortSignal): Promise<string> {
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace, name: NAME };
  const found = idIn(await cluster.get(ref, { signal }));
  if (found !== undefined) return found;
  const id = randomUUID().slice(0, 8);
  try {
    await cluster.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME, namespace }, data: { id } }, { signal, fieldManager: STATUS_MANAGER });
    return id;
  } catch (error) {
    if (!isApiStatus(error, 409)) throw error;
  }
  const theirs = idIn(await cluster.get(ref, { signal }));
  if (theirs === undefined) throw new Error(`ConfigMap ${namespace}/${NAME} exists but its key "id" is empty; delete the ConfigMap or fill the key`);
  return theirs;
}

function idIn(object: KubeObject | undefined): string | undefined {
  const data = object?.["data"];
  const id = isJsonObject(data) ? data["id"] : undefined;
  return typeof id === "string" && /^[a-z0-9-]{4,64}$/.test(id) ? id : undefined;
}
