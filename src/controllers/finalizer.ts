/** Our finalizer: it has an Application stay until its members are dealt with. */
import { FINALIZER } from "../api/group.ts";
import { isApiStatus } from "../errors.ts";
import type { JsonObject } from "../object/json.ts";
import type { KubeObject, ObjectMeta } from "../object/kube-object.ts";
import type { ClusterClient, ObjectRef, PatchOptions } from "../ports.ts";

/** An object as it was looked at. */
interface Seen {
  readonly metadata: Pick<ObjectMeta, "uid" | "finalizers" | "resourceVersion">;
}

/** Tries to change what others change at the same time. */
const MAX_TRIES = 5;

/** True for an object with our finalizer. */
export function isHeld({ metadata }: { readonly metadata: Pick<ObjectMeta, "finalizers"> }): boolean {
  return metadata.finalizers?.includes(FINALIZER) === true;
}

/**
 * Merges metadata into an object that was looked at, and puts our finalizer on besides those of others, who may write at
 * the same time. Throws KubeApiError, 409 where the object is being deleted or was made anew meanwhile.
 */
export async function patchAndHold(
  cluster: Pick<ClusterClient, "get" | "patch">,
  { ref, seen }: { readonly ref: ObjectRef; readonly seen: Seen },
  metadata: JsonObject,
  options: Required<Pick<PatchOptions, "fieldManager" | "signal">>,
): Promise<KubeObject> {
  let latest = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await cluster.patch(ref, { metadata: { ...holdPatch(latest), ...metadata } }, { type: "merge", ...options });
    } catch (error) {
      if (!isApiStatus(error, 409) || attempt === MAX_TRIES) throw error;
      const live = await cluster.get(ref, { metadataOnly: true, signal: options.signal });
      if (live === undefined || live.metadata.uid !== seen.metadata.uid || live.metadata.deletionTimestamp !== undefined) throw error;
      latest = live;
    }
  }
}

/** Empty where our finalizer is on already. */
function holdPatch(object: Seen): JsonObject {
  if (isHeld(object)) return {};
  const { finalizers = [], resourceVersion } = object.metadata;
  return { finalizers: [...finalizers, FINALIZER], ...(resourceVersion === undefined ? {} : { resourceVersion }) };
}

/**
 * Takes our finalizer off one object and leaves those of others. Does nothing to one that was made anew since it was
 * looked at (`uid`), or that is gone. Throws KubeApiError, also where the kind is not served.
 */
export async function takeFinalizerOff(
  cluster: Pick<ClusterClient, "get" | "patch">,
  { ref, uid }: { readonly ref: ObjectRef; readonly uid: string | undefined },
  options: Required<Pick<PatchOptions, "fieldManager" | "signal">>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await cluster.get(ref, { metadataOnly: true, signal: options.signal });
    if (live === undefined || live.metadata.uid !== uid || !isHeld(live)) return;
    const finalizers = (live.metadata.finalizers ?? []).filter((name) => name !== FINALIZER);
    try {
      await cluster.patch(ref, { metadata: { finalizers, resourceVersion: live.metadata.resourceVersion } }, { type: "merge", ...options });
      return;
    } catch (error) {
      if (isApiStatus(error, 404)) return;
      if (!isApiStatus(error, 409) || attempt === MAX_TRIES) throw error;
    }
  }
}
