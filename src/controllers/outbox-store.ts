import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Notifier } from "../api/notifier.ts";
import { STATUS_MANAGER } from "../api/group.ts";
import { isApiStatus, messageOf } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type { ClusterClient, ObjectRef, ResourceKind } from "../ports.ts";

/** What a Notifier has to remember over restarts: what it shows where, and what waits. */
export interface OutboxStore {
  /** The text that was saved last; undefined: none was; empty: what is there is none of ours. */
  load(signal: AbortSignal): Promise<string | undefined>;
  /** Resolves when the text is stored. */
  save(text: string, signal: AbortSignal): Promise<void>;
}

/** Label of every outbox: `kubectl get configmaps -l driftless.dev/outbox`. */
export const OUTBOX_LABEL = "driftless.dev/outbox";
/** The most bytes of a stored outbox when it is unpacked: more is not ours. */
const MAX_BYTES = 64 * 1024 * 1024;
/** The API server refuses ConfigMaps of more than a mebibyte. */
const MAX_STORED = 1_000_000;

const CONFIG_MAPS: ResourceKind = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: ["list"], subresources: [] };

const [pack, unpack] = [promisify(gzip), promisify(gunzip)];

/**
 * The outbox of a Notifier, in a ConfigMap of the operator's own namespace, compressed. It holds what messages say, in which Secret
 * values are masked, and no credentials. A Notifier that was deleted and made anew begins with an empty one.
 */
export function outboxStore(cluster: Pick<ClusterClient, "get" | "create" | "patch">, namespace: string, { metadata }: Pick<Notifier, "metadata">): OutboxStore {
  const ref = outboxRef(namespace, metadata);
  return {
    load: async (signal) => {
      const stored = await cluster.get(ref, { signal }).catch((error: unknown) => fail("read", ref, error));
      return stored === undefined ? undefined : textIn(stored);
    },
    save: async (text, signal) => {
      const state = (await pack(text)).toString("base64");
      if (state.length > MAX_STORED) throw new Error(`the outbox of Notifier ${metadata.namespace ?? ""}/${metadata.name} is larger than a ConfigMap may be`);
      const stored = { state, uid: metadata.uid ?? "", notifier: `${metadata.namespace ?? ""}/${metadata.name}` };
      await write(cluster, ref, stored, signal).catch((error: unknown) => fail("written", ref, error));
    },
  };
}

function fail(what: "read" | "written", { namespace, name }: ObjectRef, error: unknown): never {
  throw new Error(`ConfigMap ${namespace}/${name} cannot be ${what}: ${messageOf(error)}`, { cause: error });
}

/** Takes the outbox of a Notifier away that is gone. */
export async function removeOutbox(cluster: Pick<ClusterClient, "delete">, namespace: string, { metadata }: Pick<Notifier, "metadata">, signal: AbortSignal): Promise<void> {
  await cluster.delete(outboxRef(namespace, metadata), { propagationPolicy: "Background", signal });
}

/** Takes the outboxes away whose Notifiers went while nobody looked. `isKnown`: whether there is a Notifier with a uid, asked when the outboxes are listed. */
export async function removeOrphans(cluster: Pick<ClusterClient, "list" | "delete">, namespace: string, isKnown: (uid: string) => boolean, signal: AbortSignal): Promise<void> {
  for (const { metadata } of (await cluster.list(CONFIG_MAPS, { namespace, labelSelector: OUTBOX_LABEL, signal })).items) {
    const { name, uid, labels } = metadata;
    if (isKnown(labels?.[OUTBOX_LABEL] ?? "")) continue;
    await cluster.delete({ apiVersion: "v1", kind: "ConfigMap", namespace, name }, { uid, propagationPolicy: "Background", signal });
  }
}

/** One per uid, so that a namesake finds nothing of the one before. */
function outboxRef(namespace: string, { uid = "" }: Notifier["metadata"]): ObjectRef {
  return { apiVersion: "v1", kind: "ConfigMap", namespace, name: `driftless-outbox-${hash("sha256", uid, "hex").slice(0, 16)}` };
}

interface Stored {
  readonly state: string;
  readonly uid: string;
  readonly notifier: string;
}

async function write(cluster: Pick<ClusterClient, "create" | "patch">, ref: ObjectRef, { state, uid, notifier }: Stored, signal: AbortSignal): Promise<void> {
  const content = { data: { notifier }, binaryData: { state } };
  try {
    await cluster.patch(ref, content, { type: "merge", fieldManager: STATUS_MANAGER, signal });
  } catch (error) {
    if (!isApiStatus(error, 404)) throw error;
    const { apiVersion, kind, namespace, name } = ref;
    await cluster.create({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: { [OUTBOX_LABEL]: uid } }, ...content }, { fieldManager: STATUS_MANAGER, signal });
  }
}

/** What somebody has spoilt would stay so for ever: it is taken for a text that is none of ours. */
async function textIn(stored: KubeObject): Promise<string> {
  const data = stored["binaryData"];
  const state = isJsonObject(data) ? data["state"] : undefined;
  if (typeof state !== "string") return "";
  try {
    return (await unpack(Buffer.from(state, "base64"), { maxOutputLength: MAX_BYTES })).toString("utf8");
  } catch {
    return "";
  }
}
