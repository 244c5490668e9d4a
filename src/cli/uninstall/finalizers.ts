import { FINALIZER } from "../../api/group.ts";
import { isApiStatus } from "../../errors.ts";
import type { ClusterClient } from "../../ports.ts";
import type { LiveObject } from "./found.ts";

/** Field manager of what this command changes. */
export const UNINSTALL_MANAGER = "driftless-uninstall";

/** Tries to change what others change at the same time. */
const MAX_TRIES = 5;

/**
 * Takes our finalizer off one Application and leaves those of others. Does nothing to one that was made anew since it
 * was looked at, or that is gone.
 */
export async function takeFinalizerOff(cluster: ClusterClient, { ref, metadata: { uid } }: LiveObject, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const live = await cluster.get(ref, { metadataOnly: true, signal });
      if (live === undefined || live.metadata.uid !== uid || live.metadata.finalizers?.includes(FINALIZER) !== true) return;
      const finalizers = live.metadata.finalizers.filter((name) => name !== FINALIZER);
      await cluster.patch(ref, { metadata: { uid, resourceVersion: live.metadata.resourceVersion, finalizers } }, { type: "merge", fieldManager: UNINSTALL_MANAGER, signal });
      return;
    } catch (error) {
      if (isApiStatus(error, 404)) return;
      if (!isApiStatus(error, 409) || attempt === MAX_TRIES) throw error;
    }
  }
}
