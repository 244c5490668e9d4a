import { systemClock } from "../../src/controllers/clock.ts";
import type { HttpClusterClientOptions } from "../../src/kube/client.ts";
import { HttpClusterClient } from "../../src/kube/client.ts";
import { loadClusterAccess } from "../../src/kube/config.ts";
import { sharedControlPlane } from "./control-plane.ts";

/** A client with the administrator's rights on the shared control plane; the caller closes it. */
export async function openCluster(options: Partial<HttpClusterClientOptions> = {}): Promise<HttpClusterClient> {
  const access = await loadClusterAccess({ kubeconfig: sharedControlPlane().kubeconfigPath });
  return new HttpClusterClient(access, { clock: systemClock, random: Math.random, ...options });
}
