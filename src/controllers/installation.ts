import { randomBytes, randomUUID } from "node:crypto";
import { STATUS_MANAGER } from "../api/group.ts";
import { isApiStatus } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient } from "../ports.ts";

const NAME = "driftless-installation";

/** Type of the Secret that holds the installation's key. */
export const INSTALLATION_KEY_TYPE = "driftless.dev/installation-key";
const KEY_BYTES = 32;

/** What tells this installation from others, and what its digests are keyed with. */
export interface Installation {
  readonly id: string;
  /** 32 random bytes. Never logged, never in a status. */
  readonly key: Buffer;
}

/**
 * The random id that tells this installation from others which reach the same clusters, and its secret key: read from
 * the ConfigMap and the Secret `driftless-installation` in the operator's namespace, each made there on the first
 * start. `given`: an id from outside, for which no ConfigMap is needed.
 */
export async function openInstallation(cluster: ClusterClient, namespace: string, given: string | undefined, signal: AbortSignal): Promise<Installation> {
  const id = given ?? (await kept(cluster, idRecord(namespace), signal));
  return { id, key: await kept(cluster, keyRecord(namespace), signal) };
}

/** The installation's key, for commands; undefined where there is none, or it may not be read. */
export async function readInstallationKey(cluster: Pick<ClusterClient, "get">, namespace: string, signal: AbortSignal): Promise<Buffer | undefined> {
  const { made, read } = keyRecord(namespace);
  const { apiVersion, kind, metadata: { name } } = made;
  const stored = await cluster.get({ apiVersion, kind, namespace, name }, { signal });
  return stored === undefined ? undefined : read(stored);
}

/** The Secret in which an installation's key is kept, for who decides on the key before the operator's first start. */
export function installationSecret(namespace: string, key: Buffer): KubeObject {
  return keyRecord(namespace, key).made;
}

/** Something that is made once and read ever after. */
interface KeptRecord<T> {
  readonly made: KubeObject;
  /** The value in a stored object; undefined when there is none in it. */
  readonly read: (object: KubeObject) => T | undefined;
  /** What to do about an object that holds none. */
  readonly fix: string;
}

async function kept<T>(cluster: ClusterClient, { made, read, fix }: KeptRecord<T>, signal: AbortSignal): Promise<T> {
  const { apiVersion, kind, metadata: { name, namespace } } = made;
  const ref = { apiVersion, kind, namespace, name };
  const stored = (await cluster.get(ref, { signal })) ?? (await createOrGet(cluster, made, signal));
  const value = read(stored);
  if (value === undefined) throw new Error(`${kind} ${namespace}/${name} ${fix}`);
  return value;
}

/** Another process may have been faster: what it made counts. */
async function createOrGet(cluster: ClusterClient, made: KubeObject, signal: AbortSignal): Promise<KubeObject> {
  const { apiVersion, kind, metadata: { name, namespace } } = made;
  try {
    return await cluster.create(made, { signal, fieldManager: STATUS_MANAGER });
  } catch (error) {
    if (!isApiStatus(error, 409)) throw error;
    const theirs = await cluster.get({ apiVersion, kind, namespace, name }, { signal });
    if (theirs === undefined) throw error;
    return theirs;
  }
}

function idRecord(namespace: string): KeptRecord<string> {
  return {
    made: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME, namespace }, data: { id: randomUUID().slice(0, 8) } },
    read: (object) => {
      const id = dataOf(object, "id");
      return id !== undefined && /^[a-z0-9-]{4,64}$/.test(id) ? id : undefined;
    },
    fix: 'exists but its key "id" is empty; delete the ConfigMap or fill the key',
  };
}

function keyRecord(namespace: string, key: Buffer = randomBytes(KEY_BYTES)): KeptRecord<Buffer> {
  return {
    made: { apiVersion: "v1", kind: "Secret", metadata: { name: NAME, namespace }, type: INSTALLATION_KEY_TYPE, immutable: true, data: { key: key.toString("base64") } },
    read: (object) => {
      const key = Buffer.from(dataOf(object, "key") ?? "", "base64");
      return key.length === KEY_BYTES ? key : undefined;
    },
    fix: `does not hold ${KEY_BYTES} bytes under the key "key"; delete the Secret, and plans that wait for approval have to be approved anew; what charts made at random changes`,
  };
}

function dataOf(object: KubeObject, key: string): string | undefined {
  const data = object["data"];
  const value = isJsonObject(data) ? data[key] : undefined;
  return typeof value === "string" ? value : undefined;
}
