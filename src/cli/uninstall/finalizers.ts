import { takeFinalizerOff as takeOff } from "../../controllers/finalizer.ts";
import { isApiStatus } from "../../errors.ts";
import type { ClusterClient } from "../../ports.ts";
import type { LiveObject } from "./found.ts";

/** Field manager of what this command changes. */
export const UNINSTALL_MANAGER = "driftless-uninstall";

/**
 * Takes our finalizer off one Application and leaves those of others. Does nothing to one that was made anew since it
 * was looked at, or that is gone, be it with its definition.
 */
export async function takeFinalizerOff(cluster: ClusterClient, { ref, metadata: { uid } }: LiveObject, signal: AbortSignal): Promise<void> {
  try {
    await takeOff(cluster, { ref, uid }, { fieldManager: UNINSTALL_MANAGER, signal });
  } catch (error) {
    if (!isApiStatus(error, 404)) throw error;
  }
}
